/** Removing a feed with all its history. */
import { existsSync } from "node:fs";
import { publish } from "../store/publish.ts";
import { deriveFeeds, type FeedSettings } from "./change.ts";
import { noFeeds, storedFeed } from "./stored-feed.ts";

/** Tables with rows of a feed; what is derived of several goes with the refresh. */
const TABLES = [
  "version",
  "line4",
  "line6",
  "range4",
  "range6",
  "listing4",
  "listing6",
  "listing_past4",
  "listing_past6",
] as const;

/**
 * Removes a feed.
 * @param name in any case.
 * @returns the name as it was stored.
 * @throws UserError when there is no such feed.
 */
export async function removeFeed(
  name: string,
  { db, now }: Pick<FeedSettings, "db" | "now">,
): Promise<string> {
  if (!existsSync(db)) throw noFeeds();
  let removed = name;
  await publish(db, async (connection) => {
    const feed = await storedFeed(connection, name);
    removed = feed.name;
    await connection.run("DELETE FROM feed.feed WHERE id = ?", [feed.id]);
    for (const table of TABLES)
      await connection.run(`DELETE FROM feed.${table} WHERE feed_id = ?`, [feed.id]);
    await deriveFeeds(connection, [feed.id], now ?? new Date());
    return true;
  });
  return removed;
}
