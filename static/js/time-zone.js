/**
 * In which time zone times are written: the one that the reader chose, else the browser's. The server learns the
 * browser's from a cookie, so that what it writes is the same.
 */

const ofBrowser = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const timeZone = document.documentElement.dataset.timeZone || ofBrowser;

/** The day of a moment there, as YYYY-MM-DD. @param {Date} moment */
export function dayIn(moment) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(moment);
}

if (ofBrowser && !document.cookie.includes(`timezone=${ofBrowser}`)) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `timezone=${ofBrowser}; path=/; max-age=31536000; samesite=lax${secure}`;
}
