/**
 * <message-composer>: the box one writes in. Enter sends, a draft is kept, a nudge is answered here, a reply
 * or an edit stands above the text. It sends nothing itself: chat-room.js hears "send" (detail: Draft).
 * Other events: "edit-last" (arrow up in an empty box), "typing".
 */
import { Completing } from "completing";
import { emojiNames } from "emoji-names";
import { mentionsOf } from "mentions";
import { fillNudge, unitsOf } from "nudge";
import { Pasting } from "pasting";
import { openStore, recall, remember } from "storage";
import { fill, gettext } from "words";

/** @typedef {{id: string, author: string}} Answered */
/**
 * @typedef {{body: string, replyTo: Answered | null, edits: string | null, nudged: boolean, thread?: string}} Draft
 * `thread`: its first message, where it was written in the thread's own box
 */

const NEAR_LIMIT = 0.9;
const NO_CHANGE = /** @type {{id: string, body: string} | null} */ (null);
const NO_DRAFT = { body: "", replyTo: /** @type {Answered | null} */ (null) };

export class MessageComposer extends HTMLElement {
  #form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
  #box = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  #limit = Number(this.dataset.limit);
  #store = `draft:${this.dataset.room}`;
  /** @type {Answered | null} */
  #replyTo = null;
  /** @type {string | null} */
  #edits = null;
  /** @type {Draft | null} what a nudge is about */
  #nudged = null;
  #waitsUntil = 0;
  #ticking = 0;
  /** @type {Completing} */
  #completing;

  connectedCallback() {
    // Before anything is taken out: what another person left in this browser goes.
    openStore(/** @type {HTMLElement | null} */ (this.closest("[data-reader]"))?.dataset.reader ?? "");
    this.#completing = new Completing(this.#box, this.#part("completions"), [mentionsOf(peopleOfRoom), emojiNames()]);
    new Pasting(this.#box, this.#part("pasted"));
    this.#form.addEventListener("submit", this.#submit);
    this.#form.addEventListener("click", this.#click);
    this.#box.addEventListener("keydown", this.#key);
    this.#box.addEventListener("input", this.#changed);
    this.addEventListener("emoji-pick", this.#insertEmoji);
    if (!this.#box.value) this.#resume();
    this.#count();
    this.wait(Number(this.dataset.wait));
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
  }

  /** Answer a message. @param {Answered} answered */
  reply(answered) {
    this.#leaveEdit();
    this.#replyTo = answered;
    this.#context(fill(gettext("Replying to %(author)s"), { author: answered.author }));
    this.#keepDraft();
    this.#box.focus();
  }

  /** Change a message of one's own. What was being written comes back afterwards. @param {string} id @param {string} body */
  edit(id, body) {
    this.#edits = id;
    this.#context(gettext("Editing your message"));
    this.#write(body);
    this.#keepDraft();
    this.#box.focus();
  }

  /** The words may hurt: offer to change them. @param {Draft} draft @param {string} sentence @param {[number, number]} [span] */
  nudge(draft, sentence, span) {
    const panel = this.#part("nudge");
    this.#nudged = draft;
    this.dataset.span = span ? unitsOf(draft.body, span).join(" ") : "";
    fillNudge(panel, { body: draft.body, sentence, span });
    panel.hidden = false;
    panel.querySelector("button")?.focus();
  }

  /** Put a refused text back, before what has been written since, and say why. @param {Draft} draft @param {string} sentence */
  giveBack(draft, sentence) {
    if (draft.edits) this.edit(draft.edits, draft.body);
    else this.#write([draft.body, this.#box.value].filter(Boolean).join("\n"));
    if (draft.replyTo && !this.#replyTo) this.reply(draft.replyTo);
    this.tell(sentence);
    this.#keepDraft();
  }

  /** A sentence under the box until something is typed. @param {string} sentence */
  tell(sentence) {
    const words = this.#part("told");
    words.textContent = sentence;
    words.hidden = !sentence;
  }

  /** Slow mode: nothing is sent for so long; the button counts down. @param {number} seconds */
  wait(seconds) {
    if (!(seconds > 0)) return this.#tick();
    this.#waitsUntil = Math.max(this.#waitsUntil, Date.now() + seconds * 1000);
    clearInterval(this.#ticking);
    this.#ticking = window.setInterval(this.#tick, 250);
    this.#tick();
  }

  /** Show a sentence instead of the box, or the box again. @param {string} sentence */
  close(sentence) {
    const notice = this.#part("closed");
    const words = notice.querySelector("p");
    if (words && sentence) words.textContent = sentence;
    notice.hidden = !sentence;
    this.#form.hidden = Boolean(sentence);
  }

  focus() {
    this.#box.focus();
  }

  #submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const body = this.#box.value.trim();
    if (!body || this.#isOver || this.#isWaiting) return;
    const draft = { body, replyTo: this.#replyTo, edits: this.#edits, nudged: false };
    this.#clear();
    this.dispatchEvent(new CustomEvent("send", { detail: draft }));
  };

  #key = (/** @type {KeyboardEvent} */ event) => {
    if (this.#completing.takes(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#form.requestSubmit();
    } else if (event.key === "ArrowUp" && !this.#box.value) {
      event.preventDefault();
      this.dispatchEvent(new Event("edit-last"));
    } else if (event.key === "Escape") {
      this.#dropContext();
    }
  };

  #click = (/** @type {MouseEvent} */ event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (button?.dataset.act === "drop-context") this.#dropContext();
    else if (button?.dataset.act === "emoji") this.#pickEmoji(button);
    else if (button?.dataset.act === "change") this.#answerNudge(false);
    else if (button?.dataset.act === "send-anyway") {
      event.preventDefault();
      this.#answerNudge(true);
    }
  };

  async #pickEmoji(/** @type {HTMLElement} */ button) {
    const { pickEmoji } = await import("elements/emoji-picker");
    pickEmoji(button);
  }

  /** Where the caret stands. */
  #insertEmoji = (/** @type {Event} */ event) => {
    const { emoji } = /** @type {CustomEvent<{emoji: string}>} */ (event).detail;
    this.#box.setRangeText(emoji, this.#box.selectionStart, this.#box.selectionEnd, "end");
    this.#box.focus();
    this.#changed();
  };

  #answerNudge(/** @type {boolean} */ sends) {
    const draft = this.#nudged;
    this.#part("nudge").hidden = true;
    this.#nudged = null;
    if (!draft) return;
    if (sends) {
      this.dispatchEvent(new CustomEvent("send", { detail: { ...draft, nudged: true } }));
      return this.#box.focus();
    }
    this.giveBack(draft, "");
    const [start, end] = (this.dataset.span || "").split(" ").map(Number);
    this.#box.focus();
    if (end) this.#box.setSelectionRange(start, end);
  }

  #changed = () => {
    this.tell("");
    this.#count();
    this.#keepDraft();
    this.dispatchEvent(new Event("typing"));
  };

