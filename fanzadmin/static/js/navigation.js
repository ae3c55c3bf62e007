// Rows of a list by keys: the arrows go up and down in one column, Space chooses the row, Ctrl-A all of the page.
import { $, on } from "./dom.js";

const ROW = "[data-list] tbody tr";
const WITHIN = "input, a[href], button";

/**
 * What the same column of another row has to hold the focus.
 * @param {HTMLTableCellElement} cell
 * @param {HTMLTableRowElement | null} row
 */
const partner = (cell, row) => {
  const other = row?.cells[cell.cellIndex];
  return other?.hasAttribute("tabindex") ? other : other && $(WITHIN, other);
};

on("keydown", ROW, (event, row) => {
  if (event.defaultPrevented || event.altKey || event.shiftKey || event.target.closest("form, [data-row-move]")) return;
  const list = row.closest("[data-list]");
  if (event.ctrlKey || event.metaKey) {
    const all = $("input[data-check-all]", list);
    if (event.key.toLowerCase() !== "a" || !all) return;
    event.preventDefault();
    if (!all.checked || all.indeterminate) all.click();
    return;
  }
  const cell = /** @type {HTMLTableCellElement} */ (event.target.closest("td, th"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = partner(cell, /** @type {HTMLTableRowElement | null} */ (event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling));
    if (!next) return;
    event.preventDefault();
    next.focus();
  } else if (event.key === " " && !event.target.matches("input, button, summary")) {
    const box = $('input[name="rowid"]', row);
    if (!box) return;
    event.preventDefault();
    box.click();
  }
});
