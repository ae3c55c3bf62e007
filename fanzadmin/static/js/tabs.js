// Tab panels inside a page (WAI-ARIA tabs). The open one survives in the address, so Back and links work.
import { $$, required } from "./dom.js";

/** @param {HTMLElement} list @param {HTMLElement} tab */
const select = (list, tab, { focus = false } = {}) => {
  for (const other of $$('[role="tab"]', list)) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !chosen;
  }
  if (focus) tab.focus();
};

for (const list of $$('[role="tablist"]')) {
  const tabs = $$('[role="tab"]', list);
  const named = () => tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
  window.addEventListener("hashchange", () => { const tab = named(); if (tab) select(list, tab); });
  select(list, named() ?? tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs[0]);
  list.addEventListener("click", (event) => {
    const tab = /** @type {Element} */ (event.target).closest('[role="tab"]');
    if (!tab) return;
    select(list, tab);
    history.replaceState(history.state, "", `#${tab.getAttribute("aria-controls")}`);
  });
  list.addEventListener("keydown", (event) => {
    const rtl = getComputedStyle(list).direction === "rtl";
    const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key];
    const end = { Home: 0, End: tabs.length - 1 }[event.key];
    if (!step && end === undefined) return;
    event.preventDefault();
    const at = tabs.indexOf(required('[aria-selected="true"]', list));
    select(list, tabs[end ?? (at + (step ?? 0) + tabs.length) % tabs.length], { focus: true });
  });
}
