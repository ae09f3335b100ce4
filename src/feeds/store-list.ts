/** Making one list that was read a version of its feed. */
import { amount } from "../model/amount.ts";
import { UserError } from "../model/errors.ts";
import type { FeedBook, FeedRecord, VersionRecord } from "../store/feed-book.ts";
import type { FeedLoader } from "../store/feed-loader.ts";
import { relist4, relist6 } from "./listings.ts";
import type { FeedHeader } from "./parse/header.ts";
import type { ListFile, SkippedLine } from "./parse/list-builder.ts";
import { type Difference, difference } from "./past.ts";
import { count4, count6, merge4, merge6, type Ranges4, type Ranges6 } from "./ranges.ts";
import { iso, micros, storePast } from "./store-past.ts";

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
  /** What came and left; null of a first list. */
  change: Difference | null;
  /** How the header differs from what was read; null when it does not, or says nothing. */
  mismatch: string | null;
  skipped: Readonly<Record<string, number>>;
  /** The first lines that were skipped for each reason. */
  examples: readonly SkippedLine[];
  /** Why the list was not taken; null when it was. */
  message: string | null;
}

const NO_CHANGE: Difference = { added: 0, removed: 0, added6: 0, removed6: 0 };

/** Lists are younger than the year 2000: what an earlier date says is "unknown". */
const FIRST_DATE = 946_684_800;
const DAY = 86_400;

/** A date that can be true; a clock may be a day wrong. */
export function plausible(date: number | null | undefined, now: number): number | null {
  return date != null && date >= FIRST_DATE && date <= now + DAY ? date : null;
}

/**
 * The record of a feed, made when there is none.
 * @throws UserError when there is one whose name differs by upper and lower case only: they would be one to whoever
 *   asks for them, and one file to some file systems.
 */
export function recordOf(book: FeedBook, name: string): FeedRecord {
  const known = book.get(name);
  if (known !== undefined) return known;
  const like = book.like(name);
  if (like !== undefined)
    throw new UserError(
      `there is a feed ${like.name}, and names may not differ by upper and lower case only; if this is a list of it, import it with --name ${like.name}`,
    );
  return book.create(name);
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
  const mismatch = compareHeader(list.header, size, now);
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
    added6: change?.added6 ?? null,
    removed6: change?.removed6 ?? null,
  });
  if (current !== null && sourceDate !== null && isOlder(record, sourceDate, fileDate)) {
    const date = sourceDate;
    const row = (change: Difference | null): VersionRecord => versionRow(date, date, change);
    return { ...told, ...(await storePast(book, loader, record, { v4, v6, sha256, date, row })) };
  }
  const processed = fileDate ?? now;
  if (current?.sha256 === sha256) {
    Object.assign(record, { source_date: sourceDate ?? record.source_date, processed });
    return { ...told, status: "current", change: NO_CHANGE, message: null };
  }
  const changedAt = sourceDate ?? given.seenDate ?? null;
  const best = changedAt ?? fileDate ?? now;
  // Listings go forward: other content of the same date, or of none, counts from now on.
  const at = current === null || best > current.at ? best : Math.max(now, current.at + 1);
  const since = micros(at);
  const all = (rows: ArrayLike<unknown>) => new BigInt64Array(rows.length).fill(since);
  let change: Difference | null = null;
  if (current === null) {
    loader.addListings(record.id, { ...v4, since: all(v4.lo) }, { ...v6, since: all(v6.lo) });
  } else {
    const before = await loader.openListings(record.id);
    const after4 = relist4(before.v4, v4, since);
    const after6 = relist6(before.v6, v6, since);
    await loader.clearCurrent(record.id);
    loader.addPastListings(
      record.id,
      { ...after4.closed, until: all(after4.closed.lo) },
      { ...after6.closed, until: all(after6.closed.lo) },
    );
    loader.addListings(record.id, after4.open, after6.open);
    change = difference(after4, { added: after6.added.ranges, removed: after6.removed.ranges });
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
    change,
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
  now: number,
): string | null {
  if (header === null) return null;
  const ips = BigInt(size.ips4) + size.span6 + BigInt(size.ranges6);
  const wrong: string[] = [];
  if (header.subnets !== null && header.subnets !== size.cidrs)
    wrong.push(`${amount(header.subnets, "subnet")}, but the list has ${amount(size.cidrs, "line")} of them`);
  if (header.uniqueIps !== null && BigInt(header.uniqueIps) !== ips)
    wrong.push(`${amount(header.uniqueIps, "address", "addresses")}, but the list has ${ips}`);
  const told = wrong.length === 0 ? [] : [`the header promises ${wrong.join(", and ")}`];
  const dates = header.wrongDates.map((date) => `the header's date ${JSON.stringify(date)} cannot be read`);
  return told.concat(dates, doubtful(header, now)).join("; ") || null;
}

/** Dates of a header that are dates, but not believed. */
function doubtful({ sourceDate, fileDate }: FeedHeader, now: number): string[] {
  const dates = [...new Set([sourceDate, fileDate])].filter((date) => date !== null);
  return dates
    .filter((date) => plausible(date, now) === null)
    .map(
      (date) =>
        `the header's date ${iso(date)} is ${date < FIRST_DATE ? "before 2000" : "in the future"}, and not believed`,
    );
}

/** Tells contents of lists apart, however they are written down. */
export function contentHash({ v4, v6 }: ListFile): string {
  return hashOf(merge4(v4), merge6(v6));
}

/** The same of merged ranges. */
function hashOf(v4: Ranges4, v6: Ranges6): string {
  const hasher = new Bun.CryptoHasher("sha256");
  hasher.update(v4.lo);
  hasher.update(v4.hi);
  hasher.update(JSON.stringify([v4.lo.length, ...v6.lo.map(String), ...v6.hi.map(String)]));
  return hasher.digest("hex");
}
