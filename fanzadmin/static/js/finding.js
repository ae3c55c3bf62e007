// What stands above a list: the filter panel, the facets, the order of the columns.
import { $, $$, el, icon, on } from "./dom.js";
import { enhance } from "./combobox.js";
import { read, write } from "./selection.js";
import { t } from "./words.js";

const tools = $("[data-finding]");
const panel = $("#filter-panel");
const words = panel ? $("[data-words]", panel).dataset : {};
const said = (key) => words[`words${key[0].toUpperCase()}${key.slice(1)}`] ?? "";
let fields = null;

const option = (value, text, chosen) => el("option", { value, selected: chosen }, text);
const select = (label, options, chosen, attributes = {}) =>
  el("select", { class: "select input-sm", "aria-label": label, ...attributes }, ...options.map(([value, text]) => option(value, text, value === chosen)));
const input = (label, value, attributes = {}) => el("input", { class: "input input-sm", "aria-label": label, value: value ?? "", "data-value": true, ...attributes });

// Numbers are typed and shown as the reader writes them (49,95); the address has the plain form (49.95) for readers of every language.
const LANGUAGE = document.documentElement.lang || undefined;
const sign = (type) => new Intl.NumberFormat(LANGUAGE).formatToParts(1234567.8).find((part) => part.type === type)?.value ?? "";
const POINT = sign("decimal");
const GROUP = sign("group").trim(); // spaces are taken out anyway
const GROUPED = new RegExp(`^\\d{1,3}(?:\\${GROUP || ","}\\d{3})+(?:\\${POINT}\\d+)?$`);
const WHOLE = new RegExp(`^\\d+(?:\\${POINT}\\d+)?$`);
const plain = (text) => text.replace(/\d(?:[\d.,\s]*\d)?/g, (numeral) => {
  const bare = numeral.replace(/\s/g, "");
  if (GROUP && GROUPED.test(bare)) return bare.replaceAll(GROUP, "").replace(POINT, ".");
  return WHOLE.test(bare) ? bare.replace(POINT, ".") : numeral;
});
const asRead = (text) => text.replace(/\d+\.\d+/g, (numeral) => numeral.replace(".", POINT));
/** Several numbers: a comma alone may be part of one. */
const numerals = (text) => text.split(/;|,\s+/).flatMap((part) => (POINT === "," || GROUPED.test(part.trim()) ? [part] : part.split(",")));

const DECIMAL = { type: "text", inputmode: "decimal", "data-number": true };
const TYPES = { date: { type: "date" }, number: DECIMAL, money: { ...DECIMAL, placeholder: (49.9).toLocaleString(LANGUAGE, { minimumFractionDigits: 2 }) } };

// The inputs of one condition: none, one, two, a length of time, or several values.
const valueInputs = (field, operator, values) => {
  const label = t("%(title)s: %(words)s", { title: field.label, words: said("value") });
  const type = TYPES[field.control] ?? { type: "text" };
  const shown = (value = "") => (field.control === "date" ? value.slice(0, 10) : type["data-number"] ? asRead(value) : value);
  if (operator.takes === "none") return [];
  if (operator.takes === "span") {
    const [, count = "7", unit = "d"] = /^(\d+)([hdwmy])$/.exec(values[0] ?? "") ?? [];
    return [input(label, count, { type: "number", min: "1", max: "9999", "data-span": true }),
      select(label, ["h", "d", "w", "m", "y"].map((one) => [one, said(one)]), unit, { "data-unit": true })];
  }
  if (operator.takes === "two") return [input(label, shown(values[0]), type), el("span", {}, said("until")), input(`${label} (${said("to")})`, shown(values[1]), type)];
  const known = field.choices.length > 0 || field.control === "relation";
  if (operator.takes === "many" && known) {
    const choices = new Map(field.choices.map(({ id, text }) => [id, text]));
    for (const value of values) if (!choices.has(value)) choices.set(value, field.titles?.[value] ?? value);
    return [el("select", { class: "select", multiple: true, "data-combobox": true, "aria-label": label, "data-value": true, "data-options": field.control === "relation" ? field.lookup : null },
      ...[...choices].map(([value, text]) => option(value, text, values.includes(value))))];
  }
  const several = operator.takes === "many" && field.control !== "text";
  const box = input(label, values.map((value) => shown(value)).join(several ? ", " : ";"), { ...type, ...(several ? { placeholder: said("list"), "data-several": "," } : operator.takes === "many" ? { "data-several": ";" } : {}) });
  if (!field.lookup) return [box];
  const list = el("datalist", { id: `values-${field.name}-${Math.random().toString(36).slice(2, 8)}` });
  box.setAttribute("list", list.id);
  box.addEventListener("focus", () => suggest(field, list), { once: true });
  return [box, list];
};

