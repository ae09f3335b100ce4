/** An in-memory database with the real tables, filled by hand: for tests that ask questions of known rows. */
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { parseAddress, toV4 } from "../../src/model/ip.ts";
import type { ActivePurpose } from "../../src/model/purpose.ts";
import { createSchema } from "../../src/store/ddl.ts";
import { HOST_TABLES, type HostTable, PASSIVE_TABLES } from "../../src/store/tables.ts";

/** A row by column name; columns left out are NULL. UHUGEINT columns take an address as text. */
export type Row = Readonly<Record<string, DuckDBValue>>;

/** A connection to an empty database of the current schema. */
export async function emptyDatabase(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await createSchema(connection);
  return connection;
}

/** Inserts rows into one host table. */
export function insert(
  connection: DuckDBConnection,
  schema: ActivePurpose,
  table: HostTable,
  rows: readonly Row[],
): Promise<void> {
  return insertRows(connection, `${schema}.${table}`, HOST_TABLES[table], rows);
}

/** Inserts rows into one table of the passive purpose. */
export function insertPassive(
  connection: DuckDBConnection,
  table: keyof typeof PASSIVE_TABLES,
  rows: readonly Row[],
): Promise<void> {
  return insertRows(connection, `passive.${table}`, PASSIVE_TABLES[table], rows);
}

async function insertRows(
  connection: DuckDBConnection,
  table: string,
  types: Readonly<Record<string, string>>,
  rows: readonly Row[],
): Promise<void> {
  for (const row of rows) {
    const columns = Object.keys(row);
    const values = columns.map((column) => {
      const value = row[column]!;
      return types[column] === "UHUGEINT" && typeof value === "string" ? String(parseAddress(value)) : value;
    });
    const holes = columns.map((column) => `CAST(? AS ${types[column]})`);
    await connection.run(
      `INSERT INTO ${table} (${columns.map((c) => `"${c}"`).join(", ")}) VALUES (${holes.join(", ")})`,
      values,
    );
  }
}

/** A row of a host or passive record with its address in both forms. */
export function hostRow(id: number, address: string | null, more: Row = {}): Row {
  const addr = address === null ? null : parseAddress(address);
  if (addr === null) return { id, ...more };
  return { id, addr: address, v4: toV4(addr), ...more };
}
