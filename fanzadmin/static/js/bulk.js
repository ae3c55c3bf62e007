// Bulk changes: "these 25" or "all 1,240 that match"; a column is ticked as soon as its control is touched.
import { $, $$, enclosing, on, required } from "./dom.js";

/** @param {HTMLElement} list */
const form = (list) => document.getElementById(`bulk-${list.dataset.list}`);

/** @param {HTMLElement} list @param {boolean} everything */
const setAll = (list, everything) => {
  const bar = $(".bulk", list);
  const target = form(list);
  if (!bar || !target) return;
  const field = $('input[name="_all"]', target);
  if (!field) return;
  field.value = everything ? "1" : "";
  const notice = $("[data-everything]", bar);
  if (notice) notice.hidden = !everything;
  required("[data-some]", bar).hidden = everything;
  list.classList.toggle("all-chosen", everything);
};

/**
 * The offer to choose everything shows when every row of the page is ticked.
 * @param {HTMLElement} list
 */
const offer = (list) => {
  const button = $("[data-choose-everything]", list);
  if (!button) return;
  const boxes = $$('input[name="rowid"]', list);
  const whole = boxes.length > 0 && boxes.every((box) => box.checked);
  if (!whole) setAll(list, false);
  button.hidden = !whole || $('input[name="_all"]', form(list))?.value === "1";
};

on("change", 'input[name="rowid"], [data-check-all]', (_event, box) => offer(enclosing(box, "[data-list]")));
on("click", 'input[name="rowid"]', (_event, box) => offer(enclosing(box, "[data-list]")));
on("click", "[data-uncheck]", (_event, button) => offer(enclosing(button, "[data-list]")));
on("click", "[data-choose-everything]", (_event, button) => {
  const list = enclosing(button, "[data-list]");
  setAll(list, true);
  const next = $("[data-choose-everything] ~ button", list);
  button.hidden = true;
  next?.focus();
});
addEventListener("pageshow", () => $$("[data-list]").forEach((list) => { setAll(list, false); offer(list); }));

for (const type of /** @type {const} */ (["input", "change"])) {
  on(type, "[data-bulk-field]", (event, field) => {
    const tick = required('input[name="_change"]', field);
    if (event.target !== tick) tick.checked = true;
  });
}
