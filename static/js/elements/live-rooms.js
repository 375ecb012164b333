/**
 * <live-rooms data-href data-socket data-sign-in data-unread>: the list of one's rooms on the front page. The
 * socket says that a count has changed; the list is then asked for afresh, so that the server alone counts.
 */
import { fetchFragment } from "fragments";
import { Socket } from "socket";
import { forgetAll } from "storage";
import { titleWith } from "title";

/** Several counts that change together are one question. */
const TOGETHER_MS = 500;
const NOT_BEFORE_MS = 3_000;

class LiveRooms extends HTMLElement {
  /** @type {Socket} */ #socket;
  #timer = 0;
  #asked = 0;
  #wasLost = false;

  connectedCallback() {
    this.#socket = new Socket(this.dataset.socket ?? "", this);
    this.#socket.open();
  }

  disconnectedCallback() {
    this.#socket.stop();
    clearTimeout(this.#timer);
  }

  // --- What the socket says ---

  connected() {
    this.toggleAttribute("data-live", true);
    if (this.#wasLost) this.#soon();
    this.#wasLost = false;
  }

  received(/** @type {any} */ frame) {
    if (frame.type === "unread") this.#soon();
    else if (frame.type === "notice") document.dispatchEvent(new CustomEvent("notices", { detail: frame.unread }));
    else if (frame.type === "resync") this.#socket.returnWithin(frame.retry_after_s ?? 0);
  }

  lost() {
    this.#wasLost = true;
  }

  signedOut() {
    forgetAll();
    if ("signsOut" in document.documentElement.dataset) return; // by the reader's own hand, on this page
    location.assign(`${this.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`);
  }

  /** The page itself says why. */
  shutOut() {
    location.reload();
  }

  // --- The list ---

  #soon() {
    if (this.#timer) return;
    const wait = Math.max(TOGETHER_MS, this.#asked + NOT_BEFORE_MS - Date.now());
    this.#timer = window.setTimeout(() => this.#ask(), wait);
  }

  async #ask() {
    this.#timer = 0;
    this.#asked = Date.now();
    const fresh = await fetchFragment(this.dataset.href ?? "").catch(() => null);
    if (fresh) this.#show(fresh); // else the list stays as it was until the next change
  }

  /** @param {DocumentFragment} fresh */
  #show(fresh) {
    const focused = /** @type {HTMLAnchorElement | null} */ (this.querySelector("a:focus"))?.href;
    this.replaceChildren(fresh);
    if (focused) [...this.querySelectorAll("a")].find((link) => link.href === focused)?.focus();
    const counted = /** @type {HTMLElement | null} */ (this.querySelector("[data-unread]"));
    titleWith(Number(counted?.dataset.unread ?? 0));
  }
}

customElements.define("live-rooms", LiveRooms);
