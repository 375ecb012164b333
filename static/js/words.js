/**
 * Words that scripts say, marked as Django marks them (makemessages -d djangojs finds the calls).
 * Where a page loads Django's catalogue it translates; otherwise the words stand as written.
 */

/** @type {{gettext?: (text: string) => string, ngettext?: (one: string, many: string, n: number) => string}} */
const catalogue = /** @type {any} */ (globalThis).django ?? {};

/** @param {string} text @returns {string} */
export function gettext(text) {
  return catalogue.gettext?.(text) ?? text;
}

/** @param {string} one @param {string} many @param {number} n @returns {string} */
export function ngettext(one, many, n) {
  return catalogue.ngettext?.(one, many, n) ?? (n === 1 ? one : many);
}

/** Put facts into "%(name)s". @param {string} text @param {Record<string, string | number>} facts */
export function fill(text, facts) {
  return text.replace(/%\((\w+)\)s/g, (_, name) => String(facts[name] ?? ""));
}
