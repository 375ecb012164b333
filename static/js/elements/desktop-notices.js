/**
 * <desktop-notices data-reader>: whether this browser tells its reader, outside of the page, that somebody spoke to
 * them. Asked only when they press the button; without the browser's own API nothing is shown.
 */
import { openStore, recall, remember } from "storage";

class DesktopNotices extends HTMLElement {
  connectedCallback() {
    if (!("Notification" in globalThis)) {
      this.#part("refused").hidden = false;
      return;
    }
    openStore(this.dataset.reader ?? "");
    this.#part("on").addEventListener("click", () => this.#allow());
    this.#part("off").addEventListener("click", () => this.#set(null));
    this.#show();
  }

  async #allow() {
    const answer = await Notification.requestPermission();
    this.#part("refused").hidden = answer === "granted";
    if (answer === "granted") this.#set(true);
  }

  /** @param {true | null} isOn */
  #set(isOn) {
    remember("desktop", isOn);
    this.#show();
  }

  #show() {
    const isOn = recall("desktop", false) && Notification.permission === "granted";
    this.#part("on").hidden = isOn;
    this.#part("off").hidden = !isOn;
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-part="${name}"]`));
  }
}

customElements.define("desktop-notices", DesktopNotices);
