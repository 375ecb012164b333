/** <notice-count>: how many notices are unread, as the page was made and as the socket says since. */

class NoticeCount extends HTMLElement {
  connectedCallback() {
    document.addEventListener("notices", this.#follow);
  }

  disconnectedCallback() {
    document.removeEventListener("notices", this.#follow);
  }

  /** @param {Event} event */
  #follow = (event) => {
    const unread = Number(/** @type {CustomEvent} */ (event).detail);
    const number = this.querySelector("[data-part=number]");
    if (number) number.textContent = String(unread);
    this.hidden = unread === 0;
  };
}

customElements.define("notice-count", NoticeCount);
