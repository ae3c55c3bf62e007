// A fan's open conversation.
import { $ } from "./dom.js";
import { converse } from "./talk.js";

const readNow = () => $(".talks-list [aria-current] .count")?.remove();

converse($("[data-talk]"), { changed: readNow });
