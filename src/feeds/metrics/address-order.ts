/**
 * Listings in the order of addresses. DuckDB knows the smallest and largest value of each row group (zone maps), so who
 * lists an address, or did, is found in the few groups that can hold it.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { createTable } from "../../store/ddl.ts";
import { FEED_TABLES } from "../../store/feed-tables.ts";
import { emptied, type FeedStep, rowsOf, runAll } from "./step.ts";

/**
 * Rows behind those in order that may wait: two row groups, which all look-ups read. Sorting at every import would
 * write all of the past each time.
 */
const MOST_WAITING = 2 * 122_880;

/** What is listed now changes as a whole often enough to be written anew. */
const LISTED = [4, 6].flatMap((family) => [
  emptied(`listed${family as 4 | 6}`),
  `INSERT INTO feed.listed${family} SELECT lo, hi, feed_id, since FROM feed.listing${family} ORDER BY lo`,
]);

/** Writes a table of the past in order, when enough came since that was done last. */
async function sortPast(connection: DuckDBConnection, family: 4 | 6, mostWaiting: number): Promise<void> {
  const table = `listing_past${family}` as const;
  // Windows without an order run as a stream, over the rows as they lie.
  const [row] = await rowsOf(
    connection,
    `SELECT count(*)::DOUBLE
     FROM (SELECT max(turned) OVER (ROWS UNBOUNDED PRECEDING) AS behind
           FROM (SELECT (lo < lag(lo) OVER ())::INTEGER AS turned FROM feed.${table}))
     WHERE behind = 1`,
  );
  if (Number(row![0]) <= mostWaiting) return;
  await runAll(connection, [
    createTable("feed", "listing_sorted", FEED_TABLES[table]),
    `INSERT INTO feed.listing_sorted FROM feed.${table} ORDER BY lo`,
    `DROP TABLE feed.${table}`,
    `ALTER TABLE feed.listing_sorted RENAME TO ${table}`,
  ]);
}

/** @param mostWaiting for tests. */
export async function orderListings(connection: DuckDBConnection, mostWaiting = MOST_WAITING): Promise<void> {
  await runAll(connection, LISTED);
  for (const family of [4, 6] as const) await sortPast(connection, family, mostWaiting);
}

export const addressOrder: FeedStep = {
  name: "address order",
  version: "1",
  scope: "sets",
  run: (connection) => orderListings(connection),
};
