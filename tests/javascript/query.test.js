import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { read, write } from "../../fanzadmin/static/js/query.js";

/** @typedef {import("../../fanzadmin/static/js/query.js").Part} Part */

/** @param {string} column @param {string} operator @param {string[]} values @returns {Part} */
const condition = (column, operator, ...values) => ({ column, operator, values });
/** @param {Part[]} parts */
const all = (...parts) => ({ every: true, parts });
/** @param {Part[]} parts */
const any = (...parts) => ({ every: false, parts });

const TEXTS = {
  "state:any:open;paused": all(condition("state", "any", "open", "paused")),
  "state:any:open,name:has:anna": all(condition("state", "any", "open"), condition("name", "has", "anna")),
  "any(name:has:anna,spent_minor:from:50)": any(condition("name", "has", "anna"), condition("spent_minor", "from", "50")),
  "featured:yes": all(condition("featured", "yes")),
  "a:is:1,any(b:is:2,all(c:is:3,d:empty))": all(
    condition("a", "is", "1"),
    any(condition("b", "is", "2"), all(condition("c", "is", "3"), condition("d", "empty"))),
  ),
};

describe("read and write", () => {
  for (const [text, group] of Object.entries(TEXTS)) {
    test(`${text} is read`, () => assert.deepEqual(read(text), group));
    test(`${text} is written`, () => assert.equal(write(group), text));
  }

  test("nothing is an empty group", () => {
    assert.deepEqual(read(""), all());
    assert.equal(write(all()), "");
  });

  test("values with signs of the language are quoted and come back", () => {
    for (const value of ["a,b", "a;b", "(a)", 'say "hi"', "back\\slash", " blank ", "", "two\nlines"]) {
      const group = all(condition("name", "has", value, "plain"));
      assert.deepEqual(read(write(group)), group);
    }
  });

  test("a group alone keeps its brackets", () => {
    assert.equal(write(all(any(condition("a", "is", "1")))), "all(any(a:is:1))");
    assert.deepEqual(read("all(any(a:is:1))"), all(any(condition("a", "is", "1"))));
  });

  test("a column of another table has its points", () => {
    assert.deepEqual(read("creator.name:has:mia"), all(condition("creator.name", "has", "mia")));
  });
});
