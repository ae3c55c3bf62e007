// The views of a list beside its table: cards of a board that go to other columns, and the numbers above the list.
import { $, $$, data, enclosing, on, present, required } from "./dom.js";
import { ask } from "./inline.js";
import { toast } from "./toasts.js";
import { t } from "./translations.js";

// What leads to a column is a button in the card's menu: dragging and the arrow keys press it, so that its question,
// its right and its refusal are the same in every way.
/** @param {HTMLElement} card */
const buttons = (card) => $$("button[name=to]", card);
/** @param {HTMLElement} card @param {string} state */
const buttonTo = (card, state) => buttons(card).find((button) => button.value === state);
/** @param {string} state */
const column = (state) => $(`.board-column[data-state="${CSS.escape(state)}"]`);
/** @param {string} html */
const parse = (html) => document.createRange().createContextualFragment(html).firstElementChild;

/** @param {Element} board */
const syncEmpty = (board) => {
  for (const one of $$(".board-column", board)) required(".board-none", one).hidden = $("[data-card]", one) !== null;
};

/** @param {HTMLElement} card @param {any} answer */
const put = (card, answer) => {
  const board = enclosing(card, ".board");
  const movedCard = present(parse(answer.card), "the moved card");
  const target = column(answer.state);
  card.remove();
  if (target) {
    required("ol", target).prepend(movedCard);
    movedCard.classList.add("arrived");
    ($("[data-card-move]", movedCard) ?? required("a", movedCard)).focus();
  }
  for (const [state, count] of Object.entries(answer.counts)) {
    const node = $("[data-count]", column(state));
    if (node) node.textContent = count;
  }
  syncEmpty(board);
};

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-board-form]") || event.defaultPrevented || !event.submitter || "plain" in form.dataset) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (event.submitter);
  const card = enclosing(button, "[data-card]");
  const body = new FormData();
  body.append("to", button.value);
  for (const { name, value } of $$("input[data-answer]", form)) body.append(name, value);
  button.closest("[popover]")?.hidePopover();
  card.setAttribute("aria-busy", "true");
  document.dispatchEvent(new CustomEvent("card:moves", { detail: card.dataset.card }));
  try {
    const answer = await ask(button.formAction, body);
    if (answer.ask) { form.dataset.plain = ""; form.requestSubmit(button); return; }
    if (answer.status !== 200) throw new Error(answer.error ?? t("It could not be moved."));
    put(card, answer);
    toast(answer.said, { kind: "success" });
  } catch (error) {
    toast(error.message, { kind: "danger" });
    $("[data-card-move]", card)?.focus();
  } finally {
    card.removeAttribute("aria-busy");
  }
}, true); // before forms.js, which takes a form for sent that nobody keeps from it

/** @param {HTMLElement} card @param {string} state */
const press = (card, state) => {
  const button = buttonTo(card, state);
  button?.form?.requestSubmit(button);
  return Boolean(button);
};

on("keydown", "[data-card-move]", (event, handle) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const card = enclosing(handle, "[data-card]");
  const states = $$(".board-column", card.closest(".board")).map((one) => data(one, "state"));
  const way = document.dir === "rtl" ? -step : step;
  let at = states.indexOf(data(enclosing(card, ".board-column"), "state")) + way;
  while (states[at] !== undefined && !buttonTo(card, states[at])) at += way;
  if (states[at] === undefined || !press(card, states[at])) toast(t("No step leads further that way."));
});

/** @type {HTMLElement | null} */
let dragged = null;
on("dragstart", ".board-card[draggable]", (event, card) => {
  dragged = card;
  const transfer = present(event.dataTransfer, "what is dragged");
  transfer.effectAllowed = "move";
  transfer.setData("text/plain", required("a", card).textContent);
  requestAnimationFrame(() => {
    card.classList.add("dragged");
    for (const one of $$(".board-column")) one.classList.add(buttonTo(card, data(one, "state")) || one.contains(card) ? "takes" : "refuses");
  });
});
/** @param {DragEvent} event */
const over = (event) => {
  const one = event.target instanceof Element ? event.target.closest(".board-column") : null;
  return dragged && one && buttonTo(dragged, data(one, "state")) ? one : null;
};
document.addEventListener("dragover", (event) => {
  const one = over(event);
  for (const other of $$(".board-column.here")) if (other !== one) other.classList.remove("here");
  if (!one) return;
  event.preventDefault();
  one.classList.add("here");
});
document.addEventListener("drop", (event) => {
  const one = over(event);
  if (!one || !dragged) return;
  event.preventDefault();
  press(dragged, data(one, "state"));
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  for (const one of $$(".board-column")) one.classList.remove("takes", "refuses", "here");
});

/** @param {HTMLElement} figures */
const fillFigures = async (figures) => {
  try {
    const answer = await fetch(data(figures, "figures"), { headers: { "X-Part": "1" } });
    if (answer.ok && !answer.redirected) figures.innerHTML = await answer.text();
  } catch { /* the labels stay links to their rows */ }
};
for (const figures of $$("[data-figures]")) fillFigures(figures);
document.addEventListener("live:notice", () => $$("[data-figures][data-renews]").forEach(fillFigures));

if ($("canvas[data-thumbhash]")) import("./thumbhash.js");
