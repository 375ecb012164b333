/** Keeps the composer above a keyboard on the screen where the browser does not shrink the page for it (iOS). */

/** @param {() => void} changed called when the height that can be seen has changed */
export function followKeyboard(changed) {
  const viewport = window.visualViewport;
  viewport?.addEventListener("resize", () => {
    document.documentElement.style.setProperty("--seen-height", `${viewport.height}px`);
    window.scrollTo(0, 0);
    changed();
  });
}
