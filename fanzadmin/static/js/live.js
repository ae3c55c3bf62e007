// The live wire: namespace /live over websocket. A message is a hint; what it says is stored in PostgreSQL.
// Every event becomes `live:<event>` on document. <body data-live> asks for the connection.
import { $, $$, el } from "./dom.js";
import { toast } from "./toasts.js";
import { t } from "./translations.js";

const DONE = new Set(["done", "failed", "cancelled"]);
const GRACE = 1500; // ms a break may last before the page speaks of it

/** @type {ReturnType<typeof setTimeout> | null} */
let waiting = null;
const badge = () => $("[data-connection]")
  ?? document.body.appendChild(el("div", { class: "connection", "data-connection": true, role: "status", hidden: true }));

/** @param {string} state */
const showState = (state) => {
  document.documentElement.dataset.live = state;
  document.dispatchEvent(new CustomEvent("live:state", { detail: { state } }));
  clearTimeout(waiting ?? undefined);
  if (state === "up") { badge().hidden = true; return; }
  waiting = setTimeout(() => {
    badge().textContent = t("Reconnecting…");
    badge().hidden = false;
  }, GRACE);
};

/**
 * Shows one task's progress in every [data-task] block that follows it.
 * @param {Task} task
 */
export const showTask = ({ id, percent, message, state }) => {
  for (const block of $$(`[data-task="${CSS.escape(String(id))}"]`)) {
    if (state) block.dataset.state = state;
    const bar = $("progress", block);
    if (bar && percent != null) bar.value = percent;
    const number = $("output", block);
    if (number && percent != null) number.textContent = `${Math.round(percent)} %`;
    const words = $(".progress-text", block);
    if (words && message) words.textContent = message;
    if (state && DONE.has(state)) block.dispatchEvent(new CustomEvent("task:end", { bubbles: true, detail: { id, state } }));
  }
};

/**
 * Tells the server which list or record this page shows: [data-watch] names the console. The answer is `live:watched`.
 * @param {any} socket
 * @param {boolean} wasUp
 */
const watch = (socket, wasUp) => {
  const watched = $("[data-watch]");
  if (!watched) return;
  const { watch: console, id = "", mode = "show", since } = watched.dataset;
  socket.emit("watch", { console, id, mode, since: Number(since) }, (/** @type {any} */ answer) => {
    if (answer?.allowed) document.dispatchEvent(new CustomEvent("live:watched", { detail: { ...answer, behind: answer.behind || wasUp } }));
  });
};

export const connect = (io = globalThis.io) => {
  if (!io) return null;
  const socket = io("/live", { transports: ["websocket"], withCredentials: true, reconnectionDelayMax: 8000 });
  let wasUp = false;
  socket.on("connect", () => {
    showState("up");
    watch(socket, wasUp);
    // After a break the page may have missed hints: who shows lists asks the server again.
    if (wasUp) document.dispatchEvent(new CustomEvent("live:resume"));
    wasUp = true;
  });
  socket.on("disconnect", () => showState("down"));
  socket.on("connect_error", () => showState("down"));
  socket.onAny((/** @type {string} */ event, /** @type {any} */ data) => document.dispatchEvent(new CustomEvent(`live:${event}`, { detail: data })));
  return socket;
};

document.addEventListener("live:task", ({ detail }) => showTask(detail));
document.addEventListener("live:notice", ({ detail }) => toast(detail.message, { kind: detail.kind, title: detail.title, url: detail.url }));

export const socket = document.body.dataset.live === undefined ? null : connect();
