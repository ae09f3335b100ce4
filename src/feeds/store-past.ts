/** Making a list a version that lies in the past of its feed. */
import type { FeedBook, FeedRecord, VersionRecord } from "../store/feed-book.ts";
import type { FeedLoader } from "../store/feed-loader.ts";
import { type Difference, difference, insert4, insert6 } from "./past.ts";
import type { Ranges4, Ranges6 } from "./ranges.ts";

export interface PastList {
  /** `older`: nothing of it is new. */
  status: "history" | "older";
  /** What came and left; null of what is now the first list. */
  change: Difference | null;
  message: string;
}

/** Stores a list that is older than the current one, between the versions before and after it. */
export async function storePast(
  book: FeedBook,
  loader: FeedLoader,
  record: FeedRecord,
  list: {
    v4: Ranges4;
    v6: Ranges6;
    sha256: string;
    /** Of its source, seconds since 1970. */
    date: number;
    row: (change: Difference | null) => VersionRecord;
  },
): Promise<PastList> {
  const { v4, v6, sha256, date } = list;
  const versions = await book.versions(record.id);
  const previous = versions.findLast(({ at }) => at < date);
  let next = versions.find(({ at }) => at >= date);
  const notTaken = (why: string): PastList => ({
    status: "older",
    change: null,
    message: `it is older than the list of ${iso(Number(record.source_date))}, ${why}`,
  });
  if (next?.at === date && next.sha256 !== sha256) return notTaken("and another list of its date is stored");
  if (next?.at === date || previous?.sha256 === sha256) return notTaken("and what it says is stored already");
  if (next === undefined) {
    // The current list was there before and after it.
    next = await book.repeatCurrent(record.id, Number(record.source_date));
    record.version_id = next.id;
  }
  const at = micros(date);
  const until = micros(next.at);
  const around = await loader.listingsAround(record.id, at, until);
  const after4 = insert4(around.v4, v4, at, until);
  const after6 = insert6(around.v6, v6, at, until);
  await loader.replaceAround(record.id, at, until, { v4: after4.spans, v6: after6.spans });
  const change = previous === undefined ? null : difference(after4.before, after6.before);
  const onwards = difference(after4.after, after6.after);
  await book.addPastVersion(list.row(change), { id: next.id, ...onwards });
  return {
    status: "history",
    change,
    message: `it is what was listed from ${iso(date)} to ${iso(next.at)}`,
  };
}

/** Times as listings have them, of seconds since 1970. */
export function micros(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e6));
}

/** A time, seconds since 1970, in words of ISO 8601. */
export function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}
