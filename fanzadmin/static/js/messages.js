// A fan's conversations: the list comes from the server whenever a hint says that it may have changed, the open one is live.
import { $ } from "./dom.js";
import { converse } from "./conversation.js";
import { refreshSoon } from "./portal/refresh.js";
import { socket } from "./socket.js";

for (const hint of ["connect", "message", "read"]) socket.on(hint, () => refreshSoon());

const talk = $("[data-talk]");
if (talk) converse(talk, { changed: () => refreshSoon() });
