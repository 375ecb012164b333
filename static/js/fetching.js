/** Asking our own server for text. */

/** The server said no, or could not be reached. */
export class FetchError extends Error {
  /** @param {number} status 0 where there was no answer */
  constructor(status) {
    super(`fetch: ${status}`);
    this.status = status;
  }
}

/** @param {string} address @returns {Promise<string>} */
export async function fetchText(address) {
  const answer = await fetch(address, { redirect: "error" }).catch(() => null);
  if (!answer?.ok) throw new FetchError(answer?.status ?? 0);
  return answer.text();
}
