/**
 * What stands between messages: a line for each day in the reader's time zone, and which message continues
 * the one above it. Every call settles one place and may be repeated.
 */
import { language } from "language";
import { sentAt } from "message";
import { dayIn, timeZone } from "time-zone";

const TOGETHER_MS = 5 * 60_000;
const dayName = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone });
const dayNameOfYear = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone });

/** Settle every message of a list: after the server wrote it in its own time zone. @param {HTMLElement} list */
export function arrange(list) {
  for (const line of list.querySelectorAll(".divider[data-day]")) line.remove();
  for (const item of list.querySelectorAll(".message")) settle(/** @type {HTMLElement} */ (item));
}

/** Settle the messages where something was put in, taken out or replaced. @param {Element | null} item */
export function settleAround(item) {
  if (!item?.parentElement) return;
  const message = item.classList.contains("message") ? item : nextMessage(item);
  if (message) settle(/** @type {HTMLElement} */ (message));
  const next = message && nextMessage(message);
  if (next) settle(/** @type {HTMLElement} */ (next));
}

/** @param {HTMLElement} item */
function settle(item) {
  const before = previousMessage(item);
  const day = dayOf(item) ?? (before && dayOf(before));
  if (day) item.dataset.day = day;
  const isNewDay = Boolean(day) && day !== before?.dataset.day;
  keepDayLine(item, isNewDay ? day ?? "" : "");
  item.classList.toggle("message--continued", !isNewDay && before !== null && continues(item, before));
}

/** The one day line before a message: made, kept or taken away. @param {HTMLElement} item @param {string} day */
function keepDayLine(item, day) {
  let line = item.previousElementSibling;
  if (line?.classList.contains("divider--new")) line = line.previousElementSibling;
  const isDayLine = line instanceof HTMLElement && line.dataset.day && line.classList.contains("divider");
  if (isDayLine && line instanceof HTMLElement && line.dataset.day === day) return;
  if (isDayLine) line?.remove();
  if (day) item.before(dayLine(day, sentAt(item)));
}

/** @param {string} day @param {Date | null} moment */
function dayLine(day, moment) {
  const line = document.createElement("li");
  const words = document.createElement("span");
  line.className = "divider";
  line.dataset.day = day;
  words.textContent = moment ? nameOf(moment) : day;
  line.append(words);
  return line;
}

/** @param {Date} moment */
function nameOf(moment) {
  const isThisYear = dayIn(moment).slice(0, 4) === dayIn(new Date()).slice(0, 4);
  return (isThisYear ? dayName : dayNameOfYear).format(moment);
}

/** The same author within five minutes, nothing between, neither an answer. @param {Element} item @param {Element} before */
function continues(item, before) {
  const [one, other] = [/** @type {HTMLElement} */ (item), /** @type {HTMLElement} */ (before)];
  const [late, early] = [sentAt(one), sentAt(other)];
  if (!late || !early || !one.dataset.author || one.dataset.author !== other.dataset.author) return false;
  if (one.previousElementSibling !== other || one.querySelector('[data-part="quote"]')) return false;
  return late.getTime() - early.getTime() < TOGETHER_MS;
}

/** @param {Element} item @returns {string | null} the local date, as a key */
function dayOf(item) {
  const moment = sentAt(item);
  return moment && dayIn(moment);
}

/** @param {Element} item @returns {HTMLElement | null} */
function previousMessage(item) {
  let before = item.previousElementSibling;
  while (before && !before.classList.contains("message")) before = before.previousElementSibling;
  return /** @type {HTMLElement | null} */ (before);
}

/** @param {Element} item @returns {HTMLElement | null} */
function nextMessage(item) {
  let after = item.nextElementSibling;
  while (after && !after.classList.contains("message")) after = after.nextElementSibling;
  return /** @type {HTMLElement | null} */ (after);
}
