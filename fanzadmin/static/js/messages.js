// One conversation, live. A socket message is a hint with a number; a hole in the numbers is asked for by `sync`.
import { $, el, icon } from "./dom.js";
import { call } from "./fan.js";

const talk = $("[data-talk]");
const lines = $("[data-lines]");
const says = $("[data-says]", talk);
const id = talk.dataset.talk;
const side = talk.dataset.side;
let seen = Number(talk.dataset.lastChange);
let read = 0;

const isAtEnd = () => lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80;
const toEnd = () => { lines.scrollTop = lines.scrollHeight; };

const bubble = (line) => {
  const node = el("div", { class: `bubble ${line.sender === side ? "bubble-own" : ""}` });
  if (line.removed) node.append(el("em", {}, "Taken back"));
  else {
    node.append(line.body);
    if (line.asset_id) node.append(el("a", { class: "offer", href: `/watch/${line.asset_id}` }, icon("play"), el("span", {}, "Open")));
  }
  return node;
};

/** Puts a message at its place: replaces the one that is there, or goes between its neighbours. */
const place = (line) => {
  const item = el("li", { "data-seq": line.seq }, bubble(line));
  const held = $(`[data-seq="${line.seq}"]`, lines);
  const wasAtEnd = isAtEnd();
  if (held) held.replaceWith(item);
  else lines.insertBefore(item, [...lines.querySelectorAll("[data-seq]")].find((other) => Number(other.dataset.seq) > line.seq) ?? null);
  lines.querySelector(`[data-client="${CSS.escape(line.client_id ?? "")}"]`)?.remove();
  if (wasAtEnd) toEnd();
};

const markRead = () => {
  const last = Number([...lines.querySelectorAll("[data-seq]")].at(-1)?.dataset.seq ?? 0);
  if (last <= read || document.hidden) return;
  read = last;
  socket.emit("read", { conversation_id: id, seq: last });
  $(".talks-list [aria-current] .count")?.remove();
};

const sync = async () => {
  for (let more = true; more;) {
    const page = await new Promise((resolve) => socket.timeout(8000).emit("sync", { conversation_id: id, changed_since: seen }, (error, answer) => resolve(error ? null : answer)));
    if (!page?.items) return;
    for (const line of page.items) { place(line); seen = Math.max(seen, line.change); }
    more = page.more && page.items.length > 0;
    if (!more) seen = Math.max(seen, page.last_change);
  }
  markRead();
};

const socket = globalThis.io("/chat", { transports: ["websocket"], withCredentials: true, reconnectionDelayMax: 8000 });
socket.on("connect", sync);
socket.on("message", (line) => {
  if (line.conversation_id !== id) return;
  if (line.change !== seen + 1) { sync(); return; }
  seen = line.change;
  place(line);
  markRead();
});

let quiet;
socket.on("typing", (hint) => {
  if (hint.conversation_id !== id || hint.side === side) return;
  $("[data-typing]", talk).textContent = "writes…";
  clearTimeout(quiet);
  quiet = setTimeout(() => { $("[data-typing]", talk).textContent = ""; }, 4000);
});

const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Over the socket, and by REST where that does not answer; the client id makes the second one no double. */
const send = async (message) => {
  const answer = await new Promise((resolve) => {
    if (!socket.connected) { resolve(null); return; }
    socket.timeout(5000).emit("send", { conversation_id: id, ...message }, (error, got) => resolve(error ? null : got));
  });
  if (answer?.status) throw new Error(answer.detail);
  return answer ?? call("POST", `chat/conversations/${id}/messages`, message);
};

const form = $("form[data-send]", talk);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = form.elements.body.value.trim();
  if (!body) return;
  const message = { client_id: newId(), body };
  const waiting = el("li", { "data-client": message.client_id }, el("div", { class: "bubble bubble-own is-waiting" }, body));
  lines.append(waiting);
  toEnd();
  form.reset();
  says.textContent = "";
  try {
    const sent = await send(message);
    if (waiting.isConnected) { waiting.remove(); place({ ...message, sender: side, seq: sent.seq }); }
  } catch (error) {
    waiting.remove();
    form.elements.body.value = body;
    says.textContent = error.message;
  }
});

let told = 0;
form.elements.body.addEventListener("input", () => {
  if (Date.now() - told < 3000) return;
  told = Date.now();
  socket.emit("typing", { conversation_id: id });
});
form.elements.body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
document.addEventListener("visibilitychange", markRead);
toEnd();
