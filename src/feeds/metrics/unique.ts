/**
 * How much of a feed is its own.
 * - `unique_share`, FireHOL's (spec feeds §3.4): percent not on that unrelated list by another maintainer, made
 *   from its own observations (provenance primary or secondary_upstream), which has most in common with it. An upper
 *   bound: two peers may hold different parts. Peers with nothing in common do not count as samples.
 * - `exact_share`, `exact_unique`: addresses on no unrelated feed at all, whoever made it.
 *
 * Lists of countries and systems are nobody's peers (place-lists.ts).
 * Of IPv4 addresses; of IPv6 ones for lists without IPv4.
 */
import { isPlaceList } from "./place-lists.ts";
import { type FeedStep, runAll } from "./step.ts";

/** Addresses as a number: exact for IPv4; for IPv6 as near as a percentage needs. */
function amount(ips4: string, ranges6: string, span6: string): string {
  return `CASE WHEN family = 4 THEN ${ips4}::DOUBLE ELSE ${span6}::DOUBLE + ${ranges6}::DOUBLE END`;
}

const STATEMENTS = [
  `CREATE OR REPLACE TEMP TABLE feed_amount AS
   WITH held AS (
     SELECT feed_id, if(sum(ips4) > 0, 4, 6) AS family FROM feed.set_member JOIN feed.set_size USING (set_id)
     GROUP BY feed_id)
   SELECT feed_id, family, sum(${amount("ips4", "ranges6", "span6")}) AS total
   FROM feed.set_member JOIN feed.set_size USING (set_id) JOIN held USING (feed_id)
   GROUP BY feed_id, family`,
  `UPDATE feed.metric AS m
   SET unique_share = x.share, unique_samples = x.samples, exact_unique = x.exact_unique, exact_share = x.exact_share
   FROM (
     WITH peer AS (
       SELECT o.feed_id, max(${amount("o.common4", "o.ranges6", "o.span6")}) AS most,
              count(*) FILTER (${amount("o.common4", "o.ranges6", "o.span6")} > 0)::INTEGER AS samples
       FROM feed.overlap AS o JOIN feed_amount AS a USING (feed_id)
       JOIN feed.feed AS f ON f.id = o.feed_id JOIN feed.feed AS p ON p.id = o.other_id
       WHERE NOT o.related AND coalesce(lower(p.maintainer) <> lower(f.maintainer), true)
         AND coalesce(p.provenance, 'primary') IN ('primary', 'secondary_upstream')
         AND NOT ${isPlaceList("p")}
       GROUP BY o.feed_id),
     place AS (SELECT id FROM feed.feed AS f WHERE ${isPlaceList("f")}),
     place_members AS (
       SELECT set_id, count(*) AS lists FROM feed.set_member SEMI JOIN place ON id = feed_id GROUP BY set_id),
     -- Sets of which all other members are related to the feed.
     kin AS (
       SELECT s.set_id, r.feed_id, count(*) AS others
       FROM feed_related AS r JOIN feed.set_member AS s ON s.feed_id = r.other_id
       JOIN feed.set_member AS own ON own.set_id = s.set_id AND own.feed_id = r.feed_id
       WHERE r.other_id NOT IN (FROM place)
       GROUP BY ALL),
     own AS (
       SELECT s.feed_id, sum(z.ips4)::BIGINT AS ips4,
              sum(${amount("z.ips4", "z.ranges6", "z.span6")}) AS amount
       FROM feed.set_member AS s JOIN feed.set_size AS z USING (set_id) JOIN feed_amount USING (feed_id)
       LEFT JOIN kin AS k ON k.set_id = s.set_id AND k.feed_id = s.feed_id
       LEFT JOIN place_members AS p ON p.set_id = s.set_id
       WHERE z.feeds - coalesce(p.lists, 0) - if(s.feed_id IN (FROM place), 0, 1) = coalesce(k.others, 0)
       GROUP BY s.feed_id)
     SELECT f.id AS feed_id, coalesce(p.samples, 0) AS samples,
            CASE WHEN a.total IS NULL THEN 0 ELSE 100 * (a.total - coalesce(p.most, 0)) / a.total END AS share,
            coalesce(o.ips4, 0) AS exact_unique,
            CASE WHEN a.total IS NULL THEN 0 ELSE 100 * coalesce(o.amount, 0) / a.total END AS exact_share
     FROM feed.feed AS f LEFT JOIN feed_amount AS a ON a.feed_id = f.id
     LEFT JOIN peer AS p ON p.feed_id = f.id LEFT JOIN own AS o ON o.feed_id = f.id) AS x
   WHERE x.feed_id = m.feed_id`,
  "DROP TABLE feed_amount",
];

export const unique: FeedStep = {
  name: "unique",
  version: "2",
  scope: "sets",
  run: (connection) => runAll(connection, STATEMENTS),
};
