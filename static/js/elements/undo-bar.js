/** <undo-bar data-seconds>: shows how long an act can still be undone, then goes; waits under pointer and focus. */

const TICK_MS = 100;

class UndoBar extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    const whole = Number(this.dataset.seconds || 10) * 1000;
    let left = whole;
    this.#timer = window.setInterval(() => {
      if (this.matches(":hover, :focus-within")) return;
      left -= TICK_MS;
      this.style.setProperty("--left", String(Math.max(0, left / whole)));
      if (left <= 0) this.remove();
    }, TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }
}

customElements.define("undo-bar", UndoBar);
