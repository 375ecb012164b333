/**
 * <veiled-text data-open>: blurs and unblurs text that has been asked for, by a button inside with data-act="veil".
 * What is blurred for the eye (data-part="veiled") cannot be reached by keyboard or screen reader either.
 */

class VeiledText extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#toggle);
    this.#reflect();
  }

  /** @param {MouseEvent} event */
  #toggle = (event) => {
    if (!(/** @type {Element} */ (event.target).closest("[data-act=veil]"))) return;
    this.toggleAttribute("data-open");
    this.#reflect();
  };

  #reflect() {
    const veiled = /** @type {HTMLElement | null} */ (this.querySelector("[data-part=veiled]"));
    if (veiled) veiled.inert = !this.hasAttribute("data-open");
  }
}

customElements.define("veiled-text", VeiledText);
