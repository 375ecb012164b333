/** What one can do with a message, by the name on its button (data-act), its menu or its key. */
import { FetchError, fetchText } from "fetching";
import { part } from "message";
import { pin } from "pins";
import { reactTo } from "reactions";
import { toast } from "toast";
import { fill, gettext } from "words";

/** @typedef {import("./elements/chat-room.js").ChatRoom} Page */

/** @type {Record<string, (page: Page, item: HTMLElement, button?: HTMLElement) => void | Promise<void>>} */
export const acts = {
  reply: (page, item) => {
    if (isSettled(item)) page.composer?.reply({ id: item.dataset.id ?? "", author: authorOf(item) });
  },
  react: (page, item, button) => {
    if (item.dataset.state !== "visible") return;
    if (button?.dataset.emoji) reactTo(page, item, button.dataset.emoji);
    else page.menu.open(item, part(item, "react") ?? item, Boolean(page.composer));
  },
  pick: async (_page, item) => {
    const { pickEmoji } = await import("elements/emoji-picker");
    pickEmoji(part(item, "react") ?? item);
  },
  "toggle-reaction": (page, item, button) => reactTo(page, item, /** @type {HTMLButtonElement} */ (button).value),
  more: (page, item) => page.menu.open(item, part(item, "more") ?? item, Boolean(page.composer)),
  pin: (page, item) => pin(page, item.dataset.id ?? "", true),
  unpin: (page, item) => pin(page, item.dataset.id ?? "", false),
  thread: (_page, item) => part(item, "thread")?.click(),
  edit: startEdit,
  delete: (page, item) => {
    if (isSettled(item) && item.hasAttribute("data-own")) page.confirmDelete(item);
  },
  report: (page, item) => page.ask(gettext("Report a message"), page.addressOf("report", item), item),
  block: (page, item) => page.ask(blockTitle(item), page.addressOf("block", item), item),
  copy: async (page, item) => copy(page.addressOf("permalink", item), gettext("Link copied")),
  "copy-text": async (_page, item) => copy(part(item, "body")?.textContent?.trim() ?? "", gettext("Text copied")),
  retry: (page, item) => page.retry(item.dataset.key ?? ""),
  discard: (page, item) => page.discard(item.dataset.key ?? ""),
  unread: (page, item) => page.attention.unreadFrom(item),
};

/** The source of one's own message comes from the server: the page has only what it looks like. */
async function startEdit(/** @type {Page} */ page, /** @type {HTMLElement} */ item) {
  if (!isSettled(item) || !item.hasAttribute("data-own")) return;
  try {
    page.composer?.edit(item.dataset.id ?? "", await fetchText(page.addressOf("source", item)));
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    toast(gettext("This message cannot be changed at the moment. Try again in a while."));
  }
}

/** Whether the server has it: it has a place. @param {HTMLElement} item */
function isSettled(item) {
  return Boolean(item.dataset.position) && item.dataset.state !== "tombstone";
}

/** @param {HTMLElement} item */
function authorOf(item) {
  return part(item, "author")?.textContent ?? "";
}

/** @param {HTMLElement} item */
function blockTitle(item) {
  return fill(gettext("Block %(name)s?"), { name: authorOf(item) });
}

/** @param {string} text @param {string} done */
async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(gettext("Your browser did not allow copying."));
  }
}
