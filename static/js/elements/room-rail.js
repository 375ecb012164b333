/**
 * <room-rail data-href>: the list of rooms. The socket says how much is unread in each; now and then, and when a
 * room is not in it, the whole list is asked for afresh. Event: "unread".
 */
import { FetchError } from "fetching";
import { fetchFragment } from "fragments";

const EVERY_MS = 120_000;
const NOT_BEFORE_MS = 5_000;

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
    const links = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("a[data-room]"));
    return [...links].reduce((sum, link) => sum + Number(link.dataset.unread ?? 0), 0);
  }

  /**
   * Show how much is unread in a room, and say its name where somebody has spoken to the reader since.
   * @param {{room: string, unread: number, mentions: number}} counts
   * @returns {string}
   */
  count({ room, unread, mentions }) {
    const link = /** @type {HTMLElement | null} */ (this.querySelector(`a[data-room="${CSS.escape(room)}"]`));
    if (!link) {
      this.#ask();
      return "";
    }
    const isSpokenTo = mentions > Number(link.dataset.mentions ?? 0);
    Object.assign(link.dataset, { unread: String(Math.max(unread, mentions)), mentions: String(mentions) });
    link.classList.toggle("rail__room--unread", unread + mentions > 0);
    link.querySelector(".count")?.remove();
    if (unread + mentions) link.append(badge(mentions || unread, mentions ? "mention" : "unread"));
    return isSpokenTo ? link.querySelector(".rail__name")?.textContent ?? "" : "";
  }

  /** Ask for the list afresh. */
  refresh() {
    this.#ask();
  }

  #ask = async () => {
    if (document.visibilityState !== "visible" || Date.now() - this.#asked < NOT_BEFORE_MS) return;
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
    this.dispatchEvent(new CustomEvent("unread"));
  }
}

/** @param {number} number @param {"unread" | "mention"} kind */
function badge(number, kind) {
  const stencil = /** @type {HTMLTemplateElement} */ (document.querySelector(`template[data-stencil="count-${kind}"]`));
  const made = /** @type {HTMLElement} */ (stencil.content.firstElementChild?.cloneNode(true));
  made.firstChild?.replaceWith(number > 99 ? "99+" : String(number), " ");
  return made;
}

customElements.define("room-rail", RoomRail);
