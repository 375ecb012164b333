/**
 * <command-palette data-options="address" data-search="address">: rooms, people, pages and commands in one list that
 * what is typed makes shorter. The options come from the server each time it opens: what one may see changes.
 * It is loaded when it is first wanted (main.js).
 */
import { fetchText } from "fetching";
import { icon } from "icon";
import { fill, gettext } from "words";

const SHOWN_MAX = 50;

/** Open the page's palette, or close it. */
export function openPalette() {
  /** @type {CommandPalette | null} */ (document.querySelector("command-palette"))?.open();
}

export class CommandPalette extends HTMLElement {
  #dialog = /** @type {HTMLDialogElement} */ (this.closest("dialog"));
  #field = /** @type {HTMLInputElement} */ (this.querySelector("input[role=combobox]"));
  #list = /** @type {HTMLElement} */ (this.querySelector('[data-part="options"]'));
  #told = /** @type {HTMLElement} */ (this.querySelector('[data-part="told"]'));
  /** @type {HTMLElement[]} */
  #options = [];
  #at = 0;
  /** Whoever types quicker than the options come gets what fits all the same. */
  #ready = Promise.resolve();

  connectedCallback() {
    this.#field.addEventListener("input", () => this.#ready.then(() => this.#narrow()));
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.#list.addEventListener("click", (event) => {
      this.#choose(/** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[role=option]")));
    });
  }

  open() {
    if (this.#dialog.open) return this.#dialog.close();
    if (document.querySelector("dialog[open]")) return;
    this.#field.value = "";
    this.#dialog.showModal();
    this.#field.focus();
    this.#list.replaceChildren();
    this.#ready = this.#load();
  }

  async #load() {
    try {
      this.#options = await this.#fetch();
      this.#narrow();
    } catch {
      this.#tell(gettext("We could not reach the server. Close this and try again."));
    }
  }

  /** Commands for controls that this page does not have are left out. @returns {Promise<HTMLElement[]>} */
  async #fetch() {
    const room = /** @type {HTMLElement | null} */ (document.querySelector("chat-room"))?.dataset.room ?? "";
    const text = await fetchText(`${this.dataset.options}?room=${encodeURIComponent(room)}`);
    const parsed = new DOMParser().parseFromString(text, "text/html");
    const options = /** @type {NodeListOf<HTMLElement>} */ (document.adoptNode(parsed.body).querySelectorAll("[role=option]"));
    return [...options].filter(({ dataset: { press } }) => !press || document.querySelector(press));
  }

  #narrow() {
    const typed = this.#field.value.trim();
    const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const fitting = this.#options.filter((option) => words.every((word) => says(option, word)));
    const first = fitting.filter((option) => begins(option, words[0] ?? ""));
    const shown = [...new Set([...first, ...fitting])].slice(0, SHOWN_MAX);
    this.#list.replaceChildren(...shown, ...(typed ? [this.#search(typed)] : []));
    this.#list.scrollTop = 0;
    this.#tell("");
    this.#mark(0);
  }

  /** What one typed may have been said. @param {string} typed */
  #search(typed) {
    const option = document.createElement("li");
    option.className = "palette__item";
    option.id = "palette-search";
    option.setAttribute("role", "option");
    option.dataset.href = `${this.dataset.search}?q=${encodeURIComponent(typed)}`;
    const words = document.createElement("span");
    words.className = "palette__text clip";
    words.textContent = fill(gettext("Search messages for “%(typed)s”"), { typed });
    option.append(icon("search"), words);
    return option;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") this.#mark(this.#at + 1);
    else if (event.key === "ArrowUp") this.#mark(this.#at - 1);
    else if (event.key === "Enter") this.#ready.then(() => this.#choose(this.#shown[this.#at] ?? null));
    else return;
    event.preventDefault();
  }

  get #shown() {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]);
  }

  /** @param {number} to */
  #mark(to) {
    const shown = this.#shown;
    this.#at = shown.length ? (to + shown.length) % shown.length : 0;
    for (const [index, option] of shown.entries()) option.setAttribute("aria-selected", String(index === this.#at));
    shown[this.#at]?.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", shown[this.#at]?.id ?? "");
  }

  /** @param {HTMLElement | null} option */
  #choose(option) {
    if (!option) return;
    const { href, press, post } = option.dataset;
    this.#dialog.close();
    if (href) location.assign(href);
    else if (press) /** @type {HTMLElement | null} */ (document.querySelector(press))?.click();
    else if (post) this.#send(option);
  }

  /** @param {HTMLElement} option */
  #send({ dataset: { post = "", name = "", value = "" } }) {
    const form = /** @type {HTMLFormElement} */ (this.querySelector('[data-part="form"]'));
    const choice = /** @type {HTMLInputElement} */ (form.querySelector('[data-part="choice"]'));
    form.action = post;
    Object.assign(choice, { name, value });
    form.submit();
  }

  /** @param {string} sentence */
  #tell(sentence) {
    this.#told.textContent = sentence;
    this.#told.hidden = !sentence;
  }
}

/** @param {HTMLElement} option @param {string} word */
function says(option, word) {
  return (option.textContent ?? "").toLocaleLowerCase().includes(word);
}

/** @param {HTMLElement} option @param {string} word */
function begins(option, word) {
  return (option.querySelector(".palette__text")?.textContent ?? "").toLocaleLowerCase().startsWith(word);
}

customElements.define("command-palette", CommandPalette);
