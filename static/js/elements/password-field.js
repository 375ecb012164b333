/** <password-field data-label>: a button in a password field that shows and hides what was typed. */
import { icon } from "icon";

class PasswordField extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (input && !this.querySelector("button")) this.append(this.#button(input));
  }

  /** @param {HTMLInputElement} input */
  #button(input) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "icon-button";
    button.setAttribute("aria-label", this.dataset.label ?? "");
    button.setAttribute("aria-pressed", "false");
    button.append(icon("eye"));
    button.addEventListener("click", () => toggle(input, button));
    return button;
  }
}

/** @param {HTMLInputElement} input @param {HTMLButtonElement} button */
function toggle(input, button) {
  const shows = input.type === "password";
  input.type = shows ? "text" : "password";
  button.setAttribute("aria-pressed", String(shows));
  button.replaceChildren(icon(shows ? "eye-off" : "eye"));
}

customElements.define("password-field", PasswordField);
