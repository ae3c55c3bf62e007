// The activity tray: what the person started, live by the socket, asked again every few seconds where there is none.
import { whenFree } from "./interaction.js";
import { $, $$, csrfToken, data, el, icon, on, required } from "./dom.js";
import { localTimes } from "./forms.js";
import { toast } from "./toasts.js";
import { t, tn } from "./translations.js";

const OPEN = new Set(["waiting", "running"]);
/** @type {Record<string, string>} */
const WORDS = { waiting: t("Waiting"), done: t("Done"), failed: t("Failed"), cancelled: t("Cancelled") };
/** @type {Record<string, string>} */
const ICONS = { done: "check-circle", failed: "alert", cancelled: "ban" };
const EVERY = 4000; // ms between two looks without a socket

const tray = $("[data-tray]");
/** @type {Map<string, Task>} */
const tasks = new Map();

/** @param {Task} task */
const line = (task) => {
  const open = OPEN.has(task.state);
  const title = task.url ? el("a", { href: task.url }, task.title) : el("span", {}, task.title);
  return el("div", { class: "tray-item", "data-task": task.id, "data-state": task.state },
    el("div", { class: "tray-title" }, open ? null : icon(ICONS[task.state] ?? "info"), title),
    open ? el("progress", { max: 100, value: task.percent, "aria-label": task.title }) : null,
    el("div", { class: "tray-note" },
      el("span", { class: "progress-text" }, task.message && task.state !== "done" ? task.message : WORDS[task.state] ?? ""),
      open ? el("output", {}, `${Math.round(task.percent)} %`) : el("time", { datetime: task.at }),
      open ? el("button", { class: "btn btn-ghost btn-sm", type: "button", "data-cancel-task": task.id }, t("Cancel")) : null));
};

const paint = () => {
  const open = [...tasks.values()].filter((task) => OPEN.has(task.state)).length;
  const count = required("[data-tray-count]");
  count.hidden = open === 0;
  count.textContent = String(open);
  required("[data-tray-button]").setAttribute("aria-label", open ? tn("Activity, %(num)s running", "Activity, %(num)s running", open) : t("Activity"));
  const list = required("[data-tray-list]", tray);
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const focusedTask = focused?.closest("[data-task]")?.dataset.task;
  list.replaceChildren(...(tasks.size ? [...tasks.values()].map(line) : [el("p", { class: "muted" }, t("Nothing is running."))]));
  const opened = tray?.matches(":popover-open") && document.activeElement?.matches("body, [data-tray-button]");
  if (opened) $("a, button", list)?.focus();
  else if (focused && focusedTask) ($(`[data-task="${CSS.escape(focusedTask)}"] ${focused.localName}`, list) ?? $("a, button", list))?.focus();
  localTimes(list);
};

/** @type {ReturnType<typeof setTimeout> | null} */
let nextLoad = null;
const load = async () => {
  if (!tray) return;
  try {
    const answer = await fetch(data(tray, "tray"), { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const before = new Map(tasks);
    tasks.clear();
    for (const task of (await answer.json()).tasks) {
      tasks.set(task.id, task);
      const was = before.get(task.id);
      // A page drawn while its task was open follows it, also when the task ends before the first look.
      const followed = was ? OPEN.has(was.state) : $(`[data-reload-after="${CSS.escape(task.id)}"]`);
      if (followed && !OPEN.has(task.state)) ended(task);
    }
    paint();
  } catch { /* the next look will tell */ }
};
const soon = () => {
  clearTimeout(nextLoad ?? undefined);
  nextLoad = setTimeout(async () => { await load(); watch(); }, 250);
};

/** Without a socket, open tasks are looked after by asking. */
/** @type {ReturnType<typeof setTimeout> | null} */
let timer = null;
const watch = () => {
  clearTimeout(timer ?? undefined);
  const open = [...tasks.values()].some((task) => OPEN.has(task.state));
  if (open) timer = setTimeout(async () => { if (document.documentElement.dataset.live !== "up") await load(); watch(); }, EVERY);
};

/** @param {Task} task */
const ended = (task) => {
  const kind = task.state === "done" ? "success" : task.state === "failed" ? "danger" : "info";
  const { title } = task;
  const words = task.state === "done" ? t("%(title)s: done", { title })
    : t("%(title)s: %(words)s", { title, words: task.message || WORDS[task.state] });
  const here = $(`[data-reload-after="${CSS.escape(task.id)}"]`);
  if (here) whenFree(() => location.reload());
  else toast(words, { kind, url: task.url });
};

document.addEventListener("live:task", ({ detail }) => {
  if (!tray) return;
  const task = tasks.get(detail.id);
  if (!task) { soon(); return; }
  const was = task.state;
  Object.assign(task, { state: detail.state, message: detail.message, percent: OPEN.has(detail.state) ? detail.percent : 100 });
  if (OPEN.has(was) && !OPEN.has(task.state)) ended(task);
  paint();
});
document.addEventListener("live:resume", soon);

on("click", "[data-cancel-task]", async (_event, button) => {
  button.setAttribute("aria-busy", "true");
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  const answer = await fetch(`/activity/tasks/${button.dataset.cancelTask}/cancel`, { method: "POST", headers });
  button.removeAttribute("aria-busy");
  toast(answer.ok ? t("It stops after the rows at hand") : t("It could not be cancelled"), { kind: answer.ok ? "info" : "warning" });
  soon();
});

if (tray) {
  tray.addEventListener("toggle", (event) => { if (event.newState === "open") soon(); });
  // The first look waits until the page stands; a page that follows a task looks at once.
  setTimeout(soon, $$("[data-reload-after]").length ? 0 : 1200);
}
