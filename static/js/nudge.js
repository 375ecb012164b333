/** The nudge: the words in question are marked, and the author may change them or send once as it is. */

/**
 * @typedef {object} Nudged
 * @property {string} body
 * @property {string} sentence why, in the server's words
 * @property {[number, number] | undefined} span start and end, in code points
 */

/**
 * Fill the panel of templates/components/nudge.html.
 * @param {HTMLElement} panel
 * @param {Nudged} nudged
 */
export function fillNudge(panel, { body, sentence, span }) {
  const text = panel.querySelector('[data-part="nudge-text"]');
  const reason = panel.querySelector('[data-part="nudge-reason"]');
  text?.replaceChildren(...marked(body, span));
  if (reason) reason.textContent = sentence;
}

/** Start and end of a span in UTF-16 units, as a text box counts. @param {string} body @param {[number, number]} span */
export function unitsOf(body, [start, end]) {
  const points = [...body];
  const before = points.slice(0, start).join("").length;
  return [before, before + points.slice(start, end).join("").length];
}

/** @param {string} body @param {[number, number] | undefined} span @returns {(Node | string)[]} */
function marked(body, span) {
  if (!span) return [body];
  const [start, end] = unitsOf(body, span);
  const mark = document.createElement("mark");
  mark.textContent = body.slice(start, end);
  return [body.slice(0, start), mark, body.slice(end)];
}
