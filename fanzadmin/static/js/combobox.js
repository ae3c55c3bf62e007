// A <select data-combobox> with a search box: options from the page, or from data-options="/url" as [{id, text}].
import { $, $$, el, icon } from "./dom.js";
import { t } from "./translations.js";

/** @typedef {{ id: string, text: string }} Item  one option */

let serial = 0;
const NOTE = { none: t("Nothing found"), wait: t("Searching…"), failed: t("Could not load; try again") };

class Combobox {
  /** @param {HTMLSelectElement} select */
  constructor(select) {
    this.select = select;
    this.many = select.multiple;
    this.url = select.dataset.options;
    /** @type {Item[]} */
    this.items = [];
    this.active = -1;
    const { input, list, clear, box } = this.build();
    this.input = input;
    this.list = list;
    this.clear = clear;
    this.box = box;
    this.listen();
    this.paint();
  }

  build() {
    const id = `combobox-${(serial += 1)}`;
    const { select } = this;
    const name = select.getAttribute("aria-label");
    const label = select.id ? $(`label[for="${CSS.escape(select.id)}"]`) : null;
    const input = el("input", {
      id: `${id}-input`, role: "combobox", type: "text", autocomplete: "off", spellcheck: "false",
      "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${id}-list`,
      "aria-label": label ? null : name, placeholder: select.dataset.placeholder ?? t("Search…"),
      "aria-required": select.required || select.dataset.required !== undefined ? "true" : null,
      "aria-describedby": select.getAttribute("aria-describedby"),
    });
    const list = el("div", { id: `${id}-list`, role: "listbox", class: "menu listbox", popover: "manual",
      "aria-label": label?.textContent.trim() ?? name ?? t("Options"), "aria-multiselectable": this.many ? "true" : null });
    const clear = el("button", { type: "button", class: "btn btn-ghost btn-sm btn-icon clear", "aria-label": t("Clear") }, icon("close"));
    const box = el("div", { class: "combobox", "aria-invalid": select.getAttribute("aria-invalid") }, input, clear);
    if (label) label.htmlFor = input.id;
    select.required = false;
    select.hidden = true;
    select.after(box, list);
    return { input, list, clear, box };
  }

