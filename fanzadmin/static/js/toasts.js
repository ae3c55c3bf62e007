import { $, $$, el, icon, on } from "./dom.js";
import { t } from "./translations.js";

/** @type {Record<string, string>} */
const ICONS = { success: "check-circle", info: "info", warning: "alert", danger: "alert", error: "alert" };
const STAYS = new Set(["danger", "error", "warning"]);
const AT_ONCE = 3; // good news on the screen; the older make room

/** @param {HTMLElement} node */
const leaveLater = (node, ms = 6000) => {
  let timer = setTimeout(() => node.remove(), ms);
  const hold = () => clearTimeout(timer);
  const resume = () => { timer = setTimeout(() => node.remove(), 2000); };
  for (const type of ["pointerenter", "focusin"]) node.addEventListener(type, hold);
  for (const type of ["pointerleave", "focusout"]) node.addEventListener(type, resume);
};

/**
 * Says something in the corner. kind: success, info, warning, danger. Bad news stays until closed.
 * @param {string} message
 */
export const toast = (message, { kind = "info", title = "", url = "" } = {}) => {
  const shownKind = ICONS[kind] ? kind : "info";
  const words = url ? el("a", { href: url }, message) : message;
  const node = el("div", { class: `toast toast-${shownKind}` },
    icon(ICONS[shownKind]),
    el("div", {}, title ? el("div", { class: "title" }, title) : null, words),
    el("button", { class: "btn btn-ghost btn-sm btn-icon", type: "button", "data-dismiss": true, "aria-label": t("Dismiss") }, icon("close")));
  region().append(node);
  for (const old of $$(".toast-success, .toast-info", region()).slice(0, -AT_ONCE)) old.remove();
  if (!STAYS.has(shownKind)) leaveLater(node);
  return node;
};

const region = () => {
  let node = $(".toasts");
  if (!node) {
    node = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
    document.body.append(node);
  }
  return node;
};

on("click", "[data-dismiss]", (_event, button) => button.closest(".toast, .alert")?.remove());
for (const node of $$(".toast")) if (![...STAYS].some((kind) => node.classList.contains(`toast-${kind}`))) leaveLater(node);
