/**
 * <leave-now data-to="…">: blanks the page at once, signs out, and replaces the page by a neutral one.
 * Also on Shift pressed three times within five seconds with no other key between.
 * Without JavaScript the form inside posts and the server redirects.
 */

const KEY = "Shift";
const PRESSES = 3;
const WITHIN_MS = 5000;

class LeaveNow extends HTMLElement {
  /** @type {number[]} moments of the presses so far */
  #presses = [];
  #alone = false;

  connectedCallback() {
    this.addEventListener("submit", this.#leave);
    document.addEventListener("keydown", this.#down);
    document.addEventListener("keyup", this.#up);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#down);
    document.removeEventListener("keyup", this.#up);
  }

  /** @param {KeyboardEvent} event */
  #down = (event) => {
    if (event.repeat) return;
    this.#alone = event.key === KEY;
    if (!this.#alone) this.#presses = [];
  };

  /** A press counts when Shift went down and up alone: capitals do not. @param {KeyboardEvent} event */
  #up = (event) => {
    if (event.key !== KEY || !this.#alone) return;
    const now = Date.now();
    this.#presses = [...this.#presses.filter((moment) => now - moment < WITHIN_MS), now];
    if (this.#presses.length >= PRESSES) this.#leave();
  };

  /** @param {Event} [event] */
  #leave = (event) => {
    event?.preventDefault();
    const form = this.querySelector("form");
    if (!form) return;
    blank();
    forget();
    // keepalive: the request outlives this page, so nobody waits for it.
    fetch(form.action, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
    location.replace(this.dataset.to || "about:blank");
  };
}

/** Nothing of the page is to be seen from this moment on. */
function blank() {
  document.title = "";
  document.body.replaceChildren();
}

/** Drafts and the like that this browser keeps for us. */
function forget() {
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // A browser that refuses storage has kept nothing.
  }
}

customElements.define("leave-now", LeaveNow);
