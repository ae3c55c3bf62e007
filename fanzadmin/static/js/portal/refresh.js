// Keeps a page true: when the server hints that something changed, what has [data-fresh] is fetched anew and replaced.
// A part with a field being typed in is left alone until the next hint; while something lies open over the page, or a form
// is on its way, all of it waits.
import { whenFree } from "../interaction.js";
import { $, $$, data, enclosing } from "../dom.js";
import { localTimes } from "../forms.js";
import { decode } from "../thumbhash.js";

/** @param {ParentNode} scope */
const drawHashes = (scope) => {
  for (const canvas of $$("canvas[data-thumbhash]", scope)) {
    const { w, h, rgba } = decode(Uint8Array.from(atob(data(canvas, "thumbhash")), (char) => char.charCodeAt(0)));
    Object.assign(canvas, { width: w, height: h });
    canvas.getContext("2d")?.putImageData(new ImageData(rgba, w, h), 0, 0);
  }
};

/**
 * Signed addresses differ from one answer to the next: a picture that is shown stays.
 * @param {HTMLElement} current
 * @param {HTMLElement} fetched
 */
const keepPictures = (current, fetched) => {
  const shown = new Map($$("a[href] .media img, .qr img", current).map((img) => [enclosing(img, "a").getAttribute("href"), img]));
  for (const img of $$("a[href] .media img, .qr img", fetched)) {
    const same = shown.get(enclosing(img, "a").getAttribute("href"));
    if (same?.complete && same.naturalWidth) img.replaceWith(same.cloneNode());
  }
};

/** @param {HTMLElement} current @param {HTMLElement} fetched */
const replace = (current, fetched) => {
  const isBusy = current.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select");
  if (isBusy || current.outerHTML === fetched.outerHTML) return;
  const open = $$("details[open]", current).map((details) => $$("details", current).indexOf(details));
  keepPictures(current, fetched);
  current.replaceWith(fetched);
  for (const at of open) $$("details", fetched)[at]?.setAttribute("open", "");
  drawHashes(fetched);
  localTimes(fetched);
};

/** @param {Document} page */
const show = (page) => {
  if ($("[data-playable]")?.dataset.playable === "no" && $("[data-playable]", page)?.dataset.playable === "yes") {
    whenFree(() => location.reload());
  }
  const [places, fetchedPlaces] = [$(".portal-nav ul"), $(".portal-nav ul", page)];
  if (places && fetchedPlaces && !places.contains(document.activeElement)) places.innerHTML = fetchedPlaces.innerHTML;
  for (const current of $$("[data-fresh]")) {
    const fetched = $(`#${CSS.escape(current.id)}`, page);
    if (fetched) replace(current, document.importNode(fetched, true));
  }
};

let latest = 0;
/** Fetches the page again and replaces its fresh parts; loads it whole when there is something new to play. Of two answers
 * that are under way at once the one that was asked for last counts, whichever comes first. */
const refresh = async () => {
  const turn = ++latest;
  let html;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    html = await answer.text();
  } catch { return; } // offline: live:resume comes back here
  whenFree(() => { if (turn === latest) show(new DOMParser().parseFromString(html, "text/html")); }, { typing: false });
};

/** @type {ReturnType<typeof setTimeout>} */
let waiting;
/** Soon, and once for many hints. */
export const refreshSoon = (ms = 400) => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, ms);
};

for (const hint of ["live:asset", "live:resume", "live:notice", "task:end"]) document.addEventListener(hint, () => refreshSoon());
// What ended between the drawing of the page and the first hint that could reach it: a picture is ready in a second.
document.addEventListener("live:state", ({ detail }) => {
  if (detail.state === "up" && $('[data-task], [data-playable="no"]')) refreshSoon(0);
});
// A task that this page does not show yet: the part with its bar has to come first.
document.addEventListener("live:task", ({ detail }) => {
  if ($("#assets, #steps") && !$(`[data-task="${CSS.escape(String(detail.id))}"]`)) refreshSoon(800);
});
