/** Who else is in the room and who is writing, as the socket says; and that the reader writes, now and then. */
import { clientFrames } from "protocol";
import { fill, gettext } from "words";

/** @typedef {import("./elements/chat-room.js").ChatRoom} Page */

const SAY_EVERY_MS = 3000;

export class Company {
  #page;
  #room;
  #said = 0;
  /** @type {Set<string>} ids of those who are here */
  #here = new Set();

  /** @param {Page} page @param {string} room public id */
  constructor(page, room) {
    this.#page = page;
    this.#room = room;
    page.composer?.addEventListener("typing", () => this.#say());
  }

  /** @param {{room: string, count: number, here?: string[], came?: string[], went?: string[]}} frame */
  present(frame) {
    if (frame.room !== this.#room) return;
    const isNamed = Boolean(frame.here || frame.came || frame.went);
    if (frame.here || !isNamed) this.#here = new Set(frame.here);
    for (const id of frame.came ?? []) this.#here.add(id);
    for (const id of frame.went ?? []) this.#here.delete(id);
    this.#mark();
    this.#tell("here", fill(gettext("%(count)s here now"), { count: frame.count.toLocaleString() }));
  }

  /** @param {{room: string, people?: {name: string}[], several?: boolean}} frame */
  types({ room, people = [], several = false }) {
    if (room === this.#room) this.#tell("typing", several ? gettext("Several people are writing…") : namesOf(people));
  }

  /** Without a connection nobody knows. */
  lost() {
    this.#here.clear();
    this.#mark();
    this.#tell("here", "");
    this.#tell("typing", "");
  }

  /** What is sent or emptied is not being written. */
  #say() {
    const isWriting = Boolean(this.#page.composer?.querySelector("textarea")?.value.trim());
    if (!isWriting || Date.now() - this.#said < SAY_EVERY_MS) return;
    if (this.#page.transmit(clientFrames.typing({ room: this.#room }))) this.#said = Date.now();
  }

  #mark() {
    for (const item of /** @type {NodeListOf<HTMLElement>} */ (this.#page.querySelectorAll(".people [data-person]"))) {
      const mark = item.querySelector('[data-part="here"]');
      mark?.toggleAttribute("hidden", !this.#here.has(item.dataset.person ?? ""));
    }
  }

  /** @param {"here" | "typing"} name @param {string} words */
  #tell(name, words) {
    const part = this.#page.querySelector(`[data-company="${name}"]`);
    if (part) part.textContent = words;
  }
}

/** @param {{name: string}[]} people three at most */
function namesOf(people) {
  const [one = "", other = "", third = ""] = people.map((person) => person.name);
  if (third) return fill(gettext("%(one)s, %(other)s and %(third)s are writing…"), { one, other, third });
  if (other) return fill(gettext("%(one)s and %(other)s are writing…"), { one, other });
  return one && fill(gettext("%(one)s is writing…"), { one });
}