  #count() {
    const counter = this.#part("counter");
    const length = [...this.#box.value].length;
    counter.hidden = length < this.#limit * NEAR_LIMIT;
    counter.toggleAttribute("data-over", length > this.#limit);
    counter.toggleAttribute("data-near", length <= this.#limit);
    counter.textContent = fill(gettext("%(length)s of %(limit)s"), {
      length: length.toLocaleString(),
      limit: this.#limit.toLocaleString(),
    });
    this.#tick();
  }

  get #isOver() {
    return [...this.#box.value].length > this.#limit;
  }

  get #isWaiting() {
    return !this.#edits && Date.now() < this.#waitsUntil;
  }

  #tick = () => {
    const left = Math.ceil((this.#waitsUntil - Date.now()) / 1000);
    const button = /** @type {HTMLButtonElement} */ (this.#part("send"));
    const words = this.#part("wait");
    words.hidden = !this.#isWaiting;
    words.textContent = fill(gettext("%(seconds)s s"), { seconds: left });
    button.disabled = this.#isWaiting || this.#isOver;
    if (left > 0) return;
    clearInterval(this.#ticking);
    if (this.#waitsUntil) this.tell("");
    this.#waitsUntil = 0;
  };

  /** What was left here: a change that was begun comes first, then what it interrupted. */
  #resume() {
    const change = recall(`${this.#store}:change`, NO_CHANGE);
    if (!change) return this.#restore();
    this.#edits = change.id;
    this.#context(gettext("Editing your message"));
    this.#write(change.body);
  }

  #restore() {
    const { body, replyTo } = recall(this.#store, NO_DRAFT);
    this.#write(body);
    this.#replyTo = replyTo;
    if (replyTo) this.#context(fill(gettext("Replying to %(author)s"), { author: replyTo.author }));
  }

  #keepDraft() {
    const body = this.#box.value;
    if (this.#edits) return remember(`${this.#store}:change`, { id: this.#edits, body });
    remember(this.#store, body || this.#replyTo ? { body, replyTo: this.#replyTo } : null);
  }

  #clear() {
    if (this.#edits) return this.#leaveEdit();
    this.#replyTo = null;
    this.#context("");
    this.#write("");
    this.#keepDraft();
  }

  #dropContext() {
    if (this.#edits) return this.#leaveEdit();
    this.#replyTo = null;
    this.#context("");
    this.#keepDraft();
    this.#box.focus();
  }

  /** Back to what was being written before the edit began. */
  #leaveEdit() {
    if (!this.#edits) return;
    this.#edits = null;
    remember(`${this.#store}:change`, null);
    this.#context("");
    this.#restore();
    this.#box.focus();
  }

  /** @param {string} words "" takes the bar away */
  #context(words) {
    this.#part("context").hidden = !words;
    this.#part("context-text").textContent = words;
  }

  /** @param {string} body */
  #write(body) {
    this.#box.value = body;
    this.#box.setSelectionRange(body.length, body.length);
    this.#count();
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-part="${name}"]`));
  }
}

/** The members' panel of the page. @returns {HTMLElement[]} */
function peopleOfRoom() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".people [data-name]"))];
}

customElements.define("message-composer", MessageComposer);
