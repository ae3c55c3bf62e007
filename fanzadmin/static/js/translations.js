// What scripts say, in the reader's language. English is the key of every sentence; layouts/base.html loads the catalogue of
// another language (fanzadmin/kernel/i18n/languages.py) before any module runs.

/** @param {string} sentence @param {Record<string, unknown>} values */
const fill = (sentence, values) => sentence.replace(/%\((\w+)\)s/g, (placeholder, name) => String(values[name] ?? placeholder));

/**
 * The two functions that translate with a catalogue: a sentence leads to its one or two forms.
 * @param {Record<string, string[]>} catalogue
 * @param {string} language
 */
export const translator = (catalogue, language) => ({
  /**
   * A sentence with its `%(name)s` filled.
   * @param {string} sentence
   * @param {Record<string, unknown>} [values]
   */
  t: (sentence, values = {}) => fill(catalogue[sentence]?.[0] ?? sentence, values),
  /**
   * A sentence about `num` things: `%(num)s` is the number as the reader writes it.
   * @param {string} one
   * @param {string} many
   * @param {number} num
   * @param {Record<string, unknown>} [values]
   */
  tn: (one, many, num, values = {}) => {
    const [singular, plural] = catalogue[one] ?? [one, many];
    const isMany = language.startsWith("fr") ? num > 1 : num !== 1;
    return fill(isMany ? plural : singular, { num: num.toLocaleString(language || undefined), ...values });
  },
});

export const { t, tn } = translator(globalThis.words ?? {}, globalThis.document?.documentElement.lang ?? "");
