/**
 * Content-changing updates and what they tell (spec feeds §3.5). Those of our own imports follow from the listings:
 * what began or ended at a time was added or removed then.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { everListed } from "../ever-listed.ts";
import { type FeedStep, rowsOf, runAll } from "./step.ts";

/** The number of last updates that medians look at. */
export const WINDOW = 500;

const SIZE4 = "sum((hi - lo)::BIGINT + 1)";
const CHANGED = "feed_id IN (SELECT feed_id FROM feed_changed)";

const LISTINGS = [
  `DELETE FROM feed.change WHERE origin = 'import' AND ${CHANGED}`,
  // A change of IPv6 ranges only is a row with nothing added or removed.
  `INSERT INTO feed.change
   WITH part AS (
     SELECT feed_id, since AS "at", ${SIZE4} AS added, 0 AS removed FROM ${everListed(4)} WHERE ${CHANGED} GROUP BY ALL
     UNION ALL
     SELECT feed_id, until, 0, ${SIZE4} FROM feed.listing_past4 WHERE ${CHANGED} GROUP BY ALL
     UNION ALL
     SELECT DISTINCT feed_id, since, 0, 0 FROM ${everListed(6)} WHERE ${CHANGED}
     UNION ALL
     SELECT DISTINCT feed_id, until, 0, 0 FROM feed.listing_past6 WHERE ${CHANGED}),
   moment AS (
     SELECT feed_id, "at", sum(added)::BIGINT AS added, sum(removed)::BIGINT AS removed FROM part GROUP BY feed_id, "at"),
   sized AS (
     SELECT *, row_number() OVER w AS place, (sum(added - removed) OVER w)::BIGINT AS ips
     FROM moment WINDOW w AS (PARTITION BY feed_id ORDER BY "at" ROWS UNBOUNDED PRECEDING)),
   known AS (
     SELECT feed_id, "at", arg_max(entries, id)::BIGINT AS entries
     FROM feed.version WHERE ${CHANGED} GROUP BY ALL)
   SELECT s.feed_id, s."at", if(place = 1, NULL, added), if(place = 1, NULL, removed), ips, entries, 'import'
   FROM sized AS s LEFT JOIN known AS k ON k.feed_id = s.feed_id AND k."at" = s."at"
   ORDER BY s.feed_id, s."at"`,
];

/**
 * A query for the history of the feeds that a condition on `c.feed_id` names: (feed_id, at, added, removed, ips,
 * entries), one row a time; a size that is not told is the one before. Artifacts as far as they go, behind them our
 * own imports, whose steps are coarser. A first update that brought everything is no change: added and removed are
 * null.
 */
function historyOf(condition: string): string {
  return `
  WITH reach AS (SELECT feed_id, max("at") AS last FROM feed.change WHERE origin = 'artifact' GROUP BY feed_id),
  chosen AS (
    SELECT c.feed_id, c."at", max(added) AS added, max(removed) AS removed, max(ips) AS ips, max(entries) AS entries
    FROM feed.change AS c LEFT JOIN reach AS r ON r.feed_id = c.feed_id
    WHERE c.feed_id ${condition} AND (origin = 'artifact' OR r.last IS NULL OR c."at" > r.last)
    GROUP BY c.feed_id, c."at"),
  filled AS (
    SELECT feed_id, "at", added, removed, last_value(ips IGNORE NULLS) OVER w AS ips,
           last_value(entries IGNORE NULLS) OVER w AS entries, row_number() OVER w AS place
    FROM chosen WINDOW w AS (PARTITION BY feed_id ORDER BY "at" ROWS UNBOUNDED PRECEDING))
  SELECT feed_id, "at", if(bootstrap, NULL, added) AS added, if(bootstrap, NULL, removed) AS removed, ips, entries
  FROM (SELECT *, coalesce(place = 1 AND added = ips AND coalesce(removed, 0) = 0, false) AS bootstrap FROM filled)`;
}

const HISTORY = `CREATE OR REPLACE TEMP TABLE feed_history AS ${historyOf("IN (SELECT feed_id FROM feed_changed)")}`;

/** One content-changing update. */
export interface Update {
  at: Date;
  /** Null of the first one, and where only the size is known. */
  added: number | null;
  removed: number | null;
  /** IPv4 addresses and merged ranges afterwards. */
  ips: number | null;
  entries: number | null;
}

/** The updates of a feed, oldest first. */
export async function readHistory(connection: DuckDBConnection, feedId: number): Promise<Update[]> {
  const rows = await rowsOf(connection, `${historyOf("= $1")} ORDER BY "at"`, [feedId]);
  const number = (value: unknown): number | null => (value === null ? null : Number(value));
  return rows.map(([, at, added, removed, ips, entries]) => ({
    at: at as Date,
    added: number(added),
    removed: number(removed),
    ips: number(ips),
    entries: number(entries),
  }));
}

const METRICS = `
  UPDATE feed.metric AS m
  SET rotation_median = x.rotation_median, rotation_p75 = x.rotation_p75, change_ratio_median = x.ratio_median,
      change_ratio_p75 = x.ratio_p75, change_samples = x.samples, ips_min = x.ips_min, ips_max = x.ips_max,
      entries_min = x.entries_min, entries_max = x.entries_max
  FROM (
    WITH recent AS (
      FROM feed_history WHERE added IS NOT NULL AND removed IS NOT NULL
      QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY "at" DESC) <= ${WINDOW}),
    ratio AS (
      SELECT feed_id, 100 * (added + removed) / ips AS rotation, 100 * (added + removed) / (ips + removed) AS ratio
      FROM recent WHERE ips > 0),
    middle AS (
      SELECT feed_id, count(*)::INTEGER AS samples,
             round(quantile_cont(rotation, 0.5), 2) AS rotation_median, round(quantile_cont(rotation, 0.75), 2) AS rotation_p75,
             round(quantile_cont(ratio, 0.5), 2) AS ratio_median, round(quantile_cont(ratio, 0.75), 2) AS ratio_p75
      FROM ratio GROUP BY feed_id),
    size AS (
      SELECT feed_id, min(ips) AS ips_min, max(ips) AS ips_max, min(entries) AS entries_min, max(entries) AS entries_max
      FROM (SELECT feed_id, ips, entries FROM feed_history
            UNION ALL SELECT id, ips4, entries FROM feed.feed)
      GROUP BY feed_id)
    SELECT c.feed_id, m.* EXCLUDE (feed_id, samples), coalesce(samples, 0) AS samples, s.* EXCLUDE (feed_id)
    FROM feed_changed AS c LEFT JOIN middle AS m USING (feed_id) LEFT JOIN size AS s USING (feed_id)) AS x
  WHERE x.feed_id = m.feed_id`;

/** Fills the rows of our own imports in `feed.change`; leaves the temporary table `feed_history` for steps after it. */
export const changes: FeedStep = {
  name: "changes",
  version: "2",
  scope: "feed",
  run: (connection) => runAll(connection, [...LISTINGS, HISTORY, METRICS]),
};
