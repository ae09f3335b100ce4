/** Properties that must hold for every passive path, on random records. */
import { beforeAll, describe, expect, test } from "bun:test";
import { ALL, type Filter } from "../../src/filter/ast.ts";
import type { Json } from "../../src/model/json.ts";
import { RECONTYPES } from "../../src/model/passive.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { count } from "../../src/query/count.ts";
import { distinct } from "../../src/query/distinct.ts";
import { explain } from "../../src/query/explain.ts";
import { fieldsOf } from "../../src/query/fields.ts";
import { get } from "../../src/query/get.ts";
import { bare } from "../../src/query/path.ts";
import { describeSchema } from "../../src/query/schema.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { OBSERVED, type PassiveRecord, PLACES, passiveContext } from "./passive-world.ts";
import { random, valuesAt } from "./random.ts";

function observations(seed: number, amount: number): PassiveRecord[] {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(...values: T[]): T => values[below(values.length)]!;
  const maybe = <T>(value: T): T | undefined => (next() < 0.6 ? value : undefined);
  const member = (name: string, value: Json): [string, Json][] => (next() < 0.4 ? [[name, value]] : []);
  return Array.from({ length: amount }, () => {
    const named = next() < 0.2;
    const recontype = named ? "DNS_ANSWER" : pick(...RECONTYPES);
    const infos = [
      ...member("domain", pick<Json>("CORP", ["a.b", "b"], [])),
      ...member("md5", pick("aa", "bb")),
      ...member("bits", pick<Json>(10, 9, 1024, null)),
      ...member("san", pick<Json>(["DNS:a", "DNS:b"], "DNS:a", ["é"])),
      ...member("subject", { commonName: pick("x", "y") }),
      ...member("pubkey", { bits: pick(2048, 256), type: pick("rsa", "ec") }),
      ...member("client", { raw: pick("1", "2") }),
      ...member("service_name", pick("http", "ssh", "")),
      ...member("service_product", pick("nginx", "OpenSSH")),
      ...member("list", [{ n: 1 }, { n: pick<Json>(2, "2") }]),
    ];
    return {
      ...(named
        ? { targetval: pick("cdn.example.net", "ns.example.org") }
        : { addr: pick(`10.0.${below(3)}.${below(9)}`, `2001:db8::${below(9)}`, "192.0.2.10") }),
      sensor: maybe(pick("a", "b")),
      recontype,
      source: maybe(pick("cert", "ja3", "SSHv2", "USER-AGENT", "bl.example.com-A-192.0.2.53-53")),
      port: maybe(pick(22, 80, 443)),
      value: pick("www.example.com", "a.example.org", "x", ""),
      firstseen: `2024-01-0${1 + below(9)}T00:00:00Z`,
      lastseen: `2024-02-0${1 + below(9)}T00:00:00.25Z`,
      count: 1 + below(5),
      infos: infos.length > 0 ? Object.fromEntries(infos) : undefined,
    };
  });
}

const FILTERS: readonly Filter[] = [
  ALL,
  { k: "port", port: [80] },
  { k: "not", of: { k: "sensor", name: { is: "a" } } },
  { k: "domain", name: { is: "example.com" } },
  { k: "host", addrs: ["203.0.113.1"] },
];

const PATHS = [
  ...fieldsOf("passive").map((field) => bare(field.path)),
  "infos.subject.commonName",
  "infos.client",
  "infos.client.raw",
  "infos.list",
  "infos.list.n",
  "infos.bits",
];

/** Pseudo-fields of the same name as a path give something else than the path (spec ivre §3.3). */
const OVERRIDDEN: readonly string[] = ["addr", "source"];

const EVERYTHING = { limit: null, skip: 0 };
const keys = (list: readonly Json[]): string[] => list.map((value) => JSON.stringify(value)).sort();

