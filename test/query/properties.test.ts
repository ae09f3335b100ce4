/**
 * What must hold whatever the data and the filter, asked of random databases (../support/generated.ts). A failure
 * shows the seed of the database, the purpose and the filter.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ALL, type Filter } from "../../src/filter/ast.ts";
import { and, canonical, not, or } from "../../src/filter/combine.ts";
import { compile } from "../../src/filter/compile.ts";
import { decodeToken, encodeToken } from "../../src/filter/token.ts";
import { UserError } from "../../src/model/errors.ts";
import type { Json } from "../../src/model/json.ts";
import { PURPOSES, type Purpose } from "../../src/model/purpose.ts";
import { ask, idsOf, type QueryContext } from "../../src/query/context.ts";
import { count } from "../../src/query/count.ts";
import { distinct } from "../../src/query/distinct.ts";
import { fieldsOf } from "../../src/query/fields.ts";
import { get, type JsonObject } from "../../src/query/get.ts";
import { bare } from "../../src/query/path.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { pick, randomFilter, randomLeaf, seeded } from "../filter/random.ts";
import { generated, WORDS } from "../support/generated.ts";

/** Not what stands for a missing value. */
const isSomething = (value: Json): boolean => ![value].flat().every((part) => part === null);

/** Seeds and sizes of the databases; the second has several pages. */
const DATABASES = [
  [1, 45],
  [2, 220],
  [3, 3],
] as const;

/** Relative times count from here. */
const NOW = Date.UTC(2026, 1, 1);

/** The keys of the records that satisfy a filter, ascending. */
async function idsFor(ctx: QueryContext, purpose: Purpose, filter: Filter): Promise<number[]> {
  const rows = await ask(ctx, idsOf(purpose, compile(filter, purpose, NOW)));
  return rows.map(([id]) => Number(id)).sort((a, b) => a - b);
}

/** Equal, and what it was about when not. */
function same(about: object, is: unknown, mustBe: unknown): void {
  expect({ ...about, is }).toEqual({ ...about, is: mustBe });
}

const both = (...of: Filter[]): Filter => ({ k: "and", of });
const either = (...of: Filter[]): Filter => ({ k: "or", of });
const no = (of: Filter): Filter => ({ k: "not", of });
const NONE: Filter = { k: "or", of: [] };

/** Two ways to say the same, as trees that nothing has simplified and as the combining tools make them. */
const LAWS: readonly (readonly [
  name: string,
  law: (a: Filter, b: Filter, c: Filter) => readonly [Filter, Filter],
])[] = [
  ["double negation", (a) => [no(no(a)), a]],
  ["de Morgan, and", (a, b) => [no(both(a, b)), either(no(a), no(b))]],
  ["de Morgan, or", (a, b, c) => [no(either(a, b, c)), both(no(a), no(b), no(c))]],
  ["and distributes", (a, b, c) => [both(a, either(b, c)), either(both(a, b), both(a, c))]],
  ["or distributes", (a, b, c) => [either(a, both(b, c)), both(either(a, b), either(a, c))]],
  ["idempotence", (a, b) => [both(a, a, either(b, b)), both(a, b)]],
  ["absorption", (a, b) => [either(a, both(a, b)), both(a, either(a, b))]],
  ["commutativity", (a, b) => [both(a, either(b, a)), both(either(a, b), a)]],
  ["all and none are neutral", (a) => [both(a, ALL, either(a, NONE)), a]],
  ["all absorbs", (a) => [either(a, ALL), ALL]],
  ["none absorbs", (a) => [both(a, NONE), NONE]],
  ["nothing is both", (a) => [both(a, no(a)), NONE]],
  ["everything is one", (a) => [either(a, no(a)), ALL]],
  ["canonical form", (a, b, c) => [canonical(either(both(a, b), no(c))), either(both(a, b), no(c))]],
  ["combining tools", (a, b, c) => [or(and(a, b, ALL), not(not(c))), either(both(a, b), c)]],
];

const keys = (values: readonly Json[]): string[] => values.map((value) => JSON.stringify(value)).sort();
const sum = (rows: readonly { count: number }[]): number => rows.reduce((total, row) => total + row.count, 0);