  listen() {
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("click", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("focusout", (event) => { if (!this.box.contains(/** @type {Node} */ (event.relatedTarget))) this.leave(); });
    this.clear.addEventListener("click", () => { this.set([]); this.input.focus(); });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const at = /** @type {Element} */ (event.target).closest("[role=option]")?.dataset.at;
      if (at !== undefined) this.choose(this.items[Number(at)]);
    });
  }

  chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value && option.value !== "__None")
      .map((option) => ({ id: option.value, text: option.textContent.trim() }));
  }

  paint() {
    const chosen = this.chosen();
    $$(".token", this.box).forEach((token) => token.remove());
    if (this.many) {
      this.input.before(...chosen.map((item) => el("span", { class: "token" }, el("span", {}, item.text),
        el("button", { type: "button", "aria-label": t("Remove %(name)s", { name: item.text }), onclick: () => this.drop(item) }, icon("close")))));
      this.input.value = "";
    } else {
      this.input.value = chosen[0]?.text ?? "";
    }
    this.clear.hidden = chosen.length === 0 || (!this.many && this.select.dataset.required !== undefined);
  }

  /** @param {Item[]} items */
  set(items) {
    for (const option of this.select.options) option.selected = false;
    for (const item of items) {
      let option = [...this.select.options].find((one) => one.value === String(item.id));
      if (!option) this.select.add(option = new Option(item.text, item.id));
      option.selected = true;
    }
    if (!items.length && !this.many) {
      const blank = [...this.select.options].find((one) => !one.value || one.value === "__None");
      if (blank) blank.selected = true;
      else this.select.selectedIndex = -1;
    }
    this.paint();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {Item} item */
  drop(item) {
    this.set(this.chosen().filter((one) => one.id !== item.id));
    this.input.focus();
  }

  /** @param {Item} item */
  choose(item) {
    if (!item) return;
    const chosen = this.chosen();
    const has = chosen.some((one) => one.id === String(item.id));
    if (this.many) {
      this.set(has ? chosen.filter((one) => one.id !== String(item.id)) : [...chosen, item]);
    } else {
      this.set([item]);
    }
    this.close();
  }

  async search() {
    const current = this.many ? "" : this.chosen()[0]?.text ?? "";
    const typed = this.input.value.trim();
    const words = typed === current ? "" : typed;
    this.open();
    if (!this.url) {
      const options = [...this.select.options].filter((option) => option.value && option.value !== "__None");
      this.render(options.filter((option) => option.textContent.toLowerCase().includes(words.toLowerCase())).slice(0, 200)
        .map((option) => ({ id: option.value, text: option.textContent.trim() })));
      return;
    }
    const turn = (this.turn = (this.turn ?? 0) + 1);
    await new Promise((resolve) => void setTimeout(resolve, words ? 180 : 0));
    if (turn !== this.turn) return;
    if (!this.items.length) this.note(NOTE.wait);
    try {
      const url = new URL(this.url, location.href);
      url.searchParams.set("q", words);
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const options = await answer.json();
      if (turn === this.turn) this.render(options);
    } catch {
      if (turn === this.turn) this.note(NOTE.failed);
    }
  }

  /** @param {Item[]} items */
  render(items) {
    this.items = items;
    this.active = items.length ? 0 : -1;
    if (!items.length) {
      this.note(NOTE.none);
      return;
    }
    const chosen = new Set(this.chosen().map((item) => item.id));
    this.list.replaceChildren(...items.map((/** @type {Item} */ item, /** @type {number} */ at) => el("div", {
      role: "option", id: `${this.list.id}-${at}`, "data-at": at, "aria-selected": String(chosen.has(String(item.id))),
    }, chosen.has(String(item.id)) ? icon("check") : null, item.text)));
    this.mark();
    this.position();
  }

  /** @param {string} words */
  note(words) {
    this.items = [];
    this.list.replaceChildren(el("div", { class: "note", role: "status" }, words));
    this.input.removeAttribute("aria-activedescendant");
  }

  mark() {
    [...this.list.children].forEach((option, at) => option.toggleAttribute("data-active", at === this.active));
    const option = this.list.children[this.active];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.list.matches(":popover-open")) this.search();
      else if (this.items.length) {
        this.active = (this.active + step + this.items.length) % this.items.length;
        this.mark();
      }
    } else if (event.key === "Enter" && this.list.matches(":popover-open")) {
      event.preventDefault();
      this.choose(this.items[this.active]);
    } else if (event.key === "Escape" && this.list.matches(":popover-open")) {
      event.preventDefault();
      this.leave();
    } else if (event.key === "Backspace" && this.many && !this.input.value) {
      const last = this.chosen().at(-1);
      if (last) this.drop(last);
    }
  }

  open() {
    if (!this.list.matches(":popover-open")) this.list.showPopover();
    this.input.setAttribute("aria-expanded", "true");
    this.position();
  }

  position() {
    const box = this.box.getBoundingClientRect();
    const height = this.list.getBoundingClientRect().height;
    const up = box.bottom + 4 + height > innerHeight - 8 && box.top - 4 - height > 8;
    this.list.style.left = `${box.left}px`;
    this.list.style.minWidth = `${box.width}px`;
    this.list.style.top = `${up ? box.top - 4 - height : box.bottom + 4}px`;
  }

  close() {
    if (this.list.matches(":popover-open")) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  leave() {
    this.turn = (this.turn ?? 0) + 1;
    // A whole id that was pasted names one record: nobody has to point at it.
    if (this.items.length === 1 && this.items[0].id === this.input.value.trim().toLowerCase()) {
      this.choose(this.items[0]);
      return;
    }
    this.close();
    // An emptied box means "none" where the field allows it.
    if (!this.many && !this.input.value.trim() && this.chosen().length && this.select.dataset.required === undefined) this.set([]);
    else this.paint();
  }
}

/** Gives every select[data-combobox] inside `scope` its search box, once. */
export const enhance = (/** @type {ParentNode} */ scope = document) => {
  for (const select of $$("select[data-combobox]:not([data-enhanced])", scope)) {
    select.dataset.enhanced = "";
    new Combobox(select);
  }
};

enhance();
document.addEventListener("scroll", () => $$(".listbox:popover-open").forEach((list) => {
  if (!list.matches(":hover")) list.hidePopover();
}), { capture: true, passive: true });
