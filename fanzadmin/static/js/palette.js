// The palette (Ctrl-K, or / by shortcuts.js): pages of the navigation and what the top bar can do at once, records and actions of every system from the server.
import { $, $$, el, icon, on } from "./dom.js";

const palette = $("#palette");
if (palette) {
  const input = $("input", palette);
  const list = $('[role="listbox"]', palette);
  const status = $("[data-status]", palette);
  const pages = $$("[data-nav] a[href]").map((link) => ({
    label: link.textContent.trim(),
    where: $("summary span", link.closest("[data-group]") ?? link)?.textContent.trim() ?? "",
    icon: link.closest("[data-icon]")?.dataset.icon ?? "document",
    url: link.href,
  }));
  // Of the account, the languages and the theme: what the page offers this person anyway, by its own link or button.
  const text = (control) => [...control.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
  const ofControl = (control) => {
    const languages = control.closest(".languages");
    const theme = control.matches("[data-theme-toggle]");
    return {
      label: theme ? control.getAttribute("aria-label") : text(control),
      where: languages ? languages.getAttribute("aria-label") : palette.dataset.wordsAccount,
      more: theme ? palette.dataset.wordsTheme : "",
      icon: languages ? "globe" : $("use", control)?.getAttribute("href").split("#")[1] ?? "user",
      ...(control.href ? { url: control.href } : { control }),
    };
  };
  const controls = $$("#account-menu a[href], #account-menu button, #palette-more a, .topbar [data-theme-toggle]");
  const ownFor = (words) => (words.length ? controls.map(ofControl) : [])
    .filter(({ label, where, more }) => words.every((word) => `${label} ${where} ${more}`.toLowerCase().includes(word))).slice(0, 8);

  const WAIT = 120; // ms of quiet before the server is asked
  const found = { pages: [], own: [], records: [], actions: [], late: false };
  let drawn = [];
  let active = 0;
  let timer = 0;
  let asking = null;

  const score = (page, words) => {
    const text = `${page.where} ${page.label}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) return -1;
    return words.length && page.label.toLowerCase().startsWith(words[0]) ? 2 : 1;
  };
  const pagesFor = (words) => pages.map((page) => ({ page, rank: score(page, words) })).filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank).map(({ page }) => page).slice(0, words.length ? 8 : 60);

  const options = () => $$('[role="option"]', list);
  const mark = () => {
    const shown = options();
    shown.forEach((option, at) => {
      option.toggleAttribute("data-active", at === active);
      option.setAttribute("aria-selected", String(at === active));
    });
    if (shown[active]) input.setAttribute("aria-activedescendant", shown[active].id);
    else input.removeAttribute("aria-activedescendant");
    shown[active]?.scrollIntoView({ block: "nearest" });
  };
  const keyOf = (entry) => `${entry.url ?? ""} ${entry.label}`;
  const section = (kind, entries, first) => {
    if (!entries.length) return null;
    const id = `palette-${kind}`;
    return el("div", { role: "group", "aria-labelledby": id },
      el("div", { class: "group", id }, list.dataset[`words${kind[0].toUpperCase()}${kind.slice(1)}`]),
      ...entries.map((entry, at) => el("div", { role: "option", id: `palette-${first + at}`, "data-key": keyOf(entry) },
        icon(entry.icon), el("span", {}, entry.label, entry.note ? el("small", {}, ` ${entry.note}`) : null), el("span", { class: "where" }, entry.where))));
  };
  const draw = () => {
    const chosen = active && options()[active]?.dataset.key; // what came late may stand before it
    drawn = [];
    const sections = Object.entries({ pages: found.pages, actions: [...found.own, ...found.actions], records: found.records }).map(([kind, entries]) => {
      const made = section(kind, entries, drawn.length);
      drawn.push(...entries);
      return made;
    });
    list.replaceChildren(...sections.filter(Boolean));
    const count = drawn.length;
    const kept = chosen ? options().findIndex((option) => option.dataset.key === chosen) : -1;
    active = kept > 0 ? kept : Math.min(active, Math.max(0, count - 1));
    $("[data-late]", palette).hidden = !found.late || asking !== null;
    $("[data-empty]", palette).hidden = count > 0 || asking !== null;
    status.textContent = count === 1 ? status.dataset.wordsOne : status.dataset.wordsMany.replace("{}", String(count));
    mark();
  };

  const ask = async (text, signal, more = "") => {
    const answer = await fetch(`${palette.dataset.search}?q=${encodeURIComponent(text)}${more}`, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    Object.assign(found, await answer.json());
  };
  /** What is quick at once; what was not, a moment later. */
  const askServer = async (text) => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    try {
      await ask(text, mine.signal);
      if (found.late) {
        draw();
        await ask(text, mine.signal, "&again=1");
      }
    } catch (problem) {
      if (problem.name === "AbortError") return;
      Object.assign(found, found.late ? {} : { records: [], actions: [] }, { late: true });
    }
    if (asking === mine) asking = null;
    draw();
  };
  const search = () => {
    const text = input.value.trim();
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    found.pages = pagesFor(words);
    found.own = ownFor(words);
    active = 0;
    clearTimeout(timer);
    asking?.abort();
    asking = null;
    found.late = false;
    if (palette.dataset.search && text.length > 1) timer = setTimeout(() => askServer(text), WAIT);
    else Object.assign(found, { records: [], actions: [], late: false });
    draw();
  };
  const go = (option, event) => {
    const entry = drawn[options().indexOf(option)];
    if (!entry) return;
    if (entry.control) {
      palette.close();
      entry.control.click();
    } else if (event.ctrlKey || event.metaKey) window.open(entry.url, "_blank", "noopener");
    else location.assign(entry.url);
  };
  const open = (words = "") => {
    if (palette.open) return;
    input.value = words;
    search();
    palette.showModal();
    input.focus();
  };

  on("click", "[data-palette]", () => open());
  document.addEventListener("palette:open", ({ detail }) => open(detail));
  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = options().length;
    if (step && count) {
      event.preventDefault();
      active = (active + step + count) % count;
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(options()[active], event);
    }
  });
  list.addEventListener("click", (event) => go(event.target.closest('[role="option"]'), event));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    open();
  });
}
