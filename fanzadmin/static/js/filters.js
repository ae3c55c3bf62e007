// What stands above a list: the filter panel, the facets, the order of the columns.
import { $, $$, data, el, enclosing, icon, on, present, required } from "./dom.js";
import { enhance } from "./combobox.js";
import { numbersIn } from "./numbers.js";
import { read, write } from "./query.js";
import { t } from "./translations.js";

const tools = $("[data-finding]");
const panel = $("#filter-panel");
const words = panel ? required("[data-words]", panel).dataset : {};
/** @param {string} key */
const wording = (key) => words[`words${key[0].toUpperCase()}${key.slice(1)}`] ?? "";
/**
 * @typedef {{ name: string, label: string, takes: "none" | "one" | "two" | "many" | "span" }} Operator
 * @typedef {{ id: string, text: string }} Choice
 * @typedef {{ name: string, label: string, control: string, operators: Operator[], choices: Choice[], lookup?: string,
 *   titles?: Record<string, string> }} Field  a column that can be filtered
 * @typedef {{ label: string, values: { url: string, chosen: boolean, label: string, text: string }[] }} Facet
 * @typedef {import("./query.js").Group} Group
 * @typedef {import("./query.js").Condition} Condition
 * @typedef {import("./query.js").Part} Part
 */

/** @type {Field[]} */
let fields = [];
let isLoaded = false;

/** @param {string} value @param {string} text @param {boolean} chosen */
const option = (value, text, chosen = false) => el("option", { value, selected: chosen }, text);
/** @param {string} label @param {[string, string][]} options @param {string} chosen @param {object} [attributes] */
const select = (label, options, chosen, attributes = {}) =>
  el("select", { class: "select input-sm", "aria-label": label, ...attributes }, ...options.map(([value, text]) => option(value, text, value === chosen)));
/** @param {string} label @param {string} value */
const input = (label, value, attributes = {}) =>
  el("input", { class: "input input-sm", "aria-label": label, value: value ?? "", "data-value": true, ...attributes });

// Numbers are typed and shown as the reader writes them; the address has the plain form, for readers of every language.
const LANGUAGE = document.documentElement.lang || undefined;
const numbers = numbersIn(LANGUAGE);

const DECIMAL = { type: "text", inputmode: "decimal", "data-number": true };
/** @type {Record<string, Record<string, string | boolean>>} */
const TYPES = { date: { type: "date" }, number: DECIMAL, money: { ...DECIMAL, placeholder: (49.9).toLocaleString(LANGUAGE, { minimumFractionDigits: 2 }) } };

// The inputs of one condition: none, one, two, a length of time, or several values.
/** @param {Field} field @param {Operator} operator @param {string[]} values */
const valueInputs = (field, operator, values) => {
  const label = t("%(title)s: %(words)s", { title: field.label, words: wording("value") });
  const type = TYPES[field.control] ?? { type: "text" };
  const shown = (value = "") => (field.control === "date" ? value.slice(0, 10) : type["data-number"] ? numbers.shown(value) : value);
  if (operator.takes === "none") return [];
  if (operator.takes === "span") {
    const [, count = "7", unit = "d"] = /^(\d+)([hdwmy])$/.exec(values[0] ?? "") ?? [];
    return [input(label, count, { type: "number", min: "1", max: "9999", "data-span": true }),
      select(label, ["h", "d", "w", "m", "y"].map((one) => /** @type {[string, string]} */ ([one, wording(one)])), unit, { "data-unit": true })];
  }
  if (operator.takes === "two") {
    return [input(label, shown(values[0]), type), el("span", {}, wording("until")), input(`${label} (${wording("to")})`, shown(values[1]), type)];
  }
  const isChosen = field.choices.length > 0 || field.control === "relation";
  if (operator.takes === "many" && isChosen) {
    const choices = new Map(field.choices.map(({ id, text }) => [id, text]));
    for (const value of values) if (!choices.has(value)) choices.set(value, field.titles?.[value] ?? value);
    const attributes = {
      class: "select", multiple: true, "data-combobox": true, "aria-label": label, "data-value": true,
      "data-options": field.control === "relation" ? field.lookup : null,
    };
    return [el("select", attributes,
      ...[...choices].map(([value, text]) => option(value, text, values.includes(value))))];
  }
  const several = operator.takes === "many" && field.control !== "text";
  const separator = several ? { placeholder: wording("list"), "data-several": "," } : operator.takes === "many" ? { "data-several": ";" } : {};
  const box = input(label, values.map((value) => shown(value)).join(several ? ", " : ";"), { ...type, ...separator });
  const { lookup } = field;
  if (!lookup) return [box];
  const list = el("datalist", { id: `values-${field.name}-${Math.random().toString(36).slice(2, 8)}` });
  box.setAttribute("list", list.id);
  box.addEventListener("focus", () => suggest(lookup, list), { once: true });
  return [box, list];
};

