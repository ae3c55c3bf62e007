// The frame of a page: theme, sidebar.
import { $, $$, enclosing, on, store } from "./dom.js";
import { t } from "./translations.js";

const root = document.documentElement;

// Theme: the button flips what one sees; choosing what the system has anyway forgets the choice.
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);

const describeTheme = () => {
  for (const button of $$("[data-theme-toggle]")) {
    const words = dark() ? t("Use light colours") : t("Use dark colours");
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
/** @param {boolean} rail */
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
  /** @type {HTMLDetailsElement} */ (summary.parentElement).open = true;
});

const OPEN = "fanz.nav.open";
const groups = $$("details.nav-group");
const remembered = new Set((store.get(OPEN) ?? "").split("|"));
for (const group of groups) {
  if (group.dataset.group && remembered.has(group.dataset.group)) group.open = true;
  group.addEventListener("toggle", () => store.set(OPEN, groups.filter((one) => one.open).map((one) => one.dataset.group).join("|")));
}
const current = $('.sidebar [aria-current="page"]');
if (current) {
  const nav = enclosing(current, "nav");
  const offset = current.offsetTop - nav.clientHeight / 2;
  if (offset > 0) nav.scrollTop = offset;
}
