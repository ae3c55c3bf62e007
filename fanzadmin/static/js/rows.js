// Rows that others change while one looks at a list: renewed where they stand and marked, counted in a quiet bar, never
// moved. "Show" fetches the list again at the same address and keeps what is ticked and how far one has scrolled. A
// board, a calendar, a gallery and a map only say that something changed.
import { $, $$, csrfToken, el, icon, on, required } from "./dom.js";
import { draw } from "./inline.js";
import { localTimes } from "./forms.js";
import { syncBulk } from "./lists.js";
import { toast } from "./toasts.js";
import { t, tn } from "./translations.js";

const card = $("[data-watch][data-rows]");
const bar = $("[data-live-bar]");
const hasRows = !new URLSearchParams(location.search).get("kind"); // the address of another view names its kind
const SOON = 150; // ms: hints of one moment are asked about together
const LATER = 1200; // ms after "look": more is on its way
const MOST = 100; // keys of new rows remembered

const pending = new Set(); // rows of this page to ask about
const fresh = new Set(); // rows that are new, in this list or not
let marks = new Map(); // what became of a row: changed or left
let created = 0;
let many = false;
const mine = new Set(); // cards that the person has just moved: their hints are no news

/** @param {string} key */
const rowOf = (key) => $(`tr[data-id="${CSS.escape(key)}"]`, card);
/** @param {HTMLTableRowElement} row */
const isBusy = (row) => $(".editing, [aria-busy]", row) !== null || row.matches(".dragged");

const showBar = () => {
  if (!bar) return;
  const kinds = [...marks.values()];
  const changed = kinds.filter((kind) => kind === "changed").length;
  const left = kinds.filter((kind) => kind === "left").length;
  const parts = [
    changed ? tn("%(num)s row changed", "%(num)s rows changed", changed) : "",
    left ? tn("%(num)s row left this list", "%(num)s rows left this list", left) : "",
    created ? tn("%(num)s new record", "%(num)s new records", created) : "",
    many ? (hasRows ? t("many records changed") : t("records changed")) : "",
  ].filter(Boolean);
  const words = parts.join(", ");
  bar.hidden = !words;
  required("[data-live-words]", bar).textContent = words;
  const announcement = $("[data-live-said]");
  if (announcement && announcement.textContent !== words) announcement.textContent = words;
};

/** @type {Record<string, [string, string]>} */
const WORDS = { changed: ["refresh", t("Changed")], left: ["arrow-right", t("Left this list")] };
/** @param {HTMLTableRowElement} row @param {"changed" | "left"} kind */
const mark = (row, kind) => {
  $(".row-mark", row)?.remove();
  row.dataset.live = kind;
  const [shape, words] = WORDS[kind];
  required(".lead", row).append(el("span", { class: `badge row-mark ${kind === "left" ? "badge-warn" : "badge-info"}` }, icon(shape), words));
  marks.set(row.dataset.id, kind);
};

/** @param {HTMLTableRowElement} row */
const unmark = (row) => {
  $(".row-mark", row)?.remove();
  delete row.dataset.live;
};

/** @param {string} key @param {Record<string, string> | undefined} drawn */
const renew = (key, drawn) => {
  const row = rowOf(key);
  if (!row) return;
  if (isBusy(row)) { pending.add(key); plan(LATER); return; } // a row that is being written is left alone until it is done
  if (!drawn) mark(row, "left");
  else if (draw(row, drawn).length) mark(row, "changed");
  else if (marks.get(key) === "left") { unmark(row); marks.delete(key); }
};

const ask = async () => {
  if (!card) return;
  clearTimeout(timer ?? undefined);
  timer = null;
  const keys = [...pending].filter(rowOf);
  pending.clear();
  if (!keys.length && !fresh.size) { showBar(); return; }
  const body = new FormData();
  for (const key of keys) body.append("ids", key);
  for (const key of fresh) body.append("new", key);
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
    const answer = await fetch(card.dataset.rows + location.search, { method: "POST", body, headers });
    if (!answer.ok) return;
    const { rows, new: count } = await answer.json();
    for (const key of keys) renew(key, rows[key]);
    created = count;
    showBar();
  } catch { /* offline: the next connection asks for all of them */ }
};

