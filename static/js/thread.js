/** The thread that is open beside the conversation: loaded from its page, then live by the room's own frames. */
import { settleAround } from "arrange";
import { fetchFragment } from "fragments";
import { dropQuotes, messageItem, tombstoneItem } from "message";
import { toast } from "toast";
import { gettext } from "words";
import "elements/kept-draft";

/** @typedef {import("message").MessageFrame} MessageFrame */
/** @typedef {import("./elements/message-composer.js").Draft} Draft */

export class Thread {
  #panel = document.getElementById("thread");
  #reader;
  /** The page of the open thread. */
  #address = "";

  /** @param {HTMLElement} page with the panels @param {string} reader public id @param {(draft: Draft) => void} send */
  constructor(page, reader, send) {
    this.#reader = reader;
    page.addEventListener("panel", (event) => {
      const { panel, opener } = /** @type {CustomEvent} */ (event).detail;
      if (panel === this.#panel) this.#load(opener.href).then(() => this.#begin());
    });
    this.#panel?.addEventListener("submit", (event) => this.#answer(/** @type {SubmitEvent} */ (event), send));
    this.#panel?.addEventListener("keydown", (event) => sendOnEnter(event));
  }

  /** @param {MessageFrame} frame */
  show(frame) {
    const list = this.#list;
    const root = list?.dataset.root;
    if (!list || (frame.id !== root && frame.thread !== root)) return;
    const known = this.#find(frame.id);
    if (known && Number(known.dataset.revision) > (frame.revision ?? 0)) return;
    const item = messageItem({ ...frame, quote: frame.quote?.id === root ? null : frame.quote }, this.#reader);
    item.id = `t-${frame.id}`;
    if (known) known.replaceWith(item);
    else list.insertBefore(item, this.#after(frame.position ?? 0));
    settleAround(item);
    if (!known) item.scrollIntoView({ block: "nearest" });
  }

  /** @param {import("message").Tombstone} frame */
  bury(frame) {
    const known = this.#find(frame.id);
    if (this.#list) dropQuotes(this.#list, frame.id);
    if (!known) return;
    const stone = tombstoneItem(frame);
    stone.id = `t-${frame.id}`;
    known.replaceWith(stone);
  }

  get #list() {
    return /** @type {HTMLOListElement | null | undefined} */ (this.#panel?.querySelector("ol.message-list"));
  }

  get #body() {
    return /** @type {HTMLElement} */ (this.#panel?.querySelector(".panel__body"));
  }

  /** @param {string} id @returns {HTMLElement | null | undefined} */
  #find(id) {
    return this.#list?.querySelector(`.message[data-id="${CSS.escape(id)}"]`);
  }

  /** The first answer after a position. @param {number} position */
  #after(position) {
    const items = /** @type {HTMLElement[]} */ ([...(this.#list?.querySelectorAll(".message") ?? [])]);
    return items.find((item) => Number(item.dataset.position) > position) ?? null;
  }

  /** Afresh: too much has changed, or somebody was blocked. */
  reload() {
    if (this.#panel?.checkVisibility() && this.#address) this.#load(this.#address);
  }

  #begin() {
    this.#body.scrollTop = this.#body.scrollHeight;
    this.#body.querySelector("textarea")?.focus();
  }

  /** @param {string} address */
  async #load(address) {
    this.#address = address;
    this.#body.replaceChildren();
    const part = new URL(address, location.href);
    part.searchParams.set("part", "");
    try {
      this.#body.replaceChildren(await fetchFragment(part.href));
    } catch {
      toast(gettext("This thread cannot be opened at the moment. Try again in a while."));
      return;
    }
    this.#body.querySelector("#reacting")?.remove();
    for (const item of this.#list?.querySelectorAll(".message") ?? []) settleAround(item);
  }

  /** By the composer's own way, so that nothing written is lost. @param {SubmitEvent} event @param {(draft: Draft) => void} send */
  #answer(event, send) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.id !== "thread-form") return;
    event.preventDefault();
    const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("body"));
    const body = box.value.trim();
    if (!body) return;
    const root = this.#list?.dataset.root ?? "";
    const author = this.#find(root)?.querySelector('[data-part="author"]')?.textContent ?? "";
    send({ body, replyTo: { id: root, author }, edits: null, nudged: false });
    box.value = "";
  }
}

/** @param {KeyboardEvent} event */
function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  const box = event.target;
  if (!(box instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  box.form?.requestSubmit();
}
