/** Creating the tables of a new database file, and bringing older files up to date. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";
import {
  ACTIVE_SCHEMAS,
  type Columns,
  HOST_TABLES,
  MAIN_TABLES,
  NMAP_TABLES,
  PASSIVE_TABLES,
} from "./tables.ts";

/** Raised with every change of the tables; each step up has one entry in MIGRATIONS. */
export const SCHEMA_VERSION = 3;

/** Statements that lead from the version before to `version`. A released entry is never edited. */
export interface Migration {
  version: number;
  statements: readonly string[];
}

const MIGRATIONS: readonly Migration[] = [
  {
    version: 2,
    statements: [
      "CREATE SCHEMA passive",
      `CREATE TABLE passive.record (
         id BIGINT, key UHUGEINT, addr UHUGEINT, v4 UINTEGER, targetval VARCHAR, recontype VARCHAR, source VARCHAR,
         value VARCHAR, sensor VARCHAR, port INTEGER, firstseen TIMESTAMP, lastseen TIMESTAMP, count BIGINT,
         infos JSON, service_name VARCHAR, service_product VARCHAR, service_version VARCHAR, country_code VARCHAR,
         country_name VARCHAR, as_num BIGINT, as_name VARCHAR)`,
      `CREATE TABLE passive.seen (
         record_id BIGINT, import_id INTEGER, firstseen TIMESTAMP, lastseen TIMESTAMP, count BIGINT)`,
      "CREATE TABLE passive.name (record_id BIGINT, origin VARCHAR, name VARCHAR)",
      "CREATE TABLE passive.domain (record_id BIGINT, origin VARCHAR, level INTEGER, name VARCHAR)",
      "ALTER TABLE main.import ADD COLUMN observations BIGINT",
    ],
  },
  {
    version: 3,
    statements: ["CREATE TABLE main.picture (import_id INTEGER, id BIGINT, seq INTEGER, data BLOB)"].concat(
      ["nmap", "view"].flatMap((schema) => [
        `CREATE TABLE ${schema}.script_more (
         host_id BIGINT, port_id BIGINT, protocol VARCHAR, port INTEGER, seq INTEGER, id VARCHAR, key VARCHAR,
         element INTEGER, data JSON)`,
        `CREATE TABLE ${schema}.screenshot (
         host_id BIGINT, port_id BIGINT, protocol VARCHAR, port INTEGER, kind VARCHAR, picture BIGINT)`,
        `CREATE TABLE ${schema}.screenword (
         host_id BIGINT, port_id BIGINT, protocol VARCHAR, port INTEGER, seq INTEGER, value VARCHAR)`,
      ]),
    ),
  },
];

function createTable(schema: string, name: string, columns: Columns): string {
  const list = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
  return `CREATE TABLE "${schema}"."${name}" (${list.join(", ")})`;
}

/** Every statement that makes an empty database of the current version. */
export function createStatements(): string[] {
  const statements: string[] = [];
  for (const [name, columns] of Object.entries(MAIN_TABLES))
    statements.push(createTable("main", name, columns));
  for (const schema of ACTIVE_SCHEMAS) {
    statements.push(`CREATE SCHEMA "${schema}"`);
    for (const [name, columns] of Object.entries(HOST_TABLES)) {
      statements.push(createTable(schema, name, columns));
    }
  }
  for (const [name, columns] of Object.entries(NMAP_TABLES))
    statements.push(createTable("nmap", name, columns));
  statements.push("CREATE SCHEMA passive");
  for (const [name, columns] of Object.entries(PASSIVE_TABLES))
    statements.push(createTable("passive", name, columns));
  statements.push(`INSERT INTO main.meta VALUES ('schema_version', '${SCHEMA_VERSION}')`);
  return statements;
}

/** Makes the tables of an empty database. */
export async function createSchema(connection: DuckDBConnection): Promise<void> {
  for (const statement of createStatements()) await connection.run(statement);
}

/**
 * The schema version of an open database file.
 * @throws UserError when it is not a gadwall database or comes from a newer gadwall.
 */
export async function readVersion(connection: DuckDBConnection, path: string): Promise<number> {
  const known = await connection.runAndReadAll(
    `SELECT count(*)::INTEGER FROM information_schema.tables
     WHERE (table_schema, table_name) IN (('main', 'meta'), ('nmap', 'host'), ('view', 'host'))`,
  );
  if (known.getRows()[0]?.[0] !== 3) {
    throw new UserError(`${path} is a DuckDB file but not a gadwall database: name another file with --db`);
  }
  const rows = await connection.runAndReadAll("SELECT value FROM main.meta WHERE key = 'schema_version'");
  const version = Number(rows.getRows()[0]?.[0] ?? Number.NaN);
  if (!Number.isInteger(version)) {
    throw new UserError(
      `${path} has no readable schema version: restore it from ${path}.bak or import again`,
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new UserError(
      `${path} was written by a newer gadwall (schema ${version}, this one knows ${SCHEMA_VERSION}): update gadwall`,
    );
  }
  return version;
}

/** Brings the file, opened for writing, to the current version. */
export async function migrate(
  connection: DuckDBConnection,
  from: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<number> {
  let version = from;
  for (const migration of migrations) {
    if (migration.version <= version) continue;
    for (const statement of migration.statements) await connection.run(statement);
    version = migration.version;
    await connection.run("UPDATE main.meta SET value = ? WHERE key = 'schema_version'", [String(version)]);
  }
  return version;
}
