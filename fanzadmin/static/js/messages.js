// A fan's open conversation.
import { $ } from "./dom.js";
import { converse } from "./conversation.js";

const readNow = () => $(".talks-list [aria-current] .count")?.remove();

converse($("[data-talk]"), { changed: readNow });
