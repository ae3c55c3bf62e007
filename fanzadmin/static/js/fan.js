// What fans do on public pages: pay, like, follow, share, comment. Everything goes through the REST API.
import { call, newKey } from "./api.js";
import { $$, data, el, on, required } from "./dom.js";
import { t } from "./translations.js";

const CARDS = [
  ["sandbox_ok", t("Test card that works")],
  ["sandbox_declined", t("Test card that is declined")],
  ["sandbox_insufficient", t("Test card without funds")],
  ["sandbox_confirm", t("Test card whose bank asks first")],
];

/** @param {HTMLElement} node @param {string} sentence */
const showMessage = (node, sentence) => {
  const place = node.closest("[data-post], form:not([data-follow]), main")?.querySelector("[data-says]")
    ?? document.body.appendChild(el("p", { class: "problem", "data-says": true, role: "status" }));
  place.textContent = sentence;
};

/**
 * The bank wants to hear it from the person: the next press pays with the token of the confirmation.
 * @param {HTMLSelectElement} card
 * @param {string} token
 * @param {HTMLElement} problem
 */
const confirmBank = (card, token, problem) => {
  card.replaceChildren(el("option", { value: token, selected: true }, t("Confirmed with the bank")));
  problem.textContent = t("Your bank asks you to confirm this payment. Press once more to confirm it.");
};

/**
 * The payment dialog. `to` is the resource of finance: unlocks, tips, subscriptions.
 * @param {{ to: string, title: string, price: string, body: object, currency: string }} order
 * @returns {Promise<object | null>} what was paid
 */
const pay = ({ to, title, price, body, currency }) => new Promise((resolve) => {
  const once = newKey(); // the same for every attempt of this dialog: what was charged is not charged again
  const card = el("select", { class: "input", name: "card", id: "pay-card" }, ...CARDS.map(([value, label]) => el("option", { value }, label)));
  const amount = to === "tips" ? el("input", {
    class: "input", type: "number", name: "amount", id: "pay-amount", min: "1", max: "500", step: "0.01", value: "5", required: true, inputmode: "decimal",
  }) : null;
  const problem = el("p", { class: "problem", role: "alert" });
  const agree = el("button", { class: "button btn is-main btn-primary" }, amount ? t("Send") : t("Pay %(price)s", { price }));
  const form = el("form", {},
    el("h2", { id: "pay-title" }, title),
    amount ? el("div", { class: "field" }, el("label", { for: "pay-amount" }, t("Amount in %(currency)s", { currency })), amount) : null,
    el("div", { class: "field" }, el("label", { for: "pay-card" }, t("Pay with")), card),
    el("p", { class: "small hint" }, t("This is a sandbox: no money moves.")),
    problem,
    el("div", { class: "dialog-actions" }, el("button", { class: "button btn", type: "button", "data-cancel": true }, t("Cancel")), agree));
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "pay-title" }, el("div", { class: "dialog-body" }, form));
  /** @type {object | null} */
  let paid = null;
  let attempt = 0;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    agree.disabled = true;
    problem.textContent = "";
    const order = { ...body, payment_token: card.value, ...(amount ? { amount_minor: Math.round(Number(amount.value) * 100), currency } : {}) };
    try {
      paid = await call("POST", `finance/${to}`, order, { "Idempotency-Key": `${once}-${attempt}` });
      dialog.close();
    } catch (error) {
      if (error.problem) attempt += 1; // a refusal was an answer: the next try is a new request
      if (error.problem?.confirm_with) confirmBank(card, error.problem.confirm_with, problem);
      else problem.textContent = error.message;
    } finally {
      agree.disabled = false;
    }
  });
  required("[data-cancel]", form).addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); resolve(paid); });
  document.body.append(dialog);
  dialog.showModal();
});

/** @param {HTMLElement} source */
const payFor = async (source) => {
  const { pay: to = "", title = "", price = "", currency = "" } = source.dataset;
  const paid = await pay({ to, title, price, currency, body: JSON.parse(data(source, "body")) });
  if (!paid) return;
  if (to === "tips") showMessage(source, t("Thank you: your tip has arrived."));
  else location.reload();
};

on("submit", "form[data-pay]", (event, form) => { event.preventDefault(); payFor(form); });
on("click", "button[data-pay]", (_event, button) => payFor(button));

on("click", "[data-like]", async (_event, button) => {
  const liked = button.getAttribute("aria-pressed") === "true";
  try {
    const { likes } = await call(liked ? "DELETE" : "POST", `social/posts/${button.dataset.like}/like`);
    button.setAttribute("aria-pressed", String(!liked));
    required("[data-count]", button).textContent = likes;
  } catch (error) { showMessage(button, error.message); }
});

// Captured, so that forms.js does not take it for a form that leaves the page.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.follow === undefined) return;
  event.preventDefault();
  const button = required("button", form);
  const follows = form.action.endsWith("/unfollow");
  const { follow: id, name } = form.dataset;
  button.disabled = true;
  try {
    await call(follows ? "DELETE" : "POST", `social/follows/${id}`);
    for (const same of $$(`form[data-follow="${CSS.escape(data(form, "follow"))}"]`)) {
      same.action = `/creators/${id}/${follows ? "follow" : "unfollow"}`;
      const shown = required("button", same);
      shown.textContent = follows ? t("Follow") : t("Unfollow");
      shown.setAttribute("aria-label", follows ? t("Follow %(name)s", { name }) : t("Unfollow %(name)s", { name }));
    }
  } catch (error) { showMessage(form, error.message); } finally { button.disabled = false; }
}, true);

on("click", "[data-share]", async (_event, button) => {
  const url = new URL(data(button, "url"), location.href).href;
  try {
    if (navigator.share) await navigator.share({ url, title: button.dataset.title });
    else { await navigator.clipboard.writeText(url); showMessage(button, t("The address is copied.")); }
    const { shares } = await call("POST", `social/posts/${button.dataset.share}/shares`);
    required("[data-count]", button).textContent = shares;
  } catch (error) { if (error.name !== "AbortError") showMessage(button, error.message); }
});

/** @param {{author: string, body: string, id?: string, is_mine?: boolean}} item */
const comment = (item) => el("li", { class: "comment" }, el("strong", {}, item.author), " ", el("span", {}, item.body),
  ...(item.id && !item.is_mine ? [" ", el("a", { class: "quiet", href: `/report/comment/${item.id}` }, t("Report"))] : []));

document.addEventListener("toggle", async (event) => {
  const box = event.target;
  if (!(box instanceof HTMLDetailsElement) || !box.dataset.comments || !box.open || box.dataset.loaded) return;
  box.dataset.loaded = "yes";
  try {
    const { items } = await call("GET", `social/posts/${box.dataset.comments}/comments`);
    required("ol", box).replaceChildren(...items.map(comment));
  } catch (error) { showMessage(box, error.message); delete box.dataset.loaded; }
}, true);

on("submit", "form[data-comment]", async (event, form) => {
  event.preventDefault();
  const body = form.elements.body.value.trim();
  if (!body) return;
  try {
    const posted = await call("POST", `social/posts/${form.dataset.comment}/comments`, { body }, { "Idempotency-Key": newKey() });
    required("ol", form.closest("details")).append(comment({ author: t("You"), body, is_mine: true, ...(posted.body ? posted : {}) }));
    const count = required("[data-count]", form.closest("details"));
    count.textContent = String(Number(count.textContent) + 1);
    form.reset();
  } catch (error) { showMessage(form, error.message); }
});
