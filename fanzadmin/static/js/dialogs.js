// Questions before an act: any submit button (or form) with data-confirm asks first.
import { $$, data, el, on } from "./dom.js";
import { t } from "./translations.js";

/**
 * Opens a modal question, with a `field` to fill in where there is one. Resolves to true when the person agrees.
 * @param {{ title: string, message?: string, field?: HTMLElement | null, agree?: string, danger?: boolean }} question
 * @returns {Promise<boolean>}
 */
export const ask = ({ title, message = "", field = null, agree = t("Continue"), danger = false }) => {
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "ask-title" },
    el("form", { method: "dialog" },
      el("div", { class: "dialog-body" }, el("h2", { id: "ask-title" }, title), message ? el("p", {}, message) : null, field),
      el("div", { class: "dialog-actions" },
        el("button", { class: "btn", value: "no", autofocus: !field?.querySelector("[required]"), formnovalidate: true }, t("Cancel")),
        el("button", { class: `btn ${danger ? "btn-danger-fill" : "btn-primary"}`, value: "yes" }, agree))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => void dialog.addEventListener("close", () => {
    resolve(dialog.returnValue === "yes");
    dialog.remove();
  }));
};

const whyField = () => el("div", { class: "field" },
  el("label", { for: "ask-why" }, t("Why (optional, for the history)")),
  el("textarea", { class: "textarea", id: "ask-why", name: "audit_reason", rows: 2, maxlength: 400 }));

/**
 * What a verb asks: a copy of the fields that the page holds for it (console/_ask.html).
 * @param {string} id
 */
const questionFields = (id) => /** @type {HTMLTemplateElement} */ (document.getElementById(id))?.content.cloneNode(true) ?? null;

/**
 * Gives the form what the dialog was answered, and takes from it what an earlier dialog left.
 * @param {HTMLFormElement} form
 * @param {ParentNode} body
 */
const keepAnswers = (form, body) => {
  for (const old of $$("[data-answer]", form)) old.remove();
  for (const { name, value } of /** @type {HTMLInputElement[]} */ ($$("[name]", body))) {
    form.append(el("input", { type: "hidden", name, value, "data-answer": true }));
  }
};

const agreed = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = event.submitter;
  const asks = button?.dataset.confirm ?? form.dataset.confirm;
  if (agreed.has(form)) return;
  if (asks === undefined) { keepAnswers(form, document.createDocumentFragment()); return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  const source = button?.dataset.confirm ? button : form;
  const field = el("div", { class: "stack" },
    source.dataset.confirmFields ? questionFields(source.dataset.confirmFields) : null,
    "confirmWhy" in source.dataset ? whyField() : null);
  form.dataset.asking = ""; // nobody may take the form away before it is sent
  const yes = await ask({
    title: source.dataset.confirmTitle || source.textContent.trim().slice(0, 60) || t("Please confirm"),
    message: asks,
    field: field.childElementCount ? field : null,
    agree: source.dataset.confirmAgree || t("Continue"),
    danger: "danger" in source.dataset,
  });
  if (yes) {
    keepAnswers(form, field);
    agreed.add(form);
    form.requestSubmit(button ?? undefined);
    agreed.delete(form);
  }
  delete form.dataset.asking;
}, true);

on("click", "[data-dialog]", (_event, button) => {
  button.closest(".menu:popover-open")?.hidePopover(); // the focus comes back to the menu's own button
  /** @type {HTMLDialogElement} */ (document.getElementById(data(button, "dialog")))?.showModal();
});
on("click", "[data-close]", (_event, button) => /** @type {HTMLDialogElement} */ (button.closest("dialog"))?.close());
document.addEventListener("click", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && event.detail > 0) dialog.close();
});
