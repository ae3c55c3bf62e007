// Single keys, as the help of layouts/_shortcuts.html lists them: a line's key presses, or goes to, the first visible match.
import { OPEN } from "./interaction.js";
import { $, $$, on, required, store } from "./dom.js";

const OFF = "fanz.keys"; // "off": single keys do nothing, for those who dictate (WCAG 2.1.4)
const help = $("#shortcuts");
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const controls = (/** @type {string} */ selector) => /** @type {HTMLButtonElement[]} */ ($$(selector));
/** @param {string} selector */
const visible = (selector) => controls(selector).find((node) =>
  !node.disabled && node.checkVisibility({ visibilityProperty: true }) && !node.closest("dialog:not([open])"));
const lines = new Map($$("[data-key]", help ?? document.createElement("div")).map((line) => [line.dataset.key, line.dataset]));

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const line = lines.get(event.key);
  if (!line || store.get(OFF) === "off" || (event.target instanceof Element && event.target.closest(TYPING)) || $(OPEN)) return;
  const target = line.press ? controls(line.press).find((node) => !node.disabled) : visible(line.go ?? "");
  if (!target) return;
  event.preventDefault();
  if (line.press) target.click();
  else target.focus();
});

if (help) {
  const control = required("input[data-single-keys]", help);
  control.checked = store.get(OFF) !== "off";
  on("change", "[data-single-keys]", () => (control.checked ? store.remove(OFF) : store.set(OFF, "off")));
}
