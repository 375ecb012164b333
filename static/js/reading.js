/** Tells the server how far one has read: the newest position seen, at most every two seconds. */

const PAUSE_MS = 2000;

export class Reading {
  #send;
  #told;
  #seen;
  #timer = 0;

  /** @param {number} position read before @param {(position: number) => boolean} send whether it was sent */
  constructor(position, send) {
    this.#told = position;
    this.#seen = position;
    this.#send = send;
  }

  /** @param {number} position */
  seen(position) {
    this.#seen = Math.max(this.#seen, position);
    if (this.#seen > this.#told) this.#timer ||= window.setTimeout(this.#tell, PAUSE_MS);
  }

  #tell = () => {
    this.#timer = 0;
    if (this.#send(this.#seen)) this.#told = this.#seen;
  };
}
