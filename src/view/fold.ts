/**
 * Folding the records of an address into its view record (spec ivre §8.2), set-based, always from the sources and
 * never from old view rows. fragments.ts says which of two fragments prevails; "newer" below means of higher rank.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { HOST_TABLE_NAMES, HOST_TABLES, type HostTable } from "../store/tables.ts";
import { derive } from "./derive.ts";
import { foldCpes } from "./fold-cpes.ts";
import { foldPorts, remembered } from "./fold-ports.ts";
import { foldScreenshots } from "./fold-screenshots.ts";
import {
  digestTied,
  type Fragments,
  fragmentsOf,
  makeFragments,
  type Order,
  type Rows,
} from "./fragments.ts";
import { enrich } from "./geo.ts";
import { lookAgain, withUnlisted } from "./looked-again.ts";
import { removeNoise } from "./noise.ts";
import type { DeriveOptions } from "./options.ts";
import { dropPassiveFragments, makePassiveFragments, sourceRows } from "./passive-fragments.ts";
import { findSums, foldSums } from "./sums.ts";
import { uniteScripts } from "./unite.ts";

/** Counted up when a change of this file makes other view records of the same sources. */
export const FOLD_VERSION = 7;

/** More names than this say nothing of the host: they are dropped and the host is tagged CDN (§8.2, §8.3). */
const MAX_HOSTNAMES = 200;
const TOO_MANY_NAMES = "Too many hostnames";

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

/**
 * One statement a table; later ones may read what earlier ones wrote.
 * @param ofPorts fragments of what belongs to ports, as far as it still counts.
 */
function foldStatements(rows: Rows, ofPorts: Fragments, order: Order): readonly string[] {
  const fragments = fragmentsOf(rows);
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
   FROM fragment AS f JOIN ${rows("host")} AS h ON h.id = f.host_id LEFT JOIN os_fragment AS o ON o.vid = f.vid
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
   SELECT vid, type, lower(value), arg_max(vendor, {'rank': rank, 'vendor': vendor}) FROM ${fragments("address")}
   GROUP BY vid, type, lower(value) ORDER BY vid, type, lower(value)`,
    `CREATE OR REPLACE TEMP TABLE name_fold AS
   SELECT vid, name, type, min({'rank': rank, 'seq': seq}) AS first FROM ${fragments("hostname")}
   GROUP BY vid, name, type`,
    // Where a record of IVRE's says that it had too many, what others have are not all there are.
    `CREATE OR REPLACE TEMP TABLE too_many AS
   SELECT vid FROM name_fold GROUP BY vid HAVING count(*) > ${MAX_HOSTNAMES}
   UNION SELECT vid FROM ${fragments("tag")} WHERE value = 'CDN' AND info = '${TOO_MANY_NAMES}' AND origin = 'import'`,
    `INSERT INTO view.hostname
   SELECT vid, row_number() OVER (PARTITION BY vid ORDER BY first, name, type) - 1 AS seq, name, type
   FROM name_fold ANTI JOIN too_many USING (vid) ORDER BY vid, seq`,
    ...foldPorts(rows),
    `INSERT INTO view.script BY NAME
   SELECT s.vid AS host_id, p.id AS port_id, s.protocol, s.port,
          row_number() OVER (PARTITION BY p.id ORDER BY s.rank DESC, s.seq, s.id) - 1 AS seq,
          s.id, coalesce(u.output, s.output) AS output, s.key, coalesce(u.data, s.data) AS data
   FROM ${newestOf(ofPorts("script"), ["protocol", "port", "id"])} AS s
   JOIN view.port AS p
     ON p.host_id = s.vid AND p.port = s.port AND p.protocol IS NOT DISTINCT FROM s.protocol
   LEFT JOIN united AS u
     ON (u.vid, u.port, u.id) = (s.vid, s.port, s.id) AND u.protocol IS NOT DISTINCT FROM s.protocol
   ORDER BY host_id, port_id, seq`,
    ...foldScreenshots(ofPorts),
    ...foldCpes(rows, order),
    // All traces of the newest fragment that has one for this protocol and port.
    `CREATE OR REPLACE TEMP TABLE trace_fold AS
   SELECT *, row_number() OVER (PARTITION BY vid ORDER BY rank DESC, seq) - 1 AS new_seq
   FROM ${newestOf(fragments("trace"), ["protocol", "port"])}`,
    `INSERT INTO view.trace SELECT vid, new_seq, protocol, port FROM trace_fold ORDER BY vid, new_seq`,
    `INSERT INTO view.trace_hop
   SELECT t.vid, t.new_seq, h.seq, h.ttl, h.rtt, h.addr, h.host
   FROM trace_fold AS t JOIN nmap.trace_hop AS h ON h.host_id = t.host_id AND h.trace_seq = t.seq
   ORDER BY t.vid, t.new_seq, h.seq`,
    ...foldSums(order),
    // Tags with evidence are derived anew from the folded record.
    `INSERT INTO view.tag
   SELECT DISTINCT vid, value, arg_min(type, {'rank': rank, 'type': type}) OVER (PARTITION BY vid, value), info, origin
   FROM ${fragments("tag")} WHERE origin = 'import' ORDER BY ALL`,
    `INSERT INTO view.tag
   SELECT vid, 'CDN', 'info', '${TOO_MANY_NAMES}', 'hostnames' FROM too_many ORDER BY vid`,
  ];
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
  const order: Order = options.closeUnlisted ? "time" : "import";
  const seen: Rows = (table) => sourceRows(table, passive);
  const rows = order === "time" ? withUnlisted(seen) : seen;
  if (order === "time") await digestTied(connection, where);
  await connection.run(makeFragments(from, where, passive, order));
  const run = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await connection.run(statement);
  };
  const fragments = fragmentsOf(rows);
  const ofPorts: Fragments = (table) => `(FROM ${fragments(table)} AS s WHERE ${remembered("s", "s")})`;
  if (order === "time") await run(lookAgain(fragmentsOf(seen)));
  await run(findSums(fragments, order));
  await uniteScripts(connection, ofPorts("script"), order);
  await run(foldStatements(rows, ofPorts, order));
  if (passive) await dropPassiveFragments(connection);
  await removeNoise(connection, from, order);
  await derive(connection, "view", from, options);
  if (options.geo) await enrich(connection, "view", { hostIdsFrom: from });
}
