/**
 * The names of emoji (static/vendor/emoji/), fetched when they are first wanted, and what this browser remembers:
 * the ones last picked and the skin tone. Another person at this browser starts with none of it.
 */
import { fetchText } from "fetching";

/** @typedef {{emoji: string, name: string, code: string, words: string[], isToned: boolean}} Emoji */
/** @typedef {{key: string, emoji: Emoji[]}} Group */

const KEPT_AS = "emoji";
const RECENT_MAX = 16;
export const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"];

/** @type {Promise<Group[]> | undefined} */
let names;

/** All of them in their groups; a failed attempt is made again next time. @returns {Promise<Group[]>} */
export function emojiGroups() {
  names ??= fetchText(picker()?.dataset.names ?? "").then(read);
  names.catch(() => (names = undefined));
  return names;
}

/** Those whose words begin with every word asked for; the ones so called come first. @param {Group[]} groups @param {string} asked */
export function emojiCalled(groups, asked) {
  const wanted = asked.toLocaleLowerCase().split(/[\s_:]+/).filter(Boolean);
  const fitting = groups.flatMap((group) => group.emoji).filter((one) => wanted.every((word) => begins(one.words, word)));
  return fitting.sort((one, other) => rank(one, wanted) - rank(other, wanted));
}

/** The emoji with its people in the skin tone that was chosen. @param {Emoji} one */
export function inTone({ emoji, isToned }) {
  return isToned && tone() ? emoji.replace(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${tone()}`) : emoji;
}

/** The skin tone's modifier; "" is none. */
export function tone() {
  return remembered().tone;
}

/** @param {string} chosen one of TONES */
export function rememberTone(chosen) {
  remember({ ...remembered(), tone: TONES.includes(chosen) ? chosen : "" });
}

/** The ones last picked, newest first, without tone. @returns {string[]} */
export function recentEmoji() {
  return remembered().recent;
}

/** @param {string} emoji without tone */
export function rememberEmoji(emoji) {
  const { recent, tone } = remembered();
  remember({ tone, recent: [emoji, ...recent.filter((other) => other !== emoji)].slice(0, RECENT_MAX) });
}

/** @returns {HTMLElement | null} */
function picker() {
  return document.querySelector("emoji-picker");
}

/** @param {string} text @returns {Group[]} */
function read(text) {
  return JSON.parse(text).map((/** @type {any} */ { key, emoji }) => ({ key, emoji: emoji.map(entry) }));
}

/** @param {[string, string, string, string, number]} row @returns {Emoji} */
function entry([emoji, name, code, more, isToned]) {
  const words = `${name} ${code.replaceAll("_", " ")} ${more}`.toLocaleLowerCase().split(" ");
  return { emoji, name, code, words, isToned: Boolean(isToned) };
}

/** @param {string[]} words @param {string} beginning */
function begins(words, beginning) {
  return words.some((word) => word.startsWith(beginning));
}

/** The lower the sooner: what is so called, whose code begins so (short ones first), whose name does, the rest. @param {Emoji} one @param {string[]} wanted */
function rank({ name, code }, wanted) {
  if (code === wanted.join("_") || name === wanted.join(" ")) return 0;
  if (code.startsWith(wanted.join("_"))) return code.length;
  return wanted.every((word) => begins(`${name} ${code}`.split(/[ _]/), word)) ? 100 : 200;
}

/** @returns {{recent: string[], tone: string}} */
function remembered() {
  const nothing = { recent: [], tone: "" };
  try {
    const { owner, ...kept } = JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}");
    return owner === picker()?.dataset.reader ? { ...nothing, ...kept } : nothing;
  } catch {
    return nothing;
  }
}

/** @param {{recent: string[], tone: string}} kept */
function remember(kept) {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify({ owner: picker()?.dataset.reader, ...kept }));
  } catch {
    // A browser that refuses storage remembers nothing.
  }
}
