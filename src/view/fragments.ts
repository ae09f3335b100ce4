/**
 * Fragments: the source records that make up a view record, a host of a scan or a passive record each, and the
 * order in which they are merged. A fragment is either *newer* than all that was merged before it, so that it
 * prevails, or yields to all of that; the temporary table `fragment` says so in three columns:
 *
 * - `step`: its place in the order of merging, from 1;
 * - `newer`: whether it prevails over the steps before it;
 * - `rank`: what that comes to: of two fragments that both say something, the one of higher rank prevails.
 *
 * By time, which is the default, they are merged by their end (a passive record's is when it was last seen), so
 * each is newer. Those of equal end are merged by what they are and never by when they were imported: passive
 * records before scans, the former by how much they tell of a service, the latter by when host and run started,
 * source, what they say and place in the file. Nothing of other addresses may bear on it, not even by way of the
 * file's hash: who may see this address may not see those.
 *
 * IVRE merges in the order of reading: scans as they were imported, then passive records (spec ivre §8.2). What is
 * merged with ends no later than the latest end before yields, even to a scan that ended earlier than itself.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { digestHosts } from "../store/host-digest.ts";
import type { HostTable } from "../store/tables.ts";

/** In which order fragments are merged. */
export type Order = "time" | "import";

/** The rows of a host table of all sources. */
export type Rows = (table: HostTable) => string;

/** Those rows with vid, step, newer, rank and alone of their fragment. */
export type Fragments = (table: HostTable) => string;

export const fragmentsOf =
  (rows: Rows): Fragments =>
  (table) =>
    `(SELECT f.* EXCLUDE (host_id), t.* FROM fragment AS f JOIN ${rows(table)} AS t USING (host_id))`;

const BY_TIME = `endtime NULLS FIRST, host_id > 0, starttime NULLS FIRST, told, key, run_start NULLS FIRST,
  run_end NULLS FIRST, label NULLS FIRST, digest NULLS FIRST, host_id`;
/** IVRE reads passive records as they were first stored. */
const BY_IMPORT = "host_id < 0, starttime NULLS FIRST, told, key, host_id";

/** Scans of addresses, with what they are ordered by. */
const scansOf = (where: string): string => `nmap.host AS h LEFT JOIN main.run AS r ON r.id = h.run_id
    LEFT JOIN main.import AS i ON i.id = h.import_id WHERE addr IS NOT NULL AND ${where}`;

/**
 * Makes the temporary table `host_digest(host_id, digest)` of the hosts that nothing else puts in order, but for those
 * of one file: they differ in their place there.
 * @param where as for makeFragments.
 */
export async function digestTied(connection: DuckDBConnection, where: string): Promise<void> {
  const order = "addr, h.endtime, h.starttime, r.starttime, r.endtime, i.source";
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE tied AS
     SELECT unnest(list(h.id)) AS id FROM ${scansOf(where)} GROUP BY ${order}
     HAVING count(*) > 1 AND min(i.sha256) IS DISTINCT FROM max(i.sha256)`,
  );
  await digestHosts(connection, "tied");
}

/**
 * The statement that makes `fragment(vid, host_id, step, newer, rank, alone)`; `alone` is the only one of its address.
 * @param from the first view id to give.
 * @param where condition on `addr` that picks the addresses.
 * @param passive whether there are passive records (in the temporary table `observed`).
 */
export function makeFragments(from: number, where: string, passive: boolean, order: Order): string {
  const byTime = order === "time";
  const scans = `SELECT addr, h.id AS host_id, h.endtime, ${byTime ? "h.starttime" : "NULL::TIMESTAMP"} AS starttime,
      r.starttime AS run_start, r.endtime AS run_end, i.source AS label, NULL AS told, NULL::UHUGEINT AS key
    FROM ${scansOf(where)}`;
  const records = `SELECT addr, host_id, lastseen, ${byTime ? "NULL" : "firstseen"}, NULL, NULL, NULL, told, key FROM observed`;
  const newer = byTime
    ? "true"
    : "coalesce(endtime >= max(endtime) OVER (PARTITION BY addr ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true)";
  const rank = byTime
    ? "step"
    : "row_number() OVER (PARTITION BY addr ORDER BY CASE WHEN newer THEN step ELSE -step END)";
  return `CREATE OR REPLACE TEMP TABLE fragment AS
    WITH placed AS (
      SELECT ${from - 1} + dense_rank() OVER (ORDER BY addr) AS vid, addr, host_id, endtime,
             row_number() OVER (PARTITION BY addr ORDER BY ${byTime ? BY_TIME : BY_IMPORT}) AS step,
             count(*) OVER (PARTITION BY addr) = 1 AS alone
      FROM (${passive ? `${scans} UNION ALL ${records}` : scans})${byTime ? " LEFT JOIN host_digest USING (host_id)" : ""}
    ), compared AS (SELECT *, ${newer} AS newer FROM placed)
    SELECT vid, host_id, step, newer, ${rank} AS rank, alone FROM compared`;
}
