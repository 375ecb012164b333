/** <copy-text data-copied>: its button copies what stands in its field; the field itself selects on focus. */
import { toast } from "toast";

class CopyText extends HTMLElement {
  connectedCallback() {
    const field = /** @type {HTMLInputElement} */ (this.querySelector("input"));
    field.addEventListener("focus", () => field.select());
    this.querySelector("button")?.addEventListener("click", () => this.#copy(field));
  }

  /** @param {HTMLInputElement} field */
  async #copy(field) {
    try {
      await navigator.clipboard.writeText(field.value);
      toast(this.dataset.copied ?? "");
    } catch {
      field.focus(); // selected: the keyboard copies it
    }
  }
}

customElements.define("copy-text", CopyText);
