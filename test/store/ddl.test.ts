import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { SCHEMA_VERSION } from "../../src/store/ddl.ts";
import { publish } from "../../src/store/publish.ts";
import { Store } from "../../src/store/reader.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-ddl-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function columns(connection: DuckDBConnection): Promise<unknown[][]> {
  const rows = await connection.runAndReadAll(
    `SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
     ORDER BY table_schema, table_name, ordinal_position`,
  );
  return rows.getRows();
}

/** Undoes what version 4 added. */
const TO_VERSION_3 = [
  "DROP SCHEMA feed CASCADE",
  "UPDATE main.meta SET value = '3' WHERE key = 'schema_version'",
];

/** Undoes what version 3 added, too. */
const TO_VERSION_2 = [
  ...TO_VERSION_3,
  "DROP TABLE main.picture",
  ...["nmap", "view"].flatMap((schema) =>
    ["script_more", "screenshot", "screenword"].map((table) => `DROP TABLE ${schema}.${table}`),
  ),
  "UPDATE main.meta SET value = '2' WHERE key = 'schema_version'",
];

/** Undoes what version 2 added, too. */
const TO_VERSION_1 = [
  ...TO_VERSION_2,
  "DROP SCHEMA passive CASCADE",
  "ALTER TABLE main.import DROP COLUMN observations",
  "UPDATE main.meta SET value = '1' WHERE key = 'schema_version'",
];

test.each([
  [1, TO_VERSION_1],
  [2, TO_VERSION_2],
  [3, TO_VERSION_3],
])("a file of version %i is brought to the tables of a new one by the next change", async (version, undo) => {
  const fresh = join(folder, "fresh.duckdb");
  const old = join(folder, `old-${version}.duckdb`);
  let wanted: unknown[][] = [];
  await publish(fresh, async (connection) => {
    wanted = await columns(connection);
    return true;
  });
  await publish(old, async (connection) => {
    await connection.run("INSERT INTO main.import (id, path) VALUES (7, 'kept')");
    for (const statement of undo) await connection.run(statement);
    return true;
  });
  const store = new Store(old);
  await expect(store.read(async () => {})).rejects.toThrow("older gadwall");
  await publish(old, async (connection) => {
    expect(await columns(connection)).toEqual(wanted);
    return true;
  });
  await store.read(async ({ connection }) => {
    const rows = await connection.runAndReadAll(
      "SELECT id, path, (SELECT value FROM main.meta WHERE key = 'schema_version') FROM main.import",
    );
    expect(rows.getRows()).toEqual([[7, "kept", String(SCHEMA_VERSION)]]);
  });
  await store.close();
});
