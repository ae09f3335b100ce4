/** Changing the stored feeds: one change of the database at a time, with all that follows from it. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { FeedBook } from "../store/feed-book.ts";
import { FeedLoader } from "../store/feed-loader.ts";
import { commitPart, publish } from "../store/publish.ts";
import type { FeedFacts } from "./catalogue/facts.ts";
import { refreshFeeds } from "./metrics/refresh.ts";
import { rowsOf } from "./metrics/step.ts";
import type { FeedLimits } from "./parse/limits.ts";
import type { FeedReporter } from "./results.ts";
import { fillFacts, statedOf } from "./stated.ts";

/**
 * Memory for deriving. The sweeps over all ranges spill what they sort, but the more pieces there are to merge, the
 * more of them are held at once (measured: 300 lists with 1.9 million lines do with 128 MiB, 1,457 with 46 million
 * fail with 224).
 */
const DERIVING_MIB = 192;
const MIB_PER_MILLION_RANGES = 2;

/** What every change of feeds needs. */
export interface FeedSettings {
  /** Path of the database. */
  db: string;
  /** Facts about feeds by name: the catalogue with the user's feeds.yaml in it. */
  catalogue: ReadonlyMap<string, FeedFacts>;
  /** For tests; the time now otherwise. */
  now?: Date;
  limits?: FeedLimits;
}

/** What a change of feeds works with. */
export interface Changing {
  connection: DuckDBConnection;
  book: FeedBook;
  loader: FeedLoader;
  /** Seconds since 1970. */
  now: number;
}

/**
 * One change of the stored feeds: `work` is done, all facts are filled in anew, what follows from them is derived,
 * and all is published; nothing when nothing changed.
 * @param work gives the ids of feeds that it changed and whose rows do not show it.
 * @param summary gets the times of the steps.
 */
export async function changeFeeds(
  settings: FeedSettings,
  reporter: FeedReporter,
  summary: { steps: Record<string, number> },
  work: (changing: Changing) => Promise<readonly number[]>,
): Promise<void> {
  const at = settings.now ?? new Date();
  await publish(settings.db, async (connection) => {
    const book = await FeedBook.open(connection);
    const loader = await FeedLoader.open(connection);
    const more = await work({ connection, book, loader, now: Math.floor(at.getTime() / 1000) });
    loader.close();
    for (const record of book.feeds) fillFacts(record, settings.catalogue.get(record.name), statedOf(record));
    const { written, changed } = await book.save();
    if (!written && more.length === 0) return false;
    await deriveFeeds(connection, [...new Set([...changed, ...more])], at, reporter, summary);
    return true;
  });
}

/** Derives what follows from changed feeds: metrics and tags of hosts, with the memory that it takes. */
export async function deriveFeeds(
  connection: DuckDBConnection,
  changed: readonly number[],
  now: Date,
  reporter: FeedReporter = {},
  summary: { steps: Record<string, number> } = { steps: {} },
): Promise<void> {
  reporter.phase?.("deriving metrics");
  // What loading the lists left in memory would stand beside it.
  Bun.gc(true);
  await commitPart(connection);
  const [row] = await rowsOf(
    connection,
    "SELECT (SELECT count(*) FROM feed.range4) + (SELECT count(*) FROM feed.range6)",
  );
  const memory = DERIVING_MIB + Math.ceil((Number(row![0]) / 1e6) * MIB_PER_MILLION_RANGES);
  await connection.run(`SET memory_limit = '${memory}MiB'`);
  await refreshFeeds(connection, {
    changed,
    now,
    onStep: (name, milliseconds) => {
      summary.steps[name] = milliseconds;
    },
  });
}
