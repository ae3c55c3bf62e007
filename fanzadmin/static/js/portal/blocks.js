// The page editor's rows: moved and removed at once, without a turn to the server (which can do the same).
import { $, $$, enclosing } from "../dom.js";

const form = $("form[data-blocks]");
const rows = $("[data-rows]", form);

/** @param {HTMLElement} row @param {string} verb */
const move = (row, verb) => {
  const other = verb === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (verb === "up") other.before(row);
  else other.after(row);
};

/** @param {HTMLButtonElement | null} [button] */
const markUnsaved = (button) => {
  form?.dispatchEvent(new Event("input", { bubbles: true })); // unsaved now
  button?.focus();
};

form?.addEventListener("click", (event) => {
  const button = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (event.target).closest('button[name="do"]'));
  const [verb, key] = (button?.value ?? "").split(":");
  const row = key && $(`[data-row="${CSS.escape(key)}"]`, rows);
  if (!row) return;
  event.preventDefault();
  if (verb === "drop") {
    const next = $("button", row.nextElementSibling ?? row.previousElementSibling ?? form);
    row.remove();
    markUnsaved(next);
  } else {
    move(row, verb);
    markUnsaved(button);
  }
});

rows?.addEventListener("change", (event) => {
  const control = /** @type {HTMLInputElement} */ (event.target);
  if (control.matches(".switch")) enclosing(control, ".block").classList.toggle("block-off", !control.checked);
});

// Dragging by the mark at the front; the arrows do the same for keys and fingers.
/** @type {HTMLElement | null} */
let dragged = null;
for (const mark of $$(".block-kind", rows ?? document)) mark.draggable = true;
rows?.addEventListener("dragstart", (event) => {
  dragged = event.target instanceof Element ? event.target.closest(".block") : null;
  if (!dragged || !event.dataTransfer) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 16, 16);
  dragged.classList.add("block-dragged");
});
rows?.addEventListener("dragover", (event) => {
  const over = /** @type {Element} */ (event.target).closest(".block");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged);
  else over.after(dragged);
});
rows?.addEventListener("dragend", () => { dragged?.classList.remove("block-dragged"); dragged = null; markUnsaved(); });
