/**
 * <fragment-dialog>: shows a form of another page in a dialog, and what comes of sending it. The server answers
 * as it would htmx: with the part alone, or with a whole page, of which the content of main is taken.
 * Event: "sent", when the dialog closes after something was sent.
 */
import { gettext } from "words";

export class FragmentDialog extends HTMLElement {
  #dialog = /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  #body = /** @type {HTMLElement} */ (this.querySelector('[data-part="fragment"]'));
  #title = /** @type {HTMLElement} */ (this.querySelector('[data-part="title"]'));
  #wasSent = false;

  connectedCallback() {
    this.#body.addEventListener("submit", (event) => this.#submit(event));
    this.#body.addEventListener("click", (event) => this.#leave(event));
    this.#dialog.addEventListener("close", () => {
      this.#body.replaceChildren();
      if (this.#wasSent) this.dispatchEvent(new Event("sent"));
    });
  }

  /** @param {string} title @param {string} address */
  async open(title, address) {
    this.#wasSent = false;
    this.#title.textContent = title;
    this.#dialog.showModal();
    await this.#load(address, { method: "GET" });
    /** @type {HTMLElement | null} */ (this.#body.querySelector("input:not([type=hidden]), button"))?.focus();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method === "dialog") return;
    event.preventDefault();
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    await this.#load(form.action, { method: "POST", body: new FormData(form) });
    this.#wasSent = true;
  }

  /** The way out beside a form's button: in a dialog it closes the dialog. @param {MouseEvent} event */
  #leave(event) {
    if (!(event.target instanceof Element) || !event.target.closest("form a.button")) return;
    event.preventDefault();
    this.#dialog.close();
  }

  /** @param {string} address @param {RequestInit} request */
  async #load(address, request) {
    try {
      const answer = await fetch(address, { ...request, headers: { "HX-Request": "true" } });
      this.#show(await answer.text(), answer.url);
    } catch {
      this.#body.replaceChildren(gettext("We could not reach the server. Close this and try again."));
    }
  }

  /** @param {string} text @param {string} address where it came from: a form without an action posts there */
  #show(text, address) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const content = page.querySelector("main") ?? page.body;
    for (const heading of content.querySelectorAll("h1")) heading.remove();
    for (const form of content.querySelectorAll("form")) form.action = form.getAttribute("action") ?? address;
    this.#body.replaceChildren(...document.adoptNode(content).childNodes);
  }
}

customElements.define("fragment-dialog", FragmentDialog);
