/** Loaded by the Django admin alone: names the parts of unfold's page that are landmarks without a name. */

function nameLandmarks() {
  document.getElementById("main")?.setAttribute("role", "main");
  const frames = document.querySelectorAll(".simplebar-content-wrapper[role=region]");
  frames.forEach((frame, number) => frame.setAttribute("aria-label", `${frame.ariaLabel} ${number + 1}`));
}

window.addEventListener("load", nameLandmarks);