const suggest = async (field, list) => {
  try {
    const answer = await fetch(field.lookup, { headers: { Accept: "application/json" } });
    if (answer.ok) list.replaceChildren(...(await answer.json()).map(({ id }) => el("option", { value: id })));
  } catch { /* one can type without suggestions */ }
};

const drawValues = (row, values) => {
  const field = fields.find((one) => one.name === $("[data-column]", row).value) ?? fields[0];
  const operator = field.operators.find((one) => one.name === $("[data-operator]", row).value) ?? field.operators[0];
  const box = $(".rule-values", row);
  box.replaceChildren(...valueInputs(field, operator, values));
  enhance(box);
};

const drawOperators = (row, chosen) => {
  const field = fields.find((one) => one.name === $("[data-column]", row).value) ?? fields[0];
  const options = field.operators.map((one) => [one.name, one.label]);
  if (chosen && !options.some(([name]) => name === chosen)) options.push([chosen, chosen]);
  $("[data-operator]", row).replaceChildren(...options.map(([name, text]) => option(name, text, name === chosen)));
  $("[data-operator]", row).setAttribute("aria-label", t("%(title)s: %(words)s", { title: field.label, words: said("operator") }));
};

const removeButton = () => el("button", { class: "btn btn-ghost btn-sm btn-icon", type: "button", "data-remove-rule": true, "aria-label": said("remove"), title: said("remove") }, icon("close"));

const rule = ({ column, operator, values = [] } = {}) => {
  const known = fields.some((one) => one.name === column) || !column;
  const columns = fields.map((one) => [one.name, one.label]);
  if (!known) columns.push([column, column]);
  const row = el("div", { class: "rule", "data-rule": true },
    select(said("column"), columns, column ?? fields[0].name, { "data-column": true }),
    select(said("operator"), [], "", { "data-operator": true }),
    el("div", { class: "rule-values" }), removeButton());
  drawOperators(row, operator);
  drawValues(row, values);
  return row;
};

const group = ({ every = true, parts = [] } = {}, depth = 0) =>
  el("fieldset", { class: "rule-group", "data-group": true },
    el("div", { class: "rule-head" }, depth ? null : el("span", {}, said("where")),
      select(said("where"), [["all", said("all")], ["any", said("any")]], every ? "all" : "any", { "data-every": true }),
      depth ? removeButton() : null),
    el("div", { class: "rule-parts", "data-parts": true }, ...parts.map((part) => (part.parts ? group(part, depth + 1) : rule(part)))),
    el("div", { class: "rule-foot" },
      el("button", { class: "btn btn-sm", type: "button", "data-add-rule": true }, icon("plus"), said("condition")),
      depth < 4 ? el("button", { class: "btn btn-ghost btn-sm", type: "button", "data-add-group": true }, icon("plus"), said("group")) : null));

const valuesOf = (row) => {
  const unit = $("[data-unit]", row);
  if (unit) return [`${$("[data-span]", row).value || "7"}${unit.value}`];
  return $$("[data-value]", row).flatMap((control) => {
    if (control instanceof HTMLSelectElement) return [...control.selectedOptions].map((one) => one.value).filter(Boolean);
    const isNumber = "number" in control.dataset;
    const { several } = control.dataset;
    const parts = several ? (isNumber ? numerals(control.value) : control.value.split(several)) : [control.value];
    return parts.map((part) => (isNumber ? plain(part.trim()) : part.trim())).filter(Boolean);
  });
};

const collect = (node) => ({
  every: $("[data-every]", node).value === "all",
  parts: [...$("[data-parts]", node).children].map((child) => {
    if (child.matches("[data-group]")) return collect(child);
    return { column: $("[data-column]", child).value, operator: $("[data-operator]", child).value, values: valuesOf(child), takes: takes(child) };
  }).filter((part) => (part.parts ? part.parts.length : part.takes === "none" || part.values.length)),
});
const takes = (row) => {
  const field = fields.find((one) => one.name === $("[data-column]", row).value);
  return field?.operators.find((one) => one.name === $("[data-operator]", row).value)?.takes ?? "one";
};

