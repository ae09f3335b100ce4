/** Several fields of topvalues at once, on random records: the answers are those of unwinding done the slow way. */
import { beforeAll, describe, expect, test } from "bun:test";
import { ALL } from "../../src/filter/ast.ts";
import type { Json } from "../../src/model/json.ts";
import { PURPOSES } from "../../src/model/purpose.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { explain } from "../../src/query/explain.ts";
import { fieldsOf } from "../../src/query/fields.ts";
import { get, type JsonObject } from "../../src/query/get.ts";
import { bare } from "../../src/query/path.ts";
import { pseudoOf } from "../../src/query/pseudo.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { generated } from "../support/generated.ts";
import { HOSTS, PASSIVE } from "./golden-fields.ts";
import { random } from "./random.ts";

/** A path by its steps; a step into a list says so. */
type Steps = readonly { name: string; list: boolean }[];

function stepsOf(path: string): Steps {
  return path.split(".").map((step) => ({ name: bare(step), list: step.endsWith("[]") }));
}

/** All combinations of the values at paths, by the number of the path: the rule, said once more and slowly. */
function combinations(
  value: Json | undefined,
  paths: readonly { i: number; steps: Steps }[],
): Map<number, Json>[] {
  let found: Map<number, Json>[] = [new Map()];
  for (const [name, group] of Map.groupBy(paths, ({ steps }) => steps[0]!.name)) {
    const object = value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
    const member = Object.hasOwn(object, name) ? object[name] : undefined;
    const elements = group[0]!.steps[0]!.list ? (Array.isArray(member) ? member : []) : [member];
    const here = elements.flatMap((element) => {
      // A null that a record holds is a value (the protocol of a traceroute).
      const ends = group.filter(({ steps }) => steps.length === 1 && element !== undefined);
      const further = group
        .filter(({ steps }) => steps.length > 1)
        .map(({ i, steps }) => ({ i, steps: steps.slice(1) }));
      return combinations(element, further).map(
        (row) => new Map([...row, ...ends.map(({ i }) => [i, element!] as const)]),
      );
    });
    const some = here.filter((row) => row.size > 0);
    found = found.flatMap((row) =>
      (some.length > 0 ? some : [new Map<number, Json>()]).map((more) => new Map([...row, ...more])),
    );
  }
  return found;
}

function expectedRows(records: readonly JsonObject[], paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records)
    for (const row of combinations(
      record,
      paths.map((path, i) => ({ i, steps: stepsOf(path) })),
    )) {
      if (row.size === 0) continue;
      const key = JSON.stringify(paths.map((_, i) => row.get(i) ?? null));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return counts;
}

for (const seed of [1, 2])
  describe(`generated database ${seed}`, () => {
    let ctx: QueryContext;
    beforeAll(async () => {
      ctx = await generated(seed, 25);
    });

    for (const purpose of PURPOSES) {
      test(`${purpose}: paths together are what unwinding gives`, async () => {
        const paths = fieldsOf(purpose)
          .filter(
            ({ path, type }) =>
              type !== "object" && !path.includes("<") && !path.startsWith("ports[].screen"),
          )
          .map(({ path }) => path);
        const next = random(seed);
        const tops = [...new Set(paths.map((path) => bare(path.split(".")[0]!)))].filter(
          (top) => top !== "infos",
        );
        const infos = paths.filter((path) => path.startsWith("infos.")).map(bare);
        const fields = [...tops, ...(purpose === "passive" ? ["infos"] : infos)];
        const { records } = await get(ctx, purpose, ALL, { limit: null, skip: 0, fields });
        for (let round = 0; round < 60; round++) {
          const asked = Array.from(
            { length: 2 + Math.floor(next() * 2) },
            () => paths[Math.floor(next() * paths.length)]!,
          );
          const usable = asked.filter(
            (path) => purpose !== "passive" || !/^(addr|source|infos\.(country|as_))/.test(path),
          );
          // Odd elements of these are told as text.
          if (usable.length === 0 || usable.some((path) => /^infos\..*\[\]$/.test(path))) continue;
          const { rows } = await topvalues(ctx, purpose, ALL, { field: usable.map(bare), limit: null });
          const counts = new Map(rows.map(({ value, count }) => [JSON.stringify(value), count]));
          expect({ usable, counts: [...counts].sort() }).toEqual({
            usable,
            counts: [...expectedRows(records, usable)].sort(),
          });
        }
      });

      test(`${purpose}: one field in a list counts what it counts alone`, async () => {
        const golden = purpose === "passive" ? PASSIVE : HOSTS;
        for (const { forms } of pseudoOf(purpose))
          for (const [form] of forms) {
            const field = golden[form]?.[0];
            if (field === undefined) continue;
            const alone = await topvalues(ctx, purpose, ALL, { field, limit: null });
            const listed = await topvalues(ctx, purpose, ALL, { field: [field], limit: null });
            expect({
              field,
              rows: listed.rows.map(({ value, count }) => ({ value: (value as Json[])[0], count })),
            }).toEqual({
              field,
              rows: alone.rows,
            });
          }
      });

      test(`${purpose}: every two fields can be asked together`, async () => {
        const golden = purpose === "passive" ? PASSIVE : HOSTS;
        const texts = pseudoOf(purpose).flatMap(({ forms }) =>
          forms.flatMap(([form]) => golden[form]?.[0] ?? []),
        );
        const next = random(seed + 7);
        for (let round = 0; round < 80; round++) {
          const field = Array.from(
            { length: 2 + Math.floor(next() * 3) },
            () => texts[Math.floor(next() * texts.length)]!,
          );
          const { sql, parameters } = explain(
            "topvalues",
            purpose,
            { k: "host", addrs: ["192.0.2.1"] },
            { field, limit: 3 },
          );
          expect(sql.split("?").length - 1).toBe(parameters.length);
          await ctx.connection.runAndReadAll(sql, parameters);
        }
      });
    }
  });
