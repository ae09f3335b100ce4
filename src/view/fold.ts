/**
 * Folding the records of an address into its view record (spec ivre §8.2), set-based, always from the
 * sources and never from old view rows, so the result does not depend on the order of imports.
 *
 * A *fragment* is one source record of an address: a host of a scan, or a passive record. Fragments of an address
 * are ranked by their end (a passive record's is when it was last seen). Those of equal end are ranked by what
 * they are and never by when they were imported: passive records before scans, the former by how much they tell
 * of a service, the latter by when host and run started, source, content of the file and place in it. "Newer"
 * below means of higher rank.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { HOST_TABLE_NAMES, HOST_TABLES, type HostTable } from "../store/tables.ts";
import { derive } from "./derive.ts";
import { enrich } from "./geo.ts";
import { removeNoise } from "./noise.ts";
import type { DeriveOptions } from "./options.ts";
import { dropPassiveFragments, makePassiveFragments, sourceRows } from "./passive-fragments.ts";
import { uniteScripts } from "./unite.ts";

/** Counted up when a change of this file makes other view records of the same sources. */
export const FOLD_VERSION = 4;

/** More names than this say nothing of the host: they are dropped and the host is tagged CDN (§8.2, §8.3). */
const MAX_HOSTNAMES = 200;

/** Rows of one host table of all fragments, with the view id and rank of their fragment. */
type Fragments = (table: HostTable) => string;

function fragmentsOf(passive: boolean): Fragments {
  return (table) =>
    `(SELECT f.vid, f.rank, f.alone, t.* FROM fragment AS f JOIN ${sourceRows(table, passive)} AS t ON t.host_id = f.host_id)`;
}

const SERVICE_COLUMNS = Object.keys(HOST_TABLES.port).filter((name) => name.startsWith("service_"));
const STATE_COLUMNS = ["state_state", "state_reason", "state_reason_ttl", "state_reason_ip"];

/**
 * A port takes state from its newest fragment. Its service: as long as newer fragments name the same service
 * (or none), missing facts come from older ones; another name starts anew. The tunnel is the one fact that
 * fragments without a name bring (a TLS handshake seen by a sensor): it fills the gap too. Most addresses have one
 * fragment only, whose ports are taken as they are: that saves two thirds of the time of a first import.
 */
function foldPorts(passive: boolean): string {
  const facts = [...STATE_COLUMNS, ...SERVICE_COLUMNS];
  const newest = (column: string): string => `arg_max(${column}, ord) AS ${column}`;
  const named = (column: string): string =>
    `arg_max(${column}, ord) FILTER (service_name IS NOT NULL AND ord > changed)`;
  const ofService = (column: string): string =>
    column === "service_tunnel"
      ? `coalesce(${named(column)}, arg_min(${column}, ord) FILTER (service_name IS NULL AND ord > named)) AS ${column}`
      : `${named(column)} AS ${column}`;
  return `
    INSERT INTO view.port BY NAME
    WITH source AS (
      SELECT vid, rank, alone, t.* FROM fragment JOIN ${sourceRows("port", passive)} AS t USING (host_id)
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY vid ORDER BY rank, id) AS ord FROM source WHERE NOT alone
    ), latest AS (
      SELECT *, arg_max(service_name, ord) OVER one_port AS last_name FROM ranked
      WINDOW one_port AS (PARTITION BY vid, protocol, port)
    ), changes AS (
      SELECT *, coalesce(max(ord) FILTER (service_name <> last_name) OVER one_port, 0) AS changed FROM latest
      WINDOW one_port AS (PARTITION BY vid, protocol, port)
    ), runs AS (
      SELECT *, coalesce(min(ord) FILTER (service_name IS NOT NULL AND ord > changed) OVER one_port, 0) AS named
      FROM changes WINDOW one_port AS (PARTITION BY vid, protocol, port)
    ), folded AS (
      SELECT vid AS host_id, protocol, port,
             ${[...STATE_COLUMNS.map(newest), ...SERVICE_COLUMNS.map(ofService)].join(", ")}
      FROM runs GROUP BY vid, protocol, port
      UNION ALL
      SELECT vid, protocol, port, ${facts.join(", ")} FROM source WHERE alone
    )
    SELECT *, (SELECT coalesce(max(id), 0) FROM view.port) + row_number() OVER () AS id
    FROM (FROM folded ORDER BY host_id, port = -1, protocol, port)`;
}

