/** Two or more feeds beside each other: what they have in common, what only one has, and how that came about. */
import { UserError } from "../model/errors.ts";
import type { Amount } from "../model/ip-amount.ts";
import { type FeedContext, type KnownFeed, knownFeeds } from "./known.ts";
import { rowsOf } from "./metrics/step.ts";
import { type AddressSet, amountOf, combine, storedRanges } from "./stored.ts";

export interface ComparedFeed {
  feed: KnownFeed;
  amount: Amount;
  /** What none of the others lists. */
  only: AddressSet;
  onlyAmount: Amount;
}

export interface ComparedPair {
  a: KnownFeed;
  b: KnownFeed;
  common: Amount;
}

/** How much there was at some time. */
export interface DriftPoint {
  /** Milliseconds since 1970. */
  at: number;
  /** By feed, in the order asked for; null before its first version. */
  amounts: (Amount | null)[];
  /** What all had; null while one of them had no version. */
  common: Amount | null;
}

export interface Comparison {
  feeds: ComparedFeed[];
  /** What all of them list. */
  common: AddressSet;
  commonAmount: Amount;
  /** What at least one of them lists. */
  unionAmount: Amount;
  pairs: ComparedPair[];
  /** Over time, the oldest first; empty when only one version of each is known. */
  drift: DriftPoint[];
}

export const MOST_COMPARED = 10;
/** Times that are looked at, spread over all versions. */
const MOST_POINTS = 12;

/**
 * Compares feeds as they are now, and their versions over time where there are several.
 * @throws UserError when fewer than two are named, too many, or one is not there.
 */
export async function compare(ctx: FeedContext, names: readonly string[], now: Date): Promise<Comparison> {
  const known = await knownFeeds(ctx, now);
  const feeds = [...new Set(names.map((name) => known.named(name)))];
  if (feeds.length < 2)
    throw new UserError("name two feeds or more to compare them: for example spamhaus_drop and dshield");
  if (feeds.length > MOST_COMPARED)
    throw new UserError(`${feeds.length} feeds are too many to compare at once: at most ${MOST_COMPARED}`);

  const ranges: AddressSet[] = [];
  for (const { id } of feeds) ranges.push(await storedRanges(ctx.connection, [id]));
  const common = ranges.reduce((a, b) => combine("intersection", a, b));
  const compared = feeds.map((feed, i) => {
    const only = ranges.reduce(
      (left, other, j) => (i === j ? left : combine("difference", left, other)),
      ranges[i]!,
    );
    return { feed, amount: amountOf(ranges[i]!), only, onlyAmount: amountOf(only) };
  });
  const pairs = feeds.flatMap((a, i) =>
    feeds.slice(i + 1).map((b, j) => ({
      a,
      b,
      common: amountOf(combine("intersection", ranges[i]!, ranges[i + 1 + j]!)),
    })),
  );
  return {
    feeds: compared,
    common,
    commonAmount: amountOf(common),
    unionAmount: amountOf(ranges.reduce((a, b) => combine("union", a, b))),
    pairs,
    drift: await drift(ctx, feeds),
  };
}

async function drift(ctx: FeedContext, feeds: readonly KnownFeed[]): Promise<DriftPoint[]> {
  const ids = feeds.map(({ id }) => id);
  const rows = await rowsOf(
    ctx.connection,
    `SELECT feed_id, epoch_ms("at")::DOUBLE FROM feed.version
     WHERE feed_id IN (${ids.join(", ")}) AND "at" IS NOT NULL ORDER BY "at"`,
  );
  const first = new Map<number, number>();
  for (const [id, at] of rows) if (!first.has(Number(id))) first.set(Number(id), Number(at));
  if (rows.length <= feeds.length) return [];
  const times = [...new Set(rows.map(([, at]) => Number(at)))];
  const points: DriftPoint[] = [];
  for (const at of spread(times, MOST_POINTS)) {
    const listed: (AddressSet | null)[] = [];
    for (const id of ids) {
      const from = first.get(id);
      listed.push(
        from === undefined || from > at ? null : await storedRanges(ctx.connection, [id], new Date(at)),
      );
    }
    const all = listed.every((set) => set !== null);
    points.push({
      at,
      amounts: listed.map((set) => (set === null ? null : amountOf(set))),
      common: all ? amountOf(listed.reduce((a, b) => combine("intersection", a!, b!))!) : null,
    });
  }
  return points;
}

/** At most that many of them, first and last included. */
function spread(times: readonly number[], most: number): number[] {
  if (times.length <= most) return [...times];
  const step = (times.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => times[Math.round(i * step)]!);
}
