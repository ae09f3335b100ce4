/** Properties that must hold for every path of the catalogue, on random records. */
import { beforeAll, describe, expect, test } from "bun:test";
import { ALL, type Filter } from "../../src/filter/ast.ts";
import type { Json } from "../../src/model/json.ts";
import { ACTIVE_PURPOSES, type ActivePurpose } from "../../src/model/purpose.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { count } from "../../src/query/count.ts";
import { distinct } from "../../src/query/distinct.ts";
import { explain } from "../../src/query/explain.ts";
import { fieldsOf } from "../../src/query/fields.ts";
import { get } from "../../src/query/get.ts";
import { bare } from "../../src/query/path.ts";
import { describeSchema } from "../../src/query/schema.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { random, valuesAt } from "./random.ts";
import { COMPLETE, contextOf, type Host } from "./world.ts";

function hosts(purpose: ActivePurpose, seed: number, amount: number): Host[] {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(...values: T[]): T => values[below(values.length)]!;
  const some = <T>(make: () => T): T[] => Array.from({ length: below(4) }, make);
  const maybe = <T>(value: T): T | undefined => (next() < 0.6 ? value : undefined);
  return Array.from({ length: amount }, (_, i) => ({
    addr: maybe(pick(`10.0.${below(3)}.${i}`, `2001:db8::${i}`)),
    state: maybe("up"),
    starttime: maybe(`2024-01-0${1 + below(9)}T00:00:00Z`),
    source: purpose === "nmap" ? pick("a", "b") : [...new Set(some(() => pick("a", "b", "c")))],
    categories: [...new Set(some(() => pick("LAN", "DMZ")))],
    addresses: maybe({ mac: [`00:00:00:00:00:0${below(9)}`] }),
    hostnames: some(() => ({ name: pick("a.example.com", "b.example.org", "x"), type: maybe("PTR") })),
    extraports: maybe({ [pick("closed", "filtered")]: { total: below(9), reasons: { reset: below(9) } } }),
    ports: [...new Set(some(() => pick(22, 80, 443, 53)))].map((port) => ({
      protocol: port === 53 ? "udp" : "tcp",
      port,
      state_state: pick("open", "open", "closed", "filtered"),
      service_name: maybe(pick("ssh", "http", "é", "")),
      service_product: maybe(pick("OpenSSH", "nginx")),
      service_version: maybe(pick("1", "2", "10")),
      service_devicetype: maybe("router"),
      service_conf: maybe(10),
      scripts: some(() => ({
        id: pick("a", "b"),
        output: pick("x", "y z"),
        ...maybe({
          [pick("vulns", "k")]: [{ id: pick("CVE-1", "CVE-2"), n: pick<Json>(1, 2, 10, "1", true, null) }],
        }),
      })),
    })),
    os: maybe({
      portused: maybe({ port: "tcp_22", state: "open" }),
      osmatch: some(() => ({ name: pick("Linux 5", "BSD"), accuracy: "98" })),
      osclass: some(() => ({ vendor: pick("Linux", "BSD"), osfamily: pick("Linux", "BSD") })),
    }),
    cpes: some(() => ({
      type: "a",
      vendor: pick("v", "w"),
      product: "p",
      version: "",
      origins: [...new Set(some(() => pick("o", "q")))],
    })),
    traces: some(() => ({
      protocol: pick("tcp", null),
      hops: some(() => ({
        ttl: below(5),
        rtt: pick<number | "--">(0.5, "--"),
        ipaddr: maybe("10.0.0.1"),
        host: maybe("gw.lan"),
      })),
    })),
    tags: [...new Set(some(() => pick("CDN", "Vulnerable")))].map((value) => ({
      value,
      type: "info",
      info: maybe([...new Set([pick("i", "j"), pick("i", "j")])]),
      origin: pick("import", "vulns"),
    })),
    infos: maybe({ country_code: pick("DE", "FR"), as_num: below(3), city: maybe("Bonn") }),
  }));
}

const FILTERS: readonly Filter[] = [
  ALL,
  { k: "port", port: [80], protocol: "tcp", state: "open" },
  { k: "not", of: { k: "category", name: { is: "LAN" } } },
  { k: "host", addrs: ["203.0.113.1"] },
];

/** A path with a name in place of each segment that stands for any. */
function named(path: string): string {
  return path.replace("<state>", "closed").replace("<type>", "mac").replace("<reason>", "reset");
}

const paths = (purpose: ActivePurpose): string[] => [
  ...fieldsOf(purpose).map((field) => named(bare(field.path))),
  "ports.scripts.vulns",
  "ports.scripts.vulns.id",
  "ports.scripts.k.n",
];

