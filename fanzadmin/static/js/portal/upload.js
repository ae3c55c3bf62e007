// The upload dialog: one file by XMLHttpRequest (which tells how much has gone), safe to send again by its key.
import { $, $$, csrfToken, data, el, required } from "../dom.js";
import { call, newKey } from "../api.js";
import { minorUnits, sizeText } from "../numbers.js";
import { t, tn } from "../translations.js";
import { refreshSoon } from "./refresh.js";

const dialog = required("dialog[data-upload]");
const form = required("form", dialog);
/** @param {string} name */
const part = (name) => /** @type {HTMLElement} */ (required(`[data-${name}]`, dialog));
const bar = required("progress", part("sending"));
const most = Number(dialog.dataset.most);
const digits = Number(dialog.dataset.digits);

/** @type {File | null} */
let file = null;
let key = "";
/** @type {XMLHttpRequest | null} */
let request = null;

/** @param {number} seconds */
const timeText = (seconds) => (seconds < 90
  ? tn("%(num)s s left", "%(num)s s left", Math.max(1, Math.round(seconds)))
  : tn("%(num)s min left", "%(num)s min left", Math.round(seconds / 60)));

/** @param {string} name */
const showError = (name, sentence = "") => {
  const place = required(`[data-error="${name}"]`, dialog);
  place.textContent = sentence;
  place.hidden = !sentence;
  form.elements[name]?.setAttribute?.("aria-invalid", String(Boolean(sentence)));
};

const showProblem = (sentence = "") => {
  part("problem").hidden = !sentence;
  required("div", part("problem")).textContent = sentence;
};

/** @param {string} words */
const button = (words) => { required("span", part("send")).textContent = words; };

/** @param {File | undefined} chosen */
const choose = (chosen) => {
  if (!chosen || request) return;
  file = chosen;
  key = newKey();
  part("arrived").hidden = true;
  part("send").hidden = false;
  part("sending").hidden = true;
  button(t("Upload"));
  showProblem();
  const sizes = { size: sizeText(file.size), most: sizeText(most) };
  showError("file", file.size > most ? t("This file has %(size)s; at most %(most)s can be sent.", sizes)
    : file.size ? "" : t("This file is empty; choose another one."));
  part("chosen").replaceChildren(el("strong", {}, file.name));
  part("about").textContent = t("%(size)s. Choose again to take another one.", sizes);
  const title = form.elements.title;
  const made = form.elements.produced_on;
  if (!made.value) made.value = new Date(file.lastModified).toISOString().slice(0, 10);
  if (!title.value.trim()) title.value = file.name.replace(/\.[^.]+$/, "").replace(/[_-]+/g, " ").slice(0, 200);
};

/** The price in minor units, or null when it is none. */
const price = () => (form.elements.audience.value === "ppv" ? minorUnits(form.elements.price.value, digits) : 0);

const isComplete = () => {
  for (const place of $$("[data-error]", dialog)) if (place.dataset.error !== "file") showError(data(place, "error"));
  showProblem();
  if (!file) showError("file", t("Choose a file first."));
  if (!form.elements.title.value.trim()) showError("title", t("Give it a title."));
  if (price() === null) showError("price", digits ? t("Type a price such as 9.99.") : t("Type a whole price."));
  if (!ticked("act")) showError("acts", t("Say what it shows: its records are checked by that."));
  if (!form.elements.produced_on.value) showError("produced_on", t("Say on which day it was made."));
  const at = form.elements.publish_at;
  if (at.validity.badInput) showError("publish_at", t("Type the day and the hour, or leave both empty."));
  const first = $$("[data-error]", dialog).find((place) => !place.hidden);
  if (first) ($("input, textarea", first.closest(".field, [data-shows]")) ?? first).focus();
  return !first;
};

/** @param {string} name */
const ticked = (name) => $$(`input[name="${name}"]:checked`, form).map((box) => box.value).join(",");

/** @param {File} chosen */
const address = (chosen) => {
  const words = new URLSearchParams({
    title: form.elements.title.value.trim(),
    caption: form.elements.caption.value.trim(),
    filename: chosen.name,
    audience: form.elements.audience.value,
    price_minor: String(price()),
    performer_ids: ticked("performer"),
    acts: ticked("act"),
    produced_on: form.elements.produced_on.value,
    announce: form.elements.announce.value,
  });
  if (form.elements.publish_at.value) words.set("publish_at", new Date(form.elements.publish_at.value).toISOString());
  return `/api/v1/media/assets?${words}`;
};

/** @param {boolean} isSending */
const setSending = (isSending) => {
  for (const control of /** @type {Iterable<HTMLInputElement>} */ (form.elements)) {
    if (!control.matches("[data-cancel], [data-close]")) control.disabled = isSending;
  }
  part("sending").hidden = !isSending;
  part("cancel").hidden = !isSending;
  part("send").hidden = isSending;
};

/** Speed over the last seconds, not over the whole: what a person feels. */
const meter = () => {
  let at = performance.now();
  let sent = 0;
  let speed = 0;
  return (/** @type {number} */ loaded, /** @type {number} */ total) => {
    const now = performance.now();
    if (now - at < 400) return null;
    const current = ((loaded - sent) * 1000) / (now - at);
    speed = speed ? speed * 0.7 + current * 0.3 : current;
    [at, sent] = [now, loaded];
    return speed > 0 ? `${sizeText(speed)}/s, ${timeText((total - loaded) / speed)}` : "";
  };
};

