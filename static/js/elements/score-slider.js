/**
 * <score-slider data-steps='[[0, "unlikely"], [80, "very likely"]]'>: a range and a number for one figure, kept
 * equal, and in words from how sure a score on it acts. An empty number sets nothing (data-none says so).
 */

class ScoreSlider extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this.#follow);
    this.#say();
  }

  get #range() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input[type=range]"));
  }

  get #number() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input[type=number]"));
  }

  /** @param {Event} event */
  #follow = (event) => {
    if (event.target === this.#range) this.#number.value = String(Number(this.#range.value) / 100);
    else if (this.#number.value !== "") this.#range.value = String(Number(this.#number.value) * 100);
    this.#say();
    this.closest("section")?.querySelector("[data-part=preview]")?.remove(); // it was of other figures
  };

  #say() {
    this.toggleAttribute("data-unset", this.#number.value === "");
    const said = this.#number.value === "" ? (this.dataset.none ?? "") : this.#words(Number(this.#number.value) * 100);
    this.#range.setAttribute("aria-valuetext", said);
    const output = this.querySelector("output");
    if (output) output.textContent = said;
  }

  /** @param {number} hundredths @returns {string} */
  #words(hundredths) {
    const steps = /** @type {[number, string][]} */ (JSON.parse(this.dataset.steps ?? "[]"));
    return steps.findLast(([least]) => hundredths >= least)?.[1] ?? "";
  }
}

customElements.define("score-slider", ScoreSlider);
