/** <slug-field data-from data-to>: proposes a room's address from its name until the address is written by hand. */

class SlugField extends HTMLElement {
  connectedCallback() {
    const from = /** @type {HTMLInputElement} */ (document.getElementById(this.dataset.from ?? ""));
    const to = /** @type {HTMLInputElement} */ (document.getElementById(this.dataset.to ?? ""));
    let proposed = to.value ? null : "";
    from.addEventListener("input", () => {
      if (proposed === to.value) to.value = proposed = slugOf(from.value, to.maxLength);
    });
  }
}

/** @param {string} name @param {number} most */
function slugOf(name, most) {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, most > 0 ? most : 60);
}

customElements.define("slug-field", SlugField);
