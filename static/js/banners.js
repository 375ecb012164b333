/** The strips above the log that say how things are: reconnecting, checking delayed, shut out. */

const PATIENCE_MS = 1000;

export class Banners {
  #area;
  #timer = 0;

  /** @param {HTMLElement} area holding an element with data-banner for each */
  constructor(area) {
    this.#area = area;
  }

  /** @param {string} name @param {boolean} shown @param {string} [sentence] in place of the one written there */
  show(name, shown, sentence = "") {
    const banner = /** @type {HTMLElement | null} */ (this.#area.querySelector(`[data-banner="${name}"]`));
    const words = banner?.querySelector("[data-part=words]");
    if (words && sentence) words.textContent = sentence;
    if (banner) banner.hidden = !shown;
  }

  /** A gap of less than a second is nobody's business. @param {boolean} isLost */
  offline(isLost) {
    clearTimeout(this.#timer);
    if (!isLost) return this.show("offline", false);
    this.#timer = window.setTimeout(() => this.show("offline", true), PATIENCE_MS);
  }
}
