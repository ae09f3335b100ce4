import { expect, test } from "bun:test";
import { type Listings4, type Listings6, relist4, relist6 } from "../../src/feeds/listings.ts";
import { merge4, merge6 } from "../../src/feeds/ranges.ts";
import { type Random, seeded } from "../filter/random.ts";

/** Addresses of a small window; the first and last ones of the whole space are in some of them. */
const WIDTH = 24;
const STARTS4 = [0, 1000, 2 ** 32 - WIDTH];
const STARTS6 = [0n, 2n ** 64n - 7n, 2n ** 128n - BigInt(WIDTH)];

/** A list as the set of places in the window that are on it. */
function someList(random: Random): Set<number> {
  const pick = (below: number): number => Math.floor(random() * below);
  const list = new Set<number>();
  for (let ranges = pick(4); ranges > 0; ranges--) {
    const lo = pick(WIDTH);
    for (let at = lo; at <= Math.min(WIDTH - 1, lo + pick(8)); at++) list.add(at);
  }
  return list;
}

/** Each address by itself: since when it is listed, and the listings of it that ended. */
class Model {
  readonly open = new Map<number, bigint>();
  readonly closed: string[] = [];

  next(list: ReadonlySet<number>, at: bigint): { added: number; removed: number } {
    let [added, removed] = [0, 0];
    for (const [place, since] of this.open) {
      if (list.has(place)) continue;
      this.open.delete(place);
      this.closed.push(`${place} ${since} ${at}`);
      removed++;
    }
    for (const place of list) {
      if (this.open.has(place)) continue;
      this.open.set(place, at);
      added++;
    }
    return { added, removed };
  }
}

/** Listings address by address; fails when two hold the same one, or when they are not in order. */
function spread<N extends number | bigint>(
  listings: { lo: ArrayLike<N>; hi: ArrayLike<N>; since: BigInt64Array },
  start: N,
): Map<number, bigint> {
  const places = new Map<number, bigint>();
  let last = -1;
  for (let i = 0; i < listings.lo.length; i++) {
    const lo = Number(BigInt(listings.lo[i]!) - BigInt(start));
    const hi = Number(BigInt(listings.hi[i]!) - BigInt(start));
    expect(lo).toBeGreaterThan(last);
    expect(hi).toBeGreaterThanOrEqual(lo);
    for (let at = lo; at <= hi; at++) places.set(at, listings.since[i]!);
    last = hi;
  }
  return places;
}

const sorted = (places: ReadonlyMap<number, bigint>) => [...places].sort(([a], [b]) => a - b);

/** One run of versions against the model. */
function follow<L extends { since: BigInt64Array }>(
  random: Random,
  empty: L,
  relist: (
    before: L,
    list: ReadonlySet<number>,
    at: bigint,
  ) => {
    open: L;
    closed: L;
    added: number;
    removed: number;
  },
  places: (listings: L) => Map<number, bigint>,
): void {
  const model = new Model();
  const closed: string[] = [];
  let listings = empty;
  for (let at = 1n; at <= 6n; at++) {
    const list = someList(random);
    const wanted = model.next(list, at);
    const { open, closed: gone, added, removed } = relist(listings, list, at);
    expect({ added, removed }).toEqual(wanted);
    expect(sorted(places(open))).toEqual(sorted(model.open));
    for (const [place, since] of places(gone)) closed.push(`${place} ${since} ${at}`);
    listings = open;
  }
  expect(closed.sort()).toEqual(model.closed.sort());
}

test("IPv4 listings over random versions are those of a model that looks at each address", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const start = STARTS4[seed % STARTS4.length]!;
    const none = new Uint32Array(0);
    follow<Listings4>(
      seeded(seed),
      { lo: none, hi: none, since: new BigInt64Array(0) },
      (before, list, at) => {
        const one = Uint32Array.from(list, (place) => start + place);
        return relist4(before, merge4({ lo: one, hi: one }), at);
      },
      (listings) => spread<number>(listings, start),
    );
  }
});

test("IPv6 listings over random versions are those of a model that looks at each address", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const start = STARTS6[seed % STARTS6.length]!;
    follow<Listings6>(
      seeded(seed),
      { lo: [], hi: [], since: new BigInt64Array(0) },
      (before, list, at) => {
        const one = [...list].map((place) => start + BigInt(place));
        const { added, removed, ...rest } = relist6(before, merge6({ lo: one, hi: one }), at);
        const count = (size: { ranges: number; span: bigint }) => Number(size.span) + size.ranges;
        return { ...rest, added: count(added), removed: count(removed) };
      },
      (listings) => spread<bigint>(listings, start),
    );
  }
});

test("a whole address space that loses one address is split, and stays listed since the same time", () => {
  const all = { lo: Uint32Array.of(0), hi: Uint32Array.of(2 ** 32 - 1), since: BigInt64Array.of(5n) };
  const rest = { lo: Uint32Array.of(0, 8), hi: Uint32Array.of(6, 2 ** 32 - 1) };
  const { open, closed, added, removed } = relist4(all, rest, 9n);
  expect(open).toEqual({ ...rest, since: BigInt64Array.of(5n, 5n) });
  expect(closed).toEqual({ lo: Uint32Array.of(7), hi: Uint32Array.of(7), since: BigInt64Array.of(5n) });
  expect([added, removed]).toEqual([0, 1]);
});