/** The rows of the newest fragment in each group; `keys` tell the groups within an address. */
function newestOf(rows: string, keys: readonly string[]): string {
  const partition = ["vid", ...keys].join(", ");
  return `(SELECT * FROM ${rows} QUALIFY rank = max(rank) OVER (PARTITION BY ${partition}))`;
}

function columnsOf(table: HostTable): string {
  return Object.keys(HOST_TABLES[table])
    .map((column) => (column === "host_id" ? "vid" : column))
    .join(", ");
}

/** One statement a table; later ones may read what earlier ones wrote. */
function foldStatements(passive: boolean): readonly string[] {
  const fragments = fragmentsOf(passive);
  const hosts = sourceRows("host", passive);
  return [
    `CREATE OR REPLACE TEMP TABLE os_fragment AS
   SELECT vid, max(rank) AS rank FROM (
     SELECT vid, rank FROM ${fragments("os_match")}
     UNION ALL SELECT vid, rank FROM ${fragments("os_class")}
     UNION ALL SELECT f.vid, f.rank FROM fragment AS f JOIN nmap.host AS h ON h.id = f.host_id
       WHERE h.os_portused IS NOT NULL OR h.os_fingerprint IS NOT NULL)
   GROUP BY vid`,
    `INSERT INTO view.host BY NAME
   SELECT f.vid AS id, any_value(h.addr) AS addr, any_value(h.v4) AS v4,
          CASE WHEN bool_or(h.state = 'up') THEN 'up' ELSE arg_max(h.state, f.rank) END AS state,
          arg_max(h.state_reason, f.rank) AS state_reason,
          CASE WHEN count(*) = 1 THEN any_value(h.state_reason_ttl) END AS state_reason_ttl,
          min(h.starttime) AS starttime, max(h.endtime) AS endtime,
          arg_max(h.timedout, f.rank) AS timedout,
          any_value(h.os_portused) FILTER (f.rank = o.rank) AS os_portused,
          any_value(h.os_portused_state) FILTER (f.rank = o.rank) AS os_portused_state,
          any_value(h.os_fingerprint) FILTER (f.rank = o.rank) AS os_fingerprint,
          arg_max(h.uptime, f.rank) AS uptime, arg_max(h.distance, f.rank) AS distance
   FROM fragment AS f JOIN ${hosts} AS h ON h.id = f.host_id LEFT JOIN os_fragment AS o ON o.vid = f.vid
   GROUP BY f.vid ORDER BY f.vid`,
    `INSERT INTO view.os_match
   SELECT ${columnsOf("os_match")} FROM ${fragments("os_match")} SEMI JOIN os_fragment USING (vid, rank)
   ORDER BY vid, seq`,
    `INSERT INTO view.os_class
   SELECT ${columnsOf("os_class")} FROM ${fragments("os_class")} SEMI JOIN os_fragment USING (vid, rank)
   ORDER BY vid, seq`,
    `INSERT INTO view.source SELECT DISTINCT vid, value FROM ${fragments("source")} ORDER BY ALL`,
    `INSERT INTO view.category SELECT DISTINCT vid, value FROM ${fragments("category")} ORDER BY ALL`,
    `INSERT INTO view.address
   SELECT vid, type, lower(value), arg_max(vendor, rank) FROM ${fragments("address")}
   GROUP BY vid, type, lower(value) ORDER BY vid, type, lower(value)`,
    `CREATE OR REPLACE TEMP TABLE name_fold AS
   SELECT vid, name, type, min({'rank': rank, 'seq': seq}) AS first, count(*) OVER (PARTITION BY vid) AS names
   FROM ${fragments("hostname")} GROUP BY vid, name, type`,
    `INSERT INTO view.hostname
   SELECT vid, row_number() OVER (PARTITION BY vid ORDER BY first) - 1 AS seq, name, type
   FROM name_fold WHERE names <= ${MAX_HOSTNAMES} ORDER BY vid, seq`,
    foldPorts(passive),
    ...uniteScripts(fragments("script")),
    `INSERT INTO view.script BY NAME
   SELECT s.vid AS host_id, p.id AS port_id, s.protocol, s.port,
          row_number() OVER (PARTITION BY p.id ORDER BY s.rank DESC, s.seq) - 1 AS seq,
          s.id, coalesce(u.output, s.output) AS output, s.key, coalesce(u.data, s.data) AS data
   FROM ${newestOf(fragments("script"), ["protocol", "port", "id"])} AS s
   JOIN view.port AS p
     ON p.host_id = s.vid AND p.port = s.port AND p.protocol IS NOT DISTINCT FROM s.protocol
   LEFT JOIN united AS u
     ON (u.vid, u.port, u.id) = (s.vid, s.port, s.id) AND u.protocol IS NOT DISTINCT FROM s.protocol
   ORDER BY host_id, port_id, seq`,
    `CREATE OR REPLACE TEMP TABLE cpe_fold AS
   SELECT *, row_number() OVER (PARTITION BY vid ORDER BY first) - 1 AS seq
   FROM (SELECT vid, type, vendor, product, version, min({'rank': rank, 'seq': seq}) AS first
         FROM ${fragments("cpe")} GROUP BY vid, type, vendor, product, version)`,
    `INSERT INTO view.cpe SELECT ${columnsOf("cpe")} FROM cpe_fold ORDER BY vid, seq`,
    `INSERT INTO view.cpe_origin
   SELECT DISTINCT o.vid, k.seq, o.origin
   FROM ${fragments("cpe_origin")} AS o
   JOIN ${fragments("cpe")} AS c ON c.vid = o.vid AND c.rank = o.rank AND c.host_id = o.host_id AND c.seq = o.cpe_seq
   JOIN cpe_fold AS k
     ON (k.vid, k.type, k.vendor, k.product, k.version) = (c.vid, c.type, c.vendor, c.product, c.version)
   ORDER BY ALL`,
    // All traces of the newest fragment that has one for this protocol and port.
    `CREATE OR REPLACE TEMP TABLE trace_fold AS
   SELECT *, row_number() OVER (PARTITION BY vid ORDER BY rank DESC, seq) - 1 AS new_seq
   FROM ${newestOf(fragments("trace"), ["protocol", "port"])}`,
    `INSERT INTO view.trace SELECT vid, new_seq, protocol, port FROM trace_fold ORDER BY vid, new_seq`,
    `INSERT INTO view.trace_hop
   SELECT t.vid, t.new_seq, h.seq, h.ttl, h.rtt, h.addr, h.host
   FROM trace_fold AS t JOIN nmap.trace_hop AS h ON h.host_id = t.host_id AND h.trace_seq = t.seq
   ORDER BY t.vid, t.new_seq, h.seq`,
    // Sums of two different scans cannot be added up: kept only where one fragment has them.
    `CREATE OR REPLACE TEMP TABLE extra_fragment AS
   SELECT vid, any_value(rank) AS rank FROM (SELECT DISTINCT vid, rank FROM ${fragments("extraport")})
   GROUP BY vid HAVING count(*) = 1`,
    `INSERT INTO view.extraport
   SELECT ${columnsOf("extraport")} FROM ${fragments("extraport")} SEMI JOIN extra_fragment USING (vid, rank)
   ORDER BY vid`,
    `INSERT INTO view.extrareason
   SELECT ${columnsOf("extrareason")} FROM ${fragments("extrareason")} SEMI JOIN extra_fragment USING (vid, rank)
   ORDER BY vid`,
    // Tags with evidence are derived anew from the folded record.
    `INSERT INTO view.tag
   SELECT DISTINCT vid, value, arg_min(type, rank) OVER (PARTITION BY vid, value), info, origin
   FROM ${fragments("tag")} WHERE origin = 'import' ORDER BY ALL`,
    `INSERT INTO view.tag
   SELECT DISTINCT vid, 'CDN', 'info', 'Too many hostnames', 'hostnames'
   FROM name_fold WHERE names > ${MAX_HOSTNAMES} ORDER BY vid`,
  ];
}

