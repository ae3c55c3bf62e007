// A conversation, live, for both of its sides. A socket message is a hint with a number; a hole in the numbers is asked for by `sync`.
import { $, $$, el, icon, required } from "./dom.js";
import { call, newKey } from "./api.js";
import { localTimes } from "./forms.js";
import { socket } from "./socket.js";
import { t } from "./translations.js";

/**
 * @typedef {{ id?: string, seq: number, change: number, sender: string, body: string, removed?: boolean, client_id?: string,
 *   assets?: { id: string, title: string }[], created_at: string, conversation_id?: string,
 *   removed_by?: string, removed_reason?: string }} Message  as the server keeps it
 * @typedef {{ client_id: string, body: string }} Draft  on its way to it
 */

/**
 * Resolves to the answer, or to null when none comes in time.
 * @param {string} event
 * @param {object} data
 */
const ask = (event, data, ms = 8000) =>
  new Promise((resolve) => {
    const settle = (/** @type {unknown} */ error, /** @type {any} */ answer) => resolve(error ? null : answer);
    socket.timeout(ms).emit(event, data, settle);
  });

/**
 * Brings the conversation in `talk` (layouts/_talk.html) to life. `changed` is called when its list may look different.
 * @param {HTMLElement} talk
 */
export const converse = (talk, { changed = () => {} } = {}) => {
  const { talk: id, side, things } = talk.dataset;
  const lines = required("[data-lines]", talk);
  const form = required("form[data-send]", talk);
  const followsEnd = talk.dataset.latest === "yes"; // reading old messages: new ones wait behind the button
  let seen = Number(talk.dataset.lastChange);
  let otherRead = Number(talk.dataset.otherRead);
  let read = 0;

  const isAtEnd = () => lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80;
  const toEnd = () => { lines.scrollTop = lines.scrollHeight; };
  const items = () => $$("[data-seq]", lines);

  /** @param {Message} line */
  const bubble = (line) => {
    const node = el("div", { class: `bubble ${line.sender === side ? "bubble-own" : ""}` });
    if (line.removed_by === "moderator") {
      node.append(el("em", {}, t("Removed by the Community team: %(reason)s", { reason: line.removed_reason })));
    } else if (line.removed) node.append(el("em", {}, t("Taken back")));
    else {
      node.append(line.body);
      for (const asset of line.assets ?? []) node.append(el("a", { class: "offer", href: `${things}${asset.id}` }, icon("play"), el("span", {}, asset.title)));
    }
    return node;
  };

  const showSeen = () => {
    const mine = items().filter((item) => item.classList.contains("mine")).at(-1);
    const isLast = mine && mine === items().at(-1);
    required("[data-seen]", talk).hidden = !(isLast && Number(mine.dataset.seq) <= otherRead);
  };

  /** @param {Message} line */
  const reportLink = (line) => (line.id && !line.removed && line.sender !== side && line.sender !== "platform"
    ? [" ", el("a", { href: `/report/message/${line.id}` }, t("Report"))] : []);

  /**
   * Puts a message at its place: replaces the one that is there, or goes between its neighbours.
   * @param {Message} line
   */
  const place = (line) => {
    const wasAtEnd = isAtEnd();
    const item = el("li", { "data-seq": line.seq, class: line.sender === side ? "mine" : line.sender === "platform" ? "told" : "" },
      bubble(line), el("span", { class: "talk-at" }, el("time", { datetime: line.created_at }, ""), ...reportLink(line)));
    localTimes(item);
    if (line.client_id) $(`[data-client="${CSS.escape(line.client_id)}"]`, lines)?.remove();
    const existing = $(`[data-seq="${line.seq}"]`, lines);
    if (existing) existing.replaceWith(item);
    else if (followsEnd) lines.insertBefore(item, items().find((other) => Number(other.dataset.seq) > line.seq) ?? $("[data-client]", lines));
    if (wasAtEnd) toEnd();
    showSeen();
  };

  const markRead = () => {
    const last = Number(items().at(-1)?.dataset.seq ?? 0);
    if (last <= read || document.hidden || !followsEnd) return;
    read = last;
    ask("read", { conversation_id: id, seq: last }).then(changed);
  };

  const sync = async () => {
    for (let more = true; more;) {
      const page = await ask("sync", { conversation_id: id, changed_since: seen });
      if (!page?.items) return;
      for (const line of page.items) { place(line); seen = Math.max(seen, line.change); }
      more = page.more && page.items.length > 0;
      if (!more) seen = Math.max(seen, page.last_change);
    }
    markRead();
  };

  socket.on("connect", () => { sync(); for (const bad of $$("[data-client][data-failed]", lines)) bad.dataset.failed = "retry"; resend(); });
  socket.on("message", (/** @type {Message} */ line) => {
    if (line.conversation_id !== id) return;
    if (line.change !== seen + 1) { sync(); return; }
    seen = line.change;
    place(line);
    markRead();
  });
  socket.on("read", (/** @type {any} */ hint) => {
    if (hint.conversation_id !== id || hint.side === side) return;
    otherRead = Math.max(otherRead, hint.seq);
    showSeen();
  });

  /** @type {ReturnType<typeof setTimeout>} */
  let quiet;
  socket.on("typing", (/** @type {any} */ hint) => {
    if (hint.conversation_id !== id || hint.side === side) return;
    required("[data-typing]", talk).textContent = t("writes…");
    clearTimeout(quiet);
    quiet = setTimeout(() => { required("[data-typing]", talk).textContent = ""; }, 4000);
  });

  /**
   * Over the socket, and by REST where that does not answer; the client id makes the second one no double.
   * @param {any} message
   */
  const deliver = async (message) => {
    const answer = socket.connected ? await ask("send", { conversation_id: id, ...message }, 5000) : null;
    if (answer?.status) throw Object.assign(new Error(answer.detail), { problem: answer });
    return answer ?? call("POST", `chat/conversations/${id}/messages`, message);
  };

  const waiting = new Map(); // the messages that the server has not confirmed, by client id

  /** @param {HTMLElement} item @param {Error & { problem?: object }} error */
  const fail = (item, error) => {
    item.dataset.failed = error.problem ? "refused" : "lost";
    required(".talk-at", item).replaceChildren(el("span", { class: "error" }, error.problem ? error.message : t("Not sent yet.")), " ",
      el("button", { class: "btn btn-sm", type: "button", onclick: () => attempt(item) }, t("Try again")));
  };

  /** @param {HTMLElement} item */
  const attempt = async (item) => {
    const message = waiting.get(item.dataset.client);
    if (!message) return;
    delete item.dataset.failed;
    required(".talk-at", item).textContent = t("Sending…");
    try {
      const sent = await deliver(message);
      waiting.delete(message.client_id);
      if (item.isConnected) place({ ...message, ...sent, sender: side });
    } catch (error) { fail(item, error); }
  };
  const resend = () => { for (const item of $$('[data-failed="retry"]', lines)) attempt(item); };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const body = form.elements.body.value.trim();
    if (!body) return;
    const message = { client_id: newKey(), body };
    const item = el("li", { class: "mine", "data-client": message.client_id },
      el("div", { class: "bubble bubble-own is-waiting" }, body), el("span", { class: "talk-at" }));
    waiting.set(message.client_id, message);
    lines.append(item);
    toEnd();
    form.reset();
    attempt(item);
  });

  let lastTyping = 0;
  form.elements.body.addEventListener("input", () => {
    if (Date.now() - lastTyping < 3000) return;
    lastTyping = Date.now();
    socket.emit("typing", { conversation_id: id });
  });
  form.elements.body.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const isPhone = matchMedia("(pointer: coarse)").matches; // there Enter makes a new line
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !isPhone) { event.preventDefault(); form.requestSubmit(); }
  });
  document.addEventListener("visibilitychange", markRead);
  addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
  toEnd();
  showSeen();
};