for (const purpose of ACTIVE_PURPOSES)
  describe(purpose, () => {
    let ctx: QueryContext;
    beforeAll(async () => {
      ctx = await contextOf(purpose, [...hosts(purpose, 7, 40), { ...COMPLETE, source: "a" }]);
    });

    for (const path of paths(purpose))
      test(`${path}: distinct = keys of topvalues, in order, whatever the limit`, async () => {
        for (const filter of FILTERS.slice(0, 2)) {
          const top = await topvalues(ctx, purpose, filter, {
            field: path,
            limit: null,
          });
          const { values, total } = await distinct(ctx, purpose, filter, { field: path, limit: null });
          const keys = (list: Json[]): string[] => list.map((value) => JSON.stringify(value)).sort();
          expect(keys(top.rows.map(({ value }) => value))).toEqual(keys(values));
          expect(new Set(keys(values)).size).toBe(values.length);
          expect([top.total, total]).toEqual([values.length, values.length]);
          const cut = await topvalues(ctx, purpose, filter, { field: path, limit: 2 });
          expect(cut.rows).toEqual(top.rows.slice(0, 2));
          if (values.length > 0) expect(cut.total).toBe(top.total);
          const counts = top.rows.map(({ count }) => count);
          expect(counts).toEqual(counts.toSorted((a, b) => b - a));
          const order = values.map((value) => JSON.stringify(value));
          const tied = top.rows
            .filter(({ count }) => count === 1)
            .map(({ value }) => order.indexOf(JSON.stringify(value)));
          expect(tied).toEqual(tied.toSorted((a, b) => a - b));
        }
      });

    test("count = number of records, and a filter and its opposite are everything", async () => {
      for (const filter of FILTERS) {
        const number = await count(ctx, purpose, filter);
        const { records, total } = await get(ctx, purpose, filter, { limit: null, skip: 0 });
        expect([records.length, total]).toEqual([number, number]);
        const rest = await count(ctx, purpose, { k: "not", of: filter });
        expect(number + rest).toBe(await count(ctx, purpose, ALL));
      }
    });

    test("a path counts as often as its values stand in the records", async () => {
      const { records } = await get(ctx, purpose, ALL, {
        limit: null,
        skip: 0,
        fields: [
          "addr",
          "categories",
          "hostnames",
          "ports",
          "os",
          "cpes",
          "traces",
          "tags",
          "infos",
          "state",
        ],
      });
      for (const field of fieldsOf(purpose)) {
        const path = bare(field.path);
        if (!["string", "integer", "IP address"].includes(field.type) || path.includes("<")) continue;
        if (!records.some((record) => path.split(".")[0]! in record)) continue;
        const found = records.flatMap((record) => valuesAt(record, path.split(".")));
        const { rows } = await topvalues(ctx, purpose, ALL, { field: path, limit: null });
        expect({ path, sum: rows.reduce((sum, row) => sum + row.count, 0) }).toEqual({
          path,
          sum: found.length,
        });
      }
    });

    test("every path can be projected, and every one with an order sorted by", async () => {
      for (const path of paths(purpose)) {
        const { records } = await get(ctx, purpose, ALL, { limit: null, skip: 0, fields: [path] });
        expect(records.length).toBe(41);
        const values = await distinct(ctx, purpose, ALL, { field: path, limit: null });
        const top = path.split(".")[0]!;
        if (values.total > 0) expect(records.some((record) => top in record)).toBe(true);
      }
      for (const field of fieldsOf(purpose).filter(({ type }) => type !== "object")) {
        const path = named(bare(field.path));
        const ascending = await get(ctx, purpose, ALL, {
          limit: null,
          skip: 0,
          sort: [path],
          fields: ["addr"],
        });
        const descending = await get(ctx, purpose, ALL, {
          limit: null,
          skip: 0,
          sort: [`-${path}`, "addr"],
          fields: ["addr"],
        });
        expect([ascending.records.length, descending.records.length]).toEqual([41, 41]);
      }
    });

    test("describe_schema names only paths that work", async () => {
      const { fields } = describeSchema(purpose);
      for (const { path } of fields) {
        const concrete = named(path.replace("<key>.<path>", "k.n"));
        await distinct(ctx, purpose, ALL, { field: concrete, limit: 1 });
      }
    });

    test("what is explained is what is asked", async () => {
      for (const [kind, options] of [
        ["count", {}],
        ["get", { limit: 3, skip: 1, sort: ["-ports.port"] }],
        ["topvalues", { field: "product:80", limit: 3 }],
        ["distinct", { field: "ports.port", limit: 3 }],
      ] as const) {
        const { sql, parameters } = explain(kind, purpose, FILTERS[1]!, options);
        expect(sql.split("?").length - 1).toBe(parameters.length);
        await ctx.connection.runAndReadAll(sql, parameters);
      }
    });
  });
