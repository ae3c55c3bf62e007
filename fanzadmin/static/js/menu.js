// Popover menus: placed beside their button, walked with the arrow keys.
import { $, $$ } from "./dom.js";

const GAP = 4;
const EDGE = 8;

/** @param {HTMLElement} menu @param {HTMLElement} button */
const place = (menu, button) => {
  const anchor = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const rtl = getComputedStyle(menu).direction === "rtl";
  const atEnd = (menu.dataset.align === "end") !== rtl;
  const x = atEnd ? anchor.right - width : anchor.left;
  const below = anchor.bottom + GAP;
  const y = below + height > innerHeight - EDGE && anchor.top - GAP - height > EDGE ? anchor.top - GAP - height : below;
  menu.style.left = `${Math.max(EDGE, Math.min(x, innerWidth - width - EDGE))}px`;
  menu.style.top = `${Math.max(EDGE, Math.min(y, innerHeight - height - EDGE))}px`;
};

/** @param {HTMLElement} menu */
const opener = (menu) => $(`[popovertarget="${CSS.escape(menu.id)}"]`);

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]")) return;
  const button = opener(menu);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open" || !button) return;
  place(menu, button);
  $("a, button", menu)?.focus({ preventScroll: true });
}, true);

addEventListener("resize", () => $$(".menu:popover-open").forEach((menu) => menu.hidePopover()));
// A menu stays with its button while the page moves under it (what comes late pushes the page, too), and goes with it.
/** @param {HTMLElement} menu */
const follow = (menu) => {
  const button = opener(menu);
  const at = button?.getBoundingClientRect();
  if (button && at && at.bottom > 0 && at.top < innerHeight) place(menu, button);
  else menu.hidePopover();
};
document.addEventListener("scroll", (event) => {
  for (const menu of $$(".menu:popover-open")) if (!menu.contains(/** @type {Node} */ (event.target))) follow(menu);
}, { capture: true, passive: true });

document.addEventListener("keydown", (event) => {
  const menu = event.target instanceof Element ? event.target.closest(".menu:popover-open") : null;
  /** @type {Record<string, number | "first" | "last">} */
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: "first", End: "last" };
  if (!menu || !(event.key in steps)) return;
  event.preventDefault();
  const items = $$("a, button", menu);
  const step = steps[event.key];
  const at = items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const next = step === "first" ? 0 : step === "last" ? items.length - 1 : (at + step + items.length) % items.length;
  items[next]?.focus();
});
