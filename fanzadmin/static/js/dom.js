// What every module here needs, and nothing more.

/**
 * @template {string} S
 * @typedef {import("typed-query-selector/parser").ParseSelector<S, HTMLElement>} Matching  the kind of element that a selector names
 */

/**
 * The first match, or null.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode} [within]
 * @returns {Matching<S> | null}
 */
export const $ = (selector, within = document) => /** @type {any} */ (within.querySelector(selector));

/**
 * Every match.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode} [within]
 * @returns {Matching<S>[]}
 */
export const $$ = (selector, within = document) => /** @type {any[]} */ ([...within.querySelectorAll(selector)]);

/**
 * Listens once on the document for an event on whatever matches, now or later.
 * @template {keyof DocumentEventMap} K
 * @template {string} S
 * @param {K} type
 * @param {S} selector
 * @param {(event: DocumentEventMap[K] & { target: Element }, target: Matching<S>) => void} handle
 */
export const on = (type, selector, handle) =>
  document.addEventListener(type, (event) => {
    const target = event.target instanceof Element ? event.target.closest(selector) : null;
    if (target) handle(/** @type {any} */ (event), /** @type {any} */ (target));
  });

/**
 * A new element with these attributes (`onclick` and the like are listeners) and children; null and false are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {(Node | string | null | undefined)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child != null));
  return node;
};

/**
 * A symbol of icons.svg.
 * @param {string} name
 * @param {string} [classes]
 */
export const icon = (name, classes = "") => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${classes}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
};

/** What the browser keeps for the page; a private window keeps nothing. */
export const store = {
  /** @param {string} key */
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  /** @param {string} key @param {string} value */
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* private window: forget */ } },
  /** @param {string} key */
  remove(key) { try { localStorage.removeItem(key); } catch { /* the same */ } },
};

export const csrfToken = () => $('meta[name="csrf-token"]')?.content ?? "";
