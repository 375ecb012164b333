/** The page's title says how much is unread: "(3) Harbour · Wardroom". */

const COUNT = /^\(\d+\+?\) /;

/** @param {number} unread */
export function titleWith(unread) {
  const bare = document.title.replace(COUNT, "");
  document.title = unread ? `(${unread > 99 ? "99+" : unread}) ${bare}` : bare;
}
