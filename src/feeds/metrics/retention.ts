/**
 * How long addresses stay listed (spec feeds §3.6), as histograms over hours: `current` of those still listed, `past`
 * of those that left. What was there when we first saw the feed may be older than we know: it is left out of `past`,
 * and `current` is incomplete as long as some of it is still listed. IPv4 only.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { everListed } from "../ever-listed.ts";
import { type FeedStep, rowsOf, runAll } from "./step.ts";

const CHANGED = "feed_id IN (SELECT feed_id FROM feed_changed)";

/** Whole hours, rounded to the nearest. */
function hours(from: string, to: string): string {
  return `greatest(floor((epoch(${to}) + 1800 - epoch(${from})) / 3600), 0)::INTEGER`;
}

const STATEMENTS = [
  `CREATE OR REPLACE TEMP TABLE feed_watch AS
   SELECT feed_id, min(since) AS first,
          greatest(max(since), max(until), max(f.source_date)) AS last
   FROM ${everListed(4)} JOIN feed.feed AS f ON f.id = feed_id WHERE ${CHANGED} GROUP BY feed_id`,
  `DELETE FROM feed.retention WHERE origin = 'import' AND ${CHANGED}`,
  `INSERT INTO feed.retention
   SELECT feed_id, if(until IS NULL, 'current', 'past') AS kind,
          ${hours("since", "coalesce(until, last)")} AS hours, sum((hi - lo)::BIGINT + 1)::BIGINT, 'import'
   FROM ${everListed(4)} JOIN feed_watch USING (feed_id)
   WHERE until IS NULL OR since > first
   GROUP BY ALL ORDER BY feed_id, kind, hours`,
  // Of imports and artifact, the one that looks back further is told.
  `UPDATE feed.metric AS m
   SET retention_origin = x.origin, observed_hours = x.observed, retention_incomplete = x.incomplete
   FROM (
     WITH artifact AS (
       SELECT feed_id, max(hours) AS observed FROM feed.retention WHERE origin = 'artifact' AND ${CHANGED} GROUP BY feed_id),
     own AS (
       SELECT w.feed_id, ${hours("any_value(w.first)", "any_value(w.last)")} AS observed,
              coalesce(bool_or(l.since = w.first), false) AS incomplete
       FROM feed_watch AS w LEFT JOIN feed.listing4 AS l USING (feed_id) GROUP BY w.feed_id),
     chosen AS (
       SELECT c.feed_id, coalesce(a.observed > coalesce(o.observed, -1), false) AS foreign_one,
              a.observed AS theirs, o.observed AS ours, o.incomplete
       FROM feed_changed AS c LEFT JOIN artifact AS a USING (feed_id) LEFT JOIN own AS o USING (feed_id))
     SELECT feed_id, CASE WHEN foreign_one THEN 'artifact' WHEN ours IS NOT NULL THEN 'import' END AS origin,
            if(foreign_one, theirs, ours) AS observed, if(foreign_one, NULL, incomplete) AS incomplete
     FROM chosen) AS x
   WHERE x.feed_id = m.feed_id`,
  "DROP TABLE feed_watch",
];

export const retention: FeedStep = {
  name: "retention",
  version: "1",
  scope: "feed",
  run: (connection) => runAll(connection, STATEMENTS),
};

/** One bar of a histogram. */
export interface AgeCount {
  hours: number;
  ips: number;
}

/** What is known about how long addresses of a feed stay. */
export interface Retention {
  /** Where it is from; null when nothing is known. */
  origin: "import" | "artifact" | null;
  /** How far back it looks, in hours. */
  observedHours: number;
  /** Some of what is listed was there when the feed was first seen; null: not known. */
  incomplete: boolean | null;
  current: readonly AgeCount[];
  past: readonly AgeCount[];
}

export async function readRetention(connection: DuckDBConnection, feedId: number): Promise<Retention> {
  const rows = await rowsOf(
    connection,
    "SELECT retention_origin, observed_hours, retention_incomplete FROM feed.metric WHERE feed_id = $1",
    [feedId],
  );
  const [origin, observed, incomplete] = rows[0] ?? [];
  const bars = await rowsOf(
    connection,
    "SELECT kind, hours, ips FROM feed.retention WHERE feed_id = $1 AND origin = $2 ORDER BY hours",
    [feedId, String(origin)],
  );
  const of = (kind: string): AgeCount[] =>
    bars.filter(([k]) => k === kind).map(([, hours, ips]) => ({ hours: Number(hours), ips: Number(ips) }));
  return {
    origin: origin === "import" || origin === "artifact" ? origin : null,
    observedHours: Number(observed ?? 0),
    incomplete: typeof incomplete === "boolean" ? incomplete : null,
    current: of("current"),
    past: of("past"),
  };
}

/** Addresses of all rows. */
export function totalOf(rows: readonly { ips: number }[]): number {
  return rows.reduce((sum, { ips }) => sum + ips, 0);
}

/**
 * The age in hours that a share `q` (0 to 1) of the addresses does not exceed: the first bar where the count so far
 * reaches floor(total × q), at least 1. Null for an empty histogram.
 * @param histogram in the order of hours.
 */
export function percentile(histogram: readonly AgeCount[], q: number): number | null {
  const total = totalOf(histogram);
  const threshold = q >= 1 ? total : Math.max(1, Math.floor(total * q));
  let count = 0;
  for (const { hours, ips } of histogram) {
    count += ips;
    if (count >= threshold && ips > 0) return hours;
  }
  return null;
}
