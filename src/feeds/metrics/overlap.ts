/** Addresses that pairs of feeds have in common, both ways round, from the sets. */
import { type DuckDBConnection, INTEGER, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import { type Ancestry, leavesOf } from "./related.ts";
import { halves, whole } from "./span.ts";
import { emptied, type FeedStep, rowsOf, runAll } from "./step.ts";

/** A JSON list of texts, of a cell that should hold one. */
function texts(json: unknown): string[] {
  if (typeof json !== "string") return [];
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** What all feeds are made of. */
async function readAncestry(connection: DuckDBConnection): Promise<(Ancestry & { id: number })[]> {
  const rows = await rowsOf(connection, "SELECT id, name, parent, include FROM feed.feed");
  return rows.map(([id, name, parent, include]) => ({
    id: Number(id),
    name: String(name),
    parent: parent === null ? null : String(parent),
    include: texts(include),
  }));
}

/** Ids of the feeds that are related to one, without itself. */
export async function relatedTo(connection: DuckDBConnection, feedId: number): Promise<Set<number>> {
  const feeds = await readAncestry(connection);
  const leaves = leavesOf(feeds);
  const own = leaves.get(feeds.find(({ id }) => id === feedId)?.name ?? "") ?? new Set<string>();
  const found = feeds.filter(({ id, name }) => id !== feedId && !own.isDisjointFrom(leaves.get(name)!));
  return new Set(found.map(({ id }) => id));
}

/** Creates the temporary table `feed_related(feed_id, other_id)`: both ways round, no feed with itself. */
async function findRelated(connection: DuckDBConnection): Promise<void> {
  const feeds = await readAncestry(connection);
  const ids = new Map(feeds.map(({ id, name }) => [name, id]));
  const owners: number[] = [];
  const leaves: string[] = [];
  for (const [name, found] of leavesOf(feeds)) {
    for (const leaf of found) {
      owners.push(ids.get(name)!);
      leaves.push(leaf);
    }
  }
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE feed_leaf AS SELECT unnest($1) AS feed_id, unnest($2) AS leaf`,
    [listValue(owners), listValue(leaves)],
    [LIST(INTEGER), LIST(VARCHAR)],
  );
  await runAll(connection, [
    `CREATE OR REPLACE TEMP TABLE feed_related AS
     SELECT DISTINCT a.feed_id, b.feed_id AS other_id
     FROM feed_leaf AS a JOIN feed_leaf AS b USING (leaf) WHERE a.feed_id <> b.feed_id`,
    "DROP TABLE feed_leaf",
  ]);
}

const SPAN = halves("span6");

const STATEMENTS = [
  emptied("overlap"),
  `INSERT INTO feed.overlap
   WITH member AS (
     SELECT set_id, feed_id, ips4, ranges6, ${SPAN.high} AS high6, ${SPAN.low} AS low6
     FROM feed.set_member JOIN feed.set_size USING (set_id) WHERE feeds > 1),
   pair AS (
     SELECT a.feed_id, b.feed_id AS other_id, sum(a.ips4)::BIGINT AS common4, sum(a.ranges6)::BIGINT AS ranges6,
            ${whole("sum(a.high6)", "sum(a.low6)")} AS span6
     FROM member AS a JOIN feed.set_member AS b USING (set_id) WHERE a.feed_id <> b.feed_id
     GROUP BY ALL)
   SELECT p.feed_id, p.other_id, common4, ranges6, span6, r.feed_id IS NOT NULL
   FROM pair AS p LEFT JOIN feed_related AS r ON r.feed_id = p.feed_id AND r.other_id = p.other_id
   ORDER BY p.feed_id, p.other_id`,
];

/** Fills `feed.overlap`, and leaves the temporary table `feed_related` for steps after it. */
async function run(connection: DuckDBConnection): Promise<void> {
  await findRelated(connection);
  await runAll(connection, STATEMENTS);
}

export const overlap: FeedStep = { name: "overlap", version: "1", scope: "sets", run };
