/**
 * Country and AS reference data, from the npm packages' CSV files to three Parquet files: sorted, disjoint
 * ranges in 128-bit space and the AS names. 130 MB become 4, and a scan of them takes 20 ms. Runs when
 * the executable is built, and once on demand when the program runs from source.
 */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { parseNetwork } from "../model/ip.ts";

const COUNTRY_PACKAGE = "@ip-location-db/geo-whois-asn-country";
const AS_PACKAGE = "@ip-location-db/asn";

export const GEO_FILE_NAMES = ["geo-country.parquet", "geo-as.parquet", "geo-as-name.parquet"] as const;

const manifests = createRequire(import.meta.url);

function manifest(name: string): { folder: string; version: string } {
  const path = manifests.resolve(`${name}/package.json`);
  const { version } = manifests(path) as { version: string };
  return { folder: dirname(path), version };
}

/** Counted up when this file makes something else of the same data. */
const RECIPE = 2;

/** The versions of the data: changes when it must be looked up anew. */
export function sourceVersion(): string {
  return `country ${manifest(COUNTRY_PACKAGE).version}, as ${manifest(AS_PACKAGE).version}, recipe ${RECIPE}`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Networks that are nobody's in particular (IANA's special-purpose address registries, RFC 6890). The source
 * gives some of them the country of the registry's office: 192.168.0.0/16 would lie in Australia.
 */
export const SPECIAL_NETWORKS = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4", "::/127", "64:ff9b:1::/48", "100::/64", "2001:2::/48", "2001:10::/28"],
  ...["2001:20::/28", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "ff00::/8"],
];

/** ::ffff:0:0, where IPv4 lies. */
const V4_BASE = "281470681743360::UHUGEINT";

/** One relation (lo, hi, value) in 128-bit space over the two CSV files of a package. */
function ranges(v4: string, v6: string, columns: string, value: string): string {
  const csv = (path: string, type: string): string =>
    `read_csv(${literal(path)}, header = false, columns = {lo: '${type}', hi: '${type}', ${columns}})`;
  return `SELECT ${V4_BASE} + lo AS lo, ${V4_BASE} + hi AS hi, ${value} AS value FROM ${csv(v4, "UINTEGER")}
    UNION ALL SELECT lo, hi, ${value} FROM ${csv(v6, "UHUGEINT")}`;
}

/**
 * The source's ranges overlap here and there, mostly a customer's block inside its provider's. Cuts them
 * into disjoint ones, where the smallest range around an address decides.
 */
function disjoint(table: string): string {
  return `
    WITH reach AS (
      SELECT *, max(hi) OVER (ORDER BY lo, hi ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM ${table}),
    islands AS (
      SELECT *, sum((before IS NULL OR lo > before)::INTEGER) OVER (ORDER BY lo, hi ROWS UNBOUNDED PRECEDING)
        AS island
      FROM reach),
    cuts AS (SELECT island, lo AS cut FROM islands UNION SELECT island, hi + 1 FROM islands),
    pieces AS (SELECT island, cut AS lo, lead(cut) OVER (PARTITION BY island ORDER BY cut) - 1 AS hi FROM cuts)
    SELECT p.lo, p.hi, arg_min(r.value, (r.hi - r.lo, r.value)) AS value
    FROM pieces p JOIN islands r ON r.island = p.island AND r.lo <= p.lo AND r.hi >= p.hi
    WHERE p.hi IS NOT NULL
    GROUP BY p.lo, p.hi`;
}

/** Parquet has no 128-bit integers: each address is split into two halves. */
const HALVES = `
  (lo >> 64)::UBIGINT AS lo_high, (lo & 18446744073709551615)::UBIGINT AS lo_low,
  (hi >> 64)::UBIGINT AS hi_high, (hi & 18446744073709551615)::UBIGINT AS hi_low`;

/** Small row groups: a few hosts then read a small part of the file. */
async function write(connection: DuckDBConnection, query: string, path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await connection.run(`COPY (${query}) TO ${literal(temporary)}
    (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 20480)`);
  renameSync(temporary, path);
}

async function removeSpecialNetworks(connection: DuckDBConnection, table: string): Promise<void> {
  for (const network of SPECIAL_NETWORKS) {
    const range = parseNetwork(network);
    if (range === null) throw new Error(`not a network: ${network}`);
    await connection.run(`DELETE FROM ${table} WHERE lo >= ${range.first} AND hi <= ${range.last}`);
  }
}

async function loadCountryNames(connection: DuckDBConnection): Promise<void> {
  const names = new Intl.DisplayNames(["en"], { type: "region" });
  const codes = await connection.runAndReadAll("SELECT DISTINCT value FROM country");
  await connection.run("CREATE TABLE country_name (code VARCHAR, name VARCHAR)");
  const appender = await connection.createAppender("country_name");
  for (const [code] of codes.getRowsJS() as [string][]) {
    appender.appendVarchar(code);
    appender.appendVarchar(names.of(code) ?? code);
    appender.endRow();
  }
  appender.closeSync();
}

/**
 * The folder holding the three files of the installed data packages below `dist/geo`, written first (5 s)
 * when they are not there.
 */
export async function ensureGeo(): Promise<string> {
  const folder = join(import.meta.dir, "../../dist/geo", sourceVersion().replaceAll(/[^0-9a-z.]+/g, "-"));
  if (!GEO_FILE_NAMES.every((name) => existsSync(join(folder, name)))) await buildGeo(folder);
  return folder;
}

async function buildGeo(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const country = manifest(COUNTRY_PACKAGE).folder;
    const as = manifest(AS_PACKAGE).folder;
    const countryRanges = ranges(
      join(country, "geo-whois-asn-country-ipv4-num.csv"),
      join(country, "geo-whois-asn-country-ipv6-num.csv"),
      "code: 'VARCHAR'",
      "code",
    );
    const asRanges = ranges(
      join(as, "asn-ipv4-num.csv"),
      join(as, "asn-ipv6-num.csv"),
      "num: 'UINTEGER', name: 'VARCHAR'",
      "{num: num, name: name}",
    );
    await connection.run(`CREATE TABLE country AS ${countryRanges}`);
    await connection.run(`CREATE TABLE as_range AS ${asRanges}`);
    await removeSpecialNetworks(connection, "country");
    await removeSpecialNetworks(connection, "as_range");
    await loadCountryNames(connection);
    const [countryFile, asFile, asNameFile] = GEO_FILE_NAMES;
    await write(
      connection,
      `SELECT ${HALVES}, value AS code, name
       FROM (${disjoint("country")}) JOIN country_name ON code = value ORDER BY lo`,
      join(folder, countryFile),
    );
    await write(
      connection,
      `SELECT ${HALVES}, value.num AS num FROM (${disjoint("as_range")}) ORDER BY lo`,
      join(folder, asFile),
    );
    await write(
      connection,
      "SELECT value.num AS num, min(value.name) AS name FROM as_range GROUP BY num ORDER BY num",
      join(folder, asNameFile),
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
