// What scripts say, in the reader's language. English is the key of every sentence and needs no catalogue.
const page = document.documentElement;

const load = async (address) => {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : {};
  } catch { return {}; } // offline: English is better than nothing
};
const catalogue = page.dataset.words ? await load(page.dataset.words) : {};
const second = page.lang.startsWith("fr") ? (count) => count > 1 : (count) => count !== 1;

const fill = (sentence, values) => sentence.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);

/** A sentence with its `%(name)s` filled. */
export const t = (sentence, values = {}) => fill(catalogue[sentence]?.[0] ?? sentence, values);

/** A sentence about `num` things: `%(num)s` is the number as the reader writes it. */
export const tn = (one, many, num, values = {}) => {
  const forms = catalogue[one] ?? [];
  const [sentence, other] = [forms[0] ?? one, forms[1] ?? many];
  return fill(second(num) ? other : sentence, { num: num.toLocaleString(page.lang || undefined), ...values });
};
