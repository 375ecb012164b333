/** Emoji while one writes ":wave". Their names are fetched with the second letter, and never before. */
import { gettext } from "words";

const MOST = 8;

/** @returns {import("completing").Source} */
export function emojiNames() {
  return {
    // A colon at the start or after a space, so neither a time nor an address, and two letters at least.
    call: /(?:^|[\s(]):([\p{L}\p{N}_+\-]{2,32})$/u,
    label: gettext("Emoji"),
    offer,
  };
}

/** @param {string} begun @returns {Promise<import("completing").Option[]>} */
async function offer(begun) {
  try {
    const { emojiCalled, emojiGroups, inTone } = await import("emoji");
    return emojiCalled(await emojiGroups(), begun)
      .slice(0, MOST)
      .map((one) => ({ insert: inTone(one), show: [drawn(inTone(one)), document.createTextNode(`:${one.code}:`)] }));
  } catch {
    return []; // without the names one writes on
  }
}

/** @param {string} emoji */
function drawn(emoji) {
  const picture = document.createElement("span");
  picture.className = "completions__emoji";
  picture.textContent = emoji;
  return picture;
}
