/**
 * What every page runs: the elements of the frame, and dialogs that any button opens by name.
 * Pages add their own modules in the block "scripts". Nothing here is needed to read a page.
 */
import "elements/leave-now";
import "elements/local-time";
import "elements/notice-count";
import "elements/password-field";
import "elements/theme-switch";
import "elements/undo-bar";
import { forgetAll } from "storage";

/** Open the dialog that a button names with data-opens. @param {MouseEvent} event */
function openDialog(event) {
  const button = /** @type {Element} */ (event.target).closest("[data-opens]");
  const dialog = button && document.getElementById(button.getAttribute("data-opens") ?? "");
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

/** A press on the veil around a dialog closes it. @param {MouseEvent} event */
function closeOnVeil(event) {
  if (event.target instanceof HTMLDialogElement) event.target.close();
}

/** Whoever signs out leaves no drafts behind, and goes where that leads. @param {SubmitEvent} event */
function forgetOnSigningOut(event) {
  if (!(/** @type {Element} */ (event.target).hasAttribute("data-signs-out"))) return;
  forgetAll();
  document.documentElement.dataset.signsOut = "";
}

/** Ctrl K, or Command K, or the entry in the person's menu. */
async function callPalette() {
  const { openPalette } = await import("elements/command-palette");
  openPalette();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  if (!document.getElementById("palette")) return;
  event.preventDefault();
  callPalette();
}

// On a phone the sections stand in one line that scrolls: begin where one is.
document.querySelector(".side-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
document.addEventListener("click", openDialog);
document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-act=palette]")) callPalette();
});
document.addEventListener("keydown", onKey);
document.addEventListener("mousedown", closeOnVeil);
document.addEventListener("submit", forgetOnSigningOut);
