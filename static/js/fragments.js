/** Pieces of pages from our own server, as nodes: never as text put into the page. */
import { fetchText } from "fetching";
import { part } from "message";
import { messageNodes } from "safe-html";

/**
 * Fetch a piece of a page. Message bodies in it go through the same list as those of the socket.
 * @param {string} address
 * @returns {Promise<DocumentFragment>}
 */
export async function fetchFragment(address) {
  const parsed = new DOMParser().parseFromString(await fetchText(address), "text/html");
  const fragment = document.createDocumentFragment();
  fragment.append(...document.adoptNode(parsed.body).childNodes);
  for (const item of fragment.querySelectorAll(".message")) {
    const body = part(item, "body");
    body?.replaceChildren(messageNodes(body.innerHTML));
  }
  return fragment;
}
