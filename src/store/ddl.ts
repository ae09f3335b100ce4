/** Creating the tables of a new database file, and bringing older files up to date. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";
import { FEED_TABLES } from "./feed-tables.ts";
import {
  ACTIVE_SCHEMAS,
  type Columns,
  HOST_TABLES,
  MAIN_TABLES,
  NMAP_TABLES,
  PASSIVE_TABLES,
} from "./tables.ts";

/** Raised with every change of the tables; each step up has one entry in MIGRATIONS. */
export const SCHEMA_VERSION = 4;

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
  {
    version: 4,
    statements: [
      "CREATE SCHEMA feed",
      `CREATE TABLE feed.feed (
         id INTEGER, name VARCHAR, official_name VARCHAR, maintainer VARCHAR, maintainer_url VARCHAR,
         maintainer_slug VARCHAR, description VARCHAR, info VARCHAR, category VARCHAR,
         legacy_category VARCHAR, provenance VARCHAR, license VARCHAR, redistributable BOOLEAN,
         critical VARCHAR, hash VARCHAR, frequency INTEGER, aggregation VARCHAR, source_url VARCHAR,
         status VARCHAR, parent VARCHAR, window_minutes INTEGER, roles JSON, include JSON, exclude JSON,
         tag_value VARCHAR, tag_info VARCHAR, version_id INTEGER, entries INTEGER, cidrs INTEGER,
         ips4 BIGINT, ranges6 BIGINT, span6 UHUGEINT, source_date TIMESTAMP, processed TIMESTAMP,
         started TIMESTAMP, checked TIMESTAMP, download_failures INTEGER, failing_since TIMESTAMP,
         last_status VARCHAR, etag VARCHAR, last_modified VARCHAR, stated JSON)`,
      `CREATE TABLE feed.version (
         id INTEGER, feed_id INTEGER, path VARCHAR, sha256 VARCHAR, bytes BIGINT, imported_at TIMESTAMP,
         "at" TIMESTAMP, source_date TIMESTAMP, file_date TIMESTAMP, header_version BIGINT, lines BIGINT,
         entries INTEGER, cidrs INTEGER, ips4 BIGINT, ranges6 BIGINT, span6 UHUGEINT, header_entries BIGINT,
         header_ips BIGINT, mismatch VARCHAR, skipped JSON, added BIGINT, removed BIGINT, added6 BIGINT,
         removed6 BIGINT)`,
      "CREATE TABLE feed.line4 (feed_id INTEGER, seq INTEGER, lo UINTEGER, hi UINTEGER)",
      "CREATE TABLE feed.line6 (feed_id INTEGER, seq INTEGER, lo UHUGEINT, hi UHUGEINT)",
      "CREATE TABLE feed.range4 (feed_id INTEGER, lo UINTEGER, hi UINTEGER)",
      "CREATE TABLE feed.range6 (feed_id INTEGER, lo UHUGEINT, hi UHUGEINT)",
      "CREATE TABLE feed.listing4 (feed_id INTEGER, lo UINTEGER, hi UINTEGER, since TIMESTAMP)",
      "CREATE TABLE feed.listing6 (feed_id INTEGER, lo UHUGEINT, hi UHUGEINT, since TIMESTAMP)",
      `CREATE TABLE feed.listing_past4 (
         feed_id INTEGER, lo UINTEGER, hi UINTEGER, since TIMESTAMP, until TIMESTAMP)`,
      `CREATE TABLE feed.listing_past6 (
         feed_id INTEGER, lo UHUGEINT, hi UHUGEINT, since TIMESTAMP, until TIMESTAMP)`,
      "CREATE TABLE feed.listed4 (lo UINTEGER, hi UINTEGER, feed_id INTEGER, since TIMESTAMP)",
      "CREATE TABLE feed.listed6 (lo UHUGEINT, hi UHUGEINT, feed_id INTEGER, since TIMESTAMP)",
      "CREATE TABLE feed.segment4 (lo UINTEGER, hi UINTEGER, set_id INTEGER)",
      "CREATE TABLE feed.segment6 (lo UHUGEINT, hi UHUGEINT, set_id INTEGER)",
      "CREATE TABLE feed.set_member (set_id INTEGER, feed_id INTEGER)",
      `CREATE TABLE feed.set_size (
         set_id INTEGER, feeds INTEGER, ips4 BIGINT, ranges6 BIGINT, span6 UHUGEINT)`,
      "CREATE TABLE feed.place (set_id INTEGER, network VARCHAR, code VARCHAR, asn BIGINT, ips BIGINT)",
      `CREATE TABLE feed.overlap (
         feed_id INTEGER, other_id INTEGER, common4 BIGINT, ranges6 BIGINT, span6 UHUGEINT, related BOOLEAN)`,
      "CREATE TABLE feed.country (feed_id INTEGER, code VARCHAR, ips BIGINT)",
      "CREATE TABLE feed.asn (feed_id INTEGER, asn BIGINT, name VARCHAR, ips BIGINT)",
      "CREATE TABLE feed.bogon (feed_id INTEGER, provider VARCHAR, network VARCHAR, ips BIGINT)",
      "CREATE TABLE feed.critical (feed_id INTEGER, provider_id INTEGER, tier VARCHAR, ips BIGINT)",
      `CREATE TABLE feed.change (
         feed_id INTEGER, "at" TIMESTAMP, added BIGINT, removed BIGINT, ips BIGINT, entries BIGINT,
         origin VARCHAR)`,
      `CREATE TABLE feed.retention (
         feed_id INTEGER, kind VARCHAR, hours INTEGER, ips BIGINT, origin VARCHAR)`,
      `CREATE TABLE feed.metric (
         feed_id INTEGER, health VARCHAR, health_reason VARCHAR, cadence_mean DOUBLE, cadence_min DOUBLE,
         cadence_max DOUBLE, updates INTEGER, unique_share DOUBLE, unique_samples INTEGER,
         exact_unique BIGINT, exact_share DOUBLE, rotation_median DOUBLE, rotation_p75 DOUBLE,
         change_ratio_median DOUBLE, change_ratio_p75 DOUBLE, change_samples INTEGER, ips_min BIGINT,
         ips_max BIGINT, entries_min BIGINT, entries_max BIGINT, retention_origin VARCHAR,
         observed_hours INTEGER, retention_incomplete BOOLEAN)`,
    ],
  },
];

/** The statement that makes a table. */
export function createTable(schema: string, name: string, columns: Columns): string {
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
  statements.push("CREATE SCHEMA feed");
  for (const [name, columns] of Object.entries(FEED_TABLES))
    statements.push(createTable("feed", name, columns));
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
