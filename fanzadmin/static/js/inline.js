// Inline edit: double click, Enter or F2 turns a cell of the list into the control of the edit form.
// Enter saves, Esc cancels, Tab saves and goes on to the next cell. <table data-cells="/console/cell">, <th data-edit="column">.
import { $, $$, csrfToken, data, el, enclosing, icon, on, required } from "./dom.js";
import { enhance } from "./combobox.js";
import { localTimes } from "./forms.js";
import { toast } from "./toasts.js";
import { t } from "./translations.js";

/**
 * @typedef {{ status: number, label?: string, control?: string, version?: string, detail?: string, error?: string, undo?: string,
 *   theirs?: string, mine?: string, cells?: Record<string, string>, [more: string]: any }} Answer  of the console's own addresses
 */

const CELL = "td.editable";
/** @param {HTMLTableElement} table @param {string} id @param {string} column */
const address = (table, id, column) => `${table.dataset.cells}/${encodeURIComponent(id)}/${encodeURIComponent(column)}`;

/**
 * Sends a form or fetches an answer as JSON; a page instead of JSON means that the session is over.
 * @param {string} url
 * @param {FormData} [body]
 * @returns {Promise<Answer>}
 */
export const ask = async (url, body) => {
  const answer = await fetch(url, {
    method: body ? "POST" : "GET", body, credentials: "same-origin", redirect: "manual",
    headers: { Accept: "application/json", ...(body ? { "X-CSRFToken": csrfToken() } : {}) },
  });
  if (!(answer.headers.get("Content-Type") ?? "").includes("json")) throw new Error(t("Sign in again to change this."));
  return { status: answer.status, ...(await answer.json()) };
};

/**
 * Marks the cells of a table that can be edited; one of them is in the tab order, arrows move between them.
 * @param {HTMLTableElement} table
 */
const prepare = (table) => {
  const columns = $$("thead th", table).map((th) => th.dataset.edit);
  for (const row of $$("tbody tr[data-id]", table)) {
    [...row.cells].forEach((cell, at) => {
      if (!columns[at]) return;
      cell.classList.add("editable");
      cell.dataset.column = columns[at];
      cell.tabIndex = -1;
      cell.setAttribute("aria-keyshortcuts", "Enter F2");
    });
  }
  const first = $(CELL, table);
  if (first) first.tabIndex = 0;
};

/** @param {HTMLTableCellElement} cell */
const focusCell = (cell) => {
  if (!cell) return;
  for (const other of $$(`${CELL}[tabindex="0"]`, cell.closest("table"))) other.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
};

/** @param {HTMLTableCellElement} cell @param {string} key */
const neighbour = (cell, key) => {
  const row = enclosing(cell, "tr");
  if (key === "ArrowUp" || key === "ArrowDown") {
    const next = /** @type {HTMLTableRowElement} */ (key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling);
    return next?.cells[cell.cellIndex];
  }
  return following(cell, key === "ArrowLeft" ? -1 : 1);
};

/** @param {HTMLTableCellElement} cell @param {number} step */
const following = (cell, step) => {
  const all = $$(CELL, cell.closest("table"));
  return all[all.indexOf(cell) + step];
};

/**
 * Where a cell's value stands: inside the link to the record, in the first cell of a row.
 * @param {HTMLTableCellElement} cell
 */
const frameOf = (cell) => (cell.classList.contains("lead") ? $("a.primary", cell) ?? cell : cell);

/** Puts the cells that the server drew into a row. Returns the columns that look different now; pictures come from
 * addresses that differ each time, and do not count.
 * @param {HTMLTableRowElement} row
 * @param {Record<string, string>} drawn
 */
export const draw = (row, drawn) => {
  const columns = $$("thead th", row.closest("table")).map((th) => th.dataset.shows);
  /** @param {HTMLElement} frame */
  const look = (frame) => frame.innerHTML.replace(/ src="[^"]*"/g, "");
  return columns.filter((column, at) => {
    if (column === undefined || drawn[column] === undefined) return false;
    const frame = frameOf(row.cells[at]);
    const next = /** @type {HTMLElement} */ (frame.cloneNode());
    next.innerHTML = drawn[column];
    localTimes(next);
    if (look(next) === look(frame)) return false;
    frame.replaceChildren(...next.childNodes);
    return true;
  });
};

