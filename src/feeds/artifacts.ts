/** Taking over what is published about feeds beside their lists: facts, history, changes, retention. */
import { type DuckDBConnection, INTEGER } from "@duckdb/node-api";
import type { FeedBook } from "../store/feed-book.ts";
import { FEED_TABLES } from "../store/feed-tables.ts";
import { RowWriter } from "../store/rows.ts";
import type { ArtifactInput, FeedInput } from "./inputs.ts";
import { parseChangesets, parseHistory } from "./parse/artifact-csv.ts";
import { type FeedArtifact, parseAllFeeds, parseFeedArtifact, parseRetention } from "./parse/artifacts.ts";
import type { FeedLimits } from "./parse/limits.ts";
import type { SkippedLine } from "./parse/list-builder.ts";
import { readText } from "./read-list.ts";
import { type FeedFileResult, nothingOf } from "./results.ts";
import { artifactStates, statedOf } from "./stated.ts";

/** Facts by feed, read before the lists as they date them; and the files that are read after the lists. */
export interface FeedArtifacts {
  facts: ReadonlyMap<string, FeedArtifact>;
  /** Of all-ipsets.json: since when feeds are tracked, and when their source was looked at. */
  tracked: ReadonlyMap<string, { started: number | null; checked: number | null }>;
  /** Histories, changes and retention. */
  later: readonly ArtifactInput[];
}

const NO_LIST = "there is no list of this feed";

/** A file that only has the name of an artifact: who named it wants something of it; a folder may hold anything. */
function notOne({ input, feed }: ArtifactInput, why: string): FeedFileResult {
  if (input.inFolder === true) return nothingOf(input.path, feed, "unused", why);
  const hint = "if it is a list, say where the addresses stand with --column, or name the feed with --name";
  return nothingOf(input.path, feed, "failed", `${why}; ${hint}`);
}

type Each = (input: FeedInput, one: () => Promise<FeedFileResult>) => Promise<void>;

/**
 * Reads the files with facts.
 * @param book with the feeds that are stored; those of the inputs come to it.
 */
export async function readArtifacts(
  inputs: readonly FeedInput[],
  book: FeedBook,
  limits: FeedLimits,
  each: Each,
): Promise<FeedArtifacts> {
  const facts = new Map<string, FeedArtifact>();
  const tracked = new Map<string, { started: number | null; checked: number | null }>();
  const later: ArtifactInput[] = [];
  const coming = new Set(inputs.map((input) => (input.kind === "list" ? input.feed : null)));
  for (const input of inputs) {
    if (input.kind !== "artifact") continue;
    const { path } = input.input;
    const unused = (why: string): FeedFileResult => nothingOf(path, input.feed, "unused", why);
    const other = (why: string): FeedFileResult => notOne(input, why);
    switch (input.artifact) {
      case "feed":
        await each(input, async () => {
          const artifact = parseFeedArtifact(await readText(input.input, limits));
          if (artifact === null) return other("it is not about a feed");
          if (artifact.name !== input.feed) return unused(`it is about ${artifact.name}`);
          if (book.get(artifact.name) === undefined && !coming.has(artifact.name)) return unused(NO_LIST);
          facts.set(artifact.name, artifact);
          const { wrongDates } = artifact;
          const mismatch = wrongDates.length === 0 ? null : `dates that are none: ${wrongDates.join(", ")}`;
          return { ...nothingOf(path, input.feed, "facts", null), mismatch };
        });
        break;
      case "all":
        await each(input, async () => {
          const rows = parseAllFeeds(await readText(input.input, limits));
          if (rows === null) return other("it is not a list of feeds");
          for (const { name, started, checked } of rows) tracked.set(name, { started, checked });
          return nothingOf(path, null, "facts", null);
        });
        break;
      case "comparison":
        await each(input, async () => unused("overlaps are counted, not read"));
        break;
      default:
        later.push(input);
    }
  }
  return { facts, tracked, later };
}

