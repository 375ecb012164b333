/**
 * The box at the end of the open thread. What is written there leaves by the composer's own way; what is refused
 * comes back here, or waits in its thread's draft where that thread is not open any more.
 */
import { fillNudge, unitsOf } from "nudge";
import { recall, remember } from "storage";
import { toast } from "toast";
import { fill, gettext } from "words";
import "elements/kept-draft";

/** @typedef {import("./elements/message-composer.js").Draft} Draft */

export class ThreadBox {
  #panel;
  #room;
  /** @type {{body: string, span: [number, number] | undefined} | null} what a nudge is about */
  #nudged = null;

  /** @param {HTMLElement | null} panel @param {string} room public id @param {(draft: Draft) => void} send */
  constructor(panel, room, send) {
    this.#panel = panel;
    this.#room = room;
    panel?.addEventListener("submit", (event) => this.#answer(/** @type {SubmitEvent} */ (event), send));
    panel?.addEventListener("keydown", sendOnEnter);
    panel?.addEventListener("click", (event) => this.#click(event));
    panel?.addEventListener("input", () => this.#say(""));
  }

  /** @param {Draft} draft written in the box of a thread @param {{code: string, sentence: string, span?: [number, number]}} error */
  refused(draft, error) {
    const box = this.#box;
    if (!box?.checkVisibility() || this.#root !== draft.thread) return this.#keep(draft, error.sentence);
    box.value = [draft.body, box.value].filter(Boolean).join("\n");
    box.dispatchEvent(new Event("input")); // for the draft; it does not bubble up to here
    if (error.code === "nudged") this.#nudge({ body: box.value, span: error.span }, error.sentence);
    else this.#say(error.sentence);
    box.focus();
  }

  get #form() {
    return /** @type {HTMLFormElement | null | undefined} */ (this.#panel?.querySelector("#thread-form"));
  }

  get #box() {
    return /** @type {HTMLTextAreaElement | null | undefined} */ (this.#form?.querySelector("textarea"));
  }

  /** The message that the open thread began with. */
  get #root() {
    return /** @type {HTMLInputElement | null} */ (this.#form?.elements.namedItem("reply_to"))?.value ?? "";
  }

  /** For when the thread is opened again. @param {Draft} draft @param {string} sentence */
  #keep({ body, thread }, sentence) {
    const name = `draft:${this.#room}:thread:${thread}`;
    remember(name, [body, recall(name, "")].filter(Boolean).join("\n"));
    toast(fill(gettext("%(reason)s Your answer is kept in its thread."), { reason: sentence }));
  }

  /** @param {SubmitEvent} event @param {(draft: Draft) => void} send */
  #answer(event, send) {
    const [form, box, root] = [this.#form, this.#box, this.#root];
    if (!form || event.target !== form || !box) return;
    event.preventDefault();
    const body = box.value.trim();
    if (!body) return;
    const first = this.#panel?.querySelector(`.message[data-id="${CSS.escape(root)}"] [data-part="author"]`);
    const nudged = event.submitter?.getAttribute("name") === "nudged" && body === this.#nudged?.body.trim();
    send({ body, replyTo: { id: root, author: first?.textContent ?? "" }, edits: null, nudged, thread: root });
    box.value = "";
    this.#say("");
  }

  /** @param {{body: string, span: [number, number] | undefined}} nudged @param {string} sentence */
  #nudge(nudged, sentence) {
    this.#say("");
    const panel = this.#part("nudge");
    if (!panel) return;
    this.#nudged = nudged;
    fillNudge(panel, { ...nudged, sentence });
    panel.hidden = false;
  }

  /** Why it was refused, until something is typed. @param {string} sentence */
  #say(sentence) {
    const [told, nudge] = [this.#part("told"), this.#part("nudge")];
    if (nudge) nudge.hidden = true;
    this.#nudged = null;
    if (!told) return;
    told.textContent = sentence;
    told.hidden = !sentence;
  }

  /** "Change it": the words in question are selected. @param {Event} event */
  #click(event) {
    const button = /** @type {Element} */ (event.target).closest('[data-act="change"]');
    if (!button || !this.#box) return;
    const nudged = this.#nudged;
    this.#say("");
    this.#box.focus();
    if (nudged?.span) this.#box.setSelectionRange(...unitsOf(nudged.body, nudged.span));
  }

  /** @param {string} name @returns {HTMLElement | null | undefined} */
  #part(name) {
    return this.#form?.querySelector(`[data-part="${name}"]`);
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
