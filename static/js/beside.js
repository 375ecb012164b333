/** Where a popover stands: beside what opened it, and inside the window. CSS reads the two properties. */

const EDGE_PX = 8;

/** @param {HTMLElement} popover already shown @param {DOMRect} at */
export function standBeside(popover, at) {
  const { width, height } = popover.getBoundingClientRect();
  const below = at.bottom + height < innerHeight ? at.bottom : Math.max(EDGE_PX, at.top - height);
  const inline = Math.min(Math.max(EDGE_PX, at.right - width), innerWidth - width - EDGE_PX);
  popover.style.setProperty("--menu-block", `${below}px`);
  popover.style.setProperty("--menu-inline", `${inline}px`);
}
