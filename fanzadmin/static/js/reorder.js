// Rows in an order of their own: dragged by their handle, or moved by the arrow keys. <table data-moves="/console/move">
import { $, data, enclosing, on, present } from "./dom.js";
import { ask } from "./inline.js";
import { toast } from "./toasts.js";
import { t } from "./translations.js";

let queue = Promise.resolve(); // one move after the other: each says where the row is beside those before it
/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} beside @param {"before" | "after"} side */
const send = (row, beside, side) => { queue = queue.then(() => request(row, beside, side)); };
/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} beside @param {"before" | "after"} side */
const request = async (row, beside, side) => {
  const body = new FormData();
  body.append("beside", data(beside, "id"));
  body.append("side", side);
  try {
    const answer = await ask(`${enclosing(row, "table").dataset.moves}/${encodeURIComponent(data(row, "id"))}`, body);
    if (answer.status !== 200) throw new Error(answer.error ?? t("It could not be moved."));
    toast(answer.said, { kind: "success" });
  } catch (error) {
    toast(error.message, { kind: "danger" });
    setTimeout(() => location.reload(), 1500);
  }
};

/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} beside @param {"before" | "after"} side */
const place = (row, beside, side) => {
  if (!beside?.dataset.id || beside === row) return false;
  beside[side](row);
  send(row, beside, side);
  return true;
};

on("keydown", "[data-row-move]", (event, handle) => {
  const row = /** @type {HTMLTableRowElement} */ (handle.closest("tr"));
  const up = event.key === "ArrowUp";
  if (!up && event.key !== "ArrowDown") return;
  event.preventDefault();
  const beside = /** @type {HTMLTableRowElement} */ (up ? row.previousElementSibling : row.nextElementSibling);
  if (place(row, beside, up ? "before" : "after")) handle.focus();
});

/** @type {HTMLTableRowElement | null} */
let dragged = null;
on("dragstart", "[data-row-move]", (event, handle) => {
  dragged = /** @type {HTMLTableRowElement} */ (handle.closest("tr"));
  dragged.classList.add("dragged");
  const transfer = present(event.dataTransfer, "what is dragged");
  transfer.effectAllowed = "move";
  transfer.setData("text/plain", data(dragged, "id"));
  transfer.setDragImage(dragged, 0, 0);
});
/** @param {DragEvent} event */
const target = (event) => {
  const row = /** @type {HTMLTableRowElement | null} */ (
    event.target instanceof Element ? event.target.closest("table[data-moves] tbody tr") : null);
  return dragged && row && row !== dragged && row.closest("table") === dragged.closest("table") ? row : null;
};
/** @param {DragEvent} event @param {HTMLTableRowElement} row */
const half = (event, row) => { const box = row.getBoundingClientRect(); return event.clientY < box.top + box.height / 2 ? "before" : "after"; };
const clear = () => { for (const row of document.querySelectorAll("tr.drop-before, tr.drop-after")) row.classList.remove("drop-before", "drop-after"); };
document.addEventListener("dragover", (event) => {
  const row = target(event);
  if (!row) return;
  event.preventDefault();
  clear();
  row.classList.add(`drop-${half(event, row)}`);
});
document.addEventListener("drop", (event) => {
  const row = target(event);
  const moved = dragged;
  if (!row || !moved) return;
  event.preventDefault();
  place(moved, row, half(event, row));
  $("[data-row-move]", moved)?.focus();
});
document.addEventListener("dragend", () => { clear(); dragged?.classList.remove("dragged"); dragged = null; });
