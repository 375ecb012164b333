/** The keyboard in the log: one message at a time has the focus, arrows move it, letters act on it. */

import { singleKeysAct } from "single-keys";

/** Keys on a focused message, and what they do: as the dialog of shortcuts lists them. */
const ACTS = /** @type {Record<string, string>} */ ({
  Enter: "more",
  "+": "react",
  r: "reply",
  t: "thread",
  e: "edit",
  c: "copy",
  u: "unread",
  Delete: "delete",
});

/**
 * @param {HTMLElement} log
 * @param {(act: string, item: HTMLElement) => void} act
 * @param {() => void} leave to the composer
 */
export function rove(log, act, leave) {
  log.addEventListener("focusin", (event) => current(log, messageOf(event.target)));
  log.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = messageOf(event.target);
    if (event.key === "Escape") return leave();
    if (move(log, item, event.key)) return event.preventDefault();
    const acts = event.key.length > 1 || singleKeysAct();
    if (item && event.target === item && acts && ACTS[event.key]) {
      event.preventDefault();
      act(ACTS[event.key], item);
    }
  });
}

/** Give the log one way in by Tab: its last message, or where the reader was. @param {HTMLElement} log */
export function keepOneStop(log) {
  if (log.querySelector('.message[tabindex="0"]')) return;
  current(log, /** @type {HTMLElement | null} */ ([...log.querySelectorAll(".message")].at(-1) ?? null));
}

/** @param {HTMLElement} log @param {HTMLElement | null} item */
function current(log, item) {
  if (!item || item.tabIndex === 0) return;
  for (const other of log.querySelectorAll('.message[tabindex="0"]')) other.setAttribute("tabindex", "-1");
  item.tabIndex = 0;
}

/** @param {HTMLElement} log @param {HTMLElement | null} item @param {string} key @returns {boolean} */
function move(log, item, key) {
  const items = /** @type {HTMLElement[]} */ ([...log.querySelectorAll(".message")]);
  const at = item ? items.indexOf(item) : items.length;
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[key];
  const next = to === undefined ? undefined : items[to];
  if (!next) return false;
  current(log, next);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function messageOf(target) {
  return target instanceof Element ? target.closest(".message") : null;
}
