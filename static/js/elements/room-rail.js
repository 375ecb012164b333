/**
 * <room-rail data-href>: the list of rooms, asked for afresh now and then while the page is seen: a busy room
 * elsewhere then costs this page a few hundred bytes, not its every message. Event: "unread" (detail: how many).
 */
import { FetchError } from "fetching";
import { fetchFragment } from "fragments";

const EVERY_MS = 20_000;

export class RoomRail extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback() {
    this.#timer = window.setInterval(this.#ask, EVERY_MS);
    document.addEventListener("visibilitychange", this.#ask);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#ask);
  }

  /** Unread messages in the other rooms. */
  get unread() {
    return Number(this.querySelector("[data-unread]")?.getAttribute("data-unread") ?? 0);
  }

  #ask = async () => {
    if (document.visibilityState !== "visible" || Date.now() - this.#asked < EVERY_MS / 2) return;
    this.#asked = Date.now();
    try {
      this.#show(await fetchFragment(this.dataset.href ?? ""));
    } catch (error) {
      if (!(error instanceof FetchError)) throw error; // the list stays as it was until the next time
    }
  };

  /** @param {DocumentFragment} fresh */
  #show(fresh) {
    const focused = /** @type {HTMLAnchorElement | null} */ (this.querySelector("a:focus"))?.href;
    this.replaceChildren(fresh);
    if (focused) [...this.querySelectorAll("a")].find((link) => link.href === focused)?.focus();
    this.dispatchEvent(new CustomEvent("unread", { detail: this.unread }));
  }
}

customElements.define("room-rail", RoomRail);
