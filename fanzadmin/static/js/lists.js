// Lists: search filters, select-all, the bar of bulk actions.
import { $, $$, on } from "./dom.js";
import { enhance } from "./combobox.js";

const rename = (filter) => {
  const column = filter.dataset.column;
  const operator = $(".operator", filter)?.value ?? "0";
  for (const control of $$("[data-value]", filter)) control.name = `_flt_${operator}_${column}`;
};

const syncFilters = (form) => {
  const any = $$(".filter", form).length > 0;
  for (const node of $$("[data-when-filtered]", form)) node.hidden = !any;
};

on("click", "[data-add-filter]", (_event, button) => {
  const form = document.getElementById(button.dataset.form);
  const template = $(`template[data-column="${CSS.escape(button.dataset.addFilter)}"]`, form);
  const filter = template.content.firstElementChild.cloneNode(true);
  $("[data-filters-end]", form).before(filter);
  button.closest("[popover]")?.hidePopover();
  enhance(filter);
  rename(filter);
  syncFilters(form);
  ($(".combobox input", filter) ?? $("[data-value]", filter))?.focus();
});

on("click", "[data-remove-filter]", (_event, button) => {
  const form = button.closest("form");
  const wasActive = button.closest(".filter").dataset.active !== undefined;
  button.closest(".filter").remove();
  syncFilters(form);
  if (wasActive) form.requestSubmit();
});

on("change", ".filter .operator", (_event, select) => rename(select.closest(".filter")));

// The address stays short: an empty filter is no filter.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".filters")) return;
  for (const filter of $$(".filter", event.target)) {
    const controls = $$("[data-value]", filter);
    if (controls.every((control) => !control.value || control.value === "__None")) for (const control of controls) control.disabled = true;
  }
});

const boxes = (scope) => $$('input[name="rowid"]', scope);
export const syncBulk = (list) => {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked).length;
  const master = $("[data-check-all]", list);
  if (master) {
    master.checked = chosen > 0 && chosen === all.length;
    master.indeterminate = chosen > 0 && chosen < all.length;
  }
  const bar = $(".bulk", list);
  if (!bar) return;
  bar.hidden = chosen === 0;
  $("[data-chosen]", bar).textContent = String(chosen);
};

let last = null;
on("click", 'input[name="rowid"]', (event, box) => {
  const list = box.closest("[data-list]");
  const all = boxes(list);
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  syncBulk(list);
});
on("change", "[data-check-all]", (_event, master) => {
  const list = master.closest("[data-list]");
  for (const box of boxes(list)) box.checked = master.checked;
  syncBulk(list);
});
on("click", "[data-uncheck]", (_event, button) => {
  const list = button.closest("[data-list]");
  for (const box of boxes(list)) box.checked = false;
  syncBulk(list);
  $("[data-check-all]", list)?.focus(); // the bar is gone, and the focus with it
});

for (const list of $$("[data-list]")) syncBulk(list);
addEventListener("pageshow", () => $$("[data-list]").forEach(syncBulk));
