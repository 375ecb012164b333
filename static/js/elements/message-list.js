/**
 * <message-list>: the log of a room. Shows, replaces and buries messages as frames say, keeps the reader's
 * place, and counts what is new below it. It knows nothing of the socket: chat-room.js calls it.
 * Events: "seen" (detail: position), when everything to the end has been on the screen; "act".
 */
import { Announcer } from "announcer";
import { settleAround } from "arrange";
import { History } from "history";
import { dropQuotes, explain, foldLong, messageItem, setReason, setState, tombstoneItem } from "message";
import { reactionButton } from "reactions";
import { keepOneStop, rove } from "roving";
import { Place } from "scrolling";
import { fill, ngettext } from "words";

/** @typedef {import("message").MessageFrame} MessageFrame */
/** @typedef {import("message").Tombstone} Tombstone */

export class MessageList extends HTMLElement {
  #log = /** @type {HTMLElement} */ (this.querySelector('[role="log"]'));
  #list = /** @type {HTMLOListElement} */ (this.querySelector("ol"));
  #pill = /** @type {HTMLButtonElement} */ (this.querySelector('[data-part="pill"]'));
  #announcer = new Announcer(/** @type {HTMLElement} */ (this.querySelector('[data-part="announcements"]')));
  #reader = this.dataset.reader ?? "";
  #unseen = 0;
  /** @type {Place} */
  #place;
  /** @type {History} */
  #history;

