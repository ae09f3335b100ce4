/** Which feed a name means. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";
import { didYouMean } from "../model/nearest.ts";
import { cap, clean } from "../model/text.ts";

/** The error for questions to a database without feeds. */
export function noFeeds(): UserError {
  return new UserError("there are no feeds here yet: import lists with gadwall feeds import PATH");
}

/** The error for a name that none of the stored feeds has. */
export function noSuchFeed(name: string, stored: readonly string[]): UserError {
  if (stored.length === 0) return noFeeds();
  const hint = didYouMean(name, stored) || " find_feeds, or gadwall feeds list, has the names.";
  return new UserError(`there is no feed "${cap(clean(name), 60)}" here.${hint}`);
}

/**
 * The feed of a name, whatever its case; where names differ in case only, the exact one.
 * @throws UserError when there is none, with the nearest names.
 */
export async function storedFeed(
  connection: DuckDBConnection,
  name: string,
): Promise<{ id: number; name: string }> {
  const wanted = name.trim();
  const result = await connection.runAndReadAll("SELECT id, name FROM feed.feed ORDER BY name");
  const feeds = result.getRows().map(([id, stored]) => ({ id: Number(id), name: String(stored) }));
  const found =
    feeds.find((feed) => feed.name === wanted) ??
    feeds.find((feed) => feed.name.toLowerCase() === wanted.toLowerCase());
  if (found !== undefined) return found;
  throw noSuchFeed(
    wanted,
    feeds.map((feed) => feed.name),
  );
}
