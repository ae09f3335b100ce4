import { beforeAll, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { ALL } from "../../src/filter/ast.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { whyNothing } from "../../src/query/hints.ts";
import { emptyDatabase, hostRow, insert } from "../support/db.ts";

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
    { connection, scope: scope === "" ? ALL : parseQuery(scope) },
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
    await whyNothing({ connection, scope: parseQuery("192.0.2.1") }, "passive", parseQuery("service:http")),
  ).toBeNull();
});
