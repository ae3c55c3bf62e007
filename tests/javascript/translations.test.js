import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { t, translator } from "../../fanzadmin/static/js/translations.js";

const GERMAN = {
  "Remove %(name)s": ["%(name)s entfernen"],
  "%(num)s row changed": ["%(num)s Zeile geändert", "%(num)s Zeilen geändert"],
};

describe("t", () => {
  test("without a catalogue English is said", () => {
    assert.equal(t("Remove %(name)s", { name: "Mia" }), "Remove Mia");
    assert.equal(translator({}, "en").t("Searching…"), "Searching…");
  });

  test("a translation takes the same values", () => {
    assert.equal(translator(GERMAN, "de").t("Remove %(name)s", { name: "Mia" }), "Mia entfernen");
  });

  test("a value that is missing is seen, and one of 0 is said", () => {
    assert.equal(t("Remove %(name)s"), "Remove %(name)s");
    assert.equal(t("%(num)s left", { num: 0 }), "0 left");
  });
});

describe("tn", () => {
  const rows = (/** @type {ReturnType<typeof translator>} */ { tn }, /** @type {number} */ num) =>
    tn("%(num)s row changed", "%(num)s rows changed", num);

  test("one is singular, none and many are plural", () => {
    const english = translator({}, "en");
    assert.deepEqual([0, 1, 2].map((num) => rows(english, num)), ["0 rows changed", "1 row changed", "2 rows changed"]);
  });

  test("in French none is singular too", () => {
    const french = translator({ "%(num)s row changed": ["%(num)s ligne", "%(num)s lignes"] }, "fr");
    assert.deepEqual([0, 1, 2].map((num) => rows(french, num)), ["0 ligne", "1 ligne", "2 lignes"]);
  });

  test("the number is written as the reader writes it", () => {
    assert.equal(rows(translator(GERMAN, "de"), 1240), "1.240 Zeilen geändert");
  });
});
