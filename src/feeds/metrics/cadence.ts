/**
 * How often a feed changes (spec feeds §3.3): minutes between content-changing updates. Null until two are known;
 * then the configured frequency has to do. It tells nothing about looks that found no change.
 */
import { type FeedStep, runAll } from "./step.ts";

const STATEMENTS = [
  `UPDATE feed.metric AS m
   SET cadence_mean = x.mean, cadence_min = x.least, cadence_max = x.most, updates = x.updates
   FROM (
     WITH gap AS (
       SELECT feed_id, epoch("at" - lag("at") OVER (PARTITION BY feed_id ORDER BY "at")) / 60 AS minutes FROM feed_history),
     gaps AS (
       SELECT feed_id, count(*) AS updates, round(avg(minutes)) AS mean, round(min(minutes)) AS least,
              round(max(minutes)) AS most
       FROM gap GROUP BY feed_id)
     SELECT c.feed_id, g.mean, g.least, g.most,
            least(greatest(coalesce(v.header_version, 0), coalesce(g.updates, 0)), 2147483647)::INTEGER AS updates
     FROM feed_changed AS c LEFT JOIN gaps AS g USING (feed_id)
     LEFT JOIN feed.feed AS f ON f.id = c.feed_id LEFT JOIN feed.version AS v ON v.id = f.version_id) AS x
   WHERE x.feed_id = m.feed_id`,
];

export const cadence: FeedStep = {
  name: "cadence",
  version: "1",
  scope: "feed",
  run: (connection) => runAll(connection, STATEMENTS),
};