/** @param {string} address @param {HTMLDataListElement} list */
const suggest = async (address, list) => {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.ok) list.replaceChildren(...(await answer.json()).map((/** @type {Choice} */ { id }) => el("option", { value: id })));
  } catch { /* one can type without suggestions */ }
};

/** @param {HTMLElement} row @param {string[]} values */
const drawValues = (row, values) => {
  const field = fields.find((one) => one.name === required("select[data-column]", row).value) ?? fields[0];
  const operator = field.operators.find((one) => one.name === required("select[data-operator]", row).value) ?? field.operators[0];
  const box = required(".rule-values", row);
  box.replaceChildren(...valueInputs(field, operator, values));
  enhance(box);
};

/** @param {HTMLElement} row @param {string} [chosen] */
const drawOperators = (row, chosen) => {
  const field = fields.find((one) => one.name === required("select[data-column]", row).value) ?? fields[0];
  const options = field.operators.map((one) => [one.name, one.label]);
  if (chosen && !options.some(([name]) => name === chosen)) options.push([chosen, chosen]);
  required("[data-operator]", row).replaceChildren(...options.map(([name, text]) => option(name, text, name === chosen)));
  required("[data-operator]", row).setAttribute("aria-label", t("%(title)s: %(words)s", { title: field.label, words: wording("operator") }));
};

/** @type {Condition} */
const EMPTY = { column: "", operator: "", values: [] };
const removeButton = () => el("button", {
  class: "btn btn-ghost btn-sm btn-icon", type: "button", "data-remove-rule": true, "aria-label": wording("remove"), title: wording("remove"),
}, icon("close"));

/** @param {Partial<Condition>} condition */
const rule = ({ column, operator, values = [] } = {}) => {
  const isOffered = fields.some((one) => one.name === column) || !column;
  const columns = fields.map((one) => /** @type {[string, string]} */ ([one.name, one.label]));
  if (column && !isOffered) columns.push([column, column]);
  const row = el("div", { class: "rule", "data-rule": true },
    select(wording("column"), columns, column || fields[0].name, { "data-column": true }),
    select(wording("operator"), [], "", { "data-operator": true }),
    el("div", { class: "rule-values" }), removeButton());
  drawOperators(row, operator);
  drawValues(row, values);
  return row;
};

/**
 * The fields of a group, or of the whole filter.
 * @param {Group} group
 * @returns {HTMLElement}
 */
const group = ({ every, parts } = { every: true, parts: [] }, depth = 0) =>
  el("fieldset", { class: "rule-group", "data-group": true },
    el("div", { class: "rule-head" }, depth ? null : el("span", {}, wording("where")),
      select(wording("where"), [["all", wording("all")], ["any", wording("any")]], every ? "all" : "any", { "data-every": true }),
      depth ? removeButton() : null),
    el("div", { class: "rule-parts", "data-parts": true }, ...parts.map((part) => ("parts" in part ? group(part, depth + 1) : rule(part)))),
    el("div", { class: "rule-foot" },
      el("button", { class: "btn btn-sm", type: "button", "data-add-rule": true }, icon("plus"), wording("condition")),
      depth < 4 ? el("button", { class: "btn btn-ghost btn-sm", type: "button", "data-add-group": true }, icon("plus"), wording("group")) : null));

/** @param {HTMLElement} row */
const valuesOf = (row) => {
  const unit = $("select[data-unit]", row);
  if (unit) return [`${required("input[data-span]", row).value || "7"}${unit.value}`];
  return /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ($$("[data-value]", row)).flatMap((control) => {
    if (control instanceof HTMLSelectElement) return [...control.selectedOptions].map((one) => one.value).filter(Boolean);
    const isNumber = "number" in control.dataset;
    const { several } = control.dataset;
    const parts = several ? (isNumber ? numbers.split(control.value) : control.value.split(several)) : [control.value];
    return parts.map((/** @type {string} */ part) => (isNumber ? numbers.plain(part.trim()) : part.trim())).filter(Boolean);
  });
};

