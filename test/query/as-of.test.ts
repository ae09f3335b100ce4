import { afterEach, beforeAll, expect, setSystemTime, test } from "bun:test";
import { EVERYTHING, scopeOf } from "../../src/access/scope.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { asOf } from "../../src/query/as-of.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { emptyDatabase, hostRow, insert, insertPassive } from "../support/db.ts";

const FILE = { empty: false, asOf: "2026-01-09T00:00:00Z" };

let ctx: Omit<QueryContext, "scope">;
beforeAll(async () => {
  const connection = await emptyDatabase();
  ctx = { connection, file: {} };
  await connection.run(
    "INSERT INTO main.import (id, path, imported_at) SELECT i, 'x', make_timestamp(2026, 1, i, 0, 0, 0.0) FROM range(1, 10) AS r(i)",
  );
  await insert(connection, "nmap", "host", [
    hostRow(1, "192.0.2.1", { import_id: 1 }),
    hostRow(2, "192.0.2.2", { import_id: 2 }),
    hostRow(5, "192.0.2.5", { import_id: 5, endtime: "2026-03-01 00:00:00" }),
  ]);
  await insertPassive(connection, "record", [hostRow(1, "192.0.2.3", { recontype: "SMB", value: "" })]);
  await insertPassive(connection, "seen", [{ record_id: 1, import_id: 3, count: 1 }]);
  await insert(connection, "view", "host", [hostRow(1, "192.0.2.4")]);
});

afterEach(() => {
  setSystemTime();
});

const within = (query: string) => asOf({ ...ctx, scope: scopeOf(parseQuery(query)) }, FILE);

test("everything: what is known of the file", async () => {
  expect(await asOf({ ...ctx, scope: EVERYTHING }, FILE)).toEqual(FILE);
});

test.each([
  ["192.0.2.1", "2026-01-01T00:00:00Z"],
  ["192.0.2.2", "2026-01-02T00:00:00Z"],
  ["192.0.2.0/30", "2026-01-03T00:00:00Z"],
  // Nothing of the scans and observations, but a merged host.
  ["192.0.2.4", null],
])("%s: the last import of which something may be seen, each scope its own", async (query, time) => {
  for (let i = 0; i < 2; i++) expect(await within(query)).toMatchObject({ empty: false, asOf: time });
});

test("nothing may be seen: as if nothing had been imported", async () => {
  expect(await within("203.0.113.1")).toMatchObject({ empty: true, asOf: null });
});

test("what is kept of one file is not told of another", async () => {
  const { connection } = ctx;
  await within("192.0.2.1");
  await connection.run("UPDATE main.import SET imported_at = TIMESTAMP '2026-02-01' WHERE id = 1");
  const scope = scopeOf(parseQuery("192.0.2.1"));
  expect(await asOf({ connection, scope, file: {} }, FILE)).toMatchObject({ asOf: "2026-02-01T00:00:00Z" });
});

test("what is kept ends when a scope that counts back from now lets go of it", async () => {
  const scope = "192.0.2.5 lastseen:7d";
  setSystemTime(new Date("2026-03-05T00:00:00Z"));
  expect(await within(scope)).toMatchObject({ empty: false, asOf: "2026-01-05T00:00:00Z" });
  setSystemTime(new Date("2026-03-15T00:00:00Z"));
  expect(await within(scope)).toMatchObject({ empty: true, asOf: null });
  expect(await within("192.0.2.5")).toMatchObject({ asOf: "2026-01-05T00:00:00Z" });
});
