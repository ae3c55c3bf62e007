// Who else is on this record, and whether somebody changed it: [data-watch][data-id] in the page's header is filled, and
// [data-changed] says what happened. The server decides who hears of whom (security/viewers.py).
import { $, el, icon } from "./dom.js";
import { t, tn } from "./translations.js";

const here = $("[data-watch][data-id]");
const note = $("[data-changed]");
const FACES = 3; // drawn; the others are a number
const PAUSE = 2000; // ms between two questions to the server
/** @typedef {{ gone: boolean, changed: boolean, by: string, mine: boolean }} Change  what became of the record */

const edits = here?.dataset.mode === "edit";

/** @type {number | null} */
let me = null;

/** @param {Pick<Person, "name" | "mode">} person */
const activity = ({ name, mode }) => (mode === "edit" ? t("%(name)s is editing", { name }) : t("%(name)s is here", { name }));

/**
 * "Cora is editing", "Cora is editing, Ben is here", "Cora is editing, 3 more are here".
 * @param {Person[]} people
 */
const describe = (people) => {
  if (people.length < 3) return people.map(activity).join(", ");
  const [{ name, mode }] = people;
  const more = people.length - 1;
  if (mode === "edit") return tn("%(name)s is editing, %(num)s more is here", "%(name)s is editing, %(num)s more are here", more, { name });
  return tn("%(name)s is here, %(num)s more is here", "%(name)s is here, %(num)s more are here", more, { name });
};

/** @param {Person[]} everybody */
const show = (everybody) => {
  if (!here) return;
  const people = everybody.filter((one) => one.user_id !== me);
  const text = describe(people);
  if ($(".presence-words", here)?.textContent === text || (!people.length && !here.firstChild)) return;
  const faces = el("span", { class: "avatar-stack", "aria-hidden": true });
  faces.innerHTML = people.slice(0, FACES).map((one) => one.face).join("");
  if (people.length > FACES) faces.append(el("span", { class: "avatar avatar-sm" }, `+${people.length - FACES}`));
  here.title = people.map(activity).join(", ");
  const pen = people.some((person) => person.mode === "edit") ? icon("edit") : null;
  here.replaceChildren(...(people.length ? [faces, el("span", { class: "presence-words" }, pen, text)] : []));
};

const record = () => `${here?.dataset.id}`;

/**
 * What the page says about a change: on a form that nothing typed is lost, on a record where the new values are.
 * @param {Change} change
 */
const sentence = ({ gone, by, mine }) => {
  if (gone && edits) return t("This record is not there any more. Copy what you typed: it cannot be saved.");
  if (gone) return t("This record is not there any more.");
  const who = mine ? t("You changed this record in another window.")
    : by ? t("%(name)s changed this record just now.", { name: by }) : t("This record changed just now.");
  return edits ? [who, t("Your form keeps what you typed; saving will show the difference.")].join(" ") : who;
};

/** @param {Change} change */
const showChange = (change) => {
  if (!here || !note) return;
  const link = edits ? { href: here.dataset.url, target: "_blank" } : { href: here.dataset.url };
  note.replaceChildren(el("div", { class: `alert alert-${change.gone || edits ? "warning" : "info"}` },
    icon(change.gone || edits ? "alert" : "refresh"),
    el("div", {}, sentence(change)),
    change.gone ? null : el("a", { class: "btn btn-sm push", ...link }, edits ? t("See the record") : t("Show"))));
};

let isOwn = false; // this page is being sent: what changes now is its own doing
const askServer = async () => {
  if (!here) return;
  try {
    const answer = await fetch(`${here.dataset.latest}?since=${here.dataset.since}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || isOwn) return;
    const change = await answer.json();
    if (change.changed) showChange(change);
  } catch { /* offline: the next connection asks again */ }
};

/** A hint without keys may be one of many: the server is asked when they are over, not for each. */
/** @type {ReturnType<typeof setTimeout> | null} */
let waiting = null;
let again = false;
const lookLater = () => {
  if (waiting) { again = true; return; }
  waiting = setTimeout(() => {
    waiting = null;
    askServer();
    if (again) { again = false; lookLater(); }
  }, PAUSE);
};

if (here && note) {
  document.addEventListener("live:watched", ({ detail }) => {
    me = detail.me;
    show(detail.people);
    if (detail.behind) lookLater();
  });
  document.addEventListener("live:presence", ({ detail }) => { if (detail.record.endsWith(`:${record()}`)) show(detail.people); });
  document.addEventListener("live:rows", ({ detail }) => {
    if (detail.ids.includes(record())) askServer();
    else if (detail.look) lookLater();
  });
  document.addEventListener("live:state", ({ detail }) => { if (detail.state !== "up") show([]); });
  document.addEventListener("submit", (event) => { if (/** @type {HTMLFormElement} */ (event.target).method === "post") isOwn = true; });
  addEventListener("pageshow", () => { isOwn = false; });
}
