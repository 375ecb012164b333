/**
 * The stretch of history that is in the page: loads more at either end as the reader nears it, and lets go of
 * what is far away, so that a room of a hundred thousand messages scrolls like one of a hundred.
 */
import { arrange, settleAround } from "arrange";
import { fetchFragment } from "fragments";

/** @typedef {import("scrolling").Place} Place */

const MOST_ITEMS = 400;
const NEAR_PX = 800;

export class History {
  #list;
  #place;
  #address;
  #isLoading = false;
  /** Whether there is more at either end, and the positions at which to ask for it. */
  hasOlder;
  hasNewer;
  first;
  last;

  /**
   * @param {HTMLOListElement} list with data-has-older and data-has-newer, as the server writes it
   * @param {Place} place
   * @param {string} address of the fragment
   */
  constructor(list, place, address) {
    this.#list = list;
    this.#place = place;
    this.#address = address;
    this.hasOlder = list.hasAttribute("data-has-older");
    this.hasNewer = list.hasAttribute("data-has-newer");
    this.first = Number(list.dataset.first);
    this.last = Number(list.dataset.last);
    arrange(list);
    this.#edges();
  }

  /** Load what the reader is about to reach. @param {HTMLElement} log */
  async reach(log) {
    const left = () => log.scrollHeight - log.scrollTop - log.clientHeight;
    while (this.hasOlder && log.scrollTop < NEAR_PX && (await this.#gains(() => this.older())));
    while (this.hasNewer && left() < NEAR_PX && (await this.#gains(() => this.newer())));
  }

  older() {
    return this.#once(async () => {
      const more = await this.#fetch("before", this.first);
      this.hasOlder = more.hasAttribute("data-has-older");
      this.first = Number(more.dataset.first) || this.first;
      this.#place.hold(() => {
        this.#join(more, "prepend");
        this.#trim("end");
      });
      this.#edges();
    });
  }

  newer() {
    return this.#once(async () => {
      const more = await this.#fetch("after", this.last);
      this.hasNewer = this.#place.isDetached = more.hasAttribute("data-has-newer");
      this.last = Number(more.dataset.last) || this.last;
      this.#join(more, "append");
      this.trimStart();
      this.#edges();
    });
  }

  /** The newest messages in place of what is there: after too much has changed to catch up. */
  async latest() {
    this.#renew(await this.#fetch("", 0));
    this.#place.toEnd();
  }

  /** The same with the messages around a position, which stays in view. @param {number} position */
  async around(position) {
    this.#renew(await this.#fetch("around", position));
    const items = [...this.#list.querySelectorAll(".message")];
    const item = items.find((one) => positionOf(one) >= position) ?? items.at(-1);
    if (item) this.#place.show(item);
  }

  /** @param {HTMLElement} page */
  #renew(page) {
    const waiting = this.#list.querySelectorAll('.message[data-state="sending"], .message[data-state="failed"]');
    this.hasOlder = page.hasAttribute("data-has-older");
    this.hasNewer = page.hasAttribute("data-has-newer");
    this.first = Number(page.dataset.first);
    this.last = Number(page.dataset.last);
    this.#list.replaceChildren(...page.childNodes, ...waiting);
    arrange(this.#list);
    this.#edges();
  }

  /** Nothing more is to be read here. */
  end() {
    this.#renew(document.createElement("ol"));
    this.#list.parentElement?.replaceChildren(this.#list);
    this.#list.replaceChildren();
  }

  /** Let go of what is far above, while new messages come at the end. */
  trimStart() {
    if (this.#list.childElementCount <= MOST_ITEMS) return;
    this.#place.hold(() => this.#trim("start"));
    this.#edges();
  }

  /** A message came at the end. @param {number} position */
  reaches(position) {
    if (!this.hasNewer) this.last = Math.max(this.last, position);
  }

  /** The way to earlier and later messages, or the beginning of the room. */
  #edges() {
    this.#place.isDetached = this.hasNewer;
    const log = this.#list.parentElement;
    log?.querySelector('[data-part="older"]')?.toggleAttribute("hidden", !this.hasOlder);
    log?.querySelector('[data-part="start"]')?.toggleAttribute("hidden", this.hasOlder);
    log?.querySelector('[data-part="newer"]')?.toggleAttribute("hidden", !this.hasNewer);
  }

  /** Whether loading moved an end: a stretch may hold nothing that this reader sees. @param {() => Promise<void>} load */
  async #gains(load) {
    const [first, last] = [this.first, this.last];
    await load();
    return first !== this.first || last !== this.last;
  }

  /** @param {() => Promise<void>} load */
  async #once(load) {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#list.parentElement?.setAttribute("aria-busy", "true");
    try {
      await load();
    } finally {
      this.#isLoading = false;
      this.#list.parentElement?.removeAttribute("aria-busy");
    }
  }

  /** @param {string} side @param {number} position */
  async #fetch(side, position) {
    const address = new URL(this.#address, location.href);
    if (side) address.searchParams.set(side, String(position));
    const page = (await fetchFragment(address.href)).querySelector("ol");
    return page ?? document.createElement("ol");
  }

  /** @param {HTMLElement} page @param {"prepend" | "append"} end */
  #join(page, end) {
    for (const item of page.querySelectorAll(".divider")) item.remove();
    const fresh = [...page.children].filter((item) => !document.getElementById(item.id));
    const seam = end === "prepend" ? this.#list.firstElementChild : fresh[0];
    this.#list[end](...fresh);
    for (const item of fresh) settleAround(item);
    settleAround(seam);
  }

  /** @param {"start" | "end"} end */
  #trim(end) {
    const over = this.#list.childElementCount - MOST_ITEMS;
    if (over <= 0) return;
    const items = [...this.#list.children].filter((item) => item.matches(".message[data-position], .divider"));
    const far = end === "start" ? items.slice(0, over) : items.slice(-over);
    for (const item of far) item.remove();
    const left = this.#list.querySelectorAll(".message[data-position]");
    if (end === "start") [this.hasOlder, this.first] = [true, positionOf(left[0])];
    else [this.hasNewer, this.last] = [true, positionOf([...left].at(-1))];
    settleAround(left[0]);
  }
}

/** @param {Element | null | undefined} item */
function positionOf(item) {
  return Number(item instanceof HTMLElement ? item.dataset.position : 0);
}
