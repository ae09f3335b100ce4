/**
 * Segments and sets: all ranges of all feeds, cut at all their ends into disjoint segments, each with the set of
 * the feeds that list it. There are few different sets (12,000 in 1.8 million real ranges), so what is asked about
 * several feeds at once is asked of the sets.
 *
 * Made by a sweep. Every feed gets a random mark; a range adds it where it begins and takes it off behind its end;
 * the running sum names the set of feeds that hold the address (Zobrist hashing: the ranges of a feed are disjoint,
 * so each mark counts at most once). Marks have 114 bits and are new in every run, so no list can be made to fit
 * them: among 2^25 sets two share a name with a probability below 2^-64. The sums of all feeds are checked anyway.
 */
import { randomBytes } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { halves, whole } from "./span.ts";
import { emptied, type FeedStep, rowsOf, runAll } from "./step.ts";

interface Family {
  number: 4 | 6;
  /** The last address there is. */
  last: string;
}

const V4: Family = { number: 4, last: "4294967295::UINTEGER" };
const V6: Family = { number: 6, last: "'340282366920938463463374607431768211455'::UHUGEINT" };

/** 114 bits with a sign: the sum of 16,384 feeds fits into 128. */
const MARKS = `
  CREATE OR REPLACE TEMP TABLE feed_mark AS
  SELECT feed_id, (md5_number($1 || ' ' || feed_id) >> 14)::HUGEINT - (1::HUGEINT << 113) AS mark
  FROM (SELECT feed_id FROM feed.range4 UNION SELECT feed_id FROM feed.range6)`;

/**
 * A query for the pieces (lo, hi, identity) of a family, in order. Windows over a sorted query run as a stream: what
 * sorting cannot hold it spills, so it is cheaper to sweep twice than to keep the pieces. Of rows at the same place
 * only the last one has their sum: the others lead nowhere.
 */
function pieces({ number, last }: Family): string {
  return `
    SELECT lo, coalesce(next - 1, ${last}) AS hi, identity
    FROM (SELECT p AS lo, lead(p) OVER () AS next, sum(mark) OVER (ROWS UNBOUNDED PRECEDING) AS identity
          FROM (SELECT lo AS p, mark FROM feed.range${number} JOIN feed_mark USING (feed_id)
                UNION ALL
                SELECT hi + 1, -mark FROM feed.range${number} JOIN feed_mark USING (feed_id) WHERE hi < ${last}
                ORDER BY p))
    WHERE identity <> 0 AND (next IS NULL OR next > lo)`;
}

const LENGTH6 = halves("(hi - lo)");

const SETS = [
  `CREATE OR REPLACE TEMP TABLE feed_set AS
   SELECT identity, row_number() OVER (ORDER BY min(first4), min(first6))::INTEGER AS set_id,
          min(first4) AS first4, min(first6) AS first6, coalesce(sum(ips4), 0)::BIGINT AS ips4,
          coalesce(sum(ranges6), 0)::BIGINT AS ranges6, ${whole("sum(high6)", "sum(low6)")} AS span6
   FROM (SELECT identity, min(lo) AS first4, NULL AS first6, sum((hi - lo)::BIGINT + 1) AS ips4,
                NULL AS ranges6, NULL AS high6, NULL AS low6
         FROM (${pieces(V4)}) GROUP BY identity
         UNION ALL
         SELECT identity, NULL, min(lo), NULL, count(*), sum(${LENGTH6.high}), sum(${LENGTH6.low})
         FROM (${pieces(V6)}) GROUP BY identity)
   GROUP BY identity`,
  emptied("set_member"),
  // The members of a set are the feeds that hold its first address.
  `INSERT INTO feed.set_member
   SELECT set_id, feed_id FROM (
     SELECT set_id, feed_id FROM feed_set JOIN feed.range4 AS r ON first4 = r.lo AND r.lo = r.hi
     UNION ALL
     SELECT set_id, feed_id FROM feed_set JOIN feed.range4 AS r
       ON r.lo < r.hi AND first4 >= r.lo AND first4 <= r.hi
     UNION ALL
     SELECT set_id, feed_id FROM feed_set JOIN feed.range6 AS r ON first4 IS NULL AND first6 >= r.lo AND first6 <= r.hi)
   ORDER BY ALL`,
  emptied("set_size"),
  `INSERT INTO feed.set_size
   SELECT set_id, feeds, ips4, ranges6, span6
   FROM feed_set JOIN (SELECT set_id, count(*)::INTEGER AS feeds FROM feed.set_member GROUP BY set_id) USING (set_id)
   ORDER BY set_id`,
  ...[V4, V6].flatMap((family) => [
    emptied(`segment${family.number}`),
    `INSERT INTO feed.segment${family.number}
     SELECT lo, hi, set_id FROM (${pieces(family)}) JOIN feed_set USING (identity) ORDER BY lo`,
  ]),
  "DROP TABLE feed_set",
  "DROP TABLE feed_mark",
];

/** Feeds that are in a set twice, and those whose sets do not add up to their ranges. */
const WRONG = [
  "SELECT feed_id FROM feed.set_member GROUP BY set_id, feed_id HAVING count(*) > 1",
  `SELECT coalesce(r.feed_id, s.feed_id)
   FROM (SELECT feed_id, sum((hi - lo)::BIGINT + 1) AS ips FROM feed.range4 GROUP BY feed_id) AS r
   FULL JOIN (SELECT feed_id, sum(ips4) AS ips FROM feed.set_member JOIN feed.set_size USING (set_id)
              WHERE ips4 > 0 GROUP BY feed_id) AS s ON s.feed_id = r.feed_id
   WHERE r.ips IS DISTINCT FROM s.ips`,
  `SELECT coalesce(r.feed_id, s.feed_id)
   FROM (SELECT feed_id, count(*) AS ranges, ${whole(`sum(${LENGTH6.high})`, `sum(${LENGTH6.low})`)} AS span
         FROM feed.range6 GROUP BY feed_id) AS r
   FULL JOIN (SELECT feed_id, sum(ranges6) AS ranges,
                     ${whole(`sum(${halves("span6").high})`, `sum(${halves("span6").low})`)} AS span
              FROM feed.set_member JOIN feed.set_size USING (set_id) WHERE ranges6 > 0
              GROUP BY feed_id) AS s ON s.feed_id = r.feed_id
   WHERE r.span IS NULL OR s.span IS NULL OR r.span < s.span
      OR r.span - s.span <> (s.ranges - r.ranges)::UHUGEINT`,
];

/**
 * Fills segment4, segment6, set_member and set_size from range4 and range6. Sets are numbered from 1 in the order
 * of their first address.
 * @throws Error when the ranges of a feed were not disjoint.
 */
async function run(connection: DuckDBConnection): Promise<void> {
  await connection.run(MARKS, [randomBytes(16).toString("hex")]);
  await runAll(connection, SETS);
  for (const question of WRONG) {
    const feed = (await rowsOf(connection, question))[0]?.[0];
    if (feed !== undefined)
      throw new Error(`segments of feed ${feed} do not add up: its ranges are not disjoint`);
  }
}

export const segments: FeedStep = { name: "segments", version: "1", scope: "sets", run };