/** @param {HTMLTableRowElement} row @param {Record<string, string>} drawn */
const redraw = (row, drawn) => {
  draw(row, drawn);
  row.classList.add("changed");
  setTimeout(() => row.classList.remove("changed"), 2500);
};

/** @type {(() => void) | null} */
let undoLast = null; // the button in its toast, or Ctrl-Z

class Editor {
  /** @param {HTMLTableCellElement} cell */
  constructor(cell) {
    this.cell = cell;
    this.row = /** @type {HTMLTableRowElement} */ (cell.closest("tr"));
    this.url = address(/** @type {HTMLTableElement} */ (cell.closest("table")), data(this.row, "id"), data(cell, "column"));
    this.problem = el("div", { class: "error", role: "alert", hidden: true });
    this.form = el("form", { class: "cell-editor", novalidate: true });
    /** @type {ChildNode[]} */
    this.content = [];
    this.version = "";
  }

  async open() {
    this.cell.setAttribute("aria-busy", "true");
    try {
      this.show(await ask(this.url));
    } catch (error) {
      toast(error.message, { kind: "danger" });
    } finally {
      this.cell.removeAttribute("aria-busy");
    }
  }

  /** @param {Answer} answer */
  show({ status, label, control, version, detail }) {
    if (status !== 200) return toast(detail ?? t("This cannot be changed here."), { kind: "warning" });
    this.version = version ?? "";
    this.content = [...this.cell.childNodes];
    if (label) this.form.setAttribute("aria-label", label);
    this.form.innerHTML = control ?? "";
    this.form.append(
      el("span", { class: "cell-buttons" },
        el("button", { class: "btn btn-sm btn-icon btn-primary", type: "submit", "aria-label": t("Save"), title: t("Save (Enter)") }, icon("check")),
        el("button", {
          class: "btn btn-sm btn-icon btn-ghost", type: "button", "data-cancel": true, "aria-label": t("Cancel"), title: t("Cancel (Esc)"),
        }, icon("close"))),
      this.problem);
    this.cell.replaceChildren(this.form);
    this.cell.classList.add("editing");
    enhance(this.form);
    this.first = this.value();
    this.form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); this.save(); });
    this.form.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("focusout", () => setTimeout(() => this.left(), 0));
    required("[data-cancel]", this.form).addEventListener("click", () => this.close());
    const input = $(".combobox input, input:not([type=hidden]), select:not([hidden]), textarea", this.form);
    input?.focus();
    if (input?.matches("input:not([type=checkbox]), textarea")) /** @type {HTMLInputElement} */ (input).select?.();
    return null;
  }

  values() {
    const body = new FormData(this.form);
    const { name } = /** @type {HTMLInputElement} */ ($("[name]", this.form)) ?? {};
    if (name && !body.has(name)) body.append(name, "");
    return body;
  }

  value() { return JSON.stringify([...this.values()]); }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.defaultPrevented) return;
    const control = /** @type {Element} */ (event.target);
    const lines = control.matches("textarea");
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.close(); }
    else if (event.key === "Enter" && !control.matches("button") && (!lines || event.ctrlKey || event.metaKey)) { event.preventDefault(); this.save(); }
    else if (event.key === "Tab" && !control.matches("button")) {
      const next = following(this.cell, event.shiftKey ? -1 : 1);
      event.preventDefault();
      this.save(next);
    }
  }

  /** Focus went elsewhere: what was typed is saved, what was not is left alone. */
  left() {
    if (!this.form.isConnected || this.form.contains(document.activeElement) || document.activeElement === document.body || this.clash) return;
    this.save(null, false);
  }

  /** @param {HTMLTableCellElement | null} next */
  async save(next = null, stay = true) {
    if (this.busy) return;
    if (this.value() === this.first && !this.clash) { this.close(stay && !next); if (next) begin(next); return; }
    this.busy = true;
    this.form.setAttribute("aria-busy", "true");
    const body = this.values();
    body.append("_version", this.version);
    try {
      const answer = await ask(this.url, body);
      if (answer.status === 200) this.done(answer, next, stay);
      else if (answer.status === 409 && answer.version) this.ask(answer);
      else this.complain(answer.error ?? answer.detail ?? t("This was refused."));
    } catch (error) {
      this.complain(error.message);
    } finally {
      this.busy = false;
      this.form.removeAttribute("aria-busy");
    }
  }

  /** @param {any} answer @param {HTMLTableCellElement | null} next @param {boolean} stay */
  done(answer, next, stay) {
    this.close(stay && !next);
    redraw(this.row, answer.cells);
    const note = toast(t("Saved"), { kind: "success" });
    undoLast = () => { note.remove(); undoLast = null; undo(this.row, this.url, answer); };
    note.children[1].append(" ", el("button", { class: "btn btn-sm", type: "button", "aria-keyshortcuts": "Control+Z", onclick: undoLast }, t("Undo")));
    if (next) begin(next);
  }

  /** @param {string} words */
  complain(words) {
    this.problem.hidden = false;
    this.problem.replaceChildren(icon("alert"), el("span", {}, words));
    const input = $(".combobox, input:not([type=hidden]), select, textarea", this.form);
    input?.setAttribute("aria-invalid", "true");
    input?.focus();
  }

  /**
   * Somebody else changed the value meanwhile: theirs stays unless the person says otherwise.
   * @param {Answer} answer
   */
  ask({ theirs, mine, version }) {
    this.clash = true;
    const row = this.row;
    const keep = el("button", { class: "btn btn-sm", type: "button" }, t("Keep theirs: %(value)s", { value: theirs || "–" }));
    const use = el("button", { class: "btn btn-sm btn-primary", type: "button" }, t("Use mine: %(value)s", { value: mine || "–" }));
    keep.addEventListener("click", async () => { this.close(); const now = await ask(`${this.url}?row=1`); if (now.cells) redraw(row, now.cells); });
    use.addEventListener("click", () => { this.version = version ?? ""; this.save(); });
    this.problem.hidden = false;
    this.problem.replaceChildren(icon("alert"), el("span", {}, t("Somebody else changed this meanwhile.")), el("span", { class: "row" }, keep, use));
    keep.focus();
  }

  close(focus = true) {
    this.cell.replaceChildren(...this.content);
    this.cell.classList.remove("editing");
    if (focus) focusCell(this.cell);
  }
}