/**
 * The statement that makes `fragment`: which host rows make up which view record, in which order.
 * @param from the first view id to give.
 */
function rankFragments(from: number, where: string, passive: boolean): string {
  const scans = `SELECT addr, h.id AS host_id, h.endtime, h.starttime, r.starttime AS run_start,
      r.endtime AS run_end, i.ord, NULL AS told, NULL::UHUGEINT AS key
    FROM nmap.host AS h LEFT JOIN main.run AS r ON r.id = h.run_id LEFT JOIN (
      SELECT id, row_number() OVER (ORDER BY source NULLS FIRST, sha256 NULLS FIRST, id) AS ord FROM main.import
    ) AS i ON i.id = h.import_id
    WHERE addr IS NOT NULL AND ${where}`;
  const records = "SELECT addr, host_id, lastseen, NULL, NULL, NULL, NULL, told, key FROM observed";
  return `CREATE OR REPLACE TEMP TABLE fragment AS
    SELECT ${from - 1} + dense_rank() OVER (ORDER BY addr) AS vid, host_id,
           row_number() OVER (PARTITION BY addr ORDER BY endtime NULLS FIRST, host_id > 0, starttime NULLS FIRST,
                              ${passive ? "told, key, " : ""}run_start NULLS FIRST, run_end NULLS FIRST, ord,
                              host_id) AS rank,
           count(*) OVER (PARTITION BY addr) = 1 AS alone
    FROM (${passive ? `${scans} UNION ALL ${records}` : scans})`;
}

