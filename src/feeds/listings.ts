/**
 * Since when ranges are listed: what a version of a list makes of the listings that are there. A range of which a
 * part stays is split; the parts that stay keep the time since which they are listed.
 */
import { combine4, combine6, count4, count6, type Ranges4, type Ranges6, type Size6 } from "./ranges.ts";

/** Open listings: disjoint, in order; neighbours that were listed at different times stay apart. */
export interface Listings4 extends Ranges4 {
  /** Microseconds since 1970. */
  since: BigInt64Array;
}

export interface Listings6 extends Ranges6 {
  since: BigInt64Array;
}

/** What becomes of listings: those still open, and those that end now. */
export interface Relisted<L, S> {
  open: L;
  closed: L;
  /** Addresses that came and that left. */
  added: S;
  removed: S;
}

/**
 * Listings of IPv4 ranges after a new version of the list.
 * @param ranges of the new version, merged.
 * @param at when it came, microseconds since 1970.
 */
export function relist4(before: Listings4, ranges: Ranges4, at: bigint): Relisted<Listings4, number> {
  const listed = covered<number>(before, (n) => n + 1);
  const old: Ranges4 = { lo: Uint32Array.from(listed.lo), hi: Uint32Array.from(listed.hi) };
  const removed = combine4("difference", old, ranges);
  const added = combine4("difference", ranges, old);
  const { kept, gone } = split<number>(
    before,
    removed,
    (n) => n + 1,
    (n) => n - 1,
  );
  const opened = { lo: added.lo, hi: added.hi, since: new BigInt64Array(added.lo.length).fill(at) };
  const typed = (pieces: Pieces<number>): Listings4 => ({
    lo: Uint32Array.from(pieces.lo),
    hi: Uint32Array.from(pieces.hi),
    since: BigInt64Array.from(pieces.since),
  });
  return {
    open: typed(interleave<number>(kept, opened)),
    closed: typed(gone),
    added: count4(added),
    removed: count4(removed),
  };
}

/** Listings of IPv6 ranges after a new version of the list. */
export function relist6(before: Listings6, ranges: Ranges6, at: bigint): Relisted<Listings6, Size6> {
  const removed = combine6(
    "difference",
    covered<bigint>(before, (n) => n + 1n),
    ranges,
  );
  const added = combine6(
    "difference",
    ranges,
    covered<bigint>(before, (n) => n + 1n),
  );
  const { kept, gone } = split<bigint>(
    before,
    removed,
    (n) => n + 1n,
    (n) => n - 1n,
  );
  const opened = { ...added, since: new BigInt64Array(added.lo.length).fill(at) };
  const typed = (pieces: Pieces<bigint>): Listings6 => ({
    ...pieces,
    since: BigInt64Array.from(pieces.since),
  });
  return {
    open: typed(interleave<bigint>(kept, opened)),
    closed: typed(gone),
    added: count6(added),
    removed: count6(removed),
  };
}

/** Listings while they are put together. */
interface Pieces<N> {
  lo: N[];
  hi: N[];
  since: bigint[];
}

interface Listings<N> {
  lo: ArrayLike<N>;
  hi: ArrayLike<N>;
  since: BigInt64Array;
}

/** The merged ranges that listings cover. */
export function covered<N extends number | bigint>(
  { lo, hi }: Pick<Listings<N>, "lo" | "hi">,
  next: (n: N) => N,
): { lo: N[]; hi: N[] } {
  const merged: { lo: N[]; hi: N[] } = { lo: [], hi: [] };
  for (let i = 0; i < lo.length; i++) {
    const last = merged.hi.length - 1;
    if (last >= 0 && next(merged.hi[last]!) === lo[i]) merged.hi[last] = hi[i]!;
    else {
      merged.lo.push(lo[i]!);
      merged.hi.push(hi[i]!);
    }
  }
  return merged;
}

/** Cuts listings at the ranges that left. */
function split<N extends number | bigint>(
  listings: Listings<N>,
  removed: { lo: ArrayLike<N>; hi: ArrayLike<N> },
  next: (n: N) => N,
  before: (n: N) => N,
): { kept: Pieces<N>; gone: Pieces<N> } {
  const kept: Pieces<N> = { lo: [], hi: [], since: [] };
  const gone: Pieces<N> = { lo: [], hi: [], since: [] };
  cut(listings, removed, next, before, (lo, hi, i, inside) => {
    const pieces = inside ? gone : kept;
    pieces.lo.push(lo);
    pieces.hi.push(hi);
    pieces.since.push(listings.since[i]!);
  });
  return { kept, gone };
}

/** Cuts disjoint rows at the ends of merged ranges; told of each piece with its row, and whether a range holds it. */
export function cut<N extends number | bigint>(
  rows: { lo: ArrayLike<N>; hi: ArrayLike<N> },
  ranges: { lo: ArrayLike<N>; hi: ArrayLike<N> },
  next: (n: N) => N,
  before: (n: N) => N,
  put: (lo: N, hi: N, row: number, inside: boolean) => void,
): void {
  let r = 0;
  for (let i = 0; i < rows.lo.length; i++) {
    const end = rows.hi[i]!;
    let from: N | null = rows.lo[i]!;
    while (r < ranges.lo.length && ranges.hi[r]! < from) r++;
    while (from !== null && r < ranges.lo.length && ranges.lo[r]! <= end) {
      const first: N = ranges.lo[r]! > from ? ranges.lo[r]! : from;
      const last: N = ranges.hi[r]! < end ? ranges.hi[r]! : end;
      if (first > from) put(from, before(first), i, false);
      put(first, last, i, true);
      from = last === end ? null : next(last);
      if (ranges.hi[r]! <= end) r++;
      else break;
    }
    if (from !== null) put(from, end, i, false);
  }
}

/** Two disjoint lots of listings as one, in order. */
function interleave<N extends number | bigint>(a: Listings<N> | Pieces<N>, b: Listings<N>): Pieces<N> {
  const all: Pieces<N> = { lo: [], hi: [], since: [] };
  let [i, j] = [0, 0];
  while (i < a.lo.length || j < b.lo.length) {
    const first = j >= b.lo.length || (i < a.lo.length && a.lo[i]! < b.lo[j]!);
    const from = first ? a : b;
    const at = first ? i++ : j++;
    all.lo.push(from.lo[at]!);
    all.hi.push(from.hi[at]!);
    all.since.push(from.since[at]!);
  }
  return all;
}
