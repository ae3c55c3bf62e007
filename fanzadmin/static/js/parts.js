// Parts of a record's page: loaded when their tab or section is opened, turned over and sent without leaving it.
// [data-load] names the address of a part; the server answers X-Part with the part alone.
import { $, $$, csrfToken, data, el, enclosing, on, required } from "./dom.js";
import { localTimes } from "./forms.js";
import { toast } from "./toasts.js";
import { t } from "./translations.js";

/** @param {string} address */
const fetchPart = async (address, /** @type {RequestInit} */ options = {}) => {
  const answer = await fetch(address, { ...options, headers: { "X-Part": "1", "X-CSRFToken": csrfToken(), ...options.headers } });
  if (answer.redirected && answer.url.includes("/login")) { location.assign(answer.url); return null; }
  if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
  return answer.text();
};

/** @param {string} html */
const parse = (html) => document.createRange().createContextualFragment(html);

/** @param {HTMLElement} panel @param {string} html */
const show = (panel, html) => {
  panel.replaceChildren(parse(html));
  localTimes(panel);
  panel.dispatchEvent(new CustomEvent("part:shown", { bubbles: true }));
};

/** @param {HTMLElement} panel @param {string} address */
const failed = (panel, address) => {
  panel.replaceChildren(el("p", { class: "empty", role: "alert" },
    t("This part could not be loaded."), " ", el("a", { href: address }, t("Open it as a page"))));
};

/** @param {HTMLElement} panel */
export const load = async (panel, address = data(panel, "load")) => {
  panel.setAttribute("aria-busy", "true");
  try {
    const html = await fetchPart(address);
    if (html !== null) show(panel, html);
    panel.dataset.loaded = "";
  } catch {
    failed(panel, address);
  } finally {
    panel.removeAttribute("aria-busy");
  }
};

/** @param {HTMLElement} panel */
const loadOnce = (panel) => {
  if (panel?.dataset.load && panel.dataset.loaded === undefined) { panel.dataset.loaded = ""; load(panel); }
};

// A panel is loaded when it becomes visible, by whatever means: a click, a key, the address's #part.
for (const panel of $$('[role="tabpanel"][data-load]')) {
  new MutationObserver(() => { if (!panel.hidden) loadOnce(panel); }).observe(panel, { attributes: true, attributeFilter: ["hidden"] });
  if (!panel.hidden) loadOnce(panel);
}
document.addEventListener("toggle", (event) => {
  const { target } = event;
  if (target instanceof HTMLDetailsElement && target.open && target.matches("[data-load-open]")) loadOnce(required("[data-load]", target));
}, true);

// "Earlier" adds to what is there; every other link of a list's own (its pages, its order) replaces it.
document.addEventListener("click", async (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (event.target instanceof Element ? event.target.closest("[data-load] a[href]") : null);
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const panel = enclosing(link, "[data-load]");
  if ("more" in link.dataset) {
    event.preventDefault();
    const html = await fetchPart(link.href);
    if (html === null) return;
    const rest = parse(html);
    const list = required("ol", panel);
    const added = $$("ol > li", rest);
    link.closest(".more")?.replaceWith($(".more", rest) ?? "");
    list.append(...added);
    localTimes(list);
    if (added[0]) { added[0].tabIndex = -1; added[0].focus(); }
  } else if (new URL(link.href).pathname === new URL(data(panel, "load"), location.href).pathname) {
    event.preventDefault();
    await load(panel, link.href);
    panel.focus();
  }
});

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const panel = form.matches("[data-part-form]") ? form.closest("[data-load]") : null;
  if (!panel || event.defaultPrevented) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  try {
    const html = await fetchPart(form.action, { method: "POST", body });
    if (html !== null) show(panel, html);
    $("[aria-invalid]", panel)?.focus();
  } catch {
    toast(t("It could not be sent. Try again."), { kind: "danger" });
  }
});

on("click", "[data-open-part]", (event, link) => {
  const tab = document.getElementById(`tab-${link.dataset.openPart}`);
  if (tab) { event.preventDefault(); tab.click(); tab.focus(); }
});
