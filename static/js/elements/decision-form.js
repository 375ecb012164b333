/**
 * <decision-form>: the form of one decision. Takes the focus, follows the policy with its suggested reason
 * until somebody has written their own, sends on Ctrl+Enter, goes on Escape and gives the focus back.
 */

class DecisionForm extends HTMLElement {
  #cameFrom = document.activeElement;

  connectedCallback() {
    this.addEventListener("keydown", this.#press);
    this.addEventListener("change", this.#suggest);
    this.addEventListener("click", this.#cancel);
    /** @type {HTMLElement | null} */ (
      this.querySelector("[aria-invalid=true]") ?? this.querySelector("select, textarea")
    )?.focus();
    this.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #press = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#send();
    else if (event.key === "Escape") this.#close(event);
  };

  /** Not while the case is another's: then the fields are switched off. */
  #send() {
    if (!this.querySelector("fieldset:disabled")) this.querySelector("form")?.requestSubmit();
  }

  /** The reason follows the policy while it is still a suggestion. @param {Event} event */
  #suggest = (event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    const reason = this.querySelector("textarea");
    if (select.name !== "policy" || !reason) return;
    const suggestions = [...select.options].map((option) => option.dataset.reason ?? "");
    if (reason.value.trim() && !suggestions.includes(reason.value)) return;
    reason.value = select.selectedOptions[0]?.dataset.reason ?? "";
  };

  /** @param {MouseEvent} event */
  #cancel = (event) => {
    if (/** @type {Element} */ (event.target).closest("[data-act=cancel]")) this.#close(event);
  };

  /** @param {Event} event */
  #close(event) {
    event.preventDefault();
    this.remove();
    if (this.#cameFrom instanceof HTMLElement) this.#cameFrom.focus();
  }
}

customElements.define("decision-form", DecisionForm);
