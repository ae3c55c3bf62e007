// Draws every <canvas data-thumbhash="base64"> : a picture of about 25 bytes, shown until the real one is there.
// The format: https://evanw.github.io/thumbhash/
import { $$, data } from "./dom.js";

const LENGTH = 32;

/**
 * Width, height and RGBA bytes of a ThumbHash.
 * @param {Uint8Array} hash
 */
export const decode = (hash) => {
  const low = hash[0] | (hash[1] << 8) | (hash[2] << 16);
  const high = hash[3] | (hash[4] << 8);
  const alpha = low >> 23;
  const wide = high >> 15;
  const lx = Math.max(3, wide ? (alpha ? 5 : 7) : high & 7);
  const ly = Math.max(3, wide ? high & 7 : alpha ? 5 : 7);
  const dc = [(low & 63) / 63, ((low >> 6) & 63) / 31.5 - 1, ((low >> 12) & 63) / 31.5 - 1, alpha ? (hash[5] & 15) / 15 : 1];
  let at = (alpha ? 6 : 5) * 2;
  /** @param {number} nx @param {number} ny @param {number} scale */
  const channel = (nx, ny, scale) => {
    const terms = [];
    for (let cy = 0; cy < ny; cy++)
      for (let cx = cy ? 0 : 1; cx * ny < nx * (ny - cy); cx++, at++)
        terms.push([cx, cy, (((hash[at >> 1] >> ((at & 1) << 2)) & 15) / 7.5 - 1) * scale]);
    return terms;
  };
  const channels = [
    channel(lx, ly, ((low >> 18) & 31) / 31),
    channel(3, 3, (((high >> 3) & 63) / 63) * 1.25),
    channel(3, 3, (((high >> 9) & 63) / 63) * 1.25),
    alpha ? channel(5, 5, (hash[5] >> 4) / 15) : [],
  ];
  const ratio = lx / ly;
  const w = Math.round(ratio > 1 ? LENGTH : LENGTH * ratio);
  const h = Math.round(ratio > 1 ? LENGTH / ratio : LENGTH);
  const rgba = new Uint8ClampedArray(w * h * 4);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [l, p, q, a] = channels.map((terms, n) => terms.reduce((sum, [cx, cy, value]) =>
        sum + value * Math.cos((Math.PI / w) * (x + 0.5) * cx) * Math.cos((Math.PI / h) * (y + 0.5) * cy) * 2, dc[n]));
      const b = l - (2 / 3) * p;
      const r = (3 * l - b + q) / 2;
      rgba.set([r * 255, (r - q) * 255, b * 255, a * 255], (y * w + x) * 4);
    }
  }
  return { w, h, rgba };
};

for (const canvas of $$("canvas[data-thumbhash]")) {
  try {
    const { w, h, rgba } = decode(Uint8Array.from(atob(data(canvas, "thumbhash")), (char) => char.charCodeAt(0)));
    canvas.width = w;
    canvas.height = h;
    canvas.getContext("2d")?.putImageData(new ImageData(rgba, w, h), 0, 0);
  } catch { /* no placeholder is no harm */ }
}

// A picture that does not come leaves the placeholder, not the browser's mark of a broken one.
for (const picture of $$("canvas[data-thumbhash] + img")) {
  const hide = () => { picture.hidden = true; };
  if (picture.complete && !picture.naturalWidth && picture.currentSrc) hide();
  picture.addEventListener("error", hide);
}
