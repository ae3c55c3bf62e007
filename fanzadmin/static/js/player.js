// Plays HLS: by hls.js where there are media source extensions, by the browser itself on iPhones.
import { $ } from "./dom.js";
import { t } from "./translations.js";

const player = $("video[data-hls], audio[data-hls]");
const notice = $("[data-player-says]");

/** @param {string} sentence */
const complain = (sentence) => {
  if (!notice) return;
  notice.textContent = sentence;
  notice.hidden = false;
};

const MOST_REPAIRS = 3;

const start = () => {
  if (!player) return;
  const { hls: source, file } = player.dataset;
  if (!source) {
    if (file) player.src = file;
    else complain(t("There is nothing to play here."));
    return;
  }
  const Hls = globalThis.Hls;
  if (Hls?.isSupported()) {
    const hls = new Hls({ capLevelToPlayerSize: true });
    let repairs = 0;
    hls.on(Hls.Events.ERROR, (/** @type {unknown} */ _event, /** @type {any} */ { fatal, type, response }) => {
      if (!fatal) return;
      if (response?.code === 403) { complain(t("This page was open for a long time. Load it again to go on.")); hls.destroy(); }
      else if (repairs++ >= MOST_REPAIRS) { complain(t("This cannot be played right now. Load the page again in a moment.")); hls.destroy(); }
      else if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else setTimeout(() => hls.startLoad(), 1000 * repairs);
    });
    hls.loadSource(source);
    hls.attachMedia(player);
    globalThis.addEventListener("pagehide", () => hls.destroy());
  } else if (player.canPlayType("application/vnd.apple.mpegurl")) {
    player.src = source;
  } else if (file) {
    player.src = file;
  } else {
    complain(t("This browser cannot play our videos. Try a newer one."));
  }
};

start();
