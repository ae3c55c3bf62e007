// What scripts say, in the reader's language. English is the key of every sentence; layouts/base.html loads the catalogue of
// another language (kernel/languages.py) before any module runs.
const catalogue = globalThis.words ?? {};
const page = document.documentElement;
const isMany = page.lang.startsWith("fr") ? (count) => count > 1 : (count) => count !== 1;

const fill = (sentence, values) => sentence.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);

/** A sentence with its `%(name)s` filled. */
export const t = (sentence, values = {}) => fill(catalogue[sentence]?.[0] ?? sentence, values);

/** A sentence about `num` things: `%(num)s` is the number as the reader writes it. */
export const tn = (one, many, num, values = {}) => {
  const [first, other] = catalogue[one] ?? [one, many];
  return fill(isMany(num) ? other : first, { num: num.toLocaleString(page.lang || undefined), ...values });
};
