// Forms: sent once, warned about when left half filled, times shown where the person is.
import { $, $$, data, on } from "./dom.js";
import { t } from "./translations.js";

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method === "get" || form.method === "dialog") return;
  if (form.dataset.sent !== undefined) { event.preventDefault(); return; }
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
  // A download or a refused navigation leaves the page here: allow another try.
  setTimeout(() => { delete form.dataset.sent; event.submitter?.removeAttribute("aria-busy"); }, 8000);
});
addEventListener("pageshow", () => {
  for (const form of $$("form[data-sent]")) delete form.dataset.sent;
  for (const button of $$('button[aria-busy="true"]')) button.removeAttribute("aria-busy");
});

document.addEventListener("input", (event) => {
  const form = event.target instanceof Element && event.target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "";
});
document.addEventListener("submit", () => { for (const form of $$("form[data-dirty]")) delete form.dataset.dirty; });
addEventListener("beforeunload", (event) => { if ($("form[data-dirty]")) event.preventDefault(); });

on("click", "[data-reveal]", (_event, button) => {
  const input = /** @type {HTMLInputElement} */ (document.getElementById(data(button, "reveal")));
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
});

on("click", "[data-copy]", async (_event, button) => {
  const { toast } = await import("./toasts.js");
  try {
    await navigator.clipboard.writeText(data(button, "copy"));
    toast(t("Copied"), { kind: "success" });
  } catch {
    toast(t("This browser did not allow copying"), { kind: "warning" });
  }
});

on("change", "[data-submit-on-change]", (_event, control) => /** @type {HTMLSelectElement} */ (control).form?.requestSubmit());

// Ctrl-Enter sends the form one is in, from any of its controls.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented || !(event.target instanceof Element)) return;
  const form = event.target.closest("main form, dialog form");
  const button = form && $('button.btn-primary[type="submit"], button.btn-primary:not([type])', form);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});

// Times come in UTC and are read in the person's own zone; the exact UTC stays in the title.
// English days as the server writes them: 26 Nov 2026, 18:35.
const tongue = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang || undefined;
const minute = new Intl.DateTimeFormat(tongue, { dateStyle: "medium", timeStyle: "short" });
/** @param {ParentNode} scope */
export const localTimes = (scope = document) => {
  for (const time of $$("time[datetime]:not([data-local])", scope)) {
    const value = time.getAttribute("datetime") ?? "";
    const at = new Date(value);
    if (Number.isNaN(at.getTime()) || !/[zZ]|[+-]\d\d:?\d\d$/.test(value)) continue;
    time.dataset.local = "";
    if (!time.title) time.title = `${value.replace("T", " ").slice(0, 19)} UTC`;
    time.textContent = minute.format(at);
  }
};
localTimes();
$('form[data-guard] [aria-invalid="true"]:not(.combobox)')?.focus();
