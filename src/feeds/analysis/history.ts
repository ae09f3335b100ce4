/** Updates of a feed in buckets of time, and how far apart they are (spec feeds §3.13, §4.1). Pure. */
import type { Update } from "../metrics/changes.ts";

/** More rows than this are rolled up. */
export const MOST_ROWS = 100;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const SIZES: readonly (readonly [name: string, milliseconds: number])[] = [
  ["1 hour", HOUR],
  ["1 day", DAY],
  ["1 week", 7 * DAY],
  ["30 days", 30 * DAY],
  ["90 days", 90 * DAY],
  ["1 year", 365 * DAY],
];

/** A Monday; days and hours begin there, too. */
const WEEK_ZERO = Date.UTC(1970, 0, 5);

export interface HistoryRow {
  at: Date;
  /** Means of the sizes after the updates. */
  ips: number | null;
  entries: number | null;
  /** Sums. */
  added: number;
  removed: number;
  /** Percent: what was added and removed, of the mean size. */
  churn: number | null;
}

export interface History {
  /** "each update", or the size of the buckets. */
  resolution: string;
  /** Oldest first; times without changes have no row. */
  rows: readonly HistoryRow[];
}

/** The start of the bucket that a time lies in, UTC. */
function start(time: number, size: number): number {
  if (size === 365 * DAY) return Date.UTC(new Date(time).getUTCFullYear(), 0, 1);
  const zero = size === 7 * DAY ? WEEK_ZERO : 0;
  return Math.floor((time - zero) / size) * size + zero;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function rowOf(at: Date, updates: readonly Update[]): HistoryRow {
  const sum = (name: "added" | "removed"): number =>
    updates.reduce((all, update) => all + (update[name] ?? 0), 0);
  const ips = mean(updates.map((update) => update.ips));
  const added = sum("added");
  const removed = sum("removed");
  return {
    at,
    ips: ips === null ? null : Math.round(ips),
    entries: rounded(mean(updates.map((update) => update.entries))),
    added,
    removed,
    churn: ips === null || ips <= 0 ? null : (100 * (added + removed)) / ips,
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

/**
 * Updates that brought a change, one row each up to 100, else in the smallest buckets that give no more rows and are
 * not finer than the feed is looked at.
 * @param updates oldest first; the first one that all began with is no change.
 * @param frequency minutes between looks; null: the median gap counts.
 */
export function historyOf(updates: readonly Update[], frequency: number | null): History {
  const changes = updates.filter(({ added, removed }) => added !== null || removed !== null);
  if (changes.length <= MOST_ROWS)
    return { resolution: "each update", rows: changes.map((update) => rowOf(update.at, [update])) };
  const floor = frequency !== null && frequency > 0 ? frequency * 60_000 : median(gapsOf(changes));
  const sizes = SIZES.filter(([, size]) => size >= floor);
  for (const [name, size] of sizes.length > 0 ? sizes : SIZES.slice(-1)) {
    const groups = Map.groupBy(changes, ({ at }) => start(at.getTime(), size));
    if (groups.size > MOST_ROWS && size < SIZES.at(-1)![1]) continue;
    return { resolution: name, rows: [...groups].map(([at, group]) => rowOf(new Date(at), group)) };
  }
  throw new Error("unreachable: the last size is always taken");
}

/** Milliseconds between updates. */
function gapsOf(updates: readonly Update[]): number[] {
  return updates.slice(1).map(({ at }, i) => at.getTime() - updates[i]!.at.getTime());
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const BINS: readonly (readonly [name: string, below: number])[] = [
  ["<1h", HOUR],
  ["1-6h", 6 * HOUR],
  ["6-12h", 12 * HOUR],
  ["12-24h", DAY],
  ["1-3d", 3 * DAY],
  ["3-7d", 7 * DAY],
  ["1-4w", 28 * DAY],
  [">4w", Number.POSITIVE_INFINITY],
];

/** How many updates came how long after the one before; intervals without any are left out. */
export function intervalsOf(updates: readonly Update[]): { interval: string; updates: number }[] {
  const gaps = gapsOf(updates);
  return BINS.map(([interval, below], i) => ({
    interval,
    updates: gaps.filter((gap) => gap < below && gap >= (BINS[i - 1]?.[1] ?? 0)).length,
  })).filter((bin) => bin.updates > 0);
}