/** @type {ReturnType<typeof setTimeout> | null} */
let timer = null;
/** @param {number} ms */
const plan = (ms) => { timer ??= setTimeout(ask, ms); };

/** After "look" the server is silent for the rest of a second: all rows are asked about when that is over, and once more
 * for a "look" that came meanwhile. */
/** @type {ReturnType<typeof setTimeout> | null} */
let looking = null;
let again = false;
const lookLater = () => {
  if (looking) { again = true; return; }
  looking = setTimeout(() => {
    looking = null;
    for (const row of $$("tr[data-id]", card)) pending.add(row.dataset.id);
    ask();
    if (again) { again = false; lookLater(); }
  }, LATER);
};

const forget = () => {
  for (const row of $$("tr[data-live]", card)) unmark(row);
  marks = new Map();
  fresh.clear();
  [created, many] = [0, false];
  showBar();
};

/** The list as it is now, at the same address: ticks, scrolling and the marks of what changed stay for the eye. */
const reload = async () => {
  if (!card) return;
  const list = required("[data-list]", card);
  if ($(".editing", list)) { toast(t("Save or leave the open cell first."), { kind: "warning" }); return; }
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) { location.reload(); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = $("[data-list]", page);
  if (!next) { location.reload(); return; }
  const ticked = new Set($$('input[name="rowid"]:checked', list).map((box) => box.value));
  const everything = list.classList.contains("all-chosen");
  const [top, left] = [$(".table-wrap", list)?.scrollTop ?? 0, $(".table-wrap", list)?.scrollLeft ?? 0];
  const changed = [...marks.keys(), ...fresh];
  card.dataset.since = $("[data-watch]", page)?.dataset.since ?? card.dataset.since;
  list.replaceChildren(...document.importNode(next, true).childNodes);
  const count = $(".page-header .count");
  if (count) count.textContent = $(".page-header .count", page)?.textContent ?? "";
  localTimes(list);
  list.dispatchEvent(new CustomEvent("part:shown", { bubbles: true }));
  for (const box of $$('input[name="rowid"]', list)) box.checked = everything || ticked.has(box.value);
  syncBulk(list);
  $('input[name="rowid"]', list)?.dispatchEvent(new Event("change", { bubbles: true }));
  if (everything) $("[data-choose-everything]:not([hidden])", list)?.click();
  forget();
  const wrap = $(".table-wrap", list);
  wrap?.scrollTo(left, top);
  wrap?.focus({ preventScroll: true });
  for (const key of changed) glow(rowOf(key));
};

/** @param {HTMLTableRowElement | null} row */
const glow = (row) => {
  row?.classList.add("changed");
  setTimeout(() => row?.classList.remove("changed"), 2500);
};

/**
 * Whether a hint tells a view without rows of something that the person did not do there.
 * @param {RowsHint} hint
 */
const isNews = ({ ids, new: added, many: lots, look }) => lots || look || [...ids, ...added].some((key) => !mine.delete(key));

if (card && bar) {
  document.addEventListener("card:moves", ({ detail }) => mine.add(detail));
  document.addEventListener("live:watched", ({ detail }) => { if (detail.behind && hasRows) lookLater(); });
  document.addEventListener("live:rows", ({ detail }) => {
    if (!hasRows) { many ||= isNews(detail); showBar(); return; }
    for (const key of detail.ids) if (rowOf(key)) pending.add(key);
    for (const key of detail.new) if (!rowOf(key)) fresh.add(key);
    many ||= detail.many || fresh.size > MOST;
    if (fresh.size > MOST) fresh.clear();
    if (detail.look) lookLater();
    else if (pending.size || detail.new.length) plan(SOON);
  });
  on("click", "[data-live-show]", reload);
  on("click", "[data-live-dismiss]", forget);
}
