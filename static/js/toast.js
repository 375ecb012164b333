/** Short words at the foot of the page about what the last action did. */
import { icon } from "icon";

const SHOWN_MS = 6000;

/**
 * Say it, politely. With `undo` the bar stays for `seconds` and offers the way back.
 * @param {string} text
 * @param {{undo?: () => void, undoText?: string, seconds?: number}} [options]
 */
export function toast(text, { undo, undoText = "", seconds = 10 } = {}) {
  const bar = document.createElement(undo ? "undo-bar" : "div");
  bar.className = "toast";
  bar.append(spokenText(text));
  if (undo) {
    bar.dataset.seconds = String(seconds);
    bar.append(undoButton(undoText, () => { bar.remove(); undo(); }), timeLeft());
  } else {
    setTimeout(() => bar.remove(), SHOWN_MS);
  }
  document.querySelector("toast-region")?.append(bar);
}

/** @param {string} text */
function spokenText(text) {
  const words = document.createElement("span");
  words.className = "toast__text";
  words.textContent = text;
  return words;
}

/** @param {string} text @param {() => void} act */
function undoButton(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.append(icon("undo-2"), text);
  button.addEventListener("click", act);
  return button;
}

function timeLeft() {
  const time = document.createElement("span");
  time.className = "toast__time";
  time.setAttribute("aria-hidden", "true");
  return time;
}
