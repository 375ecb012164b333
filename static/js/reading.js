/** Tells the server how far one has read: the newest position seen, at most every two seconds. */

const PAUSE_MS = 2000;

/** @typedef {{position: number, revision: number}} Mark up to which change everything had come when it was seen */

export class Reading {
  #send;
  /** @type {Mark} */ #told;
  /** @type {Mark} */ #seen;
  #revision = 0;
  #timer = 0;
  #rests = false;

  /** @param {number} position read before @param {(mark: Mark) => boolean} send whether it was sent */
  constructor(position, send) {
    this.#told = { position, revision: 0 };
    this.#seen = this.#told;
    this.#send = send;
  }

  /** Everything up to this change has come. @param {number} revision */
  has(revision) {
    this.#revision = Math.max(this.#revision, revision);
  }

  /** @param {number} position */
  seen(position) {
    this.#seen = { position: Math.max(this.#seen.position, position), revision: this.#revision };
    const isNews = this.#seen.position > this.#told.position || this.#seen.revision > this.#told.revision;
    if (isNews && !this.#rests) this.#timer ||= window.setTimeout(this.#tell, PAUSE_MS);
  }

  /** From now on nothing is told: what was read shall be unread. */
  rest() {
    this.#rests = true;
    clearTimeout(this.#timer);
  }

  #tell = () => {
    this.#timer = 0;
    if (this.#send(this.#seen)) this.#told = this.#seen;
  };
}
