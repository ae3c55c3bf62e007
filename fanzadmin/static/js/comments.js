// Naming colleagues in a comment: after an @ the page offers who may be named (a listbox under the words).
import { $, $$, el } from "./dom.js";
import { t } from "./words.js";

const NAME = /(?:^|[\s(,;])@([\w.-]*)$/;
let timer = 0;

const close = (area) => {
  area.parentElement.querySelector(".naming")?.remove();
  area.removeAttribute("aria-controls");
  area.removeAttribute("aria-activedescendant");
};

const options = (area) => $$('.naming [role="option"]', area.parentElement);

const choose = (area, option) => {
  const before = area.value.slice(0, area.selectionStart).replace(/@[\w.-]*$/, `@${option.dataset.username} `);
  const after = area.value.slice(area.selectionStart);
  area.value = before + after;
  area.setSelectionRange(before.length, before.length);
  close(area);
  area.focus();
};

const mark = (area, at) => {
  const all = options(area);
  const chosen = all[(at + all.length) % all.length];
  for (const one of all) one.setAttribute("aria-selected", String(one === chosen));
  area.setAttribute("aria-activedescendant", chosen.id);
};

const offer = async (area) => {
  const found = NAME.exec(area.value.slice(0, area.selectionStart));
  const address = area.closest("[data-colleagues]")?.dataset.colleagues;
  if (!found || !address) { close(area); return; }
  const answer = await fetch(`${address}?q=${encodeURIComponent(found[1])}`);
  const people = answer.ok ? await answer.json() : [];
  close(area);
  if (!people.length || document.activeElement !== area) return;
  const list = el("div", { class: "naming", role: "listbox", id: "naming", "aria-label": t("Colleagues") },
    ...people.map(({ username, name }, at) =>
      el("div", { role: "option", id: `naming-${at}`, "data-username": username, "aria-selected": "false" }, `${name} `, el("small", {}, `@${username}`))));
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) { event.preventDefault(); choose(area, option); }
  });
  area.after(list);
  area.setAttribute("aria-controls", "naming");
  mark(area, 0);
};

document.addEventListener("input", (event) => {
  if (!(event.target instanceof Element) || !event.target.matches("[data-mentions]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => offer(event.target), 120);
});

document.addEventListener("keydown", (event) => {
  const area = event.target instanceof Element ? event.target.closest("[data-mentions]") : null;
  const all = area ? options(area) : [];
  if (!area) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); area.form.requestSubmit(); return; }
  if (!all.length) return;
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const act = { ArrowDown: () => mark(area, at + 1), ArrowUp: () => mark(area, at - 1), Enter: () => choose(area, all[at]), Tab: () => choose(area, all[at]), Escape: () => close(area) }[event.key];
  if (act) { event.preventDefault(); act(); }
});

document.addEventListener("focusout", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-mentions]")) close(event.target);
});
