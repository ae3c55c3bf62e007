// The palette (Ctrl-K, or / by shortcuts.js): pages of the navigation and what the top bar can do at once, records and actions of every system from the server.
import { $, $$, data, el, icon, on, required } from "./dom.js";

/**
 * @typedef {{ label: string, where: string, more?: string, icon: string, url?: string, note?: string, control?: HTMLElement }} Entry
 * @typedef {{ pages: Entry[], own: Entry[], records: Entry[], actions: Entry[], late: boolean }} Results  `late`: some took too long
 */

const palette = $("dialog#palette");
if (palette) {
  const input = required("input", palette);
  const list = required('[role="listbox"]', palette);
  const status = required("[data-status]", palette);
  const pages = $$("[data-nav] a[href]").map((link) => ({
    label: link.textContent.trim(),
    where: $("summary span", link.closest("[data-group]") ?? link)?.textContent.trim() ?? "",
    icon: link.closest("[data-icon]")?.dataset.icon ?? "document",
    url: link.href,
  }));
  // Of the account, the languages and the theme: what the page offers this person anyway, by its own link or button.
  /** @param {HTMLElement} control */
  const ownText = (control) => [...control.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join("").trim();
  /** @param {HTMLElement} control */
  const ofControl = (control) => {
    const languages = control.closest(".languages");
    const theme = control.matches("[data-theme-toggle]");
    return {
      label: (theme ? control.getAttribute("aria-label") : ownText(control)) ?? "",
      where: (languages ? languages.getAttribute("aria-label") : palette.dataset.wordsAccount) ?? "",
      more: theme ? palette.dataset.wordsTheme : "",
      icon: languages ? "globe" : $("use", control)?.getAttribute("href")?.split("#")[1] ?? "user",
      ...(control instanceof HTMLAnchorElement ? { url: control.href } : { control }),
    };
  };
  const controls = $$("#account-menu a[href], #account-menu button, #palette-more a, .topbar [data-theme-toggle]");
  /** @param {string[]} words */
  const ownFor = (words) => (words.length ? controls.map(ofControl) : [])
    .filter(({ label, where, more }) => words.every((word) => `${label} ${where} ${more}`.toLowerCase().includes(word))).slice(0, 8);

  const WAIT = 120; // ms of quiet before the server is asked
  /** @type {Results} */
  const results = { pages: [], own: [], records: [], actions: [], late: false };
  /** @type {Entry[]} */
  let drawn = [];
  let active = 0;
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  /** @type {AbortController | null} */
  let asking = null;

  /** @param {Entry} page @param {string[]} words */
  const score = (page, words) => {
    const text = `${page.where} ${page.label}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) return -1;
    return words.length && page.label.toLowerCase().startsWith(words[0]) ? 2 : 1;
  };
  /** @param {string[]} words */
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
  /** @param {Entry} entry */
  const keyOf = (entry) => `${entry.url ?? ""} ${entry.label}`;
  /** @param {string} kind @param {Entry[]} entries @param {number} first */
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
    const kinds = { pages: results.pages, actions: [...results.own, ...results.actions], records: results.records };
    const sections = Object.entries(kinds).map(([kind, entries]) => {
      const node = section(kind, entries, drawn.length);
      drawn.push(...entries);
      return node;
    });
    list.replaceChildren(...sections.filter((node) => node !== null));
    const count = drawn.length;
    const position = chosen ? options().findIndex((option) => option.dataset.key === chosen) : -1;
    active = position > 0 ? position : Math.min(active, Math.max(0, count - 1));
    required("[data-late]", palette).hidden = !results.late || asking !== null;
    required("[data-empty]", palette).hidden = count > 0 || asking !== null;
    status.textContent = count === 1 ? data(status, "wordsOne") : data(status, "wordsMany").replace("{}", String(count));
    mark();
  };

  /** @param {string} text @param {AbortSignal} signal */
  const ask = async (text, signal, more = "") => {
    const answer = await fetch(`${palette.dataset.search}?q=${encodeURIComponent(text)}${more}`, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    Object.assign(results, await answer.json());
  };
  /**
   * What is quick at once; what was not, a moment later.
   * @param {string} text
   */
  const askServer = async (text) => {
    asking?.abort();
    const request = new AbortController();
    asking = request;
    try {
      await ask(text, request.signal);
      if (results.late) {
        draw();
        await ask(text, request.signal, "&again=1");
      }
    } catch (problem) {
      if (problem.name === "AbortError") return;
      Object.assign(results, results.late ? {} : { records: [], actions: [] }, { late: true });
    }
    if (asking === request) asking = null;
    draw();
  };
  const search = () => {
    const text = input.value.trim();
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    results.pages = pagesFor(words);
    results.own = ownFor(words);
    active = 0;
    clearTimeout(timer);
    asking?.abort();
    asking = null;
    results.late = false;
    if (palette.dataset.search && text.length > 1) timer = setTimeout(() => askServer(text), WAIT);
    else Object.assign(results, { records: [], actions: [], late: false });
    draw();
  };
  /** @param {HTMLElement} option @param {KeyboardEvent | MouseEvent} event */
  const go = (option, event) => {
    const entry = drawn[options().indexOf(option)];
    if (!entry) return;
    if (entry.control) {
      palette.close();
      entry.control.click();
    } else if (event.ctrlKey || event.metaKey) window.open(entry.url, "_blank", "noopener");
    else if (entry.url) location.assign(entry.url);
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
  list.addEventListener("click", (event) => {
    const option = /** @type {Element} */ (event.target).closest('[role="option"]');
    if (option) go(option, event);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    open();
  });
}