/** @param {number} loaded @param {number} total @param {string | null} words */
const showSent = (loaded, total, words) => {
  const percent = total ? Math.floor((100 * loaded) / total) : 0;
  bar.value = percent;
  required("output", part("sending")).textContent = `${percent} %`;
  if (words !== null) required(".progress-text", part("sending")).textContent = words;
};

/**
 * What the server said no to, in its own sentence, beside the field where there is one.
 * @param {any} answer
 * @param {number} status
 */
const refuse = (answer, status) => {
  if (status === 401) { showProblem(t("You are signed out. Sign in on another tab, then try again: everything here is kept.")); return; }
  if (answer.type === "/problems/media/key-reused") {
    key = newKey();
    showProblem(t("The first try had arrived after all, with what you had typed then. You find it in the list; send again only to upload it a second time."));
    return;
  }
  for (const [name, sentences] of Object.entries(answer.errors ?? {})) {
    const field = { price_minor: "price", performer_ids: "performers" }[name] ?? name;
    if ($(`[data-error="${field}"]`, dialog)) showError(field, [sentences].flat().join(" "));
  }
  /** @type {Record<string, string>} */
  const fieldOf = { "/problems/media/price-refused": "price", "/problems/media/upload-too-large": "file", "/problems/media/empty-upload": "file",
    "/problems/media/moment-refused": "publish_at" };
  const field = fieldOf[answer.type];
  if (field) showError(field, answer.detail);
  else showProblem(answer.detail || t("The server could not take the file. Try again in a moment."));
};

/** @param {{id: string}} asset */
const finish = (asset) => {
  if (form.elements.as_default.checked) {
    const announce = form.elements.announce.value;
    for (const radio of $$('input[name="announce"]', form)) radio.defaultChecked = radio.value === announce;
    call("PUT", "media/publishing-default", { announce }).catch((/** @type {Error} */ refused) => showProblem(refused.message));
  }
  part("arrived").hidden = false;
  /** @type {HTMLAnchorElement} */ (part("link")).href = `/portal/content/${asset.id}`;
  form.reset();
  file = null;
  const [before, after = ""] = t("%(choose)s or drop it here").split("%(choose)s");
  part("chosen").replaceChildren(before, el("strong", {}, t("Choose the next file")), after);
  part("about").textContent = "";
  part("send").hidden = true;
  refreshSoon(0);
};

/** @param {File} chosen */
const send = (chosen) => {
  const sending = new XMLHttpRequest();
  const measure = meter();
  let percent = 0;
  request = sending;
  sending.open("POST", address(chosen));
  sending.responseType = "json";
  sending.setRequestHeader("Accept", "application/json");
  sending.setRequestHeader("X-CSRFToken", csrfToken());
  sending.setRequestHeader("Idempotency-Key", key);
  sending.setRequestHeader("Content-Type", chosen.type || "application/octet-stream");
  sending.upload.addEventListener("progress", ({ loaded, total }) => {
    percent = total ? Math.floor((100 * loaded) / total) : 0;
    showSent(loaded, total, loaded === total ? t("The server checks it") : measure(loaded, total));
  });
  sending.addEventListener("load", () => {
    if (sending.status === 201) finish(sending.response);
    else { refuse(sending.response ?? {}, sending.status); button(t("Try again")); }
  });
  const lost = () => {
    showProblem(t("The connection was cut at %(share)s. Nothing is lost: your file and every field are still here.", { share: `${percent} %` }));
    button(t("Try again"));
  };
  sending.addEventListener("error", lost);
  sending.addEventListener("timeout", lost);
  sending.addEventListener("abort", () => { showProblem(t("Stopped. Nothing was kept on the server.")); button(t("Upload")); });
  sending.addEventListener("loadend", () => { request = null; setSending(false); if (!file) part("send").hidden = true; });
  setSending(true);
  showSent(0, chosen.size, t("Starting"));
  sending.send(chosen);
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  if (!request && isComplete() && file) send(file);
});
form.elements.file.addEventListener("change", () => choose(form.elements.file.files[0]));
part("cancel").addEventListener("click", () => request?.abort());
addEventListener("beforeunload", (event) => { if (request) event.preventDefault(); });
dialog.addEventListener("cancel", (event) => { if (request) event.preventDefault(); });

const drop = part("drop");
for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, (event) => { event.preventDefault(); drop.dataset.over = ""; });
for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => { delete drop.dataset.over; });
drop.addEventListener("drop", (event) => { event.preventDefault(); choose(event.dataTransfer?.files[0]); });
// A file let go beside the zone must not open in the browser.
for (const type of ["dragover", "drop"]) dialog.addEventListener(type, (event) => event.preventDefault());

const openByAddress = () => {
  if (location.hash !== "#upload" || dialog.open) return;
  dialog.showModal();
  history.replaceState(null, "", location.pathname + location.search);
};
addEventListener("hashchange", openByAddress);
openByAddress();
