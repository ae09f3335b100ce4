/** Removing a feed with all its history. */
import { existsSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";
import { publish } from "../store/publish.ts";
import { noSuchFeed } from "./browse.ts";
import { deriveFeeds, type FeedSettings } from "./change.ts";

/** Tables with rows of a feed; what is derived of several goes with the refresh. */
const TABLES = ["version", "line4", "line6", "range4", "range6", "listing4", "listing6"] as const;

/** @throws UserError when there is no such feed. */
export async function removeFeed(name: string, { db, now }: Pick<FeedSettings, "db" | "now">): Promise<void> {
  if (!existsSync(db)) throw new UserError(`there is no feed ${name}; none is imported yet`);
  await publish(db, async (connection) => {
    const id = await idOf(connection, name);
    await connection.run("DELETE FROM feed.feed WHERE id = ?", [id]);
    for (const table of TABLES) await connection.run(`DELETE FROM feed.${table} WHERE feed_id = ?`, [id]);
    await deriveFeeds(connection, [id], now ?? new Date());
    return true;
  });
}

async function idOf(connection: DuckDBConnection, name: string): Promise<number> {
  const found = await connection.runAndReadAll("SELECT id FROM feed.feed WHERE name = ?", [name]);
  const id = found.getRows()[0]?.[0];
  if (id === undefined) throw await noSuchFeed(connection, name);
  return Number(id);
}
