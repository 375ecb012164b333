/** Icons for scripts: the same sprite as templates/components/icon.html. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon as an element; decoration only.
 * @param {string} name symbol in static/icons/sprite.svg
 * @param {string} [more] further classes, e.g. "icon--directed"
 * @returns {SVGSVGElement}
 */
export function icon(name, more = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${more}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.documentElement.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}
