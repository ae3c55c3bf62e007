// What every module here needs, and nothing more.

/**
 * @template {string} S
 * @typedef {import("typed-query-selector/parser").ParseSelector<S, HTMLElement>} Matching  the kind of element that a selector names
 */

/**
 * The first match, or null; also within null.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode | null} [within]
 * @returns {Matching<S> | null}
 */
export const $ = (selector, within = document) => /** @type {any} */ (within?.querySelector(selector) ?? null);

/**
 * Every match; none within null.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode | null} [within]
 * @returns {Matching<S>[]}
 */
export const $$ = (selector, within = document) => /** @type {any[]} */ ([...(within?.querySelectorAll(selector) ?? [])]);

/** A page lacks what its script needs: the template and the script do not fit. */
export class Missing extends Error {
  /** @param {string} what */
  constructor(what) {
    super(`The page lacks ${what}`);
    this.name = "Missing";
  }
}

/**
 * A value that the page must have. Throws Missing.
 * @template T
 * @param {T} value
 * @param {string} what
 * @returns {NonNullable<T>}
 */
export const present = (value, what) => {
  if (value === null || value === undefined) throw new Missing(what);
  return value;
};

/**
 * The first match. Throws Missing.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode | null} [within]
 * @returns {Matching<S>}
 */
export const required = (selector, within = document) => /** @type {any} */ (present($(selector, within), selector));

/**
 * The nearest match from an element up. Throws Missing.
 * @template {string} S
 * @param {Element | null} element
 * @param {S} selector
 * @returns {Matching<S>}
 */
export const enclosing = (element, selector) => /** @type {any} */ (present(element?.closest(selector), selector));

/**
 * The value of a data attribute. Throws Missing.
 * @param {HTMLElement} element
 * @param {string} name  in camel case, as in `dataset`
 */
export const data = (element, name) => present(element.dataset[name], `data-${name}`);

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
