/** Making one list that was read a version of its feed. */
import { amount } from "../model/amount.ts";
import type { FeedBook, FeedRecord, VersionRecord } from "../store/feed-book.ts";
import type { FeedLoader } from "../store/feed-loader.ts";
import { relist4, relist6 } from "./listings.ts";
import type { FeedHeader } from "./parse/header.ts";
import type { ListFile, SkippedLine } from "./parse/list-builder.ts";
import type { Difference } from "./past.ts";
import { count4, count6, merge4, merge6, type Ranges4, type Ranges6 } from "./ranges.ts";
import { micros, storePast } from "./store-past.ts";

/** A list that was read, and where it is from. */
export interface NewList {
  list: ListFile;
  /** File or address. */
  path: string;
  /** Bytes that were read. */
  bytes: number;
  /** When the source changed and when the list was made of it, seconds since 1970, as far as is known. */
  sourceDate: number | null;
  fileDate: number | null;
  /** When the source was looked at: what is new and has no date of its own changed then, as far as we can tell. */
  seenDate?: number;
}

export interface StoredList {
  /** `history`: an older list than the stored one, which stays the current one; `older`: nothing of it is new. */
  status: "imported" | "current" | "history" | "older";
  /** No list of this feed was there before. */
  first: boolean;
  entries: number;
  ips4: number;
  ranges6: number;
  /** IPv4 addresses that came and left; null of a first list. */
  added: number | null;
  removed: number | null;
  /** How the header differs from what was read; null when it does not, or says nothing. */
  mismatch: string | null;
  skipped: Readonly<Record<string, number>>;
  /** The first lines that were skipped for each reason. */
  examples: readonly SkippedLine[];
  /** Why the list was not taken; null when it was. */
  message: string | null;
}

/** Lists are younger than the year 2000: what an earlier date says is "unknown". */
const FIRST_DATE = 946_684_800;
const DAY = 86_400;

/** A date that can be true; a clock may be a day wrong. */
export function plausible(date: number | null | undefined, now: number): number | null {
  return date != null && date >= FIRST_DATE && date <= now + DAY ? date : null;
}

/**
 * Stores a list, unless the feed has the same content or a newer list. Facts of the record are left to the caller.
 * @param now seconds since 1970.
 */
export async function storeList(
  book: FeedBook,
  loader: FeedLoader,
  record: FeedRecord,
  given: NewList,
  now: number,
): Promise<StoredList> {
  const { list } = given;
  const v4 = merge4(list.v4);
  const v6 = merge6(list.v6);
  const sha256 = hashOf(v4, v6);
  const sourceDate = plausible(given.sourceDate, now);
  const fileDate = plausible(given.fileDate, now);
  const current = book.current(record.id);
  const size6 = count6(v6);
  const size = {
    entries: v4.lo.length + v6.lo.length,
    cidrs: list.cidrs,
    ips4: count4(v4),
    ranges6: size6.ranges,
    span6: size6.span,
  };
  const skipped = Object.fromEntries(list.skipped);
  const mismatch = compareHeader(list.header, size);
  const { entries, ips4, ranges6 } = size;
  const { examples } = list;
  const told = { first: current === null, entries, ips4, ranges6, mismatch, skipped, examples };
  const versionRow = (at: number, changedAt: number | null, change: Difference | null): VersionRecord => ({
    feed_id: record.id,
    path: given.path,
    sha256,
    bytes: given.bytes,
    imported_at: now,
    at,
    source_date: changedAt,
    file_date: fileDate,
    header_version: list.header?.version ?? null,
    lines: list.lines,
    ...size,
    header_entries: list.header?.subnets ?? null,
    header_ips: list.header?.uniqueIps ?? null,
    mismatch,
    skipped: list.skipped.size === 0 ? null : JSON.stringify(skipped),
    added: change?.added ?? null,
    removed: change?.removed ?? null,
  });
  if (current !== null && sourceDate !== null && isOlder(record, sourceDate, fileDate)) {
    const date = sourceDate;
    const row = (change: Difference | null): VersionRecord => versionRow(date, date, change);
    return { ...told, ...(await storePast(book, loader, record, { v4, v6, sha256, date, row })) };
  }
  const processed = fileDate ?? now;
  if (current?.sha256 === sha256) {
    Object.assign(record, { source_date: sourceDate ?? record.source_date, processed });
    return { ...told, status: "current", added: 0, removed: 0, message: null };
  }
  const changedAt = sourceDate ?? given.seenDate ?? null;
  const best = changedAt ?? fileDate ?? now;
  // Listings go forward: other content of the same date, or of none, counts from now on.
  const at = current === null || best > current.at ? best : Math.max(now, current.at + 1);
  const since = micros(at);
  let change: Difference | null = null;
  if (current === null) {
    const all = (rows: ArrayLike<unknown>) => new BigInt64Array(rows.length).fill(since);
    loader.addListings(record.id, { ...v4, since: all(v4.lo) }, { ...v6, since: all(v6.lo) }, null);
  } else {
    const before = await loader.openListings(record.id);
    const after4 = relist4(before.v4, v4, since);
    const after6 = relist6(before.v6, v6, since);
    await loader.clearCurrent(record.id);
    loader.addListings(record.id, after4.closed, after6.closed, since);
    loader.addListings(record.id, after4.open, after6.open, null);
    change = { added: after4.added, removed: after4.removed };
  }
  loader.addLines(record.id, list.v4, list.v6);
  loader.addRanges(record.id, v4, v6);
  const versionId = book.addVersion(versionRow(at, changedAt, change));
  Object.assign(record, {
    version_id: versionId,
    ...size,
    source_date: changedAt,
    processed,
    started: record.started ?? now,
    // Of another copy than this one.
    etag: null,
    last_modified: null,
  });
  return {
    ...told,
    status: "imported",
    added: change?.added ?? null,
    removed: change?.removed ?? null,
    message: null,
  };
}

/** Whether a list was made of an older source than the stored one, as far as both tell. */
function isOlder(record: FeedRecord, sourceDate: number, fileDate: number | null): boolean {
  if (record.source_date === null) return false;
  if (sourceDate !== record.source_date) return sourceDate < Number(record.source_date);
  return fileDate !== null && fileDate < Number(record.processed);
}

/** How what a header counts differs from what was read; null when it does not. */
function compareHeader(
  header: FeedHeader | null,
  size: { cidrs: number; ips4: number; ranges6: number; span6: bigint },
): string | null {
  if (header === null) return null;
  const ips = BigInt(size.ips4) + size.span6 + BigInt(size.ranges6);
  const wrong: string[] = [];
  if (header.subnets !== null && header.subnets !== size.cidrs)
    wrong.push(`${amount(header.subnets, "subnet")}, but has ${amount(size.cidrs, "line")} of them`);
  if (header.uniqueIps !== null && BigInt(header.uniqueIps) !== ips)
    wrong.push(`${amount(header.uniqueIps, "address", "addresses")}, but has ${ips}`);
  return wrong.length === 0 ? null : `the header promises ${wrong.join(", and ")}`;
}

/** Tells contents apart, however they are written down. */
function hashOf(v4: Ranges4, v6: Ranges6): string {
  const hasher = new Bun.CryptoHasher("sha256");
  hasher.update(v4.lo);
  hasher.update(v4.hi);
  hasher.update(JSON.stringify([v4.lo.length, ...v6.lo.map(String), ...v6.hi.map(String)]));
  return hasher.digest("hex");
}
