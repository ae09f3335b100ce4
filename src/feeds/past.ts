/**
 * A version that is older than others which are stored: what it says of the time from its own date to that of the next
 * version. Listings that ran through that time are cut where it lacks them; what it shares with the next version was
 * listed since its date already.
 */
import { covered, cut, type Listings4, type Listings6 } from "./listings.ts";
import { combine4, combine6, count4, type Ranges4, type Ranges6 } from "./ranges.ts";

/** Listings with their ends, microseconds since 1970; STILL for those that go on. */
export interface Spans4 extends Listings4 {
  until: BigInt64Array;
}

export interface Spans6 extends Listings6 {
  until: BigInt64Array;
}

/** What came and left: IPv4 addresses, IPv6 ranges. */
export interface Difference {
  added: number;
  removed: number;
  added6: number;
  removed6: number;
}

/** The part of one family. */
interface FamilyDifference {
  added: number;
  removed: number;
}

/** Of both. */
export function difference(v4: FamilyDifference, v6: FamilyDifference): Difference {
  return { added: v4.added, removed: v4.removed, added6: v6.added, removed6: v6.removed };
}

/**
 * Puts an older version of the IPv4 ranges among what is stored.
 * @param around all listings of the time from `at` to `next`, both included, in the order of addresses; no version is
 *   between the two, so none begins or ends there.
 * @param ranges of the older version, merged.
 * @param at when it came.
 * @param next when the version after it came.
 * @returns what takes the place of `around`, and how the version differs from the one before and the one after it.
 */
export function insert4(
  around: Spans4,
  ranges: Ranges4,
  at: bigint,
  next: bigint,
): { spans: Spans4; before: FamilyDifference; after: FamilyDifference } {
  const up = (n: number): number => n + 1;
  const listed = (rows: Rows<number>): Ranges4 => {
    const { lo, hi } = covered<number>(rows, up);
    return { lo: Uint32Array.from(lo), hi: Uint32Array.from(hi) };
  };
  const { earlier, later, all } = parts<number>(around, at, next);
  const pieces = insert<number>(around, ranges, at, next, up, (n) => n - 1);
  put(pieces, combine4("difference", ranges, listed(all)), at, next);
  const [previous, following] = [listed(earlier), listed(later)];
  const size = (a: Ranges4, b: Ranges4): number => count4(combine4("difference", a, b));
  return {
    spans: {
      lo: Uint32Array.from(pieces.lo),
      hi: Uint32Array.from(pieces.hi),
      since: BigInt64Array.from(pieces.since),
      until: BigInt64Array.from(pieces.until),
    },
    before: { added: size(ranges, previous), removed: size(previous, ranges) },
    after: { added: size(following, ranges), removed: size(ranges, following) },
  };
}

/** The same for IPv6, where differences are counted in ranges. */
export function insert6(
  around: Spans6,
  ranges: Ranges6,
  at: bigint,
  next: bigint,
): { spans: Spans6; before: FamilyDifference; after: FamilyDifference } {
  const up = (n: bigint): bigint => n + 1n;
  const { earlier, later } = parts<bigint>(around, at, next);
  const [previous, following] = [covered<bigint>(earlier, up), covered<bigint>(later, up)];
  const size = (a: Ranges6, b: Ranges6): number => combine6("difference", a, b).lo.length;
  const pieces = insert<bigint>(around, ranges, at, next, up, (n) => n - 1n);
  put(pieces, combine6("difference", ranges, covered<bigint>(around, up)), at, next);
  return {
    spans: { ...pieces, since: BigInt64Array.from(pieces.since), until: BigInt64Array.from(pieces.until) },
    before: { added: size(ranges, previous), removed: size(previous, ranges) },
    after: { added: size(following, ranges), removed: size(ranges, following) },
  };
}

interface Rows<N> {
  lo: ArrayLike<N>;
  hi: ArrayLike<N>;
}

interface Pieces<N> {
  lo: N[];
  hi: N[];
  since: bigint[];
  until: bigint[];
}

interface Spans<N> extends Rows<N> {
  since: BigInt64Array;
  until: BigInt64Array;
}

/** What the version before listed and what the one after lists; no address is in two listings. */
function parts<N>(
  { lo, hi, since, until }: Spans<N>,
  at: bigint,
  next: bigint,
): { earlier: Rows<N>; later: Rows<N>; all: Rows<N> } {
  const rowsOf = (wanted: (row: number) => boolean): Rows<N> => {
    const rows = Array.from(lo, (_, row) => row).filter(wanted);
    return { lo: rows.map((row) => lo[row]!), hi: rows.map((row) => hi[row]!) };
  };
  return {
    earlier: rowsOf((row) => since[row]! < at),
    later: rowsOf((row) => until[row]! > next),
    all: { lo, hi },
  };
}

function insert<N extends number | bigint>(
  { lo, hi, since, until }: Spans<N>,
  ranges: Rows<N>,
  at: bigint,
  next: bigint,
  up: (n: N) => N,
  down: (n: N) => N,
): Pieces<N> {
  const pieces: Pieces<N> = { lo: [], hi: [], since: [], until: [] };
  const add = (first: N, last: N, from: bigint, to: bigint): void => {
    pieces.lo.push(first);
    pieces.hi.push(last);
    pieces.since.push(from);
    pieces.until.push(to);
  };
  cut<N>({ lo, hi }, ranges, up, down, (first, last, row, inside) => {
    const [from, to] = [since[row]!, until[row]!];
    if (from < at) {
      if (inside) add(first, last, from, to);
      else {
        add(first, last, from, at);
        if (to > next) add(first, last, next, to);
      }
    } else add(first, last, inside ? at : from, to);
  });
  return pieces;
}

/** What only the older version lists. */
function put<N>(pieces: Pieces<N>, { lo, hi }: Rows<N>, at: bigint, next: bigint): void {
  for (let i = 0; i < lo.length; i++) {
    pieces.lo.push(lo[i]!);
    pieces.hi.push(hi[i]!);
    pieces.since.push(at);
    pieces.until.push(next);
  }
}