  connectedCallback() {
    this.#place = new Place(this.#log, this.#moved);
    this.#history = new History(this.#list, this.#place, this.dataset.history ?? "");
    this.#finish();
    this.#pill.addEventListener("click", this.toEnd);
    rove(this.#log, this.#act, () => this.dispatchEvent(new Event("leave")));
    keepOneStop(this.#log);
    document.addEventListener("visibilitychange", this.#look);
    addEventListener("focus", this.#look);
    this.#begin();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#look);
    removeEventListener("focus", this.#look);
  }

  /** How many messages came since the reader last saw the end. */
  get unseen() {
    return this.#unseen;
  }

  /** Show a message as it stands now. An older state than the one shown is left out. @param {MessageFrame} frame */
  show(frame) {
    const known = this.#known(frame);
    if (known && Number(known.dataset.revision ?? -1) > (frame.revision ?? 0)) return;
    const item = messageItem(frame, this.#reader);
    if (known) this.#replace(known, item);
    else if (!this.#insert(item, frame)) return;
    this.#finish([item]);
    if (!known || known.dataset.state === "sending") this.#arrived(item, frame);
  }

  /** Take a message's words out of the page. @param {Tombstone} frame */
  bury(frame) {
    dropQuotes(this.#list, frame.id);
    const known = this.find(frame.id);
    if (known) this.#replace(known, tombstoneItem(frame));
  }

  /** One's own words, on their way. @param {MessageFrame} frame */
  sending(frame) {
    const item = messageItem(frame, this.#reader);
    this.#list.append(item);
    settleAround(item);
    this.toEnd();
  }

  /**
   * It is stored: it has an id and a place now, or its new text waits to be seen.
   * @param {{client_key: string, message: string, position: number, state: string}} ack
   */
  acknowledged(ack) {
    const item = this.byKey(ack.client_key) ?? this.find(ack.message);
    if (!item || item.dataset.state !== "sending") return;
    setState(item, ack.state);
    if (item.dataset.position) return;
    item.id = `m-${ack.message}`;
    Object.assign(item.dataset, { id: ack.message, position: String(ack.position), revision: "0" });
    this.#history.reaches(ack.position);
    this.#list.insertBefore(item, this.#successor(ack.position, item));
    settleAround(item);
  }

  /** A change to a message of one's own is on its way. @param {string} id */
  waits(id) {
    const item = this.find(id);
    if (item) setState(item, "sending");
  }

  /** The change was refused. @param {string} id */
  standsAsBefore(id) {
    const item = this.find(id);
    if (item) setState(item, item.dataset.stood ?? "visible");
  }

  /** It was refused: say why, and offer to try again. @param {string} key @param {string} sentence */
  failed(key, sentence) {
    const item = this.byKey(key);
    if (!item) return;
    setState(item, "failed");
    setReason(item, sentence);
  }

  /** The height that can be seen has changed. */
  settle() {
    this.#place.follow();
  }

  /** Take out what was never sent. @param {string} key */
  drop(key) {
    this.byKey(key)?.remove();
    keepOneStop(this.#log);
  }

  /** @param {string} id @returns {HTMLElement | null} */
  find(id) {
    return document.getElementById(`m-${id}`);
  }

  /** @param {string} key @returns {HTMLElement | null} */
  byKey(key) {
    return this.#list.querySelector(`.message[data-key="${CSS.escape(key)}"]`);
  }

  /** The reader's last message that can still be changed. @returns {HTMLElement | undefined} */
  lastOwn() {
    const own = this.#list.querySelectorAll('.message[data-own][data-position]:not([data-state="tombstone"])');
    return /** @type {HTMLElement | undefined} */ ([...own].at(-1));
  }

  /** Bring a message into view, and say so if it is not in the page. @param {string} id @returns {boolean} */
  reveal(id) {
    const item = this.find(id);
    if (!item) return false;
    this.#place.show(item);
    item.dataset.found = "";
    setTimeout(() => delete item.dataset.found, 2000);
    item.focus({ preventScroll: true });
    return true;
  }

  /** Nothing of the room may stay on the screen. */
  clear() {
    this.#history.end();
    this.#pill.hidden = true;
  }

  /** @param {string} sentence for screen readers */
  say(sentence) {
    this.#announcer.say(sentence);
  }

  /** Too much changed to catch up: the newest page instead, or the one around a position. @param {number} [position] */
  async reload(position) {
    if (position && !this.#place.isAtEnd) await this.#history.around(position);
    else await this.#history.latest();
    this.#finish();
    keepOneStop(this.#log);
    this.#look();
  }

  toEnd = async () => {
    if (this.#history.hasNewer) await this.#history.latest();
    this.#place.toEnd();
    this.#look();
  };

  /** What the server leaves to the page: long texts are folded, a hidden one's author reads on what grounds. */
  #finish(/** @type {Iterable<Element>} */ items = this.#list.querySelectorAll(".message")) {
    for (const item of /** @type {Iterable<HTMLElement>} */ (items)) {
      foldLong(item);
      if (item.dataset.state === "hidden") explain(item, this.dataset.why ?? "");
    }
  }

  #begin() {
    const target = location.hash.startsWith("#m-") && document.getElementById(location.hash.slice(1));
    const unread = document.getElementById("first-unread");
    if (target) this.#place.show(target);
    else if (unread) this.#place.show(unread);
    else this.#place.toEnd();
    this.#moved();
  }

  /** @param {MessageFrame} frame @returns {HTMLElement | null} */
  #known(frame) {
    return this.find(frame.id) ?? (frame.client_key ? this.byKey(frame.client_key) : null);
  }

  /** @param {HTMLElement} old @param {HTMLElement} item */
  #replace(old, item) {
    const hadFocus = old.contains(document.activeElement);
    const emoji = hadFocus && document.activeElement instanceof HTMLButtonElement ? document.activeElement.value : "";
    item.tabIndex = old.tabIndex;
    if (old.dataset.key) item.dataset.key ??= old.dataset.key;
    const isPlaced = old.dataset.position === item.dataset.position;
    old.replaceWith(item);
    if (!isPlaced) this.#list.insertBefore(item, this.#successor(Number(item.dataset.position), item));
    settleAround(item);
    this.#place.follow();
    if (hadFocus) (reactionButton(item, emoji) ?? item).focus({ preventScroll: true });
  }

  /** Put a message where its position belongs, unless that is outside of what is loaded. */
  #insert(/** @type {HTMLElement} */ item, /** @type {MessageFrame} */ frame) {
    const position = frame.position ?? 0;
    const isAbove = this.#history.hasOlder && position < this.#history.first;
    const isBelow = this.#history.hasNewer && position > this.#history.last;
    if (isBelow) this.#arrived(null, frame);
    if (isAbove || isBelow) return false;
    this.#list.insertBefore(item, this.#successor(position, item));
    this.#history.reaches(position);
    settleAround(item);
    keepOneStop(this.#log);
    return true;
  }

  /** The first item that comes after a position: what is on its way stays last. */
  #successor(/** @type {number} */ position, /** @type {Element} */ item) {
    let after = null;
    for (const other of [...this.#list.querySelectorAll(".message")].reverse()) {
      if (other === item) continue;
      if (Number(/** @type {HTMLElement} */ (other).dataset.position ?? Infinity) < position) break;
      after = other;
    }
    return after && firstOfDay(after);
  }

  /** Something came at the end: by another, while the reader may be elsewhere. */
  #arrived(/** @type {HTMLElement | null} */ item, /** @type {MessageFrame} */ frame) {
    this.#place.follow();
    if (this.#place.follows) this.#history.trimStart();
    if (frame.author.id === this.#reader || (item && item !== this.#lastPlaced())) return this.#look();
    this.#announcer.message(frame.author.name);
    if (!this.#isSeen && this.#unseen === 0 && item) this.#markNew(item);
    if (!this.#isSeen) this.#unseen += 1;
    this.#look();
  }

  #lastPlaced() {
    return [...this.#list.querySelectorAll(".message[data-position]")].at(-1);
  }

  /** The "new" line moves to the first message that was not seen. @param {HTMLElement} item */
  #markNew(item) {
    document.getElementById("first-unread")?.remove();
    const stencil = document.querySelector('template[data-stencil="divider-new"]');
    const line = /** @type {HTMLTemplateElement} */ (stencil).content.firstElementChild?.cloneNode(true);
    if (line) item.before(line);
    settleAround(item);
  }

  get #isSeen() {
    return document.visibilityState === "visible" && this.#place.isAtEnd;
  }

  /** Whether the end has been seen, and what the pill says. */
  #look = () => {
    if (this.#isSeen) this.#unseen = 0;
    this.#pill.hidden = this.#place.isAtEnd;
    const words = this.#pill.querySelector("span");
    const count = this.#unseen;
    if (words && count) {
      words.textContent = fill(ngettext("%(count)s new message", "%(count)s new messages", count), { count });
    } else if (words) {
      words.textContent = this.#pill.dataset.rest ?? "";
    }
    const detail = this.#isSeen ? this.#history.last : null;
    this.dispatchEvent(new CustomEvent("seen", { detail }));
  };

  #moved = () => {
    this.#look();
    this.#history.reach(this.#log).catch(() => this.dispatchEvent(new Event("unreachable")));
  };

  #act = (/** @type {string} */ act, /** @type {HTMLElement} */ item) => {
    this.dispatchEvent(new CustomEvent("act", { detail: { act, item } }));
  };
}

/** A message's day line and "new" line stay with it. @param {Element} item @returns {Element} */
function firstOfDay(item) {
  let first = item;
  while (first.previousElementSibling?.classList.contains("divider")) first = first.previousElementSibling;
  return first;
}

customElements.define("message-list", MessageList);
