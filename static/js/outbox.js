/**
 * What was sent and not answered yet. Kept in the tab's store until an ack or an error names its key, so a
 * reload or a lost connection sends it again with the same key and the server stores it once.
 */
import { keep, kept } from "storage";

/**
 * @typedef {object} Sent a frame of protocol.js, and three notes of our own
 * @property {string} type
 * @property {string} room
 * @property {string} client_key
 * @property {string} [body]
 * @property {string} [message]
 * @property {string} [reply_to]
 * @property {string} [author] of the message that is answered
 * @property {string} [thread] the first message of the thread in whose box it was written
 * @property {string} [failed] why the server refused it: then it waits for its author
 */

export class Outbox {
  #name;
  /** @type {Sent[]} */
  #frames;

  /** @param {string} room */
  constructor(room) {
    this.#name = `outbox:${room}`;
    this.#frames = kept(this.#name, []);
  }

  /** In the order they were sent. @returns {readonly Sent[]} */
  get frames() {
    return this.#frames;
  }

  /** @param {Sent} frame */
  add(frame) {
    this.#frames = [...this.#frames.filter((one) => one.client_key !== frame.client_key), frame];
    keep(this.#name, this.#frames);
  }

  /** The frame with this key, taken out: it is answered. @param {string} key @returns {Sent | undefined} */
  settle(key) {
    const frame = this.#frames.find((one) => one.client_key === key);
    this.#frames = this.#frames.filter((one) => one !== frame);
    keep(this.#name, this.#frames.length ? this.#frames : null);
    return frame;
  }
}

/** A new client_key: a random UUID. crypto.randomUUID exists only where the page came over HTTPS. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
