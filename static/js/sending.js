/**
 * From the composer to the server and back: what was written waits in the outbox until an ack or a refusal
 * names its key. Refused words go back to their author; nothing written is lost.
 */
import { newKey, Outbox } from "outbox";
import { clientFrames } from "protocol";
import { toast } from "toast";
import { gettext } from "words";

/** @typedef {import("./elements/chat-room.js").ChatRoom} Page */
/** @typedef {import("./elements/message-composer.js").Draft} Draft */
/** @typedef {import("./outbox.js").Sent} Sent */

export class Sending {
  #page;
  #room;
  #outbox;

  /** @param {Page} page @param {string} room public id */
  constructor(page, room) {
    this.#page = page;
    this.#room = room;
    this.#outbox = new Outbox(room);
    for (const sent of this.#outbox.frames) this.#showWaiting(sent);
  }

  /** Everything not answered yet, once more: the same keys, so it is stored once. */
  again() {
    for (const sent of this.#outbox.frames) if (!sent.failed) this.#page.transmit(bare(sent));
  }

  /** A message, or the new text of one. @param {Draft} draft */
  send(draft) {
    const shared = { room: this.#room, client_key: newKey(), body: draft.body, nudged: draft.nudged };
    const frame = draft.edits
      ? clientFrames.edit({ ...shared, message: draft.edits })
      : clientFrames.post({ ...shared, reply_to: draft.replyTo?.id });
    this.#launch({ ...frame, author: draft.replyTo?.author, thread: draft.thread });
  }

  /** @param {string} message id of one's own */
  delete(message) {
    this.#launch(clientFrames.delete({ room: this.#room, message, client_key: newKey() }));
  }

  /** @param {string} key of something that was refused */
  retry(key) {
    const sent = this.#outbox.settle(key);
    if (!sent) return;
    this.#page.list.drop(key);
    this.#launch({ ...sent, failed: "" });
  }

  /** @param {string} key */
  discard(key) {
    this.#outbox.settle(key);
    this.#page.list.drop(key);
  }

  /** The message itself came back: it is stored, whether or not the ack arrives. @param {string} key */
  arrived(key) {
    return this.#outbox.settle(key);
  }

  /** @param {{client_key: string, message: string, position: number, revision: number, state: string}} ack */
  acknowledged(ack) {
    const { list, composer } = this.#page;
    const sent = this.#outbox.settle(ack.client_key);
    if (ack.state === "deleted") {
      list.bury({ ...ack, id: ack.message, reason: "deleted" });
      return list.say(gettext("Your message was deleted."));
    }
    list.acknowledged(ack);
    if (sent?.type === "post") composer?.wait(this.#page.slowModeS);
  }

  /** Whether it was ours to answer. @param {any} error */
  refused(error) {
    const sent = error.client_key && this.#outbox.settle(error.client_key);
    if (sent?.type === "post") this.#postRefused(sent, error);
    else if (sent) this.#changeRefused(sent, error);
    return Boolean(sent);
  }

  /** @param {Sent} sent @param {any} error */
  #postRefused(sent, error) {
    const { list, composer, thread } = this.#page;
    if (sent.thread) {
      list.drop(sent.client_key);
      return thread.box.refused(draftOf(sent), error);
    }
    if (error.code === "nudged") {
      list.drop(sent.client_key);
      return composer?.nudge(draftOf(sent), error.sentence, error.span);
    }
    if (error.retry_after_s) {
      list.drop(sent.client_key);
      composer?.wait(error.retry_after_s);
      return composer?.giveBack(draftOf(sent), error.sentence);
    }
    this.#outbox.add({ ...sent, failed: error.sentence });
    list.failed(sent.client_key, error.sentence);
  }

  /** @param {Sent} sent @param {any} error */
  #changeRefused(sent, error) {
    this.#page.list.standsAsBefore(sent.message ?? "");
    if (sent.type === "delete") toast(error.sentence);
    else if (error.code === "nudged") this.#page.composer?.nudge(draftOf(sent), error.sentence, error.span);
    else this.#page.composer?.giveBack(draftOf(sent), error.sentence);
  }

  /** @param {Sent} sent */
  #launch(sent) {
    this.#outbox.add(sent);
    this.#showWaiting(sent);
    this.#page.transmit(bare(sent));
  }

  /** @param {Sent} sent */
  #showWaiting(sent) {
    const { list, reader } = this.#page;
    if (sent.type !== "post") return list.waits(sent.message ?? "");
    const key = sent.client_key;
    list.sending({
      id: key,
      client_key: key,
      state: "sending",
      author: reader,
      text: sent.body,
      sent_at: new Date().toISOString(),
    });
    if (sent.failed) list.failed(key, sent.failed);
  }
}

/** @param {Sent} sent @returns {Draft} */
function draftOf(sent) {
  return {
    body: sent.body ?? "",
    replyTo: sent.reply_to ? { id: sent.reply_to, author: sent.author ?? "" } : null,
    edits: sent.type === "edit" ? sent.message ?? "" : null,
    nudged: false,
    thread: sent.thread,
  };
}

/** The frame as the protocol has it, without our own notes. @param {Sent} sent */
function bare({ failed: _failed, author: _author, thread: _thread, ...frame }) {
  return frame;
}
