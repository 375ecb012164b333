/** The panes at the end of Talk: links that lead to a page without scripts open them beside the conversation. */

/** @param {HTMLElement} room with the panels, and links with data-opens-panel */
export function wirePanels(room) {
  for (const opener of openers(room)) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");
    opener.setAttribute("aria-controls", opener.dataset.opensPanel ?? "");
  }
  room.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const opener = /** @type {HTMLElement | null} */ (target.closest("[data-opens-panel]"));
    if (opener) {
      event.preventDefault();
      toggle(room, opener);
    } else if (target.closest('[data-act="close-panel"]')) {
      close(room);
    }
  });
  room.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && /** @type {Element} */ (event.target).closest(".panel")) close(room);
    if (event.key === " " && /** @type {Element} */ (event.target).matches("a[data-opens-panel]")) {
      event.preventDefault();
      /** @type {HTMLElement} */ (event.target).click();
    }
  });
}

/** @param {HTMLElement} room @param {HTMLElement} opener */
function toggle(room, opener) {
  const panel = document.getElementById(opener.dataset.opensPanel ?? "");
  const opens = panel?.hidden || opener.getAttribute("aria-expanded") !== "true";
  close(room);
  if (!panel || !opens) return;
  panel.hidden = false;
  room.dispatchEvent(new CustomEvent("panel", { detail: { panel, opener } }));
  opener.setAttribute("aria-expanded", "true");
  panel.querySelector("button")?.focus();
}

/** @param {HTMLElement} room */
function close(room) {
  const opener = openers(room).find((one) => one.getAttribute("aria-expanded") === "true");
  for (const panel of room.querySelectorAll(".panel")) panel.setAttribute("hidden", "");
  for (const one of openers(room)) one.setAttribute("aria-expanded", "false");
  opener?.focus();
}

/** @param {HTMLElement} room */
function openers(room) {
  return /** @type {HTMLElement[]} */ ([...room.querySelectorAll("[data-opens-panel]")]);
}
