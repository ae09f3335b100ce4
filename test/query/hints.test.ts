import { beforeAll, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { scopeOf } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { searchscript } from "../../src/filter/build.ts";
import { parseQuery } from "../../src/filter/language.ts";
import type { Json } from "../../src/model/json.ts";
import { whyNothing } from "../../src/query/hints.ts";
import { emptyDatabase, hostRow, insert } from "../support/db.ts";
import { OBSERVED, passiveContext } from "./passive-world.ts";
import { contextOf, type Host } from "./world.ts";

let connection: DuckDBConnection;

/** 192.0.2.1 has an open port and no service, 192.0.2.2 one with a service. */
beforeAll(async () => {
  connection = await emptyDatabase();
  await insert(connection, "view", "host", [hostRow(1, "192.0.2.1"), hostRow(2, "192.0.2.2")]);
  const open = { protocol: "tcp", port: 22, state_state: "open" };
  await insert(connection, "view", "port", [
    { ...open, id: 1, host_id: 1 },
    { ...open, id: 2, host_id: 2, service_name: "ssh" },
  ]);
});

const why = (query: string, scope = "", field?: string): Promise<string | null> =>
  whyNothing(
    { connection, scope: scopeOf(scope === "" ? ALL : parseQuery(scope)) },
    "view",
    query === "" ? ALL : parseQuery(query),
    field,
  );

test.each([
  ["192.0.2.1 192.0.2.2", true],
  ["host:192.0.2.1 192.0.2.2/32 port:80", true],
  ["host:192.0.2.1,192.0.2.2 host:192.0.2.3", true],
  ["2001:db8::1 192.0.2.1", true],
  ["(192.0.2.1 port:22) 192.0.2.2", true],
  ["192.0.2.1,192.0.2.2", false],
  ["host:192.0.2.1,192.0.2.2 host:192.0.2.2", false],
  ["192.0.2.1 192.0.2.0/24", false],
  ["192.0.2.1 !192.0.2.2", false],
  ["10.0.0.0/8 11.0.0.0/8", false],
])("%s: addresses that no host can have together: %p", async (query, expected) => {
  expect(await why(query)).toBe(
    expected ? "these addresses cannot all be one host: separate them by a comma" : null,
  );
});

test("services asked of scans that looked for none", async () => {
  const none = "no service was identified in these scans (nmap needs -sV)";
  expect(await why("service:http")).toBeNull();
  // Within the access scope, and only when a service is what is missing.
  expect(await why("service:http", "192.0.2.1")).toBe(none);
  expect(await why("port:80 OR product:nginx:80", "192.0.2.1")).toBe(none);
  expect(await why("port:80", "192.0.2.1")).toBeNull();
  expect(await why("", "192.0.2.1", "service")).toBe(none);
  expect(await why("", "192.0.2.1", "ports.service_version")).toBe(none);
  expect(await why("", "192.0.2.1", "country")).toBeNull();
  // Nothing is open there at all.
  expect(await why("service:http", "192.0.2.9")).toBeNull();
  expect(
    await whyNothing(
      { connection, scope: scopeOf(parseQuery("192.0.2.1")) },
      "passive",
      parseQuery("service:http"),
    ),
  ).toBeNull();
});

const HOST: Host = {
  addr: "192.0.2.1",
  categories: ["dmz"],
  tags: [{ value: "Vulnerable", type: "danger", info: ["x"] }],
  cpes: [{ type: "a", vendor: "apache", product: "http_server", version: "2.4" }],
  ports: [
    {
      protocol: "tcp",
      port: 443,
      state_state: "open",
      service_name: "http",
      service_product: "nginx",
      scripts: [
        { id: "http-title", output: "x" },
        { id: "http-headers", output: "", "http-headers": [{ name: "server", value: "x" }] },
        { id: "ssl-cert", output: "", "ssl-cert": [{ subject: { "1_2_3": "odd" }, pubkey: { bits: 256 } }] },
      ],
    },
  ],
};

test.each([
  ["port:opne", "the nearest: open"],
  ["product:htttp", 'no service is "htttp" here, the nearest: http'],
  ["product:xyzzy", 'no service is "xyzzy" here, but http'],
  ["version:http:nginy", 'no product is "nginy" here, the nearest: nginx'],
  ["version:http:nginx", null],
  ["script:http-titel", "the nearest: http-title"],
  ["script:443:http-titel", "the nearest: http-title"],
  ["script:/titel/", null],
  ["service:80", null],
  ["tag:Vulnrable", "the nearest: Vulnerable"],
  ["category:dmx", "the nearest: dmz"],
  ["httphdr:Servr", "the nearest: server"],
  ["cpe:a:apach", "the nearest: apache"],
])("values of %s", async (field, expected) => {
  const ctx = await contextOf("view", [HOST]);
  const said = await whyNothing(ctx, "view", ALL, field);
  if (expected === null) expect(said).toBeNull();
  else expect(said).toContain(expected);
  // Only what may be seen is told.
  const hidden = await whyNothing({ ...ctx, scope: scopeOf(parseQuery("192.0.2.9")) }, "view", ALL, field);
  if (field !== "port:opne") expect(hidden).toBeNull();
});

test.each([
  ["script:http-headrs", 'no script is "http-headrs" here, the nearest: http-headers'],
  ["port:443 service:htttp", 'no service is "htttp" here, the nearest: http'],
  ["tag:vulnerable", "the nearest: Vulnerable"],
  ["script:http-title", null],
  ["service:xyzzy", null],
  ["!service:htttp", null],
])("conditions on names: %s", async (query, expected) => {
  const said = await whyNothing(await contextOf("view", [HOST]), "view", parseQuery(query));
  if (expected === null) expect(said).toBeNull();
  else expect(said).toContain(expected);
});

test.each<readonly [Record<string, Json>, RegExp | null]>([
  [{ "pubkey.bit": 1 }, /^Unknown field "pubkey\.bit".*mean pubkey\.bits\?$/],
  [{ "0.pubkey.bit": 1 }, /^Unknown field "pubkey\.bit"/],
  [{ "pubkey.bits": { $lt: "abc" } }, /"pubkey\.bits" of ssl-cert is a number here, not a text/],
  [{ "pubkey.bits": "256" }, /is a number here, not a text/],
  [{ "subject.1_2_3": 7 }, /is a text here, not a number/],
  [{ "pubkey.bits": 257 }, null],
  [{ "subject.commonName": "none" }, null],
])("conditions on structured output: %p", async (values, expected) => {
  const filter = searchscript({ name: "ssl-cert", values });
  const said = await whyNothing(await contextOf("view", [HOST]), "view", filter);
  if (expected === null) expect(said).toBeNull();
  else expect(said).toMatch(expected);
});

test("kinds of passive records", async () => {
  const ctx = await passiveContext(OBSERVED);
  expect(await whyNothing(ctx, "passive", parseQuery("recontype:DNS_ANSWR"))).toContain("DNS_ANSWER");
  expect(await whyNothing(ctx, "passive", parseQuery("recontype:DNS_ANSWER"))).toBeNull();
});