/**
 * Stores facts, histories, changes and retention of the feeds that are there.
 * @returns ids of the feeds with new rows in other tables.
 */
export async function storeArtifacts(
  connection: DuckDBConnection,
  book: FeedBook,
  { facts, tracked, later }: FeedArtifacts,
  each: Each,
  limits: FeedLimits,
): Promise<number[]> {
  for (const [name, artifact] of facts) {
    const record = book.get(name);
    if (record !== undefined)
      record.stated = JSON.stringify({ ...statedOf(record), artifact: artifactStates(artifact) });
  }
  for (const record of book.feeds) {
    const { name } = record;
    const started = facts.get(name)?.started ?? tracked.get(name)?.started ?? null;
    const checked = facts.get(name)?.checked ?? tracked.get(name)?.checked ?? null;
    if (started !== null) record.started = Math.min(started, Number(record.started ?? started));
    if (checked !== null) record.checked = Math.max(checked, Number(record.checked ?? 0));
  }
  const changed: number[] = [];
  const history = new Map<number, Map<number, Change>>();
  for (const input of later) {
    await each(input, async () => {
      const { path } = input.input;
      const unused = (why: string): FeedFileResult => nothingOf(path, input.feed, "unused", why);
      const record = book.get(input.feed ?? "");
      if (record === undefined) return unused(NO_LIST);
      const text = await readText(input.input, limits);
      let skipped: Readonly<Record<string, number>> = {};
      let examples: readonly SkippedLine[] = [];
      if (input.artifact === "retention") {
        const retention = parseRetention(text);
        if (retention?.name !== input.feed) return notOne(input, "it is not about retention of this feed");
        await storeRetention(connection, record.id, retention);
      } else {
        const rows = input.artifact === "history" ? parseHistory(text) : parseChangesets(text);
        if (rows === null) return notOne(input, "its first line is not that of such a file");
        if (rows.skipped > 0) skipped = { row: rows.skipped };
        examples = rows.examples;
        const changes = history.get(record.id) ?? new Map<number, Change>();
        history.set(record.id, changes);
        for (const { at, ...row } of rows.rows) changes.set(at, { ...changes.get(at), ...row });
      }
      changed.push(record.id);
      return { ...nothingOf(path, input.feed, "facts", null), skipped, examples };
    });
  }
  await storeChanges(connection, history);
  return changed;
}

interface Change {
  entries?: number;
  ips?: number;
  added?: number;
  removed?: number;
}

/** Files reach back a bounded number of updates: what is stored of the time before stays. */
async function storeChanges(
  connection: DuckDBConnection,
  history: ReadonlyMap<number, ReadonlyMap<number, Change>>,
): Promise<void> {
  for (const [id, changes] of history) {
    if (changes.size === 0) continue;
    await connection.run(
      `DELETE FROM feed.change WHERE feed_id = ? AND origin = 'artifact' AND "at" >= to_timestamp(?) AT TIME ZONE 'UTC'`,
      [id, Math.min(...changes.keys())],
      [INTEGER],
    );
  }
  const writer = await RowWriter.open(connection, "feed", "change", FEED_TABLES.change);
  for (const [id, changes] of history) {
    const rows = [...changes].sort(([a], [b]) => a - b);
    for (const [at, { added, removed, ips, entries }] of rows) {
      writer.add(id, at, added, removed, ips, entries, "artifact");
    }
  }
  writer.close();
}

async function storeRetention(
  connection: DuckDBConnection,
  id: number,
  retention: NonNullable<ReturnType<typeof parseRetention>>,
): Promise<void> {
  await connection.run("DELETE FROM feed.retention WHERE feed_id = ? AND origin = 'artifact'", [id]);
  const writer = await RowWriter.open(connection, "feed", "retention", FEED_TABLES.retention);
  for (const kind of ["past", "current"] as const) {
    for (const { hours, ips } of retention[kind]) writer.add(id, kind, hours, ips, "artifact");
  }
  writer.close();
}
