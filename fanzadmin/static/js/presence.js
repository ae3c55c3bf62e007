// Who else is on this record, and whether somebody changed it: [data-watch][data-id] in the page's header is filled, and
// [data-changed] says what happened. The server decides who hears of whom (security/viewers.py).
import { $, el, icon } from "./dom.js";
import { t, tn } from "./words.js";

const here = $("[data-watch][data-id]");
const note = $("[data-changed]");
const FACES = 3; // drawn; the others are a number
const PAUSE = 2000; // ms between two questions to the server
const edits = here?.dataset.mode === "edit";

let me = null;

const doing = ({ name, mode }) => (mode === "edit" ? t("%(name)s is editing", { name }) : t("%(name)s is here", { name }));

/** "Cora is editing", "Cora is editing, Ben is here", "Cora is editing, 3 more are here". */
const words = (people) => {
  if (people.length < 3) return people.map(doing).join(", ");
  const [{ name, mode }] = people;
  const more = people.length - 1;
  if (mode === "edit") return tn("%(name)s is editing, %(num)s more is here", "%(name)s is editing, %(num)s more are here", more, { name });
  return tn("%(name)s is here, %(num)s more is here", "%(name)s is here, %(num)s more are here", more, { name });
};

const show = (everybody) => {
  const people = everybody.filter((one) => one.user_id !== me);
  const said = words(people);
  if ($(".presence-words", here)?.textContent === said || (!people.length && !here.firstChild)) return;
  const faces = el("span", { class: "avatar-stack", "aria-hidden": true });
  faces.innerHTML = people.slice(0, FACES).map((one) => one.face).join("");
  if (people.length > FACES) faces.append(el("span", { class: "avatar avatar-sm" }, `+${people.length - FACES}`));
  here.title = people.map(doing).join(", ");
  here.replaceChildren(...(people.length ? [faces, el("span", { class: "presence-words" }, people.some((one) => one.mode === "edit") ? icon("edit") : null, said)] : []));
};

const record = () => `${here.dataset.id}`;

/** What the page says about a change: on a form that nothing typed is lost, on a record where the new values are. */
const sentence = ({ gone, by, mine }) => {
  if (gone && edits) return t("This record is not there any more. Copy what you typed: it cannot be saved.");
  if (gone) return t("This record is not there any more.");
  const who = mine ? t("You changed this record in another window.")
    : by ? t("%(name)s changed this record just now.", { name: by }) : t("This record changed just now.");
  return edits ? [who, t("Your form keeps what you typed; saving will show the difference.")].join(" ") : who;
};

const tell = (found) => {
  const link = edits ? { href: here.dataset.url, target: "_blank" } : { href: here.dataset.url };
  note.replaceChildren(el("div", { class: `alert alert-${found.gone || edits ? "warning" : "info"}` },
    icon(found.gone || edits ? "alert" : "refresh"),
    el("div", {}, sentence(found)),
    found.gone ? null : el("a", { class: "btn btn-sm push", ...link }, edits ? t("See the record") : t("Show"))));
};

let isOwn = false; // this page is being sent: what changes now is its own doing
const look = async () => {
  try {
    const answer = await fetch(`${here.dataset.latest}?since=${here.dataset.since}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || isOwn) return;
    const found = await answer.json();
    if (found.changed) tell(found);
  } catch { /* offline: the next connection asks again */ }
};

/** A hint without keys may be one of many: the server is asked when they are over, not for each. */
let waiting = null;
let again = false;
const lookLater = () => {
  if (waiting) { again = true; return; }
  waiting = setTimeout(() => {
    waiting = null;
    look();
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
    if (detail.ids.includes(record())) look();
    else if (detail.look) lookLater();
  });
  document.addEventListener("live:state", ({ detail }) => { if (detail.state !== "up") show([]); });
  document.addEventListener("submit", (event) => { if (event.target.method === "post") isOwn = true; });
  addEventListener("pageshow", () => { isOwn = false; });
}
