/**
 * One message as a list item: cloned from the page's template elements (templates/rooms/parts/stencils.html,
 * the same components that the server fills) and filled from a frame. Words stay in templates.
 */
import { fetchText } from "fetching";
import { fillReactions } from "reactions";
import { messageNodes } from "safe-html";
import { fill, gettext, ngettext } from "words";

/**
 * @typedef {object} Author
 * @property {string} id
 * @property {string} name
 * @property {string} initials
 * @property {number} hue
 * @property {string} [badge]
 */
/**
 * @typedef {object} MessageFrame rooms/protocol/; omitted fields have their default there
 * @property {string} id
 * @property {number} [position]
 * @property {number} [revision]
 * @property {string} state
 * @property {Author} author
 * @property {string} [html]
 * @property {string} [text] in place of html: one's own words on their way
 * @property {string} sent_at
 * @property {string | null} [edited_at]
 * @property {{id: string, author?: string, excerpt?: string} | null} [quote]
 * @property {boolean} [mentions_you]
 * @property {string | null} [client_key]
 * @property {import("reactions").Reaction[]} [reactions]
 * @property {string | null} [thread] the message that its thread began with
 * @property {number} [replies]
 * @property {boolean} [pinned]
 * @property {string | null} [last_reply_at]
 */
/** @typedef {{id: string, position: number, revision: number, reason: string}} Tombstone */

/** As rooms/templatetags/message_text.py has them. */
const LONG_LINES = 16;
const LONG_CHARACTERS = 1400;
const LINE_ENDS = /<(?:br|\/p|\/li|\/pre|\/blockquote)[^>]*>/g;

/** @param {MessageFrame} frame @param {string} reader public id @returns {HTMLLIElement} */
export function messageItem(frame, reader) {
  const item = stencil("message");
  place(item, frame);
  item.dataset.author = frame.author.id;
  item.toggleAttribute("data-own", frame.author.id === reader);
  if (frame.client_key) item.dataset.key = frame.client_key;
  item.classList.toggle("message--mention", Boolean(frame.mentions_you));
  fillHead(item, frame);
  fillBody(item, frame);
  fillQuote(item, frame.quote ?? null);
  fillReactions(item, frame.reactions ?? [], reader);
  fillThread(item, frame);
  item.toggleAttribute("data-pinned", Boolean(frame.pinned));
  part(item, "pinned")?.toggleAttribute("hidden", !frame.pinned);
  setState(item, frame.state);
  return item;
}

/** A message one may no longer read: that there was one, and why it is gone. @param {Tombstone} frame */
export function tombstoneItem(frame) {
  const item = stencil(`tombstone-${frame.reason}`);
  place(item, frame);
  return item;
}

/** Show where a message stands, for its author. @param {HTMLElement} item @param {string} state */
export function setState(item, state) {
  if (state === "sending" && item.dataset.position) item.dataset.stood = item.dataset.state;
  item.dataset.state = state;
  part(item, "state")?.remove();
  const source = template(`state-${state}`);
  if (!source) return;
  const line = /** @type {HTMLElement} */ (source.cloneNode(true));
  for (const link of line.querySelectorAll("a")) link.href = named(link, item.dataset.id ?? "");
  part(item, "body")?.after(line);
}

/** Why something was not sent, in the server's words. @param {HTMLElement} item @param {string} sentence */
export function setReason(item, sentence) {
  const words = part(item, "state")?.querySelector("span");
  if (words && sentence) words.textContent = sentence;
}

/**
 * Say on what grounds it is hidden, as the statement of reasons has it. Where that cannot be had, the line
 * stays as it is, with its link to the statement.
 * @param {HTMLElement} item @param {string} address with -id- for the message
 */
export async function explain(item, address) {
  const grounds = await fetchText(address.replace("-id-", item.dataset.id ?? "")).catch(() => "");
  if (item.dataset.state === "hidden") setReason(item, grounds && fill(gettext("Hidden: %(grounds)s."), { grounds }));
}

/** Forget the words of a message in the answers to it. @param {ParentNode} list @param {string} id */
export function dropQuotes(list, id) {
  for (const quote of list.querySelectorAll(`[data-part="quote"][data-of="${CSS.escape(id)}"]`)) {
    quote.replaceWith(quoteLine({ id }));
  }
}

