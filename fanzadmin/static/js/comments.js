// Naming colleagues in a comment: after an @ the page offers who may be named (a listbox under the words).
import { $, $$, el } from "./dom.js";
import { t } from "./translations.js";

const NAME = /(?:^|[\s(,;])@([\w.-]*)$/;
/** @type {ReturnType<typeof setTimeout>} */
let timer;

/** @param {HTMLTextAreaElement} area */
const close = (area) => {
  $(".naming", area.parentElement)?.remove();
  area.removeAttribute("aria-controls");
  area.removeAttribute("aria-activedescendant");
};

/** @param {HTMLTextAreaElement} area */
const options = (area) => $$('.naming [role="option"]', area.parentElement);

/** @param {HTMLTextAreaElement} area @param {HTMLElement} option */
const choose = (area, option) => {
  const before = area.value.slice(0, area.selectionStart).replace(/@[\w.-]*$/, `@${option.dataset.username} `);
  const after = area.value.slice(area.selectionStart);
  area.value = before + after;
  area.setSelectionRange(before.length, before.length);
  close(area);
  area.focus();
};

/** @param {HTMLTextAreaElement} area @param {number} at */
const mark = (area, at) => {
  const all = options(area);
  const chosen = all[(at + all.length) % all.length];
  for (const one of all) one.setAttribute("aria-selected", String(one === chosen));
  area.setAttribute("aria-activedescendant", chosen.id);
};

/** @param {HTMLTextAreaElement} area */
const offer = async (area) => {
  const match = NAME.exec(area.value.slice(0, area.selectionStart));
  const address = area.closest("[data-colleagues]")?.dataset.colleagues;
  if (!match || !address) { close(area); return; }
  const answer = await fetch(`${address}?q=${encodeURIComponent(match[1])}`);
  const people = answer.ok ? await answer.json() : [];
  close(area);
  if (!people.length || document.activeElement !== area) return;
  const list = el("div", { class: "naming", role: "listbox", id: "naming", "aria-label": t("Colleagues") },
    ...people.map((/** @type {{ username: string, name: string }} */ { username, name }, /** @type {number} */ at) =>
      el("div", { role: "option", id: `naming-${at}`, "data-username": username, "aria-selected": "false" }, `${name} `, el("small", {}, `@${username}`))));
  list.addEventListener("pointerdown", (event) => {
    const option = /** @type {Element} */ (event.target).closest('[role="option"]');
    if (option) { event.preventDefault(); choose(area, option); }
  });
  area.after(list);
  area.setAttribute("aria-controls", "naming");
  mark(area, 0);
};

const mentionsArea = (/** @type {Event} */ event) =>
  (event.target instanceof HTMLTextAreaElement && event.target.matches("[data-mentions]") ? event.target : null);

document.addEventListener("input", (event) => {
  const area = mentionsArea(event);
  if (!area) return;
  clearTimeout(timer);
  timer = setTimeout(() => offer(area), 120);
});

document.addEventListener("keydown", (event) => {
  const area = mentionsArea(event);
  const all = area ? options(area) : [];
  if (!area) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); area.form?.requestSubmit(); return; }
  if (!all.length) return;
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  /** @type {Record<string, () => void>} */
  const acts = {
    ArrowDown: () => mark(area, at + 1),
    ArrowUp: () => mark(area, at - 1),
    Enter: () => choose(area, all[at]),
    Tab: () => choose(area, all[at]),
    Escape: () => close(area),
  };
  const act = acts[event.key];
  if (act) { event.preventDefault(); act(); }
});

document.addEventListener("focusout", (event) => {
  const area = mentionsArea(event);
  if (area) close(area);
});