/** @param {HTMLElement} node @returns {Group} */
const collect = (node) => ({
  every: required("select[data-every]", node).value === "all",
  parts: /** @type {HTMLElement[]} */ ([...required("[data-parts]", node).children]).flatMap(/** @returns {Part[]} */ (child) => {
    if (child.matches("[data-group]")) {
      const inner = collect(child);
      return inner.parts.length ? [inner] : [];
    }
    const [column, operator] = [required("select[data-column]", child).value, required("select[data-operator]", child).value];
    const values = valuesOf(child);
    return values.length || takes(child) === "none" ? [{ column, operator, values }] : [];
  }),
});
/** @param {HTMLElement} row */
const takes = (row) => {
  const field = fields.find((one) => one.name === required("select[data-column]", row).value);
  return field?.operators.find((one) => one.name === required("select[data-operator]", row).value)?.takes ?? "one";
};

const opener = $("[data-open-filters]");
const openPanel = async () => {
  if (!tools || !panel || !opener) return;
  if (!isLoaded) {
    opener.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${tools.dataset.fields}?q=${encodeURIComponent(data(tools, "query"))}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      fields = await answer.json();
      isLoaded = true;
    } catch {
      const { toast } = await import("./toasts.js");
      toast(wording("failed"), { kind: "danger" });
      return;
    } finally {
      opener.removeAttribute("aria-busy");
    }
  }
  const whole = read(data(tools, "query"));
  if (!whole.parts.length && fields.length) whole.parts.push(EMPTY);
  required("[data-tree]", panel).replaceChildren(group(whole));
  panel.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  $("[data-parts] select", panel)?.focus();
};

const closePanel = () => {
  if (!panel || !opener) return;
  panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
};

if (tools && panel) {
  on("click", "[data-open-filters]", () => (panel.hidden ? openPanel() : closePanel()));
  on("click", "[data-close-filters]", closePanel);
  on("click", "[data-add-rule]", (_event, button) => {
    const row = rule();
    required("[data-parts]", button.closest("[data-group]")).append(row);
    required("select", row).focus();
  });
  on("click", "[data-add-group]", (_event, button) => {
    const parent = enclosing(button, "[data-group]");
    const depth = $$("[data-group]", panel).filter((one) => one.contains(parent)).length;
    const added = group({ every: required("select[data-every]", parent).value !== "all", parts: [EMPTY] }, depth);
    required("[data-parts]", parent).append(added);
    required("[data-rule] select", added).focus();
  });
  on("click", "[data-remove-rule]", (_event, button) => {
    const part = button.closest("[data-rule]") ?? enclosing(button, "[data-group]");
    const next = part.nextElementSibling ?? part.previousElementSibling;
    part.remove();
    ($("select", next ?? panel) ?? required("[data-add-rule]", panel)).focus();
  });
  on("change", "[data-rule] [data-column]", (_event, control) => {
    const row = enclosing(control, "[data-rule]");
    drawOperators(row);
    drawValues(row, []);
  });
  on("change", "[data-rule] [data-operator]", (_event, control) => {
    const row = enclosing(control, "[data-rule]");
    drawValues(row, valuesOf(row));
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !$(".listbox:popover-open")) closePanel();
  });
  panel.addEventListener("submit", () => {
    const q = required('input[name="q"]', panel);
    q.value = write(collect(required("[data-tree] > [data-group]", panel)));
    q.disabled = !q.value;
  });
}

// The address stays short: an empty search is no search.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches(".find")) return;
  const box = required("input[name=find]", form);
  box.disabled = !box.value.trim();
});

// Facets: asked for once the page is there.
/** @param {HTMLElement} row @param {Facet[]} facets */
const drawFacets = (row, facets) => {
  row.replaceChildren(...facets.map((facet) => el("div", { class: "facet", role: "group", "aria-label": facet.label },
    el("span", { class: "name" }, facet.label),
    ...facet.values.map((value) => el("a", { href: value.url, "aria-current": value.chosen ? "true" : null },
      value.label || row.dataset.wordsEmpty, el("span", { class: "n" }, value.text))))));
  row.hidden = facets.length === 0;
};
const facetRow = $("[data-facet-row]");
if (facetRow && tools) {
  fetch(data(tools, "facets"), { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.resolve([])))
    .then((facets) => drawFacets(facetRow, facets))
    .catch(() => { facetRow.hidden = true; });
}

// Columns: dragged, or moved by their buttons.
/** @param {HTMLElement} item @param {number} step */
const move = (item, step) => {
  const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (other) other[step < 0 ? "before" : "after"](item);
};
on("click", "[data-orderable] [data-move]", (_event, button) => {
  move(enclosing(button, "li"), Number(button.dataset.move));
  button.focus();
});
/** @type {HTMLElement | null} */
let dragged = null;
on("dragstart", "[data-orderable] li", (event, item) => {
  dragged = item;
  item.dataset.dragged = "";
  present(event.dataTransfer, "what is dragged").effectAllowed = "move";
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
