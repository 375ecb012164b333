/**
 * <claim-lease data-mine>: whose case this is. While the page is seen it asks again every few seconds (its
 * hx-post renews what is ours, its hx-get watches what is not). Whatever bears data-needs-claim in the case
 * follows: switched off the moment another takes over, with all that was typed left as it is.
 */

const CHECK_MS = 5000;

class ClaimLease extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#timer = window.setInterval(this.#check, CHECK_MS);
    document.addEventListener("visibilitychange", this.#check);
    queueMicrotask(() => this.#reflect()); // once htmx has put back what it preserves
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#check);
  }

  #check = () => {
    if (document.visibilityState === "visible") htmx.trigger(this, "lease:check");
  };

  #reflect() {
    const isMine = this.hasAttribute("data-mine");
    for (const control of this.closest("#case")?.querySelectorAll("[data-needs-claim]") ?? []) {
      /** @type {HTMLFieldSetElement} */ (control).disabled = !isMine;
    }
  }
}

customElements.define("claim-lease", ClaimLease);
