/**
 * The frames of rooms/protocol/ as this page uses them. A contract test compares the keys of both tables
 * with the structs; docs/protocol.md says what each frame means.
 */

/** @typedef {import("./elements/chat-room.js").ChatRoom} Page */

/** How each frame to the server is built. Optional fields are left out when they say nothing. */
export const clientFrames = {
  /** @param {{room: string, revision?: number, epoch?: string}} fields */
  enter: (fields) => frame("enter", fields),
  /** @param {{room: string}} fields */
  exit: (fields) => frame("exit", fields),
  /** @param {{room: string, client_key: string, body: string, reply_to?: string, nudged?: boolean}} fields */
  post: (fields) => frame("post", fields),
  /** @param {{room: string, message: string, client_key: string, body: string, nudged?: boolean}} fields */
  edit: (fields) => frame("edit", fields),
  /** @param {{room: string, message: string, client_key: string}} fields */
  delete: (fields) => frame("delete", fields),
  /** @param {{room: string, message: string, client_key: string, emoji: string}} fields */
  react: (fields) => frame("react", fields),
  /** @param {{room: string, message: string, client_key: string, emoji: string}} fields */
  unreact: (fields) => frame("unreact", fields),
  /** @param {{room: string, message: string, client_key: string}} fields */
  pin: (fields) => frame("pin", fields),
  /** @param {{room: string, message: string, client_key: string}} fields */
  unpin: (fields) => frame("unpin", fields),
  /** @param {{room: string, position: number, revision?: number, back?: boolean}} fields */
  read: (fields) => frame("read", fields),
  /** @param {{room: string}} fields */
  typing: (fields) => frame("typing", fields),
  ping: () => frame("ping", {}),
};

/** What the page does with each frame from the server. @type {Record<string, (page: Page, frame?: any) => void>} */
export const handlers = {
  welcome: (page) => page.welcomed(),
  entered: (page, frame) => page.entered(frame),
  message: (page, frame) => page.shows(frame),
  tombstone: (page, frame) => page.buries(frame),
  room: (page, frame) => page.follows(frame),
  ack: (page, frame) => page.acknowledged(frame),
  error: (page, frame) => page.refused(frame),
  heartbeat: (page, frame) => page.beats(frame),
  screening: (page, frame) => page.screens(frame),
  unread: (page, frame) => page.attention.counts(frame),
  typing: (page, frame) => page.company.types(frame),
  presence: (page, frame) => page.company.present(frame),
  notice: (page, frame) => page.notes(frame),
  resync: (page, frame) => page.sentAway(frame), // the close that follows makes the socket connect again
  pong: () => {}, // that it came is all it says: the socket counts every frame as a sign of life
};

/** Let the page act on a frame. One of a later protocol is left alone. @param {Page} page @param {any} received */
export function handle(page, received) {
  handlers[received.type]?.(page, received);
}

/**
 * @template {object} Fields
 * @param {string} type
 * @param {Fields} fields
 * @returns {{type: string} & Fields}
 */
function frame(type, fields) {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined && value !== false);
  return /** @type {{type: string} & Fields} */ ({ type, ...Object.fromEntries(said) });
}
