/**
 * Names while one writes "@". The people come from the members' panel of the page, so nobody is offered who is
 * not in the room.
 */
import { gettext } from "words";

const MOST = 8;

/** @param {() => HTMLElement[]} people elements with data-name, each holding what is shown @returns {import("completing").Source} */
export function mentionsOf(people) {
  return {
    // An @ at the start or after a space, and what of the name stands before the caret.
    call: /(?:^|[\s(])@([\p{L}\p{N}_.\-]{0,32})$/u,
    label: gettext("People in this room"),
    offer: (begun) => people().filter((person) => fits(person.dataset.name ?? "", begun)).slice(0, MOST).map(option),
  };
}

/** @param {string} name @param {string} begun in lower case */
function fits(name, begun) {
  return name.toLocaleLowerCase().startsWith(begun);
}

/** @param {HTMLElement} person @returns {import("completing").Option} */
function option(person) {
  const avatar = person.querySelector(".avatar")?.cloneNode(true);
  const name = document.createElement("span");
  name.textContent = person.dataset.name ?? "";
  return { insert: `@${person.dataset.name}`, show: [...(avatar ? [avatar] : []), name] };
}
