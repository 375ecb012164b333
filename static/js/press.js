/** A long press on a touch screen: what the right button or hovering is for a mouse. */

const LONG_MS = 450;
const STILL_PX = 10;

/**
 * Act when the finger is lifted after a long press: what opens under a finger is shut again by lifting it.
 * @param {HTMLElement} area
 * @param {string} selector of what may be pressed
 * @param {(pressed: HTMLElement) => void} act
 */
export function onLongPress(area, selector, act) {
  let timer = 0;
  let [x, y] = [0, 0];
  /** @type {HTMLElement | null} */
  let held = null;
  const stop = () => {
    clearTimeout(timer);
    delete held?.dataset.active;
    held = null;
  };
  area.addEventListener("pointerdown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const pressed = /** @type {HTMLElement | null} */ (target.closest(selector));
    if (event.pointerType === "mouse" || !pressed || target.closest("a, button, summary")) return;
    [x, y] = [event.clientX, event.clientY];
    timer = window.setTimeout(() => {
      held = pressed;
      pressed.dataset.active = "";
    }, LONG_MS);
  });
  area.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX) stop();
  });
  area.addEventListener("pointerup", () => {
    const pressed = held;
    stop();
    if (pressed) setTimeout(() => act(pressed));
  });
  // The browser's own menu would lie over ours, and ends the press.
  area.addEventListener("contextmenu", (event) => {
    if (held) event.preventDefault();
  });
  area.addEventListener("pointercancel", stop);
  area.addEventListener("scroll", stop, { capture: true });
}
