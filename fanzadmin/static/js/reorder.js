// Rows in an order of their own: dragged by their handle, or moved by the arrow keys. <table data-moves="/console/move">
import { $, on } from "./dom.js";
import { ask } from "./inline.js";
import { toast } from "./toasts.js";
import { t } from "./translations.js";

let queue = Promise.resolve(); // one move after the other: each says where the row is beside those before it
/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} beside @param {"before" | "after"} side */
const send = (row, beside, side) => { queue = queue.then(() => request(row, beside, side)); };
/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} beside @param {"before" | "after"} side */
const request = async (row, beside, side) => {
  const body = new FormData();
  body.append("beside", beside.dataset.id);
  body.append("side", side);
  try {
    const answer = await ask(`${row.closest("table").dataset.moves}/${encodeURIComponent(row.dataset.id)}`, body);
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
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.id);
  event.dataTransfer.setDragImage(dragged, 0, 0);
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
  if (!row) return;
  event.preventDefault();
  const moved = dragged;
  place(moved, row, half(event, row));
  $("[data-row-move]", moved)?.focus();
});
document.addEventListener("dragend", () => { clear(); dragged?.classList.remove("dragged"); dragged = null; });
