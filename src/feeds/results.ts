/** What an import of feeds says of itself: per file, in all, and while it goes on. */
import type { UserError } from "../model/errors.ts";
import { NoAddress } from "./no-address.ts";
import type { SkippedLine } from "./parse/list-builder.ts";
import type { StoredList } from "./store-list.ts";

export interface FeedFileResult {
  path: string;
  /** Name of the feed; null when the file is of none. */
  feed: string | null;
  /**
   * `imported`: a new version; `current`: the same content is stored already; `history`: a version older than the
   * current one, which it stays; `older`: nothing of it is new; `facts`: about a feed, such as its history; `unused`: nothing was taken of it; `failed`: see the message.
   */
  status: "imported" | "current" | "history" | "older" | "facts" | "unused" | "failed";
  /** No list of this feed was there before. */
  first: boolean;
  entries: number;
  /** IPv4 addresses, IPv6 ranges. */
  ips4: number;
  ranges6: number;
  /** IPv4 addresses that came and left; null of a first list. */
  added: number | null;
  removed: number | null;
  /** IPv6 ranges that did. */
  added6: number | null;
  removed6: number | null;
  /** How the header differs from what was read. */
  mismatch: string | null;
  /** Lines that gave no range, by reason. */
  skipped: Readonly<Record<string, number>>;
  /** The first of them, for each reason. */
  examples: readonly SkippedLine[];
  message: string | null;
}

export interface FeedImportSummary {
  files: FeedFileResult[];
  /** Lists that became a new version. */
  imported: number;
  /** Files in folders that were passed over, as their names are not those of lists. */
  passedOver: number;
  elapsed_ms: number;
  /** Milliseconds of deriving metrics, by step. */
  steps: Record<string, number>;
}

/** Told how it goes; every member is optional. */
export interface FeedReporter {
  fileStarted?(path: string, index: number, count: number): void;
  fileDone?(result: FeedFileResult): void;
  phase?(name: string): void;
}

/** A file of which nothing was taken. */
export function nothingOf(
  path: string,
  feed: string | null,
  status: FeedFileResult["status"],
  message: string | null,
): FeedFileResult {
  return {
    path,
    feed,
    status,
    first: false,
    entries: 0,
    ips4: 0,
    ranges6: 0,
    added: null,
    removed: null,
    added6: null,
    removed6: null,
    mismatch: null,
    skipped: {},
    examples: [],
    message,
  };
}

/** What became of a list that was read. */
export function storedResult(path: string, feed: string, { change, ...stored }: StoredList): FeedFileResult {
  return {
    path,
    feed,
    ...stored,
    added: change?.added ?? null,
    removed: change?.removed ?? null,
    added6: change?.added6 ?? null,
    removed6: change?.removed6 ?? null,
  };
}

/** Why a file failed: what the parsers say begins with its path, which the result has already. */
export function failureOf(path: string, feed: string | null, error: UserError): FeedFileResult {
  const { message } = error;
  const told = message.startsWith(`${path}: `) ? message.slice(path.length + 2).replace(/\.$/, "") : message;
  const result = nothingOf(path, feed, "failed", told);
  return error instanceof NoAddress
    ? { ...result, skipped: error.skipped, examples: error.examples }
    : result;
}