/** Fold what is very long until it is wanted, as the server does with what it draws. @param {HTMLElement} item */
export function foldLong(item) {
  const body = part(item, "body");
  const fold = /** @type {HTMLElement | undefined} */ (template("fold")?.cloneNode(true));
  const words = fold && part(fold, "fold-more");
  if (!body || !words || part(item, "fold")) return;
  const text = body.innerHTML.replace(LINE_ENDS, "\n").replace(/<[^>]+>/g, "").trim();
  const lines = text.split("\n").filter((line) => line.trim()).length;
  if (lines > LONG_LINES) {
    words.textContent = fill(ngettext("Show all (%(lines)s line)", "Show all (%(lines)s lines)", lines), { lines });
  } else if (text.length > LONG_CHARACTERS) {
    words.textContent = fill(gettext("Show all (%(characters)s characters)"), { characters: text.length });
  } else {
    return;
  }
  body.after(fold);
}

/** @param {Element} item @param {string} name @returns {HTMLElement | null} */
export function part(item, name) {
  return item.querySelector(`[data-part="${name}"]`);
}

/** When it was sent, as the time element says. @param {Element} item @returns {Date | null} */
export function sentAt(item) {
  const time = /** @type {HTMLTimeElement | null} */ (item.querySelector('[data-part="time"]'));
  return time?.dateTime ? new Date(time.dateTime) : null;
}

/** @param {HTMLElement} item @param {{id: string, position?: number, revision?: number}} frame */
function place(item, frame) {
  item.id = `m-${frame.id}`;
  item.dataset.id = frame.id;
  for (const name of /** @type {const} */ (["position", "revision"])) {
    // What is on its way has no place yet: no attribute, rather than an empty one.
    if (frame[name] === undefined) delete item.dataset[name];
    else item.dataset[name] = String(frame[name]);
  }
}

/** @param {HTMLElement} item @param {MessageFrame} frame */
function fillHead(item, { author, sent_at, edited_at }) {
  const avatar = item.querySelector(".avatar");
  if (avatar) avatar.textContent = author.initials;
  avatar?.classList.add(`avatar--${author.hue}`);
  const name = /** @type {HTMLAnchorElement} */ (part(item, "author"));
  name.textContent = author.name;
  name.href = named(name, author.id);
  const badge = part(item, "badge");
  if (badge) badge.textContent = template(`role-${author.badge}`)?.textContent?.trim() ?? "";
  badge?.toggleAttribute("hidden", !author.badge);
  for (const time of item.querySelectorAll("time")) time.dateTime = sent_at;
  part(item, "edited")?.toggleAttribute("hidden", !edited_at);
}

/** @param {HTMLElement} item @param {MessageFrame} frame */
function fillThread(item, { id, thread, replies: count = 0, last_reply_at }) {
  const link = /** @type {HTMLAnchorElement | null} */ (part(item, "thread"));
  if (!link) return;
  if (thread) item.dataset.thread = thread;
  link.href = named(link, thread ?? id);
  link.hidden = !count;
  const [words, last] = [part(link, "replies"), part(link, "last-reply")];
  if (words) words.textContent = fill(ngettext("%(count)s reply", "%(count)s replies", count), { count });
  if (last instanceof HTMLTimeElement && last_reply_at) last.dateTime = last_reply_at;
}

/** @param {HTMLElement} item @param {MessageFrame} frame */
function fillBody(item, { html, text }) {
  const body = part(item, "body");
  if (text === undefined) return body?.replaceChildren(messageNodes(html ?? ""));
  const words = document.createElement("p");
  words.className = "message__plain";
  words.textContent = text;
  body?.replaceChildren(words);
}

/** @param {HTMLElement} item @param {MessageFrame["quote"]} quote */
function fillQuote(item, quote) {
  part(item, "quote")?.remove();
  if (quote) item.querySelector(".message__content")?.prepend(quoteLine(quote));
}

/** @param {{id: string, author?: string, excerpt?: string}} quote */
function quoteLine(quote) {
  const source = template(quote.excerpt ? "quote" : "quote-gone");
  const line = /** @type {HTMLElement} */ (source?.cloneNode(true));
  line.dataset.of = quote.id;
  if (!quote.excerpt) return line;
  line.setAttribute("href", `#m-${quote.id}`);
  for (const [selector, words] of [[".message__quote-author", quote.author], [".message__quote-text", quote.excerpt]]) {
    const element = line.querySelector(selector ?? "");
    if (element) element.textContent = words ?? "";
  }
  return line;
}

/** An address with the id in place of its mark: stencils carry /people/-id-/. @param {Element} link @param {string} id */
function named(link, id) {
  return (link.getAttribute("href") ?? "").replace("-id-", encodeURIComponent(id));
}

/** A new item from a stencil that the page must have. @param {string} name @returns {HTMLLIElement} */
function stencil(name) {
  return /** @type {HTMLLIElement} */ (template(name)?.cloneNode(true));
}

/** @param {string} name @returns {Element | null} */
function template(name) {
  const found = document.querySelector(`template[data-stencil="${name}"]`);
  return found instanceof HTMLTemplateElement ? found.content.firstElementChild : null;
}
