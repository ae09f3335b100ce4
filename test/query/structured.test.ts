import { beforeAll, describe, expect, test } from "bun:test";
import { EVERYTHING, scopeOf } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { UserError } from "../../src/model/errors.ts";
import type { Json } from "../../src/model/json.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { examplesOf } from "../../src/query/examples.ts";
import { describeData, exemplary } from "../../src/query/schema.ts";
import { structuredFields } from "../../src/query/structured.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { emptyDatabase } from "../support/db.ts";
import { passiveContext } from "./passive-world.ts";
import { contextOf, type Host } from "./world.ts";

const script = (id: string, data: Json) => ({ id, output: "x", [id]: data });
const host = (addr: string, ...results: [id: string, data: Json][]): Host => ({
  addr,
  ports: results.map(([id, data], i) => ({
    port: 1000 + i,
    protocol: "tcp",
    state_state: "open",
    scripts: [script(id, data)],
  })),
});

const HIDDEN = "secret-on-the-other-host";
const HOSTS: Host[] = [
  host(
    "192.0.2.1",
    [
      "ssl-cert",
      [
        {
          subject: { commonName: "a.example.com" },
          pubkey: { bits: 2048 },
          not_after: "2030-01-01T00:00:00Z",
        },
      ],
    ],
    ["ssl-cert", [{ subject: { commonName: "b.example.com" }, san: ["DNS:a", "DNS:b"] }]],
    ["http-title", { title: `\u001b[31m${"t".repeat(500)}` }],
  ),
  host(
    "192.0.2.2",
    ["ssl-cert", [{ subject: { commonName: "c.example.com", countryName: "DE" }, pubkey: { bits: 4096.5 } }]],
    [
      "odd",
      { "a.b": 1, "": 2, "x\u202ey": 3, ok: 4, __proto__x: 5, constructor: "c", empty: null, list: [] },
    ],
  ),
  host("198.51.100.7", ["http-title", { title: HIDDEN, only: { here: true } }], ["odd", { ok: "text" }]),
];

let ctx: QueryContext;
beforeAll(async () => {
  ctx = await contextOf("view", HOSTS);
});

const within = (net: string): QueryContext => ({ ...ctx, scope: scopeOf({ k: "net", net }) });
const told = async (context: QueryContext, key?: string) =>
  (await structuredFields(context, "view", key)).fields.map(
    ({ path, type, records }) => `${path.replace("ports.scripts.", "")} ${type} ${records}`,
  );

describe("structured fields", () => {
  test("paths with their types, and hosts rather than results", async () => {
    expect(await told(ctx)).toEqual([
      "http-title.only.here boolean 1",
      "http-title.title string 2",
      "odd.__proto__x integer 1",
      "odd.constructor string 1",
      "odd.ok any 2",
      "ssl-cert.not_after datetime 1",
      "ssl-cert.pubkey.bits float 2",
      "ssl-cert.san array[string] 1",
      "ssl-cert.subject.commonName string 2",
      "ssl-cert.subject.countryName string 1",
    ]);
    expect((await structuredFields(ctx, "view")).unreachable).toBe(3);
  });

  test("of one script", async () => {
    expect(await told(ctx, "http-title")).toEqual([
      "http-title.only.here boolean 1",
      "http-title.title string 2",
    ]);
    expect(await told(ctx, "' OR true --")).toEqual([]);
  });

  test("what may not be seen is not told", async () => {
    expect(await told(within("192.0.2.0/24"))).not.toContainEqual(expect.stringContaining("only.here"));
    expect(await told(within("192.0.2.2/32"), "http-title")).toEqual([]);
  });

  test("each of them has values", async () => {
    for (const { path, records } of (await structuredFields(ctx, "view")).fields) {
      const { rows, total } = await topvalues(ctx, "view", ALL, { field: path, limit: null });
      expect({ path, total: total > 0 }).toEqual({ path, total: true });
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(records);
    }
  });

  test("a hostile result is bounded", async () => {
    const wide = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`m${i}`, i]));
    let deep: Json = 1;
    for (let i = 0; i < 60; i++) deep = { d: deep };
    const hostile = await contextOf("view", [
      host("192.0.2.1", ["wide", wide], ["deep", deep], ["good", { x: 1 }]),
    ]);
    const { fields, unreachable } = await structuredFields(hostile, "view");
    expect(fields).toHaveLength(1001);
    expect(fields).toContainEqual({ path: "ports.scripts.good.x", type: "integer", records: 1 });
    expect(unreachable).toBe(2001);
  });

  test("nothing in an empty database", async () => {
    const empty = { connection: await emptyDatabase(), scope: EVERYTHING };
    for (const purpose of ["nmap", "view", "passive"] as const)
      expect(await structuredFields(empty, purpose)).toEqual({ fields: [], sampled: false, unreachable: 0 });
  });

  test("of observations", async () => {
    const seen = { firstseen: "2024-01-01T00:00:00Z", lastseen: "2024-01-01T00:00:00Z", count: 3 };
    const passive = await passiveContext([
      {
        ...seen,
        addr: "192.0.2.1",
        recontype: "SSL_SERVER",
        source: "ja3-x",
        value: "v",
        infos: { raw: "1", client: { raw: "2" } },
      },
      { ...seen, addr: "192.0.2.2", recontype: "SSL_CLIENT", source: "ja3", value: "v", infos: { raw: "1" } },
      {
        ...seen,
        addr: "192.0.2.3",
        recontype: "DNS_ANSWER",
        source: "A-192.0.2.9-53",
        value: "www.example.com",
        infos: {},
      },
    ]);
    expect((await structuredFields(passive, "passive")).fields).toEqual([
      { path: "infos.client.raw", type: "string", records: 1 },
      { path: "infos.domain", type: "string", records: 1 },
      { path: "infos.raw", type: "string", records: 2 },
    ]);
    const client = await describeData(passive, "passive", { field: "client" });
    expect(client.structured.fields.map(({ path }) => path)).toEqual(["infos.client.raw"]);
  });
});

