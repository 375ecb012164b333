/**
 * <kept-draft data-reader data-name>: what is written in the text box inside is kept for this person under that
 * name until it is sent. The composer of a room does the same by itself, with replies and changes.
 */
import { openStore, recall, remember } from "storage";

class KeptDraft extends HTMLElement {
  connectedCallback() {
    const box = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    const name = `draft:${this.dataset.name}`;
    openStore(this.dataset.reader ?? "");
    // What the server gave back comes first: it was refused a moment ago.
    if (!box.value) box.value = recall(name, "");
    box.addEventListener("input", () => remember(name, box.value || null));
    box.form?.addEventListener("submit", () => remember(name, null));
  }
}

customElements.define("kept-draft", KeptDraft);
