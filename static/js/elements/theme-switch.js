/** <theme-switch>: light, dark, or the system's, kept in the cookie "theme" that the server reads. */

const A_YEAR_S = 31_536_000;

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#choose);
    this.#mark(document.documentElement.dataset.theme ?? "");
  }

  /** @param {MouseEvent} event */
  #choose = (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (!button) return;
    const theme = button.value;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=${theme ? A_YEAR_S : 0}; SameSite=Lax${secure}`;
    this.#mark(theme);
  };

  /** @param {string} theme */
  #mark(theme) {
    for (const button of this.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
