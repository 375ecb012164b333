/**
 * The page's one connection: opens, notices silence, and opens again with growing, jittered pauses.
 * It knows frames only as JSON; what they mean is protocol.js, what to resend is the page's.
 */
import { clientFrames } from "protocol";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const BUSY_PAUSE_MS = 10_000;
const SILENCE_MS = 25_000; // more than a heartbeat and a half of 15 s
const ANSWER_MS = 5_000;

/** Close codes of rooms/protocol/ after which connecting again would change nothing. */
const SIGNED_OUT = 4401;
const SHUT_OUT = 4403;
const FELL_BEHIND = 4408;
const TOO_MANY = 4429;

/**
 * @typedef {object} Listener
 * @property {() => void} connected the socket is open
 * @property {(frame: object) => void} received a frame came
 * @property {() => void} lost the connection is gone; another is coming
 * @property {() => void} signedOut the session is over
 * @property {() => void} shutOut this person may not be here any more
 */

export class Socket {
  #url;
  #listener;
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #away_ms = 0;
  #retry = 0;
  #silence = 0;
  #stopped = false;

  /** @param {string} url @param {Listener} listener */
  constructor(url, listener) {
    this.#url = url;
    this.#listener = listener;
  }

  open() {
    this.#stopped = false;
    addEventListener("online", this.#now);
    addEventListener("offline", this.#gone);
    addEventListener("pagehide", this.#pause);
    addEventListener("pageshow", this.#now);
    document.addEventListener("visibilitychange", this.#seen);
    this.#connect();
  }

  /** For good: the page is left or the person may not be here. */
  stop() {
    this.#stopped = true;
    removeEventListener("online", this.#now);
    removeEventListener("offline", this.#gone);
    removeEventListener("pagehide", this.#pause);
    removeEventListener("pageshow", this.#now);
    document.removeEventListener("visibilitychange", this.#seen);
    this.#drop();
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Send if there is a connection; say whether. @param {object} frame */
  send(frame) {
    if (!this.isOpen) return false;
    this.#socket?.send(JSON.stringify(frame));
    return true;
  }

  /** The server is about to close: when to come again, at the latest. @param {number} seconds */
  returnWithin(seconds) {
    this.#away_ms = seconds * 1000;
  }

  #connect() {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#retry);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#listen();
    socket.addEventListener("open", () => this.#listener.connected());
    socket.addEventListener("message", (event) => this.#receive(event));
    socket.addEventListener("close", (event) => this.#closed(socket, event.code));
  }

  /** @param {MessageEvent} event */
  #receive(event) {
    this.#failures = 0;
    this.#listen();
    this.#listener.received(JSON.parse(event.data));
  }

  /** @param {WebSocket} socket @param {number} code */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    clearTimeout(this.#silence);
    if (this.#stopped) return;
    if (code === SIGNED_OUT || code === SHUT_OUT) {
      this.stop();
      return code === SIGNED_OUT ? this.#listener.signedOut() : this.#listener.shutOut();
    }
    this.#listener.lost();
    this.#retry = window.setTimeout(() => this.#connect(), this.#delay(code));
  }

  /** Doubling pauses, each between half and the whole of its length, so that a crowd does not return at once. */
  #delay(/** @type {number} */ code) {
    const away = this.#away_ms * Math.random();
    this.#away_ms = 0;
    if (away) return away;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
    this.#failures += code === FELL_BEHIND ? 0 : 1;
    return Math.max(code === TOO_MANY ? BUSY_PAUSE_MS : 0, pause) * (0.5 + Math.random() / 2);
  }

  /** A connection that says nothing when a heartbeat is long due is dead, whatever the browser believes. */
  #listen(patience_ms = SILENCE_MS) {
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => this.#lose(), patience_ms);
  }

  #lose() {
    this.#drop();
    this.#listener.lost();
    this.#connect();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    socket?.close();
  }

  /** The network or the reader is back: do not sit out the pause, and do not trust a connection that slept. */
  #now = () => {
    if (this.isOpen) return this.#probe();
    if (this.#socket) return;
    this.#failures = 0;
    this.#connect();
  };

  /** The browser knows that there is no network: say so at once. */
  #gone = () => this.#lose();

  #probe() {
    this.send(clientFrames.ping());
    this.#listen(ANSWER_MS);
  }

  /** The browser may keep the page and bring it back: not with an open socket. */
  #pause = () => this.#drop();

  #seen = () => {
    if (document.visibilityState === "visible") this.#now();
  };
}
