/**
 * What this tab keeps for one person until it is closed: drafts and messages not yet acknowledged.
 * sessionStorage, so another tab or the next user of the computer finds nothing; "Leave now" and signing
 * out empty it, and so does a page that somebody else is signed in to.
 */

const OWNER = "wardroom:person";

/** Make the store this person's; whatever another left goes. @param {string} person */
export function openStore(person) {
  attempt(() => {
    if (sessionStorage.getItem(OWNER) === person) return;
    sessionStorage.clear();
    sessionStorage.setItem(OWNER, person);
  });
}

/**
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
  attempt(() => {
    if (value === null || value === undefined) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  });
}

/** Forget everything: on signing out. */
export function forgetAll() {
  attempt(() => sessionStorage.clear());
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
