/**
 * What the browser keeps for one person. Until the tab is closed: messages not yet acknowledged. Until they are
 * sent: drafts, under the person's id, so that they are there in the next tab as well. "Leave now", signing out
 * and a session that was ended empty both, and so does a page that somebody else is signed in to.
 */

const OWNER = "wardroom:person";
const OURS = "wardroom:";
let prefix = OURS;

/** Make the store this person's; whatever another left goes. @param {string} person */
export function openStore(person) {
  prefix = `${OURS}${person}:`;
  attempt(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(OURS) && !key.startsWith(prefix)) localStorage.removeItem(key);
    }
  });
  attempt(() => {
    if (sessionStorage.getItem(OWNER) === person) return;
    sessionStorage.clear();
    sessionStorage.setItem(OWNER, person);
  });
}

/**
 * From this tab's store.
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function kept(name, otherwise) {
  return attempt(() => JSON.parse(sessionStorage.getItem(name) ?? "null")) ?? otherwise;
}

/** Keep a value, or forget it when there is none. @param {string} name @param {unknown} value */
export function keep(name, value) {
  attempt(() => put(sessionStorage, name, value));
}

/**
 * From the person's store, which all tabs share.
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function recall(name, otherwise) {
  return attempt(() => JSON.parse(localStorage.getItem(prefix + name) ?? "null")) ?? otherwise;
}

/** Keep a value for the person, or forget it when there is none. @param {string} name @param {unknown} value */
export function remember(name, value) {
  attempt(() => put(localStorage, prefix + name, value));
}

/** Forget everything: on signing out. */
export function forgetAll() {
  attempt(() => sessionStorage.clear());
  attempt(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(OURS)) localStorage.removeItem(key);
  });
}

/** @param {Storage} store @param {string} name @param {unknown} value */
function put(store, name, value) {
  if (value === null || value === undefined) store.removeItem(name);
  else store.setItem(name, JSON.stringify(value));
}

/**
 * A browser may refuse storage, or its room may be used up: then nothing is kept, and nothing breaks.
 * @template T
 * @param {() => T} act
 * @returns {T | undefined}
 */
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
