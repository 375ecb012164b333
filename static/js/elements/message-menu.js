/**
 * <message-menu>: what can be done with one message: a popover shared by all of them. It opens at the button,
 * the long press or the key that asked, shows what fits the message, and says which act was chosen ("act").
 */
import { standBeside } from "beside";

export class MessageMenu extends HTMLElement {
  /** @type {HTMLElement | null} */
  #item = null;
  /** @type {HTMLElement | null} */
  #from = null;

  connectedCallback() {
    this.addEventListener("click", this.#choose);
    this.addEventListener("keydown", this.#key);
    this.addEventListener("toggle", this.#toggled);
  }

  /** @param {HTMLElement} item the message @param {HTMLElement} from where it opens @param {boolean} mayPost */
  open(item, from, mayPost) {
    this.#item = item;
    this.#from = from;
    for (const choice of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-for]"))) {
      choice.hidden = !fits(choice, item, mayPost);
    }
    this.#addresses(item);
    item.dataset.active = "";
    this.showPopover();
    standBeside(this, from.getBoundingClientRect());
    (from.dataset.part === "react" ? this.#emoji : this.#choices)[0]?.focus();
  }

  /** Links carry -id- where the message's id belongs. @param {HTMLElement} item */
  #addresses(item) {
    for (const link of this.querySelectorAll("a[data-to]")) {
      link.setAttribute("href", (link.getAttribute("data-to") ?? "").replace("-id-", item.dataset.id ?? ""));
    }
  }

  get #choices() {
    return shown(this.querySelectorAll(":scope > .menu__item"));
  }

  /** A row of their own: left and right lead through them, up and down past them. */
  get #emoji() {
    return shown(this.querySelectorAll(".menu__emoji > .menu__item"));
  }

  #choose = (/** @type {MouseEvent} */ event) => {
    const choice = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-act]"));
    if (!choice || !this.#item) return;
    const detail = { act: choice.dataset.act, item: this.#item, button: choice };
    this.hidePopover();
    this.dispatchEvent(new CustomEvent("act", { detail }));
  };

  #key = (/** @type {KeyboardEvent} */ event) => {
    const isAlong = event.key === "ArrowRight" || event.key === "ArrowLeft";
    const choices = isAlong ? this.#emoji : this.#choices;
    const at = choices.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const before = Math.max(at, 0) - 1;
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: before, ArrowLeft: before, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choices.at(to % choices.length)?.focus();
  };

  #toggled = (/** @type {Event} */ event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") return;
    if (this.#item) delete this.#item.dataset.active;
    if (!document.activeElement || document.activeElement === document.body) this.#from?.focus();
  };
}

/** @param {NodeListOf<Element>} choices @returns {HTMLElement[]} */
function shown(choices) {
  return /** @type {HTMLElement[]} */ ([...choices]).filter((choice) => !choice.hidden);
}

/** data-for names whose messages a choice is for, and in which states. @param {HTMLElement} choice @param {HTMLElement} item @param {boolean} mayPost */
function fits(choice, item, mayPost) {
  const own = item.hasAttribute("data-own");
  const wants = choice.dataset.for ?? "";
  if (item.dataset.state === "tombstone") return false;
  if (wants.includes("visible") && item.dataset.state !== "visible") return false;
  if (wants.includes(item.hasAttribute("data-pinned") ? "loose" : "fixed")) return false;
  if (wants.includes("own") && !own) return false;
  if (wants.includes("others") && own) return false;
  return mayPost || !wants.includes("writing");
}

customElements.define("message-menu", MessageMenu);
