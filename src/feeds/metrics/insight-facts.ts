/** What the rules of insights.ts look at, read from the derived tables. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { readHistory, WINDOW } from "./changes.ts";
import type { InsightFacts } from "./insights/rule.ts";
import { relatedTo } from "./overlap.ts";
import { isPlaceList } from "./place-lists.ts";
import { readRetention } from "./retention.ts";
import { rowsOf } from "./step.ts";

/**
 * The earliest time that is known of a feed: the day on which we or an artifact began to track it, or the date of its
 * first version. We alone would make all lists of one import equally old.
 */
const STARTED = `least(f.started, (SELECT min("at") FROM feed.version WHERE feed_id = f.id))`;

/** Null for an unknown feed. */
export async function readInsightFacts(
  connection: DuckDBConnection,
  feedId: number,
): Promise<InsightFacts | null> {
  const ask = (sql: string): Promise<readonly (readonly unknown[])[]> => rowsOf(connection, sql, [feedId]);
  const [own] = await ask(`SELECT category, coalesce(ips4, 0), ${STARTED} FROM feed.feed AS f WHERE id = $1`);
  if (own === undefined) return null;
  const peers = await ask(
    `SELECT f.name, f.category, o.common4, o.related, ${STARTED}
     FROM feed.overlap AS o JOIN feed.feed AS f ON f.id = o.other_id WHERE o.feed_id = $1 AND o.common4 > 0 AND NOT ${isPlaceList("f")}`,
  );
  const related = await relatedTo(connection, feedId);
  const filled = await rowsOf(
    connection,
    `SELECT id FROM feed.feed AS f WHERE ips4 > 0 AND NOT ${isPlaceList("f")}`,
  );
  const compared = filled.filter(([id]) => id !== feedId && !related.has(Number(id))).length;
  const critical = await ask(
    "SELECT tier, ips FROM feed.critical WHERE feed_id = $1 AND provider_id IS NULL",
  );
  return {
    category: text(own[0]),
    ips: Number(own[1]),
    started: date(own[2]),
    peers: peers.map(([name, category, common, kin, started]) => ({
      name: String(name),
      category: text(category),
      common: Number(common),
      related: kin === true,
      started: date(started),
    })),
    compared,
    retention: await readRetention(connection, feedId),
    history: (await readHistory(connection, feedId)).slice(-WINDOW),
    countries: (await ask("SELECT code, ips FROM feed.country WHERE feed_id = $1")).map(([code, ips]) => ({
      code: String(code),
      ips: Number(ips),
    })),
    bogons: (
      await ask(
        "SELECT provider, sum(ips) FROM feed.bogon WHERE feed_id = $1 AND provider IS NOT NULL GROUP BY provider",
      )
    ).map(([provider, ips]) => ({ provider: String(provider), ips: Number(ips) })),
    critical: critical
      .filter(([tier]) => tier !== null)
      .map(([tier, ips]) => ({ tier: String(tier), ips: Number(ips) })),
    criticalIps: Number(critical.find(([tier]) => tier === null)?.[1] ?? 0),
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function date(value: unknown): Date | null {
  return value instanceof Date ? value : null;
}
