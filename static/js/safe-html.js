/**
 * Turns the server's sanitised message HTML into nodes without ever trusting it: the text is parsed into an
 * inert document, and only what this list names is made anew from it. The one place where HTML becomes nodes.
 */

/** The elements of rooms/markdown.py and the attributes each may keep. Anything else leaves its text behind. */
const KEPT = /** @type {Record<string, string[]>} */ ({
  a: ["href", "rel"],
  blockquote: [],
  br: [],
  code: [],
  em: [],
  li: [],
  ol: ["start"],
  p: [],
  pre: [],
  s: [],
  span: ["class", "data-person"],
  strong: [],
  ul: [],
});
const CLASSES = new Set(["mention", "link-host"]);
const SCHEMES = new Set(["http:", "https:"]);

/** @param {string} html of one message @returns {DocumentFragment} */
export function messageNodes(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return copies(parsed.body);
}

/** @param {Node} parent @returns {DocumentFragment} */
function copies(parent) {
  const fragment = document.createDocumentFragment();
  for (const node of parent.childNodes) {
    if (node instanceof Text) fragment.append(node.data);
    else if (node instanceof Element) fragment.append(copy(node));
  }
  return fragment;
}

/** @param {Element} element @returns {Node} */
function copy(element) {
  const attributes = KEPT[element.localName];
  const inside = copies(element);
  if (!attributes) return inside;
  const made = document.createElement(element.localName);
  for (const name of attributes) {
    const value = element.getAttribute(name);
    if (value !== null && isSafe(name, value)) made.setAttribute(name, value);
  }
  made.append(inside);
  return made;
}

/** @param {string} name @param {string} value */
function isSafe(name, value) {
  if (name === "class") return CLASSES.has(value);
  if (name === "href") return SCHEMES.has(schemeOf(value));
  return true;
}

/** @param {string} address @returns {string} with its colon; "" where there is none */
function schemeOf(address) {
  try {
    return new URL(address).protocol;
  } catch {
    return "";
  }
}
