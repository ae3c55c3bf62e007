// The frame of a page: theme, sidebar, command palette.
import { $, $$, el, icon, on, store } from "./dom.js";

const root = document.documentElement;

// Theme: the button flips what one sees; choosing what the system has anyway forgets the choice.
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);

const describeTheme = () => {
  for (const button of $$("[data-theme-toggle]")) {
    const words = dark() ? "Use light colours" : "Use dark colours";
    button.setAttribute("aria-label", words);
    button.title = words;
    $("use", button)?.setAttribute("href", `${root.dataset.icons}#${dark() ? "sun" : "moon"}`);
  }
};

on("click", "[data-theme-toggle]", () => {
  const next = dark() ? "light" : "dark";
  if ((next === "dark") === systemDark.matches) {
    delete root.dataset.theme;
    store.remove("fanz.theme");
  } else {
    root.dataset.theme = next;
    store.set("fanz.theme", next);
  }
  describeTheme();
  document.dispatchEvent(new CustomEvent("theme:change", { detail: { dark: dark() } }));
});
systemDark.addEventListener("change", describeTheme);
describeTheme();

// Sidebar: folds to icons on wide screens; opening a system from the icons unfolds it again.
const setRail = (rail) => {
  if (rail) root.dataset.nav = "rail";
  else delete root.dataset.nav;
  store.set("fanz.nav", rail ? "rail" : "full");
  for (const button of $$(".rail-toggle")) button.setAttribute("aria-expanded", String(!rail));
};
on("click", ".rail-toggle", () => setRail(root.dataset.nav !== "rail"));
on("click", ".nav-group > summary", (event, summary) => {
  if (root.dataset.nav !== "rail" || !matchMedia("(min-width: 60rem)").matches) return;
  event.preventDefault();
  setRail(false);
  summary.parentElement.open = true;
});

const OPEN = "fanz.nav.open";
const groups = $$(".nav-group");
const remembered = new Set((store.get(OPEN) ?? "").split("|"));
for (const group of groups) {
  if (remembered.has(group.dataset.group)) group.open = true;
  group.addEventListener("toggle", () => store.set(OPEN, groups.filter((one) => one.open).map((one) => one.dataset.group).join("|")));
}
const current = $('.sidebar [aria-current="page"]');
if (current) {
  const nav = current.closest("nav");
  const offset = current.offsetTop - nav.clientHeight / 2;
  if (offset > 0) nav.scrollTop = offset;
}

// Command palette: every page of the navigation, by any part of its name.
const palette = $("#palette");
if (palette) {
  const input = $("input", palette);
  const list = $('[role="listbox"]', palette);
  const pages = $$("[data-nav] a[href]").map((link) => ({
    label: link.textContent.trim(),
    where: link.closest("[data-group]")?.dataset.group ?? "",
    icon: link.closest("[data-icon]")?.dataset.icon ?? "document",
    url: link.href,
  }));
  let shown = [];
  let active = 0;

  const score = (page, words) => {
    const text = `${page.where} ${page.label}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) return -1;
    return words.length && page.label.toLowerCase().startsWith(words[0]) ? 2 : 1;
  };
  const mark = () => {
    [...list.children].forEach((option, at) => {
      option.toggleAttribute("data-active", at === active);
      option.setAttribute("aria-selected", String(at === active));
    });
    const option = list.children[active];
    if (option?.id) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const render = () => {
    const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    shown = pages.map((page) => ({ page, rank: score(page, words) })).filter(({ rank }) => rank > 0)
      .sort((a, b) => b.rank - a.rank).map(({ page }) => page).slice(0, 60);
    active = 0;
    list.replaceChildren(...shown.map((page, at) => el("div", { role: "option", id: `palette-${at}`, "data-at": at },
      icon(page.icon), el("span", {}, page.label), el("span", { class: "where" }, page.where))));
    $("[data-empty]", palette).hidden = shown.length > 0;
    mark();
  };
  const go = (at) => { if (shown[at]) location.assign(shown[at].url); };
  const open = () => {
    if (palette.open) return;
    input.value = "";
    render();
    palette.showModal();
    input.focus();
  };

  on("click", "[data-palette]", open);
  input.addEventListener("input", render);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      active = (active + step + shown.length) % shown.length;
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(active);
    }
  });
  list.addEventListener("click", (event) => go(Number(event.target.closest("[data-at]")?.dataset.at ?? -1)));
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    const asked = (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) || (event.key === "/" && !typing);
    if (!asked) return;
    event.preventDefault();
    open();
  });
}
