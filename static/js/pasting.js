/** A long text that was pasted may be better as a block of code: an offer above the box, until one writes on. */

const LONG_LINES = 8;

export class Pasting {
  #box;
  #bar;
  #text = "";

  /** @param {HTMLTextAreaElement} box @param {HTMLElement} bar hidden; with a button data-act="as-code" */
  constructor(box, bar) {
    this.#box = box;
    this.#bar = bar;
    box.addEventListener("paste", (event) => this.#pasted(event));
    box.addEventListener("input", () => this.#written());
    box.form?.addEventListener("submit", () => this.#forget());
    bar.addEventListener("click", (event) => this.#clicked(event));
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const text = (event.clipboardData?.getData("text/plain") ?? "").replaceAll("\r\n", "\n");
    this.#text = text.trimEnd().split("\n").length >= LONG_LINES && !text.includes("```") ? text : "";
  }

  /** The input that pasting makes, or one after it that left the text as it was. */
  #written() {
    this.#bar.hidden = !this.#text || !this.#box.value.includes(this.#text);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    if (!(/** @type {Element} */ (event.target).closest("[data-act=as-code]"))) return;
    const start = this.#box.value.lastIndexOf(this.#text);
    const text = this.#text;
    this.#forget();
    if (start < 0) return;
    const before = start && this.#box.value[start - 1] !== "\n" ? "\n" : "";
    this.#box.setRangeText(`${before}\`\`\`\n${text.trimEnd()}\n\`\`\`\n`, start, start + text.length, "end");
    this.#box.focus();
    this.#box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #forget() {
    this.#text = "";
    this.#bar.hidden = true;
  }
}
