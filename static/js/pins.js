/** What is pinned in the room: pinning, and the panel that lists it, loaded from its page and kept up to date. */
import { fetchFragment } from "fragments";
import { newKey } from "outbox";
import { clientFrames } from "protocol";
import { toast } from "toast";
import { gettext } from "words";

/** @typedef {import("./elements/chat-room.js").ChatRoom} Page */

const TOGETHER_MS = 200;

/** @param {Page} page @param {string} message id @param {boolean} isPinned whether it shall be */
export function pin(page, message, isPinned) {
  const fields = { room: page.dataset.room ?? "", message, client_key: newKey() };
  const isSent = page.transmit(isPinned ? clientFrames.pin(fields) : clientFrames.unpin(fields));
  if (!isSent) toast(gettext("We could not reach the server. Try again in a moment."));
}

export class Pins {
  #page;
  #panel = document.getElementById("pins");
  #timer = 0;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    page.addEventListener("panel", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.panel === this.#panel) this.#load();
    });
    this.#panel?.addEventListener("submit", (event) => {
      event.preventDefault();
      pin(page, /** @type {HTMLFormElement} */ (event.target).dataset.id ?? "", false);
    });
  }

  /** Before the log shows it: whoever looks at a message is told when it is pinned. @param {import("message").MessageFrame} frame */
  show({ id, pinned }) {
    const before = this.#page.list.find(id);
    if (pinned && before && !before.hasAttribute("data-pinned")) toast(gettext("A message was pinned."));
    if (pinned || this.#lists(id)) this.renew();
  }

  /** @param {{id: string}} frame */
  bury({ id }) {
    if (!this.#lists(id)) return;
    this.#panel?.querySelector(`#p-${CSS.escape(id)}`)?.closest(".pins__one")?.remove();
    this.renew();
  }

  /** Soon, and once for several changes. */
  renew() {
    if (!this.#panel?.checkVisibility()) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#load(), TOGETHER_MS);
  }

  /** @param {string} id */
  #lists(id) {
    return Boolean(this.#panel?.querySelector(`#p-${CSS.escape(id)}`));
  }

  async #load() {
    const body = this.#panel?.querySelector(".panel__body");
    try {
      body?.replaceChildren(await fetchFragment(`${this.#page.dataset.pins}?part`));
    } catch {
      toast(gettext("What is pinned cannot be shown at the moment. Try again in a while."));
    }
  }
}
