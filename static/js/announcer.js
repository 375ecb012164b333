/** Tells screen readers that something new is there: politely, at most every few seconds, never the text. */
import { fill, gettext, ngettext } from "words";

const PAUSE_MS = 4000;

export class Announcer {
  #region;
  #count = 0;
  #author = "";
  #timer = 0;

  /** @param {HTMLElement} region a live region of its own, outside the log */
  constructor(region) {
    this.#region = region;
  }

  /** A message by somebody else came. @param {string} author */
  message(author) {
    this.#count += 1;
    this.#author = author;
    this.#timer ||= window.setTimeout(this.#speak, this.#count === 1 ? PAUSE_MS / 4 : PAUSE_MS);
  }

  /** Say a sentence now: the connection is gone, a message was deleted. @param {string} sentence */
  say(sentence) {
    this.#region.textContent = sentence;
  }

  #speak = () => {
    const count = this.#count;
    this.#count = 0;
    this.#timer = 0;
    this.say(
      count === 1
        ? fill(gettext("New message from %(author)s"), { author: this.#author })
        : fill(ngettext("%(count)s new message", "%(count)s new messages", count), { count }),
    );
  };
}