describe("a part of the schema", () => {
  const part = async (field: string) => {
    const { fields, pseudo_fields, structured } = await describeData(ctx, "view", { field });
    return [
      ...fields.map(({ path }) => path),
      ...pseudo_fields.map(({ pattern }) => pattern),
      ...structured.fields.map(({ path }) => path.replace("ports.scripts.", "")),
    ];
  };

  test.each([
    ["http-title", ["http-title.only.here", "http-title.title"]],
    ["ports.scripts.http-title.only", ["http-title.only.here"]],
    ["scripts.http-title.only.here", ["http-title.only.here"]],
    ["ports[].scripts[].ssl-cert.pubkey", ["ssl-cert.pubkey.bits"]],
    ["openports.tcp", ["openports.tcp", "openports.tcp.count", "openports.tcp.ports[]", "openports"]],
    ["net:24", ["net", "net:<mask>"]],
  ])("%s", async (field, expected) => {
    expect(await part(field)).toEqual(expected);
  });

  test("a known field without values is an empty answer", async () => {
    expect(await part("ports.scripts.ssh-hostkey.bits")).toEqual([]);
  });

  test.each([
    ["ssl-crt", "ssl-cert"],
    ["ports.scripts.ssl-crt", "ssl-cert"],
    ["ports.scripts.ssl-cert.pubkey.bit", "pubkey.bits"],
    ["servce", "service"],
    ["ports.service_nmae", "ports.service_name"],
  ])("%s is none, %s is", async (field, near) => {
    const failed = describeData(ctx, "view", { field });
    await expect(failed).rejects.toBeInstanceOf(UserError);
    await expect(failed).rejects.toThrow(near);
    await expect(failed).rejects.toMatchObject({ argument: "field" });
  });
});

describe("examples", () => {
  const examples = async (context: QueryContext, until = Number.POSITIVE_INFINITY) => {
    const { fields, structured } = await describeData(context, "view");
    return examplesOf(context, "view", exemplary([...fields, ...structured.fields]), { each: 2, until });
  };

  test("the values there are, short and clean", async () => {
    const found = (await examples(ctx)).examples;
    expect(found.get("addr")).toEqual(["192.0.2.1", "192.0.2.2"]);
    expect(found.get("ports.scripts.ssl-cert.san")).toEqual(["DNS:a", "DNS:b"]);
    expect(found.get("ports.scripts.ssl-cert.pubkey.bits")).toEqual([2048, 4096.5]);
    const [title] = found.get("ports.scripts.http-title.title") as string[];
    expect(title).toStartWith("\ufffd[31mttt");
    expect(title!.length).toBeLessThan(100);
    expect(found.has("openports")).toBe(false);
    expect(found.has("os.fingerprint")).toBe(false);
  });

  test("never of what may not be seen", async () => {
    expect(JSON.stringify([...(await examples(ctx)).examples])).toContain(HIDDEN);
    expect(JSON.stringify([...(await examples(within("192.0.2.0/24"))).examples])).not.toContain(HIDDEN);
  });

  test("the time for them is limited", async () => {
    const { examples: none, late } = await examples(ctx, 0);
    expect(none.size).toBe(0);
    expect(late).toContain("addr");
  });
});
