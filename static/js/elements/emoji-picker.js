/**
 * <emoji-picker data-names="address" data-reader="id">: a popover with all emoji: by group, by name, the last ones.
 * It is loaded when it is first wanted: `import("elements/emoji-picker").then(({ pickEmoji }) => pickEmoji(anchor))`.
 * What is picked is told to the anchor: a bubbling "emoji-pick" with detail {emoji}, after the popover has closed.
 */
import { standBeside } from "beside";
import { emojiCalled, emojiGroups, inTone, recentEmoji, rememberEmoji, rememberTone, tone } from "emoji";
import { fill, gettext, ngettext } from "words";

/** @typedef {import("emoji").Emoji} Emoji */

const COLUMNS = 8;
const FOUND_MAX = 96;

/** Open the page's picker beside an element, which hears what is picked. @param {HTMLElement} anchor */
export function pickEmoji(anchor) {
  /** @type {EmojiPicker | null} */ (document.querySelector("emoji-picker"))?.open(anchor);
}

export class EmojiPicker extends HTMLElement {
  #search = /** @type {HTMLInputElement} */ (this.querySelector("input[type=search]"));
  #body = /** @type {HTMLElement} */ (this.querySelector('[data-part="emoji"]'));
  #words = /** @type {HTMLElement} */ (this.querySelector('[data-part="name"]'));
  #status = /** @type {HTMLElement} */ (this.querySelector('[data-part="status"]'));
  /** @type {HTMLElement | null} */
  #anchor = null;
  /** @type {import("emoji").Group[]} */
  #groups = [];

  connectedCallback() {
    this.#search.addEventListener("input", () => this.#draw());
    this.#search.addEventListener("keydown", (event) => this.#searchKey(event));
    this.#body.addEventListener("keydown", (event) => this.#gridKey(event));
    this.#body.addEventListener("click", (event) => this.#pick(event));
    for (const kind of ["focusin", "mouseover"]) this.#body.addEventListener(kind, (event) => this.#name(event));
    this.addEventListener("click", (event) => this.#go(event));
    this.addEventListener("change", (event) => this.#chooseTone(event));
  }

  /** @param {HTMLElement} anchor */
  async open(anchor) {
    this.#anchor = anchor;
    this.#search.value = "";
    this.showPopover();
    standBeside(this, anchor.getBoundingClientRect());
    // A keyboard on the screen would cover what one came to see.
    if (matchMedia("(pointer: fine)").matches) this.#search.focus();
    for (const choice of this.#tones) choice.checked = choice.value === tone();
    try {
      this.#groups = await emojiGroups();
      this.#draw();
    } catch {
      this.#say(gettext("The emoji could not be loaded. Close this and try again."));
    }
  }

  get #tones() {
    return /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("input[type=radio]"));
  }

  get #cells() {
    return /** @type {HTMLButtonElement[]} */ ([...this.#body.querySelectorAll("button")]);
  }

  #draw() {
    const asked = this.#search.value.trim();
    this.#body.replaceChildren(...(asked ? this.#found(asked) : this.#all()));
    this.#body.scrollTop = 0;
    this.#stop(this.#cells[0]);
    this.#words.textContent = "";
  }

  /** @param {string} asked */
  #found(asked) {
    const found = emojiCalled(this.#groups, asked).slice(0, FOUND_MAX);
    const count = found.length;
    this.#say(
      count
        ? fill(ngettext("%(count)s emoji", "%(count)s emoji", count), { count })
        : gettext("No emoji is called that. Try another word."),
    );
    return count ? [section("found", gettext("Found"), found)] : [];
  }

  #all() {
    this.#say("");
    const known = new Map(this.#groups.flatMap((group) => group.emoji).map((one) => [one.emoji, one]));
    const recent = /** @type {Emoji[]} */ (recentEmoji().map((emoji) => known.get(emoji)).filter(Boolean));
    const groups = [{ key: "recent", emoji: recent }, ...this.#groups].filter((group) => group.emoji.length);
    this.#link("recent")?.toggleAttribute("hidden", !recent.length);
    return groups.map(({ key, emoji }) => section(key, this.#link(key)?.title ?? "", emoji));
  }

  /** @param {string} key */
  #link(key) {
    return /** @type {HTMLElement | null} */ (this.querySelector(`[data-group="${key}"]`));
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#status.textContent = sentence;
    this.#status.hidden = !sentence;
  }

  /** To a group's first emoji. @param {MouseEvent} event */
  #go(event) {
    const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-group]"));
    if (!link) return;
    if (this.#search.value) {
      this.#search.value = "";
      this.#draw();
    }
    this.#body.querySelector(`[data-of="${link.dataset.group}"]`)?.scrollIntoView({ block: "start" });
    this.#stop(this.#body.querySelector(`[data-of="${link.dataset.group}"] button`));
  }

