/**
 * Addresses of feeds that are on lists of critical infrastructure (spec feeds §3.11). Rows by provider; the row of a
 * tier without provider counts what is on any of its lists once, the row without either what is on any list at all.
 * Lists that are critical or provider context themselves get none.
 */
import { emptied, type FeedStep, runAll } from "./step.ts";

const STATEMENTS = [
  emptied("critical"),
  `INSERT INTO feed.critical
   WITH provider AS (SELECT id, critical AS tier FROM feed.feed WHERE critical IS NOT NULL),
   target AS (
     SELECT id FROM feed.feed
     WHERE critical IS NULL AND NOT coalesce(json_contains(roles, '"provider_context"'), false)),
   tiers AS (SELECT DISTINCT set_id, tier FROM feed.set_member JOIN provider ON id = feed_id),
   covered AS (FROM tiers UNION ALL SELECT DISTINCT set_id, NULL FROM tiers)
   FROM (
     SELECT o.feed_id, p.id AS provider_id, p.tier, o.common4 AS ips
     FROM feed.overlap AS o JOIN provider AS p ON p.id = o.other_id
     UNION ALL
     SELECT s.feed_id, NULL, c.tier, sum(z.ips4)::BIGINT
     FROM covered AS c JOIN feed.set_size AS z USING (set_id) JOIN feed.set_member AS s USING (set_id)
     GROUP BY ALL)
   WHERE ips > 0 AND feed_id IN (SELECT id FROM target)
   ORDER BY feed_id, provider_id, tier`,
];

export const critical: FeedStep = {
  name: "critical",
  version: "1",
  scope: "sets",
  run: (connection) => runAll(connection, STATEMENTS),
};
