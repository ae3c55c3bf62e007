// What a person has in hand on a page: whoever draws it anew by itself asks here first.
import { $ } from "./dom.js";

const POLL = 250; // ms
/** Something lies open over the page. */
export const OPEN = "dialog[open], [popover]:popover-open:not(.sidebar)";
/** A question was answered or a form sent: the answer's page is on its way. */
const UNDER_WAY = "form[data-asking], form[data-sent]";
const TYPING = "main :is(input:not([type=checkbox], [type=radio]), textarea, select):focus, form[data-dirty]";

/**
 * Runs `act` as soon as nothing is open, under way or, for `typing`, half typed.
 * @param {() => void} act
 */
export const whenFree = (act, { typing = true } = {}) => {
  if ($(typing ? `${OPEN}, ${UNDER_WAY}, ${TYPING}` : `${OPEN}, ${UNDER_WAY}`)) setTimeout(() => whenFree(act, { typing }), POLL);
  else act();
};
