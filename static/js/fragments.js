/**
 * Pieces of pages from our own server, as nodes: never as text put into the page. A piece that a change overtook
 * while it was on its way is asked for again: it may hold words that are hidden by now.
 */
import { fetchText } from "fetching";
import { part } from "message";
import { messageNodes } from "safe-html";

const MOST_TRIES = 3;

let onTheirWay = 0;
/** @type {Map<string, number>} the newest change of each message since something is on its way */
const overtaking = new Map();

/** The room says that a message changed. @param {{id: string, revision?: number}} frame */
export function changed({ id, revision = 0 }) {
  if (onTheirWay) overtaking.set(id, Math.max(revision, overtaking.get(id) ?? 0));
}

/**
 * Fetch a piece of a page. Message bodies in it go through the same list as those of the socket.
 * @param {string} address
 * @returns {Promise<DocumentFragment>}
 */
export async function fetchFragment(address) {
  onTheirWay += 1;
  try {
    let fragment = await fetchOnce(address);
    for (let tries = 1; tries < MOST_TRIES && overtaken(fragment).length; tries += 1) fragment = await fetchOnce(address);
    for (const item of overtaken(fragment)) item.remove();
    return fragment;
  } finally {
    onTheirWay -= 1;
    if (!onTheirWay) overtaking.clear();
  }
}

/** @param {string} address */
async function fetchOnce(address) {
  const parsed = new DOMParser().parseFromString(await fetchText(address), "text/html");
  const fragment = document.createDocumentFragment();
  fragment.append(...document.adoptNode(parsed.body).childNodes);
  for (const item of fragment.querySelectorAll(".message")) {
    const body = part(item, "body");
    body?.replaceChildren(messageNodes(body.innerHTML));
  }
  return fragment;
}

/** What is older in it than what the room has said since. @param {DocumentFragment} fragment */
function overtaken(fragment) {
  const items = /** @type {HTMLElement[]} */ ([...fragment.querySelectorAll(".message[data-id]")]);
  return items.filter(({ dataset }) => (overtaking.get(dataset.id ?? "") ?? 0) > Number(dataset.revision ?? 0));
}
