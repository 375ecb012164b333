/**
 * Keeps the reader's place in the log: at the end while they read along, at the same message while things
 * are put in above it. Nothing else in the project scrolls the log.
 */

const NEAR_END_PX = 80;
/** Messages that come into reach get their true height a frame or two after they were put in. */
const SETTLING_FRAMES = 3;

export class Place {
  #log;
  #follows = true;
  /** Whether newer messages exist that are not in the page: then its end is not the room's. */
  isDetached = false;

  /** @param {HTMLElement} log the box that scrolls @param {() => void} moved called after the reader scrolled */
  constructor(log, moved) {
    this.#log = log;
    log.addEventListener("scroll", () => {
      this.#follows = this.isAtEnd;
      moved();
    }, { passive: true });
    new ResizeObserver(() => this.follow()).observe(log);
    for (const child of log.children) new ResizeObserver(() => this.follow()).observe(child);
  }

  get isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return !this.isDetached && scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  /** Whether the reader was at the end when they last moved: then new messages keep them there. */
  get follows() {
    return this.#follows;
  }

  toEnd() {
    this.#follows = true;
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Stay at the end when the log or what is in it changes its height. */
  follow() {
    if (this.#follows) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** @param {Element} item @param {ScrollLogicalPosition} [where] */
  show(item, where = "center") {
    item.scrollIntoView({ block: where });
    this.#follows = this.isAtEnd;
  }

  /**
   * Change the list while the message at the top of the log stays where it is. The browser's own anchoring rests
   * meanwhile: it does not act at the very top, and loses its hold among messages that are not drawn yet.
   * @param {() => void} change
   */
  hold(change) {
    const anchor = this.#topmost();
    const before = anchor?.getBoundingClientRect().top ?? 0;
    this.#log.classList.add("log--held");
    change();
    this.#steady(anchor, before, SETTLING_FRAMES);
  }

  /** @param {Element | null} anchor @param {number} top where it belongs @param {number} frames still to watch */
  #steady(anchor, top, frames) {
    if (!anchor?.isConnected || !frames) return this.#log.classList.remove("log--held");
    this.#log.scrollTop += anchor.getBoundingClientRect().top - top;
    const set = this.#log.scrollTop;
    requestAnimationFrame(() => {
      // Whoever scrolls on has moved the place that is to be kept.
      this.#steady(anchor, top - (this.#log.scrollTop - set), frames - 1);
    });
  }

  /** The first message that can be seen. */
  #topmost() {
    const top = this.#log.getBoundingClientRect().top;
    const items = [...this.#log.querySelectorAll(".message")];
    return items.find((item) => item.getBoundingClientRect().bottom > top) ?? items[0] ?? null;
  }
}
