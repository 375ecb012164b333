/**
 * <chat-room>: one room's page. Brings socket, log and composer together. Frames arrive through the table in
 * protocol.js; what is written leaves through sending.js; what is done with a message stands in acts.js.
 */
import "elements/fragment-dialog";
import "elements/key-commands";
import "elements/room-rail";
import { acts } from "acts";
import { Attention } from "attention";
import { Banners } from "banners";
import { Company } from "company";
import { changed } from "fragments";
import { Links } from "links";
import { wirePanels } from "panels";
import { onLongPress } from "press";
import { Pins } from "pins";
import { clientFrames, handle } from "protocol";
import { reactWithPicked } from "reactions";
import { RoomFacts } from "room-facts";
import { Sending } from "sending";
import { Socket } from "socket";
import { forgetAll, openStore } from "storage";
import { Thread } from "thread";
import { toast } from "toast";
import { followKeyboard } from "viewport";
import { gettext } from "words";
import { MessageComposer } from "elements/message-composer";
import { MessageList } from "elements/message-list";
import { MessageMenu } from "elements/message-menu";

/** Refusals of `enter` after which this page has nothing to show any more. */
const SHUT_OUT = new Set(["not_found", "not_a_member", "removed", "too_young", "suspended", "invitation_needed"]);

export class ChatRoom extends HTMLElement {
  #room = this.dataset.room ?? "";
  #revision = Number(this.dataset.revision);
  #epoch = this.dataset.epoch ?? "";
  /** @type {Socket} */ #socket;
  /** @type {Banners} */ #banners;
  /** @type {RoomFacts} */ #facts;
  /** @type {Sending} */ #sending;
  /** @type {Pins} */ #pins;
  /** @type {Links} */ #links;

