// Exports and imports: ticking columns, a file that is dropped, and what can be said of it before it travels.
import { $$, enclosing, on, required } from "./dom.js";

/** @param {HTMLElement} button @param {boolean} checked */
const tick = (button, checked) => {
  for (const box of $$('input[name="column"]', button.closest("form"))) box.checked = checked;
};
on("click", "[data-columns-all]", (_event, button) => tick(button, true));
on("click", "[data-columns-none]", (_event, button) => tick(button, false));

/** @param {HTMLFormElement} form */
const refusal = (form) => {
  const file = required('input[type="file"]', form).files?.[0];
  if (!file) return "";
  if (file.size === 0) return form.dataset.empty ?? "";
  return file.size > Number(form.dataset.largest) ? form.dataset.tooLarge ?? "" : "";
};

/** @param {HTMLFormElement} form */
const showProblem = (form) => {
  const words = refusal(form);
  const box = required("[data-import-problem]", form);
  box.hidden = !words;
  required("p", box).textContent = words;
  return words;
};

on("change", '[data-import] input[type="file"]', (_event, input) => showProblem(enclosing(input, "form")));
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.matches("[data-import]") && showProblem(form)) event.preventDefault();
}, true);

for (const type of /** @type {const} */ (["dragover", "dragleave", "drop"])) {
  on(type, "[data-drop]", (event, zone) => {
    event.preventDefault();
    zone.toggleAttribute("data-over", type === "dragover");
    if (type !== "drop" || !event.dataTransfer?.files.length) return;
    const input = required('input[type="file"]', zone);
    input.files = event.dataTransfer.files;
    showProblem(enclosing(input, "form"));
  });
}
