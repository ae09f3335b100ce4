/** The same question asked two ways must agree: filters as sets of records. */
import { beforeAll, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Filter } from "../../src/filter/ast.ts";
import { and, canonical, canonicalJson, not, or } from "../../src/filter/combine.ts";
import { dataset, HOSTS, select } from "./dataset.ts";
import { randomFilter, seeded } from "./random.ts";

let db: DuckDBConnection;
beforeAll(async () => {
  db = await dataset("view");
});

const EVERY = Array.from({ length: HOSTS }, (_, i) => i + 1);

/** The records of a filter, combinations computed here instead of in SQL. */
async function bySets(filter: Filter): Promise<number[]> {
  switch (filter.k) {
    case "not": {
      const inside = await bySets(filter.of);
      return EVERY.filter((id) => !inside.includes(id));
    }
    case "and":
    case "or": {
      const parts = await Promise.all(filter.of.map(bySets));
      return EVERY.filter((id) =>
        filter.k === "and"
          ? parts.every((part) => part.includes(id))
          : parts.some((part) => part.includes(id)),
      );
    }
    default:
      return select(db, filter, "view");
  }
}

test("and, or, not are intersection, union, complement", async () => {
  const random = seeded(1);
  for (let i = 0; i < 150; i++) {
    const filter = randomFilter(random, 3);
    expect({ filter, ids: await select(db, filter, "view") }).toEqual({ filter, ids: await bySets(filter) });
  }
});

test("de Morgan and commutativity", async () => {
  const random = seeded(2);
  for (let i = 0; i < 60; i++) {
    const a = randomFilter(random, 1);
    const b = randomFilter(random, 1);
    expect(await select(db, not(and(a, b)), "view")).toEqual(await select(db, or(not(a), not(b)), "view"));
    expect(canonicalJson(and(a, b))).toBe(canonicalJson(and(b, a)));
    expect(canonicalJson(or(a, b))).toBe(canonicalJson(or(b, a)));
    const swapped: Filter = { k: "or", of: [b, a] };
    expect(await select(db, { k: "or", of: [a, b] }, "view")).toEqual(await select(db, swapped, "view"));
  }
});

test("the canonical form selects the same records and is its own canonical form", async () => {
  const random = seeded(3);
  for (let i = 0; i < 100; i++) {
    const filter = randomFilter(random, 3);
    const form = canonical(filter);
    expect(await select(db, form, "view")).toEqual(await select(db, filter, "view"));
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
