/** <local-time>: writes the time element inside it in the reader's time zone; data-format="date" adds the day. */

import { language } from "language";
import { timeZone } from "time-zone";

const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZone });
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone });

class LocalTime extends HTMLElement {
  connectedCallback() {
    this.update();
  }

  /** Call again after the time element's datetime has changed. */
  update() {
    const time = this.querySelector("time");
    const moment = new Date(time?.dateTime ?? "");
    if (!time || Number.isNaN(moment.getTime())) return;
    time.textContent = (this.dataset.format === "date" ? day : clock).format(moment);
    time.title = day.format(moment);
  }
}

customElements.define("local-time", LocalTime);