/** Paths of the catalogue that say in topvalues what they say in distinct. */
function pathsOf(purpose: Purpose): string[] {
  const paths = fieldsOf(purpose).map(({ path }) =>
    bare(path).replace("<state>", "closed").replace("<type>", "mac").replace("<reason>", "reset"),
  );
  return paths.filter((path) => purpose !== "passive" || (path !== "addr" && path !== "source"));
}

/** Paths into structured data, which the data may not have. */
const MEMBERS: Readonly<Record<Purpose, readonly string[]>> = {
  nmap: ["ports.scripts.ssh-hostkey.of", "ports.scripts.vulns.id"],
  view: ["ports.scripts.ssh-hostkey.of", "ports.scripts.vulns.id"],
  passive: ["infos.subject.a", "infos.'"],
};

/** Its answer; null where there is nothing to ask of. */
async function unlessUnknown<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

const SORTS: Readonly<Record<Purpose, readonly (readonly string[] | undefined)[]>> = {
  nmap: [undefined, ["addr"], ["-starttime", "ports.port"], ["hostnames.name", "-addr"]],
  view: [undefined, ["addr"], ["-endtime"], ["ports.scripts.vulns.id", "-tags.value"]],
  passive: [undefined, ["addr"], ["-lastseen", "value"], ["infos.domain", "-count"]],
};

