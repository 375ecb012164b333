/**
 * Links to messages of this site: under the text that holds them stands what the reader may see there now. It is
 * asked of the server when the text comes into view, again when the room says that it changed, and every minute
 * where it is of another room, of which nothing is heard here. What cannot be had leaves the bare link.
 */
import { fetchFragment } from "fragments";
import { part } from "message";

/** As rooms/urls.py has them: a message's own address, and the one that the browser shows once there. */
const MESSAGE = /^\/rooms\/[-\w]+\/messages\/[-\w]+\/$/;
const ROOM = /^\/rooms\/[-\w]+\/$/;
const HASH = /^#m-([-\w]+)$/;
/** More links of one message than these stay bare. */
const MOST = 3;
const EVERY_MS = 60_000;

export class Links {
  #page;
  /** @type {Map<string, number>} how often each was asked for: an older answer is dropped */
  #asked = new Map();
  #view = new IntersectionObserver((entries) => this.#cameIntoView(entries), { rootMargin: "200px" });

  /** @param {HTMLElement} page with messages, now and later */
  constructor(page) {
    this.#page = page;
    this.#watch(page);
    new MutationObserver((records) => {
      for (const node of records.flatMap((record) => [...record.addedNodes])) this.#watch(node);
    }).observe(page, { childList: true, subtree: true });
    setInterval(() => this.#recheck(), EVERY_MS);
  }

  /** This message may not be read any more: also what is on its way here is dropped. @param {string} id */
  gone(id) {
    for (const [place, turn] of this.#asked) if (place.endsWith(`/messages/${id}/`)) this.#asked.set(place, turn + 1);
    for (const line of this.#page.querySelectorAll(`[data-part="link"][data-of="${CSS.escape(id)}"]`)) line.remove();
  }

  /** This message changed: what was shown of it goes, and what may be seen now is asked for. @param {import("message").MessageFrame} frame */
  changed({ id, state }) {
    this.gone(id);
    if (state !== "visible") return;
    for (const item of this.#holders) {
      for (const address of addressesIn(item)) if (address.endsWith(`/messages/${id}/`)) this.#show(item, address);
    }
  }

  get #holders() {
    return /** @type {HTMLElement[]} */ ([...this.#page.querySelectorAll(".message[data-links]")]);
  }

  /** @param {Node} node */
  #watch(node) {
    if (!(node instanceof Element)) return;
    for (const item of [node, ...node.querySelectorAll(".message")]) {
      if (item instanceof HTMLElement && item.matches(".message") && addressesIn(item).length) this.#view.observe(item);
    }
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #cameIntoView(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#view.unobserve(target);
      const item = /** @type {HTMLElement} */ (target);
      item.dataset.links = "";
      for (const address of addressesIn(item)) this.#show(item, address);
    }
  }

  #recheck() {
    if (document.visibilityState !== "visible") return;
    const here = location.pathname.split("/")[2];
    for (const item of this.#holders) {
      for (const address of addressesIn(item)) if (address.split("/")[2] !== here) this.#show(item, address);
    }
  }

  /** @param {HTMLElement} item @param {string} address */
  async #show(item, address) {
    const place = `${item.id} ${address}`;
    const turn = (this.#asked.get(place) ?? 0) + 1;
    this.#asked.set(place, turn);
    const found = await fetchFragment(`${address}quote/`).catch(() => null);
    if (found && this.#asked.get(place) !== turn) return;
    item.querySelector(`[data-part="link"][href="${CSS.escape(address)}"]`)?.remove();
    const line = found?.querySelector("[data-part=link]");
    if (line) boxIn(item).append(line);
  }
}

/** The addresses of messages that this message's text leads to. @param {Element} item @returns {string[]} */
function addressesIn(item) {
  const links = /** @type {HTMLAnchorElement[]} */ ([...(part(item, "body")?.querySelectorAll("a[href]") ?? [])]);
  const found = links.filter((link) => link.origin === location.origin).map(addressOf);
  return [...new Set(found.filter(Boolean))].slice(0, MOST);
}

/** @param {HTMLAnchorElement} link @returns {string} "" where it leads to no message */
function addressOf({ pathname, hash }) {
  if (MESSAGE.test(pathname)) return pathname;
  const id = ROOM.test(pathname) && HASH.exec(hash)?.[1];
  return id ? `${pathname}messages/${id}/` : "";
}

/** Where they stand, under the text. @param {HTMLElement} item @returns {HTMLElement} */
function boxIn(item) {
  const known = part(item, "links");
  if (known) return known;
  const made = document.createElement("div");
  made.className = "message__links";
  made.dataset.part = "links";
  part(item, "body")?.after(made);
  return made;
}
