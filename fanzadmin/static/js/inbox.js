// The count of unread conversations in the navigation of every page. A hint says that it may have changed; the server says what it is.
import { call } from "./api.js";
import { $$, required } from "./dom.js";
import { socket } from "./socket.js";

/** @param {number} count */
const show = (count) => {
  for (const badge of $$("[data-unread]")) {
    badge.hidden = !count;
    required("[data-number]", badge).textContent = count > 99 ? "99+" : String(count);
  }
};

/** @type {ReturnType<typeof setTimeout>} */
let waiting;
/** Soon, and once for many hints. */
const refresh = () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    try { show((await call("GET", "chat/unread")).conversations); } catch { /* offline: the next connection asks again */ }
  }, 250);
};

for (const hint of ["connect", "message", "read"]) socket.on(hint, refresh);
