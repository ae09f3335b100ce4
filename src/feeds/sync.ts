/**
 * Downloading feeds from their sources. All is downloaded first, four at a time, into files of our own; then the lists
 * become versions in one change of the database. A download that fails leaves the stored list as it is.
 */
import { createReadStream, existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../model/errors.ts";
import { didYouMean } from "../model/nearest.ts";
import { downloadFolder } from "../store/cache.ts";
import type { FeedRecord } from "../store/feed-book.ts";
import { Store } from "../store/reader.ts";
import type { FeedFacts } from "./catalogue/facts.ts";
import { type Changing, changeFeeds, type FeedSettings } from "./change.ts";
import {
  type CopyMarks,
  DEFAULT_DOWNLOAD,
  type Download,
  type DownloadOptions,
  download,
} from "./download.ts";
import { refuseGarbage } from "./no-address.ts";
import { DEFAULT_FEED_LIMITS } from "./parse/limits.ts";
import type { ListFile } from "./parse/list-builder.ts";
import { readSource } from "./parse/read-source.ts";
import { parseSteps, type Step } from "./parse/steps.ts";
import {
  type FeedFileResult,
  type FeedImportSummary,
  type FeedReporter,
  failureOf,
  nothingOf,
  storedResult,
} from "./results.ts";
import { recordOf, storeList } from "./store-list.ts";

export interface SyncOptions extends FeedSettings, Partial<DownloadOptions> {
  /** Download also what is not due yet and what did not change. */
  force: boolean;
}

/** Downloads at the same time. */
const PARALLEL = 4;

/** What is stored of a feed that the download depends on. Times in seconds since 1970. */
interface Stored extends CopyMarks {
  name: string;
  checked: number | null;
}

/** How the download of one feed went. */
type Fetched =
  | { feed: FeedFacts; failed: string }
  | { feed: FeedFacts; steps: Step[]; file: string; download: Download };

/**
 * Downloads feeds of the catalogue.
 * @param names "all": the stored ones that can be downloaded and are due.
 * @throws UserError for a name that no feed has, or when the database cannot be written.
 */
export async function syncFeeds(
  names: readonly string[] | "all",
  options: SyncOptions,
  reporter: FeedReporter = {},
): Promise<FeedImportSummary> {
  const started = performance.now();
  const now = Math.floor((options.now ?? new Date()).getTime() / 1000);
  const stored = await readStored(options.db);
  const feeds =
    names === "all"
      ? dueFeeds(stored, options, now)
      : [...new Set(names)].map((name) => feedNamed(name, options.catalogue));
  const summary: FeedImportSummary = { files: [], imported: 0, passedOver: 0, elapsed_ms: 0, steps: {} };
  const folder = downloadFolder();
  try {
    const fetched: Fetched[] = [];
    let index = 0;
    const next = feeds.values();
    const worker = async (): Promise<void> => {
      for (const feed of next) {
        const number = index++;
        reporter.fileStarted?.(feed.name, number, feeds.length);
        const marks = options.force ? undefined : stored.get(feed.name);
        const result = await fetchFeed(feed, join(folder, String(number)), marks, options);
        fetched.push(result);
        if ("failed" in result)
          tell(summary, reporter, nothingOf(feed.name, feed.name, "failed", result.failed));
        else if (!result.download.changed)
          tell(summary, reporter, nothingOf(feed.name, feed.name, "current", "the server has nothing newer"));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    // Nothing to write down, not even a failure.
    if (fetched.some((result) => !("failed" in result) || stored.has(result.feed.name))) {
      await changeFeeds(options, reporter, summary, async (changing) => {
        for (const result of fetched) await storeFetched(result, changing, options, summary, reporter);
        return [];
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  summary.elapsed_ms = performance.now() - started;
  return summary;
}

function tell(summary: FeedImportSummary, reporter: FeedReporter, result: FeedFileResult): void {
  summary.files.push(result);
  if (result.status === "imported") summary.imported++;
  reporter.fileDone?.(result);
}

function feedNamed(name: string, catalogue: ReadonlyMap<string, FeedFacts>): FeedFacts {
  const feed = catalogue.get(name);
  if (feed !== undefined) return feed;
  const hint = didYouMean(name, [...catalogue.keys()]);
  throw new UserError(
    `no source of ${name} is known.${hint || " gadwall feeds catalogue lists the feeds with one; add others to feeds.yaml."}`,
  );
}

async function readStored(db: string): Promise<Map<string, Stored>> {
  if (!existsSync(db)) return new Map();
  const store = new Store(db);
  try {
    return await store.read(async ({ connection }) => {
      const rows = await connection.runAndReadAll(
        `SELECT name, etag, last_modified AS "lastModified", epoch(checked) AS checked FROM feed.feed`,
      );
      return new Map(
        rows.getRowObjects().map((row) => {
          const feed = row as unknown as Stored;
          return [feed.name, feed];
        }),
      );
    });
  } finally {
    await store.close();
  }
}

/** Feeds that are stored, have a source that can be read, and were not looked at within their own period. */
function dueFeeds(
  stored: ReadonlyMap<string, Stored>,
  { catalogue, force }: SyncOptions,
  now: number,
): FeedFacts[] {
  return [...stored.values()].flatMap(({ name, checked }) => {
    const feed = catalogue.get(name);
    if (feed === undefined || feed.status === "discontinued" || whyNot(feed) !== null) return [];
    const due = checked === null || now - checked >= (feed.frequency ?? 0) * 60;
    return due || force ? [feed] : [];
  });
}

/** Why a feed cannot be downloaded; null when it can. */
function whyNot(feed: FeedFacts): string | null {
  if (feed.ranges.length > 0) return null;
  if (feed.parent !== null) return `it is what ${feed.parent} listed over time, and has no source of its own`;
  if (feed.include.length > 0)
    return `it is put together of other feeds (${feed.include.join(", ")}), and has no source of its own`;
  if (feed.sourceUrl === null) return "no source is known that can be downloaded without a key";
  return parseSteps(feed.parse).find((step) => step.kind === "refused")?.reason ?? null;
}

async function fetchFeed(
  feed: FeedFacts,
  file: string,
  marks: CopyMarks | undefined,
  options: SyncOptions,
): Promise<Fetched> {
  const reason = whyNot(feed);
  if (reason !== null) return { feed, failed: reason };
  if (feed.ranges.length > 0) {
    await Bun.write(file, feed.ranges.join("\n"));
    const { size } = Bun.file(file);
    const none = { etag: null, lastModified: null };
    return { feed, steps: [], file, download: { changed: true, bytes: size, date: null, marks: none } };
  }
  try {
    const known = { etag: marks?.etag ?? null, lastModified: marks?.lastModified ?? null };
    const { allowPrivate, time, size, ca } = { ...DEFAULT_DOWNLOAD, ...options };
    const caps = { allowPrivate, time, size, ...(ca === undefined ? {} : { ca }) };
    return {
      feed,
      steps: parseSteps(feed.parse),
      file,
      download: await download(feed.sourceUrl!, file, known, caps),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { feed, failed: error.message };
  }
}

async function storeFetched(
  result: Fetched,
  { book, loader, now }: Changing,
  options: SyncOptions,
  summary: FeedImportSummary,
  reporter: FeedReporter,
): Promise<void> {
  const { feed } = result;
  const known = book.get(feed.name);
  if (known !== undefined) known.checked = now;
  if ("failed" in result) {
    if (known !== undefined && whyNot(feed) === null) countFailure(known, "download_failed", now);
    return;
  }
  const { download: got, file, steps } = result;
  if (!got.changed) {
    if (known !== undefined) endFailures(known);
    return;
  }
  let list: ListFile;
  let record: FeedRecord;
  try {
    const limits = options.limits ?? DEFAULT_FEED_LIMITS;
    list = await readSource(createReadStream(file), steps, feed.sourceUrl ?? feed.name, limits);
    refuseGarbage(list);
    // A list that its makers emptied says so in a comment; no bytes at all are a fault of the server.
    if (got.bytes === 0) throw new UserError("the server sent nothing");
    record = recordOf(book, feed.name);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (known !== undefined) countFailure(known, "unreadable", now);
    tell(summary, reporter, { ...failureOf(feed.sourceUrl ?? feed.name, feed.name, error), path: feed.name });
    return;
  }
  // A server whose clock or files are older than what we have is still the source.
  const newer = got.date !== null && got.date >= Number(record.source_date ?? 0) ? got.date : null;
  const given = {
    list,
    path: feed.sourceUrl ?? feed.name,
    bytes: got.bytes,
    sourceDate: newer,
    seenDate: now,
    fileDate: now,
  };
  const stored = await storeList(book, loader, record, given, now);
  Object.assign(record, { checked: now, etag: got.marks.etag, last_modified: got.marks.lastModified });
  endFailures(record);
  tell(summary, reporter, storedResult(given.path, feed.name, stored));
}

function countFailure(record: FeedRecord, status: string, now: number): void {
  record.download_failures = Number(record.download_failures ?? 0) + 1;
  record.failing_since ??= now;
  record.last_status = status;
}

function endFailures(record: FeedRecord): void {
  Object.assign(record, { download_failures: 0, failing_since: null, last_status: "ok" });
}
