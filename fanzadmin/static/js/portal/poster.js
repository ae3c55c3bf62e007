// The poster of a video: frames of its storyboard to choose from, or the moment that the player shows.
import { $, el, required, present } from "../dom.js";
import { t } from "../translations.js";

const MOST = 8;
const form = $("form[data-frames]");
const video = /** @type {HTMLVideoElement | null} */ ($(".stage video"));

/** @typedef {{ at: number, x: number, y: number, width: number, height: number }} Tile  seconds and pixels of the sheet */

/**
 * The tiles that a WebVTT storyboard names.
 * @param {string} text
 * @returns {Tile[]}
 */
export const tilesOf = (text) => [...text.matchAll(/(\d+):(\d+):([\d.]+) --> .*\n.*#xywh=(\d+),(\d+),(\d+),(\d+)/g)].map(
  ([, hours, minutes, seconds, x, y, width, height]) => ({
    at: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), x: Number(x), y: Number(y), width: Number(width), height: Number(height),
  }));

/**
 * At most so many of them, evenly over the whole.
 * @template Item
 * @param {Item[]} items
 * @returns {Item[]}
 */
export const spread = (items, most = MOST) => (items.length <= most ? items
  : Array.from({ length: most }, (_, number) => items[Math.round((number * (items.length - 1)) / (most - 1))]));

/** @param {Tile} tile @param {HTMLImageElement} sheet @param {HTMLInputElement} second */
const choice = (tile, sheet, second) => {
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { width: tile.width, height: tile.height }));
  present(canvas.getContext("2d"), "a canvas").drawImage(sheet, tile.x, tile.y, tile.width, tile.height, 0, 0, tile.width, tile.height);
  const button = el("button", { type: "button", class: "frame", "aria-pressed": "false",
    "aria-label": t("Frame at %(seconds)s seconds", { seconds: String(tile.at) }) }, canvas);
  button.addEventListener("click", () => {
    second.value = String(tile.at);
    for (const other of button.parentElement?.children ?? []) other.setAttribute("aria-pressed", String(other === button));
  });
  return button;
};

/** @param {HTMLElement} within  the form @param {HTMLInputElement} second */
const showFrames = async (within, second) => {
  const address = within.dataset.frames;
  if (!address) return;
  const answer = await fetch(address);
  if (!answer.ok) return;
  const sheet = new Image();
  sheet.src = new URL("storyboard.webp", new URL(address, location.href)).href;
  await sheet.decode();
  const place = required("[data-choices]", within);
  place.replaceChildren(...spread(tilesOf(await answer.text())).map((tile) => choice(tile, sheet, second)));
  place.hidden = !place.children.length;
};

if (form) {
  const second = /** @type {HTMLInputElement} */ (required('input[name="second"]', form));
  showFrames(form, second).catch(() => {}); // the field for the second stays
  const current = required("[data-current]", form);
  current.hidden = !video;
  current.addEventListener("click", () => { if (video) second.value = video.currentTime.toFixed(1); });
}
