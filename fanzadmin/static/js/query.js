// The text form of a list's filters: state:any:open;paused,any(name:has:anna,spent_minor:from:50)
// The same grammar as console/filters/language.py.

/**
 * @typedef {{ column: string, operator: string, values: string[] }} Condition
 * @typedef {{ every: boolean, parts: Part[] }} Group  of which every part must hold, or any
 * @typedef {Condition | Group} Part
 */

const NEEDS_QUOTES = /[,;()"\\]|^\s|\s$|^$/;
/** @param {string} text */
const value = (text) => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : text);

/** @param {Part} one @returns {string} */
const part = (one) => {
  if ("parts" in one) return `${one.every ? "all" : "any"}(${one.parts.map(part).join(",")})`;
  const head = `${one.column}:${one.operator}`;
  return one.values?.length ? `${head}:${one.values.map(value).join(";")}` : head;
};

/**
 * The text of a group {every, parts: [{column, operator, values} or group]}; empty for an empty one.
 * @param {Group} group
 */
export const write = (group) => {
  if (!group.parts.length) return "";
  const single = group.parts.length === 1 && "parts" in group.parts[0];
  return group.every && !single ? group.parts.map(part).join(",") : part(group);
};

/**
 * The group that a text describes. The server wrote it, so that it can be read.
 * @param {string} text
 */
export const read = (text) => {
  let at = 0;
  /** @param {RegExp} pattern */
  const take = (pattern) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return null;
    at = pattern.lastIndex;
    return match;
  };
  /** @returns {Part} */
  const readPart = () => {
    const opened = take(/(all|any)\(/y);
    if (opened) {
      const group = { every: opened[1] === "all", parts: text[at] === ")" ? [] : readParts() };
      at += 1;
      return group;
    }
    /** @type {Condition} */
    const condition = { column: take(/[\w.]+/y)?.[0] ?? "", operator: "", values: [] };
    at += 1;
    condition.operator = take(/[a-z]+/y)?.[0] ?? "";
    while (text[at] === ":" || text[at] === ";") {
      at += 1;
      const quoted = take(/"((?:[^"\\]|\\.)*)"/sy);
      condition.values.push(quoted ? quoted[1].replace(/\\(.)/gs, "$1") : (take(/[^,;()"]*/y)?.[0] ?? "").trim());
    }
    return condition;
  };
  /** @returns {Part[]} */
  const readParts = () => {
    const list = [readPart()];
    while (text[at] === ",") {
      at += 1;
      list.push(readPart());
    }
    return list;
  };
  if (!text) return { every: true, parts: [] };
  const outer = readParts();
  return outer.length === 1 && "parts" in outer[0] ? outer[0] : { every: true, parts: outer };
};
