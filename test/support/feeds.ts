/** Databases with feeds, filled by hand: for tests that ask questions of known lists. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { merge4, merge6 } from "../../src/feeds/ranges.ts";
import { parseAddress, parseNetwork, toV4 } from "../../src/model/ip.ts";
import type { Cell } from "../../src/store/columns.ts";
import { FEED_TABLES, type FeedTable } from "../../src/store/feed-tables.ts";
import { RowWriter } from "../../src/store/rows.ts";
import { emptyDatabase } from "./db.ts";

/** A connection to an empty database, for feeds. */
export function feedDatabase(): Promise<DuckDBConnection> {
  return emptyDatabase();
}

/** A row by column name; a Date or seconds for TIMESTAMP; lists become JSON. Columns left out are NULL. */
export type FeedRow = Readonly<Record<string, Cell | Date | readonly string[]>>;

function cell(value: FeedRow[string]): Cell {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return JSON.stringify(value);
  return value as Cell;
}

/** Appends rows to a table of schema `feed`. */
export async function insertFeedRows(
  connection: DuckDBConnection,
  table: FeedTable,
  rows: readonly FeedRow[],
): Promise<void> {
  const columns = FEED_TABLES[table];
  const writer = await RowWriter.open(connection, "feed", table, columns);
  for (const row of rows) {
    for (const column of Object.keys(row)) {
      if (!(column in columns)) throw new Error(`feed.${table} has no column ${column}`);
    }
    writer.add(...Object.keys(columns).map((column) => cell(row[column])));
  }
  writer.close();
}

/** First and last address of "a", "a/n" or "a-b", 128 bits each. */
export function rangeOf(text: string): { first: bigint; last: bigint } {
  const dash = text.indexOf("-");
  if (dash < 0) {
    const network = parseNetwork(text);
    if (network === null) throw new Error(`${text} is no network`);
    return network;
  }
  const first = parseAddress(text.slice(0, dash));
  const last = parseAddress(text.slice(dash + 1));
  if (first === null || last === null) throw new Error(`${text} is no range`);
  return { first, last };
}

/** Ranges by family, in the order given. */
export function byFamily(texts: readonly string[]): {
  v4: { lo: number; hi: number }[];
  v6: { lo: bigint; hi: bigint }[];
} {
  const v4: { lo: number; hi: number }[] = [];
  const v6: { lo: bigint; hi: bigint }[] = [];
  for (const text of texts) {
    const { first, last } = rangeOf(text);
    const lo = toV4(first);
    const hi = toV4(last);
    if (lo !== null && hi !== null) v4.push({ lo, hi });
    else v6.push({ lo: first, hi: last });
  }
  return { v4, v6 };
}

/** When lists of tests were published, unless they say otherwise. */
export const PUBLISHED = new Date("2026-01-01T00:00:00Z");

/**
 * Adds a feed with one version: its lines, merged ranges and listings (since its source date). A maintainer, category
 * and provenance are given when none are.
 * @param facts columns of `feed.feed`; `name` is needed.
 * @param ranges "a", "a/n" or "a-b".
 * @returns its id: 1, 2, … in order.
 */
export async function addFeed(
  connection: DuckDBConnection,
  facts: FeedRow & { name: string },
  ranges: readonly string[] = [],
): Promise<number> {
  const result = await connection.runAndReadAll("SELECT coalesce(max(id), 0) + 1 FROM feed.feed");
  const id = Number(result.getRows()[0]?.[0]);
  const { v4, v6 } = byFamily(ranges);
  const merged4 = merge4({
    lo: Uint32Array.from(v4, ({ lo }) => lo),
    hi: Uint32Array.from(v4, ({ hi }) => hi),
  });
  const merged6 = merge6({ lo: v6.map(({ lo }) => lo), hi: v6.map(({ hi }) => hi) });
  const range4 = Array.from(merged4.lo, (lo, i) => ({ feed_id: id, lo, hi: merged4.hi[i]! }));
  const range6 = merged6.lo.map((lo, i) => ({ feed_id: id, lo, hi: merged6.hi[i]! }));
  const size = {
    entries: range4.length + range6.length,
    cidrs: ranges.length,
    ips4: BigInt(range4.reduce((sum, { lo, hi }) => sum + hi - lo + 1, 0)),
    ranges6: BigInt(range6.length),
    span6: range6.reduce((sum, { lo, hi }) => sum + hi - lo, 0n),
  };
  const since = facts.source_date ?? PUBLISHED;
  const row = {
    maintainer: `Maintainer of ${facts.name}`,
    category: "intrusion",
    provenance: "primary",
    source_date: since,
    processed: since,
    started: since,
    ...facts,
    ...size,
    id,
    version_id: id,
  };
  await insertFeedRows(connection, "feed", [row]);
  await insertFeedRows(connection, "version", [
    {
      id,
      feed_id: id,
      path: `${facts.name}.netset`,
      imported_at: since,
      at: since,
      source_date: since,
      ...size,
    },
  ]);
  const lines = { line4: v4, line6: v6 };
  for (const [table, rows] of Object.entries(lines) as ["line4" | "line6", typeof v4 | typeof v6][]) {
    await insertFeedRows(
      connection,
      table,
      rows.map(({ lo, hi }, seq) => ({ feed_id: id, seq, lo, hi })),
    );
  }
  await insertFeedRows(connection, "range4", range4);
  await insertFeedRows(connection, "range6", range6);
  const listed = <T>(found: T): T & { since: typeof since } => ({ ...found, since });
  await insertFeedRows(connection, "listing4", range4.map(listed));
  await insertFeedRows(connection, "listing6", range6.map(listed));
  return id;
}

/** Adds listings of a feed: what was listed, since when, until when. */
export async function addListings(
  connection: DuckDBConnection,
  feedId: number,
  listings: readonly { range: string; since: Date; until: Date | null }[],
): Promise<void> {
  for (const { range, since, until } of listings) {
    const { v4, v6 } = byFamily([range]);
    const rows = [...v4.map((range) => ({ family: 4, range })), ...v6.map((range) => ({ family: 6, range }))];
    for (const { family, range } of rows) {
      const row = { feed_id: feedId, ...range, since };
      const v = family as 4 | 6;
      if (until === null) await insertFeedRows(connection, `listing${v}`, [row]);
      else await insertFeedRows(connection, `listing_past${v}`, [{ ...row, until }]);
    }
  }
}
