/**
 * Addresses of feeds that cannot be on the internet (spec feeds §3.10). Rows by provider: reserved networks one by
 * one, and lists of bogons; the row without provider counts what is on any of them once.
 */
import { RESERVED_PROVIDER } from "./reserved.ts";
import { emptied, type FeedStep, runAll } from "./step.ts";

const STATEMENTS = [
  emptied("bogon"),
  `INSERT INTO feed.bogon
   WITH lists AS (SELECT id, name FROM feed.feed WHERE json_contains(roles, '"bogons"')),
   reserved AS (
     SELECT set_id, network, sum(ips)::BIGINT AS ips FROM feed.place WHERE network IS NOT NULL GROUP BY ALL),
   listed AS (SELECT DISTINCT set_id FROM feed.set_member WHERE feed_id IN (SELECT id FROM lists)),
   any_of AS (
     SELECT set_id, ips4 AS ips FROM feed.set_size SEMI JOIN listed USING (set_id)
     UNION ALL SELECT set_id, ips FROM reserved ANTI JOIN listed USING (set_id))
   FROM (
     SELECT feed_id, '${RESERVED_PROVIDER}' AS provider, network, sum(ips)::BIGINT AS ips
     FROM reserved JOIN feed.set_member USING (set_id) GROUP BY ALL
     UNION ALL
     SELECT o.feed_id, l.name, NULL, o.common4 FROM feed.overlap AS o JOIN lists AS l ON l.id = o.other_id
     UNION ALL
     SELECT feed_id, NULL, NULL, sum(ips)::BIGINT FROM any_of JOIN feed.set_member USING (set_id) GROUP BY feed_id)
   WHERE ips > 0
   ORDER BY feed_id, provider, network`,
];

export const bogons: FeedStep = {
  name: "bogons",
  version: "1",
  scope: "sets",
  run: (connection) => runAll(connection, STATEMENTS),
};