const opener = $("[data-open-filters]");
const openPanel = async () => {
  if (!fields) {
    opener.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${tools.dataset.fields}?q=${encodeURIComponent(tools.dataset.query)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      fields = await answer.json();
    } catch {
      const { toast } = await import("./toasts.js");
      toast(said("failed"), { kind: "danger" });
      return;
    } finally {
      opener.removeAttribute("aria-busy");
    }
  }
  const whole = read(tools.dataset.query);
  if (!whole.parts.length && fields.length) whole.parts.push({});
  $("[data-tree]", panel).replaceChildren(group(whole));
  panel.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  $("[data-parts] select", panel)?.focus();
};

const closePanel = () => {
  panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
};

if (tools && panel) {
  on("click", "[data-open-filters]", () => (panel.hidden ? openPanel() : closePanel()));
  on("click", "[data-close-filters]", closePanel);
  on("click", "[data-add-rule]", (_event, button) => {
    const row = rule();
    $("[data-parts]", button.closest("[data-group]")).append(row);
    $("select", row).focus();
  });
  on("click", "[data-add-group]", (_event, button) => {
    const parent = button.closest("[data-group]");
    const depth = $$("[data-group]", panel).filter((one) => one.contains(parent)).length;
    const made = group({ every: $("[data-every]", parent).value !== "all", parts: [{}] }, depth);
    $("[data-parts]", parent).append(made);
    $("[data-rule] select", made).focus();
  });
  on("click", "[data-remove-rule]", (_event, button) => {
    const gone = button.closest("[data-rule]") ?? button.closest("[data-group]");
    const next = gone.nextElementSibling ?? gone.previousElementSibling;
    gone.remove();
    ($("select", next ?? panel) ?? $("[data-add-rule]", panel)).focus();
  });
  on("change", "[data-rule] [data-column]", (_event, control) => {
    const row = control.closest("[data-rule]");
    drawOperators(row);
    drawValues(row, []);
  });
  on("change", "[data-rule] [data-operator]", (_event, control) => {
    const row = control.closest("[data-rule]");
    drawValues(row, valuesOf(row));
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !$(".listbox:popover-open")) closePanel();
  });
  panel.addEventListener("submit", () => {
    const q = $('input[name="q"]', panel);
    q.value = write(collect($("[data-tree] > [data-group]", panel)));
    q.disabled = !q.value;
  });
}

// The address stays short: an empty search is no search.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".find")) return;
  const box = $("[name=find]", event.target);
  box.disabled = !box.value.trim();
});

// Facets: asked for once the page is there.
const drawFacets = (row, facets) => {
  row.replaceChildren(...facets.map((facet) => el("div", { class: "facet", role: "group", "aria-label": facet.label },
    el("span", { class: "name" }, facet.label),
    ...facet.values.map((value) => el("a", { href: value.url, "aria-current": value.chosen ? "true" : null },
      value.label || row.dataset.wordsEmpty, el("span", { class: "n" }, value.said))))));
  row.hidden = facets.length === 0;
};
const facetRow = $("[data-facet-row]");
if (facetRow && tools) {
  fetch(tools.dataset.facets, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : []))
    .then((facets) => drawFacets(facetRow, facets))
    .catch(() => { facetRow.hidden = true; });
}

// Columns: dragged, or moved by their buttons.
const move = (item, step) => {
  const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (other) other[step < 0 ? "before" : "after"](item);
};
on("click", "[data-orderable] [data-move]", (_event, button) => {
  move(button.closest("li"), Number(button.dataset.move));
  button.focus();
});
let dragged = null;
on("dragstart", "[data-orderable] li", (event, item) => {
  dragged = item;
  item.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
});
on("dragover", "[data-orderable] li", (event, item) => {
  if (!dragged || dragged.parentElement !== item.parentElement) return;
  event.preventDefault();
  const { top, height } = item.getBoundingClientRect();
  item[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});
on("dragend", "[data-orderable] li", (_event, item) => {
  delete item.dataset.dragged;
  dragged = null;
});