/** Which addresses to fold anew: all, or those of the temporary table `touched(addr UHUGEINT)`. */
export type Which = "all" | "touched";

/**
 * Rebuilds the view records of the addresses. Runs in the caller's transaction.
 */
export async function fold(
  connection: DuckDBConnection,
  which: Which,
  options: DeriveOptions,
): Promise<void> {
  for (const table of HOST_TABLE_NAMES) {
    if (table === "host") continue;
    await connection.run(
      which === "all"
        ? `DELETE FROM view."${table}"`
        : `DELETE FROM view."${table}" WHERE host_id IN
           (SELECT id FROM view.host WHERE addr IN (SELECT addr FROM touched))`,
    );
  }
  await connection.run(
    which === "all"
      ? "DELETE FROM view.host"
      : "DELETE FROM view.host WHERE addr IN (SELECT addr FROM touched)",
  );
  const last = await connection.runAndReadAll("SELECT coalesce(max(id), 0) FROM view.host");
  const from = Number(last.getRows()[0]?.[0]) + 1;
  const where = which === "all" ? "true" : "addr IN (SELECT addr FROM touched)";
  const passive = await makePassiveFragments(connection, where);
  await connection.run(rankFragments(from, where, passive));
  for (const statement of foldStatements(passive)) await connection.run(statement);
  if (passive) await dropPassiveFragments(connection);
  await removeNoise(connection, from);
  await derive(connection, "view", from);
  if (options.geo) await enrich(connection, "view", { hostIdsFrom: from });
}
