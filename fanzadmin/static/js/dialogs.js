// Questions before an act: any submit button (or form) with data-confirm asks first.
import { $, el, on } from "./dom.js";
import { t } from "./words.js";

/** Opens a modal question, with a `field` to fill in where there is one. Resolves to true when the person agrees. */
export const ask = ({ title, message = "", field = null, agree = t("Continue"), danger = false }) => {
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "ask-title" },
    el("form", { method: "dialog" },
      el("div", { class: "dialog-body" }, el("h2", { id: "ask-title" }, title), message ? el("p", {}, message) : null, field),
      el("div", { class: "dialog-actions" },
        el("button", { class: "btn", value: "no", autofocus: true }, t("Cancel")),
        el("button", { class: `btn ${danger ? "btn-danger-fill" : "btn-primary"}`, value: "yes" }, agree))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    resolve(dialog.returnValue === "yes");
    dialog.remove();
  }));
};

const whyField = () => el("div", { class: "field" },
  el("label", { for: "ask-why" }, t("Why (optional, for the history)")),
  el("textarea", { class: "textarea", id: "ask-why", rows: 2, maxlength: 400 }));

const keepWhy = (form, field) => {
  const kept = $("[name=audit_reason]", form) ?? form.appendChild(el("input", { type: "hidden", name: "audit_reason" }));
  kept.value = field ? $("textarea", field).value : "";
};

const agreed = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  const asks = button?.dataset.confirm ?? form.dataset.confirm;
  if (!asks || agreed.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const source = button?.dataset.confirm ? button : form;
  const field = "confirmWhy" in source.dataset ? whyField() : null;
  form.dataset.asking = ""; // nobody may take the form away before it is sent
  const yes = await ask({
    title: source.dataset.confirmTitle || source.textContent.trim().slice(0, 60) || t("Please confirm"),
    message: asks,
    field,
    agree: source.dataset.confirmAgree || t("Continue"),
    danger: "danger" in source.dataset,
  });
  if (yes) {
    keepWhy(form, field);
    agreed.add(form);
    form.requestSubmit(button ?? undefined);
    agreed.delete(form);
  }
  delete form.dataset.asking;
}, true);

on("click", "[data-dialog]", (_event, button) => {
  button.closest(".menu:popover-open")?.hidePopover(); // the focus comes back to the menu's own button
  $(`#${CSS.escape(button.dataset.dialog)}`)?.showModal();
});
on("click", "[data-close]", (_event, button) => button.closest("dialog")?.close());
document.addEventListener("click", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && event.detail > 0) dialog.close();
});
