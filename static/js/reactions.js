/** The emoji under a message: filled from a frame; rooms/views/reactions.py says the same in the page. */
import { newKey } from "outbox";
import { clientFrames } from "protocol";
import { toast } from "toast";
import { fill, gettext, ngettext } from "words";

/** @typedef {import("./elements/chat-room.js").ChatRoom} Page */

/** @typedef {{emoji: string, count: number, people?: {id: string, name: string}[], yours?: boolean}} Reaction */

const NAMED = 3;

/** @param {HTMLElement} item of a message @param {Reaction[]} reactions @param {string} reader public id */
export function fillReactions(item, reactions, reader) {
  const list = item.querySelector('[data-part="reactions"]');
  list?.replaceChildren(...reactions.map((reaction) => reactionItem(reaction, reader)));
  list?.toggleAttribute("hidden", !reactions.length);
}

/** Put an emoji under a message, or take one's own back. @param {Page} page @param {HTMLElement} item @param {string} emoji */
export function reactTo(page, item, emoji) {
  const isOwn = reactionButton(item, emoji)?.ariaPressed === "true";
  const fields = { room: page.dataset.room ?? "", message: item.dataset.id ?? "", client_key: newKey(), emoji };
  const isSent = page.transmit(isOwn ? clientFrames.unreact(fields) : clientFrames.react(fields));
  if (!isSent) toast(gettext("We could not reach the server. Try again in a moment."));
}

/** What is picked in the picker that a message opened. @param {Page} page */
export function reactWithPicked(page) {
  page.addEventListener("emoji-pick", (event) => {
    const item = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".message"));
    if (item) reactTo(page, item, /** @type {CustomEvent<{emoji: string}>} */ (event).detail.emoji);
  });
}

/** The button of an emoji that is under a message. @param {HTMLElement} item @param {string} emoji */
export function reactionButton(item, emoji) {
  return /** @type {HTMLButtonElement | null} */ (item.querySelector(`.reaction[value="${CSS.escape(emoji)}"]`));
}

/** @param {Reaction} reaction @param {string} reader */
function reactionItem(reaction, reader) {
  const stencil = /** @type {HTMLTemplateElement} */ (document.querySelector('template[data-stencil="reaction"]'));
  const item = /** @type {HTMLElement} */ (stencil.content.firstElementChild?.cloneNode(true));
  const button = /** @type {HTMLButtonElement} */ (item.querySelector("button"));
  const label = `${reaction.emoji} ${reaction.count}, ${people(reaction, reader)}`;
  button.value = reaction.emoji;
  button.name = reaction.yours ? "unreact" : "react";
  button.setAttribute("aria-pressed", String(Boolean(reaction.yours)));
  button.setAttribute("aria-label", label);
  button.title = label;
  for (const name of /** @type {const} */ (["emoji", "count"])) {
    const words = button.querySelector(`[data-part="${name}"]`);
    if (words) words.textContent = String(reaction[name]);
  }
  return item;
}

/** "you, Finn and 2 others" @param {Reaction} reaction @param {string} reader */
function people({ count, people: some = [], yours }, reader) {
  const names = [...(yours ? [gettext("you")] : []), ...some.filter(({ id }) => id !== reader).map(({ name }) => name)];
  const named = names.slice(0, NAMED);
  const others = count - named.length;
  if (others) named.push(fill(ngettext("%(count)s other", "%(count)s others", others), { count: others }));
  if (named.length < 2) return named.join("");
  return fill(gettext("%(some)s and %(last)s"), { some: named.slice(0, -1).join(", "), last: named.at(-1) ?? "" });
}
