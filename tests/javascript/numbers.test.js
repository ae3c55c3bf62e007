import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { minorUnits, numbersIn, sizeText } from "../../fanzadmin/static/js/numbers.js";

const [english, german, french, spanish] = ["en", "de", "fr", "es"].map(numbersIn);

describe("plain", () => {
  test("a point or a comma divides, as the language has it", () => {
    assert.equal(english.plain("49.95"), "49.95");
    assert.equal(german.plain("49,95"), "49.95");
    assert.equal(french.plain("49,95"), "49.95");
  });

  test("thousands are joined", () => {
    assert.equal(english.plain("1,234,567.50"), "1234567.50");
    assert.equal(german.plain("1.234.567,50"), "1234567.50");
    assert.equal(french.plain("1 234 567,50"), "1234567.50");
    assert.equal(french.plain("1\u202f234,5"), "1234.5"); // as Intl writes it
    assert.equal(spanish.plain("1.234"), "1234");
  });

  test("a number of another language stays as it was typed", () => {
    assert.equal(german.plain("49.95"), "49.95");
    assert.equal(english.plain("49,95"), "49,95");
    assert.equal(english.plain("1,23,456"), "1,23,456");
  });

  test("what stands around a number stays", () => {
    assert.equal(german.plain("-1.234,5 EUR"), "-1234.5 EUR");
    assert.equal(english.plain("USD"), "USD");
    assert.equal(english.plain(""), "");
  });
});

describe("shown", () => {
  test("is what plain reads", () => {
    for (const numbers of [english, german, french, spanish]) assert.equal(numbers.plain(numbers.shown("49.95")), "49.95");
    assert.equal(german.shown("49.95 EUR"), "49,95 EUR");
  });
});

describe("split", () => {
  test("a comma divides a list where it is no decimal sign", () => {
    assert.deepEqual(english.split("1,2,3"), ["1", "2", "3"]);
    assert.deepEqual(german.split("1,5; 2,5"), ["1,5", " 2,5"]);
    assert.deepEqual(german.split("1,5, 2,5"), ["1,5", "2,5"]);
  });

  test("a comma within thousands divides nothing", () => {
    assert.deepEqual(english.split("1,234, 5"), ["1,234", "5"]);
  });
});

describe("minorUnits", () => {
  test("reads a price with as many digits as the currency has", () => {
    assert.equal(minorUnits("9.99", 2), 999);
    assert.equal(minorUnits(" 9,9 ", 2), 990);
    assert.equal(minorUnits("1200", 0), 1200);
    assert.equal(minorUnits("1.005", 3), 1005);
  });

  test("is exact where floating point is not", () => {
    assert.equal(minorUnits("1.15", 2), 115);
    assert.equal(minorUnits("4.35", 2), 435);
    assert.equal(minorUnits("1.1", 2), 110);
  });

  test("is null for what is no price", () => {
    for (const text of ["", "0", "0.00", "-1", "1.999", "1.", ".5", "1e3", "1 000", "free", "1,000.00"]) assert.equal(minorUnits(text, 2), null);
    assert.equal(minorUnits("9.9", 0), null);
  });
});

describe("sizeText", () => {
  test("has the unit that a person would name", () => {
    assert.deepEqual([0, 999, 1000, 1_440_000, 250_000_000, 4_000_000_000_000].map(sizeText), ["0 B", "999 B", "1.0 KB", "1.4 MB", "250 MB", "4000 GB"]);
  });
});
