// Lists: search filters, select-all, the bar of bulk actions.
import { $, $$, data, enclosing, on, present, required } from "./dom.js";
import { enhance } from "./combobox.js";

const controlsOf = (/** @type {HTMLElement} */ filter) => /** @type {HTMLInputElement[]} */ ($$("[data-value]", filter));

/** @param {HTMLElement} filter */
const rename = (filter) => {
  const column = filter.dataset.column;
  const operator = $("select.operator", filter)?.value ?? "0";
  for (const control of controlsOf(filter)) control.name = `_flt_${operator}_${column}`;
};

/** @param {HTMLFormElement} form */
const syncFilters = (form) => {
  const any = $$(".filter", form).length > 0;
  for (const node of $$("[data-when-filtered]", form)) node.hidden = !any;
};

on("click", "[data-add-filter]", (_event, button) => {
  const form = /** @type {HTMLFormElement} */ (document.getElementById(data(button, "form")));
  const template = /** @type {HTMLTemplateElement} */ (
    required(`template[data-column="${CSS.escape(data(button, "addFilter"))}"]`, form));
  const filter = /** @type {HTMLElement} */ (present(template.content.firstElementChild, "a filter").cloneNode(true));
  required("[data-filters-end]", form).before(filter);
  button.closest("[popover]")?.hidePopover();
  enhance(filter);
  rename(filter);
  syncFilters(form);
  ($(".combobox input", filter) ?? $("[data-value]", filter))?.focus();
});

on("click", "[data-remove-filter]", (_event, button) => {
  const form = /** @type {HTMLFormElement} */ (button.closest("form"));
  const wasActive = enclosing(button, ".filter").dataset.active !== undefined;
  enclosing(button, ".filter").remove();
  syncFilters(form);
  if (wasActive) form.requestSubmit();
});

on("change", ".filter .operator", (_event, select) => rename(enclosing(select, ".filter")));

// The address stays short: an empty filter is no filter.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches(".filters")) return;
  for (const filter of $$(".filter", form)) {
    const controls = controlsOf(filter);
    const isEmpty = controls.every((control) => !control.value || control.value === "__None");
    for (const control of controls) control.disabled ||= isEmpty;
  }
});

/** @param {ParentNode} scope */
const boxes = (scope) => $$('input[name="rowid"]', scope);
/** @param {HTMLElement} list */
export const syncBulk = (list) => {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked).length;
  const master = $("input[data-check-all]", list);
  if (master) {
    master.checked = chosen > 0 && chosen === all.length;
    master.indeterminate = chosen > 0 && chosen < all.length;
  }
  const bar = $(".bulk", list);
  if (!bar) return;
  bar.hidden = chosen === 0;
  required("[data-chosen]", bar).textContent = String(chosen);
};

/** @type {HTMLInputElement | null} */
let last = null;
on("click", 'input[name="rowid"]', (event, box) => {
  const list = enclosing(box, "[data-list]");
  const all = boxes(list);
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  syncBulk(list);
});
on("change", "input[data-check-all]", (_event, master) => {
  const list = enclosing(master, "[data-list]");
  for (const box of boxes(list)) box.checked = master.checked;
  syncBulk(list);
});
on("click", "[data-uncheck]", (_event, button) => {
  const list = enclosing(button, "[data-list]");
  for (const box of boxes(list)) box.checked = false;
  syncBulk(list);
  $("[data-check-all]", list)?.focus(); // the bar is gone, and the focus with it
});

for (const list of $$("[data-list]")) syncBulk(list);
addEventListener("pageshow", () => $$("[data-list]").forEach(syncBulk));
