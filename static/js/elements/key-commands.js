/**
 * <key-commands data-off="words" data-on="words">: a single key presses the control that names it in
 * aria-keyshortcuts. Never while somebody types, in a dialog or with a modifier; a button inside with
 * data-act="keys" switches all of it off and on again, and the choice is kept in this browser.
 */

import { singleKeysAct, switchSingleKeys } from "single-keys";

const TYPING = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";

class KeyCommands extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this.#press);
    this.addEventListener("click", this.#switch);
    this.#reflect();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#press);
  }

  /** @param {KeyboardEvent} event */
  #press = (event) => {
    if (!singleKeysAct() || isElsewhere(event)) return;
    const controls = [...document.querySelectorAll(`[aria-keyshortcuts~="${CSS.escape(event.key)}"]`)];
    const control = controls.find((found) => found.checkVisibility() && !found.matches(":disabled"));
    if (control instanceof HTMLElement) {
      event.preventDefault();
      control.click();
    } else if (controls.length) {
      this.dispatchEvent(new CustomEvent("key-refused", { bubbles: true, detail: controls[0] }));
    }
  };

  /** @param {MouseEvent} event */
  #switch = (event) => {
    if (!(/** @type {Element} */ (event.target).closest("[data-act=keys]"))) return;
    switchSingleKeys();
    this.#reflect();
  };

  #reflect() {
    const button = this.querySelector("[data-act=keys]");
    if (button) button.textContent = (singleKeysAct() ? this.dataset.on : this.dataset.off) ?? "";
    this.toggleAttribute("data-muted", !singleKeysAct());
  }
}

/** Typing, a modifier, an open dialog: the key is meant for something else. @param {KeyboardEvent} event */
function isElsewhere(event) {
  const target = /** @type {Element} */ (event.target);
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  return target.matches(TYPING) || document.querySelector("dialog[open]") !== null;
}

customElements.define("key-commands", KeyCommands);