  /** @param {KeyboardEvent} event */
  #searchKey(event) {
    if (event.isComposing) return;
    const first = this.#cells[0];
    if (event.key === "Enter" && this.#search.value.trim()) first?.click();
    else if (event.key === "ArrowDown") this.#move(first);
    else if (event.key !== "Enter") return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  #gridKey(event) {
    const cell = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!cell) return;
    const next = nextCell(this.#cells, cell, event);
    if (next === null) this.#search.focus();
    else if (next) this.#move(next);
    else return;
    event.preventDefault();
  }

  /** @param {HTMLElement | undefined} cell */
  #move(cell) {
    this.#stop(cell ?? null);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest" });
  }

  /** One way in by Tab. @param {HTMLElement | null | undefined} cell */
  #stop(cell) {
    this.#body.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
    if (cell) cell.tabIndex = 0;
  }

  /** @param {Event} event */
  #name(event) {
    const cell = /** @type {Element} */ (event.target).closest("button");
    if (cell) this.#words.textContent = `${cell.textContent} ${cell.getAttribute("aria-label")}`;
  }

  /** @param {MouseEvent} event */
  #pick(event) {
    const cell = /** @type {Element} */ (event.target).closest("button");
    if (!cell) return;
    rememberEmoji(cell.dataset.emoji ?? "");
    this.hidePopover();
    this.#anchor?.dispatchEvent(new CustomEvent("emoji-pick", { bubbles: true, detail: { emoji: cell.textContent } }));
  }

  /** @param {Event} event */
  #chooseTone(event) {
    const choice = /** @type {HTMLInputElement} */ (event.target);
    if (choice.type !== "radio") return;
    rememberTone(choice.value);
    const top = this.#body.scrollTop;
    this.#draw();
    this.#body.scrollTop = top;
  }
}

/** @param {string} key @param {string} title @param {Emoji[]} emoji */
function section(key, title, emoji) {
  const part = document.createElement("section");
  part.dataset.of = key;
  const heading = document.createElement("h3");
  heading.className = "emoji__group";
  heading.id = `emoji-${key}`;
  heading.textContent = title;
  const grid = document.createElement("div");
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-labelledby", heading.id);
  for (let at = 0; at < emoji.length; at += COLUMNS) grid.append(row(emoji.slice(at, at + COLUMNS)));
  part.append(heading, grid);
  return part;
}

/** @param {Emoji[]} emoji */
function row(emoji) {
  const line = document.createElement("div");
  line.setAttribute("role", "row");
  line.className = "emoji__row";
  line.append(...emoji.map(cell));
  return line;
}

/** @param {Emoji} one */
function cell(one) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "gridcell");
  button.className = "emoji__cell";
  button.tabIndex = -1;
  button.dataset.emoji = one.emoji;
  button.textContent = inTone(one);
  button.setAttribute("aria-label", one.name);
  return button;
}

/** Where a key leads; null is up and out, undefined is nowhere. @param {HTMLButtonElement[]} cells @param {HTMLElement} from @param {KeyboardEvent} event */
function nextCell(cells, from, { key, ctrlKey }) {
  const at = cells.indexOf(/** @type {HTMLButtonElement} */ (from));
  const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
  const inRow = [...(from.parentElement?.children ?? [])];
  if (key === forward) return cells[at + 1];
  if (key === backward) return cells[at - 1];
  if (key === "ArrowDown" || key === "ArrowUp") return inColumn(cells, from, key === "ArrowDown" ? 1 : -1);
  if (key === "Home") return ctrlKey ? cells[0] : /** @type {HTMLElement} */ (inRow[0]);
  if (key === "End") return ctrlKey ? cells.at(-1) : /** @type {HTMLElement} */ (inRow.at(-1));
  return undefined;
}

/** The emoji below or above, also in the next group. @param {HTMLButtonElement[]} cells @param {HTMLElement} from @param {1 | -1} step */
function inColumn(cells, from, step) {
  const rows = [...new Set(cells.map((one) => one.parentElement))];
  const row = rows[rows.indexOf(from.parentElement) + step];
  if (!row) return step < 0 ? null : undefined;
  const column = [...(from.parentElement?.children ?? [])].indexOf(from);
  return /** @type {HTMLElement} */ (row.children[Math.min(column, row.children.length - 1)]);
}

customElements.define("emoji-picker", EmojiPicker);
