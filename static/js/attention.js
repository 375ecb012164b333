/**
 * What the reader has seen, and what waits elsewhere: read markers, the counts of other rooms, the page's title,
 * and the way to the first unread message. chat-room.js hands it frames and what the log says.
 */
import { clientFrames } from "protocol";
import { Reading } from "reading";
import { recall } from "storage";
import { titleWith } from "title";
import { toast } from "toast";
import { fill, gettext } from "words";

/** @typedef {import("./elements/chat-room.js").ChatRoom} Page */

export class Attention {
  #page;
  #room;
  #rail = /** @type {import("./elements/room-rail.js").RoomRail | null} */ (null);
  #reading;
  #jump = /** @type {HTMLElement | null} */ (null);

  /** @param {Page} page @param {string} room public id */
  constructor(page, room) {
    this.#page = page;
    this.#room = room;
    this.#rail = page.querySelector("room-rail");
    this.#jump = page.querySelector('[data-part="to-first-unread"]');
    this.#reading = new Reading(Number(page.dataset.read), ({ position, revision }) =>
      page.transmit(clientFrames.read({ room, position, revision })),
    );
    this.has(Number(page.dataset.revision));
    this.#rail?.addEventListener("unread", () => this.retitle());
    this.#jump?.addEventListener("click", () => this.#toFirstUnread());
    page.list.querySelector(".log")?.addEventListener("scroll", () => this.#offerJump(), { passive: true });
  }

  /** Everything up to this change of the room has come. @param {number} [revision] */
  has(revision = 0) {
    this.#reading.has(revision);
  }

  /** @param {number | null} position everything to the end is on the screen, up to here */
  seen(position) {
    if (position) this.#reading.seen(position);
    this.#offerJump();
    this.retitle();
  }

  /** Another room moved on. @param {{room: string, unread: number, mentions: number}} frame */
  counts(frame) {
    if (frame.room === this.#room) return;
    const name = this.#rail?.count(frame);
    if (name) this.#spokenTo(name);
    this.retitle();
  }

  /** A message of this room came. @param {{mentions_you?: boolean}} frame @param {boolean} isNew */
  came({ mentions_you: isSpokenTo = false }, isNew) {
    if (isSpokenTo && isNew && document.hidden) this.#tellDesktop(this.#page.querySelector('[data-part="room-name"]')?.textContent ?? "");
  }

  /** After a while without a connection the counts may be others. */
  refresh() {
    this.#rail?.refresh();
  }

  /** Leave a message and what comes after it for later. @param {HTMLElement} item */
  unreadFrom(item) {
    const position = Number(item.dataset.position) - 1;
    if (!(position >= 0)) return;
    this.#reading.rest();
    const isSent = this.#page.transmit(clientFrames.read({ room: this.#room, position, back: true }));
    if (isSent) toast(gettext("Kept as unread from here, until you come back to this room."));
  }

  retitle() {
    titleWith(this.#page.list.unseen + (this.#rail?.unread ?? 0));
  }

  /** @param {string} room its name */
  #spokenTo(room) {
    if (this.#page.hasAttribute("data-hushed")) return;
    if (document.hidden) this.#tellDesktop(room);
    else toast(fill(gettext("Somebody spoke to you in %(room)s"), { room }));
  }

  /** Outside of the page, where the reader has asked for it in this browser: in which room, not what. @param {string} room */
  #tellDesktop(room) {
    if (!recall("desktop", false) || !("Notification" in globalThis) || Notification.permission !== "granted") return;
    const notice = new Notification(room, { body: gettext("Somebody mentions or answers you."), tag: room });
    notice.onclick = () => window.focus();
  }

  #offerJump() {
    const line = document.getElementById("first-unread");
    const log = this.#page.list.querySelector(".log");
    const isAbove = line && log && line.getBoundingClientRect().bottom < log.getBoundingClientRect().top;
    if (this.#jump) this.#jump.hidden = !isAbove;
  }

  #toFirstUnread() {
    const line = document.getElementById("first-unread");
    const message = /** @type {HTMLElement | null} */ (line?.nextElementSibling ?? null);
    line?.scrollIntoView({ block: "center" });
    message?.focus({ preventScroll: true });
  }
}