  connectedCallback() {
    openStore(this.dataset.reader ?? "");
    this.#banners = new Banners(/** @type {HTMLElement} */ (this.querySelector('[data-part="banners"]')));
    this.#facts = new RoomFacts(this);
    this.#socket = new Socket(this.dataset.socket ?? "", this);
    this.#sending = new Sending(this, this.#room);
    this.attention = new Attention(this, this.#room);
    this.#pins = new Pins(this);
    this.#links = new Links(this);
    this.thread = new Thread(this, this.reader.id, (draft) => this.#sending.send(draft));
    this.company = new Company(this, this.#room);
    this.#wire();
    this.#socket.open();
  }

  disconnectedCallback() {
    this.#socket.stop();
  }

  // --- The parts of the page, for the modules that act on it ---

  get list() {
    return /** @type {MessageList} */ (this.querySelector("message-list"));
  }

  get menu() {
    return /** @type {MessageMenu} */ (this.querySelector("message-menu"));
  }

  /** Gone once the reader may not be here any more. */
  get composer() {
    return /** @type {MessageComposer | null} */ (this.querySelector("message-composer"));
  }

  /** Who reads this page, as others see them. */
  get reader() {
    const { reader = "", readerName = "", readerInitials = "", readerHue, readerBadge } = this.dataset;
    return { id: reader, name: readerName, initials: readerInitials, hue: Number(readerHue), badge: readerBadge };
  }

  get slowModeS() {
    return this.#facts.slowModeS;
  }

  /** @param {object} frame @returns {boolean} whether there was a connection */
  transmit(frame) {
    return this.#socket.send(frame);
  }

  /** An address about a message or its author, as the page carries it. @param {"permalink" | "source" | "report" | "block"} name @param {HTMLElement} item */
  addressOf(name, item) {
    return this.#address(name, (name === "block" ? item.dataset.author : item.dataset.id) ?? "");
  }

  /** @param {string} key */
  retry(key) {
    this.#sending.retry(key);
  }

  /** @param {string} key */
  discard(key) {
    this.#sending.discard(key);
    this.composer?.focus();
  }

  /** Ask before something that cannot be taken back. @param {HTMLElement} item */
  confirmDelete(item) {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("confirm-delete"));
    const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form[data-id]"));
    form.dataset.id = item.dataset.id;
    dialog.showModal();
  }

  /**
   * Show another page's form, then the log afresh: whom one has blocked is gone from it.
   * @param {string} title @param {string} address @param {HTMLElement} item what it is about
   */
  ask(title, address, item) {
    const dialog = /** @type {import("./fragment-dialog.js").FragmentDialog} */ (document.querySelector("fragment-dialog"));
    dialog.open(title, address);
    dialog.addEventListener("sent", () => this.#reload(Number(item.dataset.position)), { once: true });
  }

  // --- What the socket says of itself ---

  connected() {
    this.#banners.offline(false);
    this.transmit(clientFrames.enter({ room: this.#room, revision: this.#revision, epoch: this.#epoch }));
    this.#sending.again();
  }

  received(/** @type {any} */ frame) {
    handle(this, frame);
  }

  /** The server is about to go. @param {{retry_after_s?: number}} frame */
  sentAway(frame) {
    this.#socket.returnWithin(frame.retry_after_s ?? 0);
  }

  lost() {
    this.company.lost();
    this.#banners.offline(true);
  }

  signedOut() {
    forgetAll();
    if ("signsOut" in document.documentElement.dataset) return; // by the reader's own hand, on this page
    const here = encodeURIComponent(location.pathname + location.search);
    location.assign(`${this.dataset.signIn}?next=${here}`);
  }

  shutOut(sentence = "") {
    this.#socket.stop();
    this.list.clear();
    this.composer?.remove();
    for (const panel of this.querySelectorAll(".panel")) panel.remove();
    this.#banners.offline(false);
    this.#banners.show("closed", true, sentence);
  }

  // --- Frames from the server, as the table in protocol.js names them ---

  welcomed() {
    if (this.hasAttribute("data-live")) this.attention.refresh();
    this.toggleAttribute("data-live", true);
  }

  entered(/** @type {any} */ frame) {
    if (frame.room !== this.#room) return;
    this.#epoch = frame.epoch;
    if (frame.limited) this.#reload();
    for (const change of frame.changes ?? []) this.received(change);
    this.#revision = frame.revision;
    this.attention.has(frame.revision);
  }

  shows(/** @type {any} */ frame) {
    if (frame.room !== this.#room) return;
    changed(frame);
    this.attention.has(frame.revision);
    if (frame.client_key) this.#sending.arrived(frame.client_key);
    this.#pins.show(frame);
    this.attention.came(frame, !this.list.find(frame.id));
    this.list.show(frame);
    this.thread.show(frame);
    this.#links.changed(frame);
  }

  buries(/** @type {any} */ frame) {
    if (frame.room !== this.#room) return;
    changed(frame);
    this.list.bury(frame);
    this.#pins.bury(frame);
    this.thread.bury(frame);
    this.#links.gone(frame.id);
  }

  follows(/** @type {any} */ frame) {
    if (frame.room === this.#room) this.#facts.follow(frame);
  }

  acknowledged(/** @type {any} */ frame) {
    this.#sending.acknowledged(frame);
  }

  refused(/** @type {any} */ error) {
    if (this.#sending.refused(error)) return;
    if (error.room === this.#room && SHUT_OUT.has(error.code)) this.shutOut(error.sentence);
    else toast(error.sentence);
  }

  /** Only now is everything up to here certain to have come: a resume begins from it. */
  beats(/** @type {any} */ frame) {
    this.#revision = Math.max(this.#revision, frame.revisions[this.#room] ?? 0);
    this.attention.has(this.#revision);
  }

  screens(/** @type {any} */ frame) {
    if (frame.room === this.#room) this.#banners.show("delayed", frame.delayed);
  }

  notes(/** @type {any} */ frame) {
    document.dispatchEvent(new CustomEvent("notices", { detail: frame.unread }));
  }

  // --- What the reader does ---

  #wire() {
    const { list, menu, composer } = this;
    wirePanels(this);
    reactWithPicked(this);
    followKeyboard(() => list.settle());
    onLongPress(list, ".message", (item) => acts.more(this, item));
    this.addEventListener("click", this.#clicked);
    for (const part of [list, menu]) part.addEventListener("act", this.#chosen);
    list.addEventListener("seen", this.#seen);
    list.addEventListener("unreachable", () => this.#unreachable());
    list.addEventListener("leave", () => this.composer?.focus());
    composer?.addEventListener("send", (event) => this.#sending.send(/** @type {CustomEvent} */ (event).detail));
    composer?.addEventListener("edit-last", () => this.#editLast());
    document.getElementById("confirm-delete")?.addEventListener("submit", (event) => {
      const isKept = /** @type {SubmitEvent} */ (event).submitter?.getAttribute("name") === "keep";
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (form.dataset.id && !isKept) this.#sending.delete(form.dataset.id);
    });
  }

  #editLast() {
    const last = this.list.lastOwn();
    if (last) acts.edit(this, last);
  }

  #chosen = (/** @type {Event} */ event) => {
    const { act, item, button } = /** @type {CustomEvent<{act: string, item: HTMLElement, button?: HTMLElement}>} */ (event).detail;
    acts[act]?.(this, item, button);
  };

  #clicked = (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    const item = /** @type {HTMLElement | null} */ (target.closest(".message"));
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-act]"));
    const quote = /** @type {HTMLElement | null} */ (target.closest("a.message__quote"));
    if (item && button) this.#act(event, item, button);
    else if (quote) this.#follow(event, quote.dataset.of ?? "");
  };

  /** A button under a message also sends a form, where there are no scripts. */
  #act(/** @type {MouseEvent} */ event, /** @type {HTMLElement} */ item, /** @type {HTMLElement} */ button) {
    event.preventDefault();
    acts[button.dataset.act ?? ""]?.(this, item, button);
  }

  /** To the message that is answered: in the page, or by its own address. */
  #follow(/** @type {MouseEvent} */ event, /** @type {string} */ id) {
    event.preventDefault();
    if (!this.list.reveal(id)) location.assign(this.#address("permalink", id));
  }

  #address(/** @type {string} */ name, /** @type {string} */ id) {
    return new URL((this.dataset[name] ?? "").replace("-id-", encodeURIComponent(id)), location.href).href;
  }

  #reload(/** @type {number | undefined} */ position = undefined) {
    this.list.reload(position).catch(() => this.#unreachable());
    this.#pins.renew();
    this.thread.reload();
  }

  #seen = (/** @type {Event} */ event) => {
    this.attention.seen(/** @type {CustomEvent<number | null>} */ (event).detail);
  };

  #unreachable() {
    toast(gettext("We could not reach the server. Scroll again to try once more."));
  }
}

customElements.define("chat-room", ChatRoom);