describe("passive", () => {
  let ctx: QueryContext;
  const all = [...observations(11, 120), ...OBSERVED];
  beforeAll(async () => {
    ctx = await passiveContext(all, PLACES);
  });

  for (const path of PATHS.filter((path) => !OVERRIDDEN.includes(path)))
    test(`${path}: distinct = keys of topvalues, whatever the limit`, async () => {
      for (const filter of FILTERS) {
        const top = await topvalues(ctx, "passive", filter, { field: path, limit: null });
        const { values, total } = await distinct(ctx, "passive", filter, { field: path, limit: null });
        expect(keys(top.rows.map(({ value }) => value))).toEqual(keys(values));
        expect(new Set(keys(values)).size).toBe(values.length);
        expect([top.total, total]).toEqual([values.length, values.length]);
        const cut = await topvalues(ctx, "passive", filter, { field: path, limit: 2 });
        expect(cut.rows).toEqual(top.rows.slice(0, 2));
        const counts = top.rows.map(({ count }) => count);
        expect(counts).toEqual(counts.toSorted((a, b) => b - a));
        expect(counts.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(3 * all.length);
      }
    });

  test("addr and source: distinct = what the pseudo-field says of records that have one", async () => {
    for (const filter of FILTERS) {
      const addresses = await topvalues(ctx, "passive", filter, { field: "addr", limit: null });
      const { values } = await distinct(ctx, "passive", filter, { field: "addr", limit: null });
      expect(keys(addresses.rows.flatMap(({ value }) => (value === null ? [] : [value])))).toEqual(
        keys(values),
      );
      const sources = await topvalues(ctx, "passive", filter, { field: "source", limit: null });
      const plain = await distinct(ctx, "passive", filter, { field: "source", limit: null });
      const second = sources.rows.flatMap(({ value }) => (value as Json[])[1] ?? []);
      expect(keys([...new Set(second)])).toEqual(keys(plain.values));
    }
  });

  test("count = number of records, sum = sum of their counts, and a filter and its opposite are everything", async () => {
    for (const filter of FILTERS) {
      const number = await count(ctx, "passive", filter);
      const { records, total } = await get(ctx, "passive", filter, EVERYTHING);
      expect([records.length, total]).toEqual([number, number]);
      const seen = await count(ctx, "passive", filter, { sum: true });
      expect(seen).toBe(records.reduce((sum, record) => sum + Number(record.count), 0));
      const opposite: Filter = { k: "not", of: filter };
      expect(number + (await count(ctx, "passive", opposite))).toBe(all.length);
      expect(seen + (await count(ctx, "passive", opposite, { sum: true }))).toBe(
        await count(ctx, "passive", ALL, { sum: true }),
      );
    }
  });

  test("a path counts as often as its values stand in the records, and sums what those were seen", async () => {
    const { records } = await get(ctx, "passive", ALL, EVERYTHING);
    for (const path of PATHS) {
      if (/^infos\.(country|as_)|^infos$|^source$|^addr$|^infos\.(subject|issuer|list|client)$/.test(path))
        continue;
      if (path === "infos.list.n") continue;
      const found = records.map((record) => ({
        times: valuesAt(record, path.split(".")).filter((value) => value !== null).length,
        seen: Number(record.count),
      }));
      const rows = async (sum: boolean) =>
        (await topvalues(ctx, "passive", ALL, { field: path, limit: null, sum })).rows.reduce(
          (total, row) => total + row.count,
          0,
        );
      expect({ path, rows: await rows(false), seen: await rows(true) }).toEqual({
        path,
        rows: found.reduce((total, { times }) => total + times, 0),
        seen: found.reduce((total, { times, seen }) => total + times * seen, 0),
      });
    }
  });

  test("every path can be projected, and every one with an order sorted by", async () => {
    for (const path of PATHS) {
      const { records } = await get(ctx, "passive", ALL, { ...EVERYTHING, fields: [path] });
      expect(records.length).toBe(all.length);
      const values = await distinct(ctx, "passive", ALL, { field: path, limit: null });
      if (values.total > 0) expect(records.some((record) => path.split(".")[0]! in record)).toBe(true);
    }
    for (const field of fieldsOf("passive").filter(({ type }) => type !== "object")) {
      const path = bare(field.path);
      const order = async (sort: string[]) =>
        (await get(ctx, "passive", FILTERS[2]!, { ...EVERYTHING, sort, fields: ["value"] })).records.length;
      expect(await order([path])).toBe(await order([`-${path}`, "addr"]));
    }
  });

  test("describe_schema names only paths that work", async () => {
    const { fields } = describeSchema("passive");
    for (const { path } of fields)
      await distinct(ctx, "passive", ALL, { field: path.replace("<path>", "md5"), limit: 1 });
  });

  test("what is explained is what is asked", async () => {
    for (const [kind, options] of [
      ["count", { sum: true }],
      ["get", { limit: 3, skip: 1, sort: ["-infos.domain", "infos.client.raw"] }],
      ["topvalues", { field: "domains:2", limit: 3, sum: true }],
      ["topvalues", { field: "infos.client.raw", limit: 3 }],
      ["distinct", { field: "infos.san", limit: 3 }],
    ] as const)
      for (const filter of FILTERS) {
        const { sql, parameters } = explain(kind, "passive", filter, options);
        expect(sql.split("?").length - 1).toBe(parameters.length);
        await ctx.connection.runAndReadAll(sql, parameters);
      }
    expect(() => explain("count", "view", ALL, { sum: true })).toThrow(/passive/);
  });
});
