/**
 * <moderation-queue>: the queue's page. Keeps the list fresh while it is seen, moves through it with j and k,
 * shows one pane at a time on a phone, and says what happened. All of it works as plain links and forms too.
 */

const FRESH_MS = 4000;

class ModerationQueue extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#timer = window.setInterval(this.#refresh, FRESH_MS);
    document.addEventListener("visibilitychange", this.#refresh);
    document.addEventListener("keydown", this.#move);
    this.addEventListener("htmx:afterSettle", this.#settled);
    this.addEventListener("htmx:responseError", this.#refused);
    this.addEventListener("htmx:sendError", this.#unreachable);
    this.addEventListener("htmx:afterRequest", this.#reached);
    this.addEventListener("key-refused", () => this.say(this.dataset.claimFirst ?? ""));
    this.#count();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#refresh);
    document.removeEventListener("keydown", this.#move);
  }

  /** Show and speak a sentence, politely; an empty one takes the last away. @param {string} sentence */
  say(sentence) {
    this.#write("said", sentence);
  }

  /** @param {string} part @param {string} sentence */
  #write(part, sentence) {
    const line = this.querySelector(`[data-part=${part}]`);
    if (line) line.textContent = sentence;
  }

  #refresh = () => {
    const list = this.querySelector("#queue-items");
    if (list && document.visibilityState === "visible") htmx.trigger(list, "queue:refresh");
  };

  /** j and k put the focus on the next or previous case; Enter is the link's own. @param {KeyboardEvent} event */
  #move = (event) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || this.querySelector("key-commands[data-muted]") || isTyping(event)) return;
    const links = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".case-item__link")]);
    const here = links.findIndex((link) => link === document.activeElement);
    const from = here >= 0 ? here : links.findIndex((link) => link.hasAttribute("aria-current"));
    this.dataset.pane = "list";
    links.at(Math.min(Math.max(from + step, 0), links.length - 1))?.focus();
    event.preventDefault();
  };

  /** @param {CustomEvent} event */
  #settled = (event) => {
    const target = /** @type {Element} */ (event.detail.elt);
    if (target.id === "queue-items") this.#count();
    if (target.id === "case") this.#opened(/** @type {HTMLElement} */ (target));
  };

  /** A case (or none) stands in the pane: mark it in the list, show it on a phone, begin reading there. */
  #opened(pane) {
    this.dataset.pane = pane.dataset.case ? "case" : "list";
    for (const item of this.querySelectorAll(".case-item")) {
      const link = item.querySelector(".case-item__link");
      if (item.dataset.id === pane.dataset.case) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
    }
    this.say("");
    this.#write("spoken", pane.querySelector("undo-bar .toast__text")?.textContent || pane.dataset.title || "");
    document.title = pane.dataset.title ?? document.title;
    this.#count();
    if (document.activeElement === document.body) pane.querySelector("h2")?.focus();
    this.#refresh();
  }

  /** The title says how many wait. */
  #count() {
    const waiting = /** @type {HTMLElement | null} */ (this.querySelector("[name=seen]"))?.dataset.waiting ?? "0";
    const title = document.title.replace(/^\(\d+\) /, "");
    document.title = waiting === "0" ? title : `(${waiting}) ${title}`;
  }

  /** The server said no, with a sentence. @param {CustomEvent} event */
  #refused = (event) => {
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    this.say(answer.querySelector("p, [data-part=sentence]")?.textContent?.trim() || (this.dataset.failed ?? ""));
    this.#refresh();
  };

  #unreachable = () => {
    this.say(this.dataset.offline ?? "");
    this.toggleAttribute("data-is-offline", true);
  };

  /** @param {CustomEvent} event */
  #reached = (event) => {
    if (!event.detail.successful || !this.hasAttribute("data-is-offline")) return;
    this.toggleAttribute("data-is-offline", false);
    this.say("");
  };
}

/** @param {KeyboardEvent} event */
function isTyping(event) {
  const target = /** @type {Element} */ (event.target);
  const elsewhere = event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
  return Boolean(elsewhere) || target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
}

customElements.define("moderation-queue", ModerationQueue);
