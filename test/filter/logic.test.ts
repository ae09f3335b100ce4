/** Combining filters; that combinations select the records that they must is test/query/properties.test.ts. */
import { expect, test } from "bun:test";
import type { Filter } from "../../src/filter/ast.ts";
import { and, canonical, canonicalJson, not, or } from "../../src/filter/combine.ts";
import { randomFilter, seeded } from "./random.ts";

test("equal filters look equal, and the canonical form is its own", () => {
  const random = seeded(2);
  for (let i = 0; i < 300; i++) {
    const [a, b, c] = [randomFilter(random, 2), randomFilter(random, 2), randomFilter(random, 2)];
    expect(canonicalJson(and(a, b))).toBe(canonicalJson(and(b, a)));
    expect(canonicalJson(or(a, or(b, c)))).toBe(canonicalJson(or(c, b, a, b)));
    const form = canonical({ k: "or", of: [a, { k: "and", of: [b, c] }] });
    expect(canonicalJson(canonical(form))).toBe(canonicalJson(form));
  }
});

test("neutral parts fall away", () => {
  const leaf: Filter = { k: "family", version: 4 };
  const all: Filter = { k: "all" };
  expect(and(all, leaf, and(leaf))).toEqual(leaf);
  expect(and(all, all)).toEqual(all);
  expect(or(all, leaf)).toEqual(all);
  expect(or()).toEqual({ k: "or", of: [] });
  expect(not(not(leaf))).toEqual(leaf);
});
