/** The room's settings as the page shows them; they follow the owner's changes while the page is open. */

export class RoomFacts {
  #page;
  slowModeS;

  /** @param {HTMLElement & {composer: import("elements/message-composer").MessageComposer | null}} page */
  constructor(page) {
    this.#page = page;
    this.slowModeS = this.#isSlowed ? Number(page.dataset.slowMode ?? 0) : 0;
  }

  /** Hosts and moderators are not slowed and write in read-only rooms. */
  get #isSlowed() {
    return !this.#page.hasAttribute("data-keeps-order");
  }

  /** @param {any} frame */
  follow(frame) {
    this.#say("room-name", frame.name);
    this.#say("room-topic", frame.topic);
    this.#say("room-age", frame.minimum_age ? `${frame.minimum_age}+` : "");
    for (const words of this.#page.querySelectorAll("[data-when-screens]")) {
      words.toggleAttribute("hidden", (words.getAttribute("data-when-screens") === "before") !== frame.screens_before);
    }
    this.slowModeS = this.#isSlowed ? frame.slow_mode_s : 0;
    this.#page.composer?.close(this.#reasonToBeSilent(frame));
  }

  /** @param {any} frame @returns {string} */
  #reasonToBeSilent({ muted_until, read_only }) {
    if (muted_until && new Date(muted_until) > new Date()) return this.#page.dataset.muted ?? "";
    return read_only && this.#isSlowed ? this.#page.dataset.readOnly ?? "" : "";
  }

  /** @param {string} name @param {string} words */
  #say(name, words) {
    for (const element of this.#page.querySelectorAll(`[data-part="${name}"]`)) {
      element.textContent = words;
      element.toggleAttribute("hidden", !words);
    }
  }
}