for (const [seed, size] of DATABASES)
  describe(`database ${seed}`, () => {
    let ctx: QueryContext;
    beforeAll(async () => {
      ctx = await generated(seed, size);
    });
    afterAll(() => ctx.connection.closeSync());

    for (const purpose of PURPOSES) {
      const filters = (amount: number, depth: number, start: number): Filter[] => {
        const random = seeded(1000 * start + seed);
        return Array.from({ length: amount }, () => randomFilter(random, depth, purpose, WORDS));
      };
      const number = (filter: Filter) => count(ctx, purpose, filter);

      test(`${purpose}: Boolean laws`, async () => {
        const [a, b, c] = [filters(6, 1, 1), filters(6, 1, 2), filters(6, 1, 3)];
        for (const [i, filter] of a.entries())
          for (const [law, sides] of LAWS) {
            const [left, right] = sides(filter, b[i]!, c[i]!);
            const ids = await idsFor(ctx, purpose, left);
            same({ law, left, right }, ids, await idsFor(ctx, purpose, right));
          }
      });

      test(`${purpose}: filters are sets of records`, async () => {
        const every = await idsFor(ctx, purpose, ALL);
        /** Combinations computed here instead of in SQL. */
        const bySets = async (f: Filter): Promise<number[]> => {
          if (f.k === "not") {
            const inside = await bySets(f.of);
            return every.filter((id) => !inside.includes(id));
          }
          if (f.k !== "and" && f.k !== "or") return idsFor(ctx, purpose, f);
          const parts = await Promise.all(f.of.map(bySets));
          const holds = (id: number) => (part: number[]) => part.includes(id);
          return every.filter((id) => (f.k === "and" ? parts.every(holds(id)) : parts.some(holds(id))));
        };
        // Conditions of one kind are asked of their table together.
        const random = seeded(9000 + seed);
        const alike = (f: Filter): Filter => {
          const other = randomLeaf(random, purpose, WORDS);
          return other.k === f.k ? other : alike(f);
        };
        const kin = filters(25, 0, 9).map((f) => either(f, alike(f), alike(f)));
        for (const f of [...filters(20, 3, 8), ...kin])
          same({ f }, await idsFor(ctx, purpose, f), await bySets(f));
      });

      test(`${purpose}: counts add up, and tokens carry filters`, async () => {
        const all = await number(ALL);
        const list = filters(40, 3, 4);
        let telling = 0;
        for (const [i, f] of list.entries()) {
          const g = list.at(i - 1)!;
          const [n, m] = [await number(f), await number(g)];
          if (n > 0 && n < all) telling++;
          same({ f }, n + (await number(no(f))), all);
          same({ f, g }, (await number(both(f, g))) + (await number(either(f, g))), n + m);
          const carried = decodeToken(encodeToken(f));
          expect(carried).toEqual(canonical(f));
          same({ f }, await number(carried), n);
        }
        // Most filters choose: the rest says little.
        if (size > 3) expect(telling).toBeGreaterThan(12);
      });

      test(`${purpose}: pages together are all records, in a steady order`, async () => {
        for (const [i, f] of [ALL, no(NONE), ...filters(2, 2, 5)].entries()) {
          const sort = SORTS[purpose][i];
          const n = await number(f);
          const pages = async (limit: number, fields: string[]): Promise<JsonObject[]> => {
            const records: JsonObject[] = [];
            for (let skip = 0; skip <= n; skip += limit) {
              const page = await get(ctx, purpose, f, { limit, skip, sort, fields });
              same({ f, sort, skip }, page.total, n);
              records.push(...page.records);
            }
            return records;
          };
          const { records } = await get(ctx, purpose, f, { limit: null, skip: 0, sort });
          same({ f }, records.length, n);
          expect(await pages(100, [])).toEqual(records);
          const addresses = records.map(({ addr }) => addr);
          expect((await pages(13, ["addr"])).map(({ addr }) => addr)).toEqual(addresses);
          // Records of the view are addresses, so that none may come twice.
          if (purpose === "view") expect(new Set(addresses).size).toBe(n);
        }
      });

      test(`${purpose}: distinct has the keys of topvalues`, async () => {
        const [narrow] = filters(1, 2, 6);
        for (const [i, field] of [...pathsOf(purpose), ...MEMBERS[purpose]].entries()) {
          const f = i % 2 === 0 ? ALL : narrow!;
          const top = await unlessUnknown(topvalues(ctx, purpose, f, { field, limit: null }));
          const all = await unlessUnknown(distinct(ctx, purpose, f, { field, limit: null }));
          const values = all === null ? null : keys(all.values);
          same({ f, field }, values, top === null ? null : keys(top.rows.map(({ value }) => value)));
          if (values === null) expect(MEMBERS[purpose]).toContain(field);
          else expect([all?.total, top?.total, new Set(values).size]).toEqual(Array(3).fill(values.length));
        }
      });

      test(`${purpose}: several fields together hold the values of each`, async () => {
        const random = seeded(10_000 + seed);
        const [f] = filters(1, 1, 11);
        for (let i = 0; i < 12; i++) {
          const field = [pick(random, pathsOf(purpose)), pick(random, pathsOf(purpose))];
          const together = await topvalues(ctx, purpose, f!, { field, limit: null });
          for (const [at, one] of field.entries()) {
            const own = await topvalues(ctx, purpose, f!, { field: one, limit: null });
            const values = together.rows.map(({ value }) => (value as Json[])[at]!);
            const different = new Set(keys(values.filter(isSomething)));
            const mustBe = own.rows.map(({ value }) => value).filter(isSomething);
            same({ f, field, one }, [...different], keys(mustBe));
          }
          same({ f, field }, new Set(keys(together.rows.map(({ value }) => value))).size, together.total);
        }
      });

      test(`${purpose}: networks hold the IPv4 records`, async () => {
        const { records } = await get(ctx, purpose, ALL, { limit: null, skip: 0, fields: ["addr"] });
        const of = (sign: string) => records.filter(({ addr }) => String(addr ?? "").includes(sign)).length;
        for (const [filter, n] of [
          [{ k: "family", version: 4 }, of(".")],
          [{ k: "family", version: 6 }, of(":")],
          [{ k: "net", net: "::/0" }, of(".") + of(":")],
          [{ k: "net", net: "0.0.0.0/0" }, of(".")],
        ] as const)
          same({ filter }, await number(filter), n);
        for (const f of [ALL, ...filters(5, 2, 7)]) {
          const v4 = await number(both(f, { k: "family", version: 4 }));
          for (const field of ["net", "net:24", "net:0", "net:32", "net:17"]) {
            const { rows } = await topvalues(ctx, purpose, f, { field, limit: null });
            same({ f, field }, sum(rows), v4);
            for (const { value, count } of rows.slice(0, 2))
              same({ f, value }, await number(both(f, { k: "net", net: String(value) })), count);
          }
        }
      });
    }
  });
