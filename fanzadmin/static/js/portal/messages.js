// The creator's conversations. The list beside the open one comes from the server: unread counts and last words.
import { $ } from "../dom.js";
import { converse } from "../conversation.js";
import { socket } from "../socket.js";
import { refreshSoon } from "./refresh.js";

socket.on("message", () => refreshSoon());
socket.on("connect", () => refreshSoon());

const talk = $("[data-talk]");
if (talk) converse(talk, { changed: () => refreshSoon() });
