/** Whether single keys act: some people press them by accident (WCAG 2.1.4). The choice stays in this browser. */

const KEPT_AS = "single-keys";

export function singleKeysAct() {
  return localStorage.getItem(KEPT_AS) !== "off";
}

export function switchSingleKeys() {
  localStorage.setItem(KEPT_AS, singleKeysAct() ? "off" : "on");
}
