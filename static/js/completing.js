/**
 * A list above the box while one writes "@na" or ":smi", chosen by arrows, Enter or Tab, or a tap.
 * What is offered comes from sources: mentions.js, emoji-names.js.
 */

/**
 * @typedef {object} Source
 * @property {RegExp} call what stands before the caret, its first group what of the name is written
 * @property {string} label of the list
 * @property {(begun: string) => Option[] | Promise<Option[]>} offer
 */
/** @typedef {{insert: string, show: Node[]}} Option insert: takes the place of sign and name */

export class Completing {
  #box;
  #list;
  #sources;
  /** @type {Option[]} */
  #offered = [];
  #at = 0;

  /**
   * @param {HTMLTextAreaElement} box
   * @param {HTMLElement} list an empty listbox
   * @param {Source[]} sources
   */
  constructor(box, list, sources) {
    this.#box = box;
    this.#list = list;
    this.#sources = sources;
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
    else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#at);
    else if (event.key === "Escape") this.#close();
    else return false;
    event.preventDefault();
    return true;
  }

  async #offer() {
    const asked = this.#asked();
    const offered = asked ? await asked.source.offer(asked.begun) : [];
    if (this.#asked()?.begun !== asked?.begun) return; // more was written while the names came
    if (!asked || !offered.length) return this.#close();
    this.#offered = offered;
    this.#list.setAttribute("aria-label", asked.source.label);
    this.#list.replaceChildren(...offered.map(item));
    this.#list.hidden = false;
    this.#mark(0);
  }

  /** Who is asked, and what stands after the sign before the caret; undefined where nothing is being named. */
  #asked() {
    const { value, selectionStart, selectionEnd } = this.#box;
    if (selectionStart !== selectionEnd) return undefined;
    for (const source of this.#sources) {
      const begun = source.call.exec(value.slice(0, selectionStart))?.[1];
      if (begun !== undefined) return { source, begun: begun.toLocaleLowerCase() };
    }
    return undefined;
  }

  /** @param {number} to */
  #mark(to) {
    const items = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    this.#at = (to + items.length) % items.length;
    for (const [index, one] of items.entries()) one.setAttribute("aria-selected", String(index === this.#at));
    items[this.#at]?.scrollIntoView({ block: "nearest" });
    this.#box.setAttribute("aria-activedescendant", items[this.#at]?.id ?? "");
  }

  /** @param {number} index */
  #choose(index) {
    const [chosen, asked] = [this.#offered[index], this.#asked()];
    this.#close();
    if (!chosen || !asked) return;
    const end = this.#box.selectionStart;
    this.#box.setRangeText(`${chosen.insert} `, end - asked.begun.length - 1, end, "end");
    this.#box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {MouseEvent} event */
  #tapped(event) {
    event.preventDefault(); // the box keeps the focus
    const tapped = /** @type {Element} */ (event.target).closest("[role=option]");
    this.#choose([...this.#list.children].indexOf(/** @type {Element} */ (tapped)));
  }

  #close() {
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#box.removeAttribute("aria-activedescendant");
  }
}

/** @param {Option} option @param {number} index */
function item({ show }, index) {
  const line = document.createElement("li");
  line.id = `completion-${index}`;
  line.setAttribute("role", "option");
  line.className = "completions__item";
  line.append(...show);
  return line;
}