/** @param {HTMLTableRowElement} row @param {string} url @param {Answer} change */
const undo = async (row, url, change) => {
  const body = new FormData();
  body.append("_undo", change.undo ?? "");
  body.append("_version", change.version ?? "");
  try {
    const answer = await ask(url, body);
    if (answer.status !== 200) {
      const refused = answer.error ?? t("This was refused.");
      return toast(answer.status === 409 ? t("Somebody changed it since: nothing was taken back.") : refused, { kind: "warning" });
    }
    redraw(row, answer.cells ?? {});
    toast(t("Taken back"), { kind: "success" });
  } catch (error) {
    toast(error.message, { kind: "danger" });
  }
  return null;
};

/** @param {HTMLTableCellElement} cell */
const begin = (cell) => {
  if (!cell || cell.classList.contains("editing") || cell.hasAttribute("aria-busy")) return;
  focusCell(cell); // what follows Tab waits in the cell, while the server draws its control
  new Editor(cell).open();
};

on("dblclick", CELL, (event, cell) => {
  if (event.target.closest("button, input, select, textarea")) return;
  event.preventDefault();
  getSelection()?.removeAllRanges();
  begin(cell);
});
on("keydown", CELL, (event, cell) => {
  if (event.defaultPrevented || cell.classList.contains("editing")) return;
  const own = event.target === cell;
  if (event.key === "F2" || (own && event.key === "Enter")) { event.preventDefault(); begin(cell); }
  else if (own && event.key.startsWith("Arrow")) {
    const next = neighbour(cell, event.key);
    if (next?.matches(CELL)) { event.preventDefault(); focusCell(next); }
  }
});
on("focusin", CELL, (event, cell) => {
  if (event.target !== cell || cell.tabIndex === 0) return;
  for (const other of $$(`${CELL}[tabindex="0"]`, cell.closest("table"))) other.tabIndex = -1;
  cell.tabIndex = 0;
});

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (!undoLast || typing || event.shiftKey || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  undoLast();
});

/** @param {ParentNode} scope */
const prepareAll = (scope) => { for (const table of $$("table[data-cells]", scope)) prepare(table); };
prepareAll(document);
document.addEventListener("part:shown", ({ target }) => prepareAll(/** @type {HTMLElement} */ (target)));
