/** What a host of a scan says, as one number: hosts with the same are the same in all that filters can ask about. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { HOST_TABLE_NAMES, HOST_TABLES, type HostTable } from "./tables.ts";

/** Tables and columns that are derived from the others. */
const DERIVED_TABLES: ReadonlySet<HostTable> = new Set(["domain", "script_more"]);
const DERIVED = new Set([
  ...["openports", "openports_tcp", "openports_udp"],
  ...["country_code", "country_name", "city", "as_num", "as_name"],
]);

/** Numbers that only tell rows apart. */
const NUMBERS = new Set(["host_id", "port_id", "import_id", "run_id"]);

function isSaid(table: HostTable, column: string): boolean {
  if (NUMBERS.has(column) || (table === "host" && DERIVED.has(column))) return false;
  // The id of a script is its name.
  return column !== "id" || table === "script";
}

/** A picture by what it shows, not by its number. */
const PICTURE =
  "(SELECT sha256(string_agg(sha256(data), '' ORDER BY seq)) FROM main.picture AS p WHERE p.id = t.picture)";

/** A SELECT of host_id and a digest of each row. */
function rowDigests(table: HostTable, hosts: string): string {
  const values = Object.keys(HOST_TABLES[table])
    .filter((column) => isSaid(table, column))
    .map((column) => (column === "picture" ? PICTURE : `t."${column}"::VARCHAR`));
  const id = table === "host" ? "t.id" : "t.host_id";
  const given = table === "tag" ? " AND t.origin = 'import'" : "";
  return `SELECT ${id} AS host_id, sha256(to_json(['${table}', ${values.join(", ")}])::VARCHAR) AS digest
    FROM nmap."${table}" AS t WHERE ${id} IN (SELECT id FROM ${hosts})${given}`;
}

/**
 * Makes the temporary table `host_digest(host_id, digest)`.
 * @param hosts the temporary table (id) of the hosts of schema nmap that are meant.
 */
export async function digestHosts(connection: DuckDBConnection, hosts: string): Promise<void> {
  await connection.run("CREATE OR REPLACE TEMP TABLE host_digest (host_id BIGINT, digest VARCHAR)");
  const any = await connection.runAndReadAll(`SELECT EXISTS (FROM ${hosts})`);
  if (any.getRows()[0]?.[0] !== true) return;
  const tables = HOST_TABLE_NAMES.filter((table) => !DERIVED_TABLES.has(table));
  await connection.run(
    `INSERT INTO host_digest
     SELECT host_id, sha256(string_agg(digest, '' ORDER BY digest)) AS digest
     FROM (${tables.map((table) => rowDigests(table, hosts)).join(" UNION ALL ")}) GROUP BY host_id`,
  );
}
