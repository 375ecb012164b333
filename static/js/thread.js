/** The thread that is open beside the conversation: loaded from its page, then live by the room's own frames. */
import { settleAround } from "arrange";
import { fetchFragment } from "fragments";
import { dropQuotes, messageItem, tombstoneItem } from "message";
import { ThreadBox } from "thread-box";
import { toast } from "toast";
import { gettext } from "words";

/** @typedef {import("message").MessageFrame} MessageFrame */
/** @typedef {import("./elements/message-composer.js").Draft} Draft */

export class Thread {
  #panel = document.getElementById("thread");
  #reader;
  /** The page of the open thread. */
  #address = "";
  /** @type {(() => void)[] | null} what the room said while the thread was on its way */
  #meanwhile = null;

  /** @param {HTMLElement} page with the panels, of one room @param {string} reader public id @param {(draft: Draft) => void} send */
  constructor(page, reader, send) {
    this.#reader = reader;
    this.box = new ThreadBox(this.#panel, page.dataset.room ?? "", send);
    page.addEventListener("panel", (event) => {
      const { panel, opener } = /** @type {CustomEvent} */ (event).detail;
      if (panel === this.#panel) this.#load(opener.href).then(() => this.#begin());
    });
  }

  /** @param {MessageFrame} frame */
  show(frame) {
    this.#meanwhile?.push(() => this.show(frame));
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
    this.#meanwhile?.push(() => this.bury(frame));
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

  /** The last one asked for is shown, as it is by then. @param {string} address */
  async #load(address) {
    const meanwhile = /** @type {(() => void)[]} */ ([]);
    [this.#address, this.#meanwhile] = [address, meanwhile];
    this.#body.replaceChildren();
    const part = new URL(address, location.href);
    part.searchParams.set("part", "");
    const found = await fetchFragment(part.href).catch(() => null);
    if (this.#meanwhile !== meanwhile) return;
    this.#meanwhile = null;
    if (!found) return toast(gettext("This thread cannot be opened at the moment. Try again in a while."));
    this.#body.replaceChildren(found);
    this.#body.querySelector("#reacting")?.remove();
    for (const item of this.#list?.querySelectorAll(".message") ?? []) settleAround(item);
    for (const change of meanwhile) change();
  }
}
