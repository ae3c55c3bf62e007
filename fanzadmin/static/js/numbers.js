// Numbers as a reader of a language writes them (49,95 or 49.95), and as addresses and the API have them (49.95, minor units).

const UNITS = ["B", "KB", "MB", "GB"];

/**
 * How numbers are read and shown in a language, the browser's own where none is given.
 * @param {string} [language]
 */
export const numbersIn = (language) => {
  const example = new Intl.NumberFormat(language).formatToParts(1234567.8);
  const sign = (/** @type {string} */ type) => example.find((part) => part.type === type)?.value ?? "";
  const point = sign("decimal");
  const separator = sign("group").trim(); // spaces are taken out anyway
  const grouped = new RegExp(`^\\d{1,3}(?:\\${separator || ","}\\d{3})+(?:\\${point}\\d+)?$`);
  const whole = new RegExp(`^\\d+(?:\\${point}\\d+)?$`);
  return {
    /**
     * A text with its numbers in the plain form: 1.234,50 becomes 1234.50. What is no number in the language stays.
     * @param {string} text
     */
    plain: (text) => text.replace(/\d(?:[\d.,\s]*\d)?/g, (number) => {
      const bare = number.replace(/\s/g, "");
      if (separator && grouped.test(bare)) return bare.replaceAll(separator, "").replace(point, ".");
      return whole.test(bare) ? bare.replace(point, ".") : number;
    }),
    /**
     * A text with its plain numbers as the language writes them.
     * @param {string} text
     */
    shown: (text) => text.replace(/\d+\.\d+/g, (number) => number.replace(".", point)),
    /**
     * The numbers of a list, as they were typed. A comma alone may be part of one.
     * @param {string} text
     */
    split: (text) => text.split(/;|,\s+/)
      .flatMap((part) => (point === "," || grouped.test(part.trim()) ? [part] : part.split(","))),
  };
};

/**
 * A typed price in minor units, of a currency with so many `digits` behind the point; null when it is none above zero.
 * @param {string} text
 * @param {number} digits
 */
export const minorUnits = (text, digits) => {
  const typed = text.trim().replace(",", ".");
  const shape = digits ? new RegExp(`^\\d+(\\.\\d{1,${digits}})?$`) : /^\d+$/;
  const minor = shape.test(typed) ? Math.round(Number(typed) * 10 ** digits) : 0;
  return minor > 0 ? minor : null;
};

/**
 * A size for people: 1.4 MB.
 * @param {number} bytes
 */
export const sizeText = (bytes) => {
  const at = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const amount = bytes / 1000 ** at;
  return `${amount.toFixed(at && amount < 100 ? 1 : 0)} ${UNITS[at]}`;
};
