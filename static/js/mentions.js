/**
 * Names while one writes "@": a list above the box, chosen by arrows, Enter or Tab, or a tap.
 * The people come from the members' panel of the page, so nobody is offered who is not in the room.
 */
import { gettext } from "words";

const MOST = 8;
/** An @ at the start or after a space, and what of the name stands before the caret. */
const CALL = /(?:^|[\s(])@([\p{L}\p{N}_.\-]{0,32})$/u;

export class Mentions {
  #box;
  #list;
  #people;
  #at = 0;

  /**
   * @param {HTMLTextAreaElement} box
   * @param {HTMLElement} list an empty listbox
   * @param {() => HTMLElement[]} people elements with data-name, each holding what is shown
   */
  constructor(box, list, people) {
    this.#box = box;
    this.#list = list;
    this.#people = people;
    list.setAttribute("aria-label", gettext("People in this room"));
    box.addEventListener("input", () => this.#offer());
    box.addEventListener("blur", () => this.#close());
    list.addEventListener("mousedown", (event) => this.#tapped(event));
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** Whether the key was for the list. @param {KeyboardEvent} event */
  takes(event) {
    if (!this.isOpen || event.isComposing) return false;
    if (event.key === "ArrowDown") this.#mark(this.#at + 1);
    else if (event.key === "ArrowUp") this.#mark(this.#at - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#options[this.#at]);
    else if (event.key === "Escape") this.#close();
    else return false;
    event.preventDefault();
    return true;
  }

  get #options() {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]);
  }

  #offer() {
    const begun = this.#call()?.toLocaleLowerCase();
    if (begun === undefined) return this.#close();
    const fitting = this.#people().filter((person) => fits(person.dataset.name ?? "", begun)).slice(0, MOST);
    if (!fitting.length) return this.#close();
    this.#list.replaceChildren(...fitting.map(option));
    this.#list.hidden = false;
    this.#mark(0);
  }

  /** What stands after the @ before the caret; undefined where nobody is being named. */
  #call() {
    const { value, selectionStart, selectionEnd } = this.#box;
    if (selectionStart !== selectionEnd) return undefined;
    return CALL.exec(value.slice(0, selectionStart))?.[1];
  }

  /** @param {number} to */
  #mark(to) {
    const options = this.#options;
    this.#at = (to + options.length) % options.length;
    for (const [index, item] of options.entries()) item.setAttribute("aria-selected", String(index === this.#at));
    options[this.#at]?.scrollIntoView({ block: "nearest" });
    this.#box.setAttribute("aria-activedescendant", options[this.#at]?.id ?? "");
  }

  /** @param {HTMLElement | undefined} chosen */
  #choose(chosen) {
    const begun = this.#call();
    this.#close();
    if (!chosen || begun === undefined) return;
    const end = this.#box.selectionStart;
    this.#box.setRangeText(`${chosen.dataset.name} `, end - begun.length, end, "end");
    this.#box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {MouseEvent} event */
  #tapped(event) {
    event.preventDefault(); // the box keeps the focus
    this.#choose(/** @type {HTMLElement | undefined} */ (/** @type {Element} */ (event.target).closest("[data-name]") ?? undefined));
  }

  #close() {
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#box.removeAttribute("aria-activedescendant");
  }
}

/** @param {string} name @param {string} begun in lower case */
function fits(name, begun) {
  return name.toLocaleLowerCase().startsWith(begun);
}

/** @param {HTMLElement} person @param {number} index */
function option(person, index) {
  const item = document.createElement("li");
  item.id = `mention-${index}`;
  item.setAttribute("role", "option");
  item.className = "mentions__person";
  item.dataset.name = person.dataset.name ?? "";
  const avatar = person.querySelector(".avatar")?.cloneNode(true);
  const name = document.createElement("span");
  name.textContent = item.dataset.name;
  item.append(...(avatar ? [avatar] : []), name);
  return item;
}
