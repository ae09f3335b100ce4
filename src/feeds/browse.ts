/** What is stored of feeds, for people: all of them as rows, one of them in full. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Json } from "../model/json.ts";
import { FEED_TABLES } from "../store/feed-tables.ts";
import { healthSentence, readHealth } from "./metrics/health.ts";
import { storedFeed } from "./stored-feed.ts";

/** A column as text that JSON can hold: ISO times, and what may be larger than a number of JSON as text. */
function selected(column: string, type: string): string {
  if (type === "TIMESTAMP") return `strftime("${column}", '%Y-%m-%dT%H:%M:%SZ') AS "${column}"`;
  if (type === "BIGINT") return `"${column}"::DOUBLE AS "${column}"`;
  if (type === "UHUGEINT") return `"${column}"::VARCHAR AS "${column}"`;
  return `"${column}"`;
}

function columnsOf(table: "feed" | "version" | "metric", leftOut: readonly string[]): string {
  return Object.entries(FEED_TABLES[table])
    .filter(([column]) => !leftOut.includes(column))
    .map(([column, type]) => selected(column, type))
    .join(", ");
}

export interface FeedRow {
  name: string;
  official_name: string | null;
  maintainer: string | null;
  category: string | null;
  health: string | null;
  entries: number;
  /** IPv4 addresses. */
  ips4: number;
  ranges6: number;
  source_date: string | null;
  processed: string | null;
}

/** All feeds by name. Health is that of now, not of the last import. */
export async function listFeeds(connection: DuckDBConnection, now: Date): Promise<FeedRow[]> {
  const result = await connection.runAndReadAll(
    `SELECT id, name, official_name, maintainer, coalesce(category, legacy_category) AS category, entries,
            ips4::DOUBLE AS ips4, ranges6::DOUBLE AS ranges6, ${selected("source_date", "TIMESTAMP")},
            ${selected("processed", "TIMESTAMP")}
     FROM feed.feed ORDER BY name`,
  );
  const health = await readHealth(connection, now);
  return result.getRowObjects().map(({ id, ...row }) => ({
    ...(row as unknown as Omit<FeedRow, "health">),
    health: health.get(Number(id))?.class ?? null,
  }));
}

type JsonRow = Record<string, Json>;

export interface FeedDetails {
  /** The row of the feed, lists as lists. */
  feed: JsonRow;
  metrics: JsonRow;
  /** Newest first. */
  versions: JsonRow[];
}

/** Versions that are shown. */
const VERSIONS = 100;

/** Everything that is stored of a feed but its addresses. @throws UserError when there is no such feed. */
export async function showFeed(connection: DuckDBConnection, name: string, now: Date): Promise<FeedDetails> {
  const { id } = await storedFeed(connection, name);
  const rows = async (sql: string, value: number): Promise<JsonRow[]> =>
    (await connection.runAndReadAll(sql, [value])).getRowObjects() as JsonRow[];
  const [feed = {}] = await rows(`SELECT ${columnsOf("feed", [])} FROM feed.feed WHERE id = ?`, id);
  const [metrics = {}] = await rows(
    `SELECT ${columnsOf("metric", ["feed_id"])} FROM feed.metric WHERE feed_id = ?`,
    id,
  );
  const health = (await readHealth(connection, now)).get(id);
  const versions = await rows(
    `SELECT ${columnsOf("version", ["feed_id"])} FROM feed.version WHERE feed_id = ? ORDER BY "at" DESC, id DESC LIMIT ${VERSIONS}`,
    id,
  );
  for (const column of ["roles", "include", "exclude", "stated"]) feed[column] = parsed(feed[column]);
  return {
    feed,
    metrics: {
      ...metrics,
      ...(health === undefined ? {} : { health: health.class, health_reason: healthSentence(health) }),
    },
    versions: versions.map((version) => ({ ...version, skipped: parsed(version.skipped) })),
  };
}

function parsed(text: Json | undefined): Json {
  return typeof text === "string" ? (JSON.parse(text) as Json) : null;
}
