import { expect, test } from "bun:test";
import { type Listings4, type Listings6, relist4, relist6 } from "../../src/feeds/listings.ts";
import { insert4, insert6, type Spans4, type Spans6 } from "../../src/feeds/past.ts";
import { merge4, merge6 } from "../../src/feeds/ranges.ts";
import { STILL } from "../../src/store/feed-loader.ts";
import { type Random, seeded } from "../filter/random.ts";

/** Addresses of a small window; the first and last ones of the whole space are in some of them. */
const WIDTH = 20;
const STARTS4 = [0, 1000, 2 ** 32 - WIDTH];
const STARTS6 = [0n, 2n ** 64n - 7n, 2n ** 128n - BigInt(WIDTH)];

interface Version {
  at: bigint;
  /** Places in the window. */
  list: ReadonlySet<number>;
}

/** Places of a listing, since when, until when. */
interface Row {
  lo: number;
  hi: number;
  since: bigint;
  until: bigint;
}

function someVersions(random: Random): Version[] {
  const pick = (below: number): number => Math.floor(random() * below);
  return [10n, 20n, 30n, 40n, 50n].map((at) => {
    const list = new Set<number>();
    for (let ranges = pick(4); ranges > 0; ranges--) {
      const lo = pick(WIDTH);
      for (let place = lo; place <= Math.min(WIDTH - 1, lo + pick(8)); place++) list.add(place);
    }
    return { at, list };
  });
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Each address by itself: "place since until", from all versions in their order. */
function expected(versions: readonly Version[]): string[] {
  const told: string[] = [];
  for (let place = 0; place < WIDTH; place++) {
    let since: bigint | null = null;
    for (const { at, list } of versions) {
      if (list.has(place)) since ??= at;
      else if (since !== null) {
        told.push(`${place} ${since} ${at}`);
        since = null;
      }
    }
    if (since !== null) told.push(`${place} ${since} ${STILL}`);
  }
  return told.sort();
}

function spread(rows: readonly Row[]): string[] {
  return rows
    .flatMap(({ lo, hi, since, until }) =>
      Array.from({ length: hi - lo + 1 }, (_, i) => `${lo + i} ${since} ${until}`),
    )
    .sort();
}

type Difference = { added: number; removed: number };

/** The tables of one feed, versions coming in any order. */
function follow(
  versions: readonly Version[],
  relist: (open: Row[], list: ReadonlySet<number>, at: bigint) => { open: Row[]; closed: Row[] },
  insert: (
    around: Row[],
    list: ReadonlySet<number>,
    at: bigint,
    next: bigint,
  ) => { rows: Row[]; before?: Difference; after?: Difference },
): Row[] {
  let rows: Row[] = [];
  const stored: Version[] = [];
  for (const version of versions) {
    const { at, list } = version;
    const next = stored.find((known) => known.at > at);
    if (next === undefined) {
      const { open, closed } = relist(
        rows.filter(({ until }) => until === STILL),
        list,
        at,
      );
      rows = [...rows.filter(({ until }) => until !== STILL), ...open, ...closed];
    } else {
      const touches = ({ since, until }: Row): boolean => since <= next.at && until > at;
      const around = rows.filter(touches).sort((a, b) => a.lo - b.lo);
      const inserted = insert(around, list, at, next.at);
      rows = [...rows.filter((row) => !touches(row)), ...inserted.rows];
      const previous = stored.findLast((known) => known.at < at)?.list ?? new Set<number>();
      const without = (a: ReadonlySet<number>, b: ReadonlySet<number>): number => a.difference(b).size;
      if (inserted.before !== undefined)
        expect(inserted).toMatchObject({
          before: { added: without(list, previous), removed: without(previous, list) },
          after: { added: without(next.list, list), removed: without(list, next.list) },
        });
    }
    stored.push(version);
    stored.sort((a, b) => Number(a.at - b.at));
  }
  return rows;
}

test("IPv4 versions in any order give the listings of versions in their order", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = seeded(seed);
    const start = STARTS4[seed % STARTS4.length]!;
    const versions = someVersions(random);
    const ranges = (list: ReadonlySet<number>) => {
      const one = Uint32Array.from(list, (place) => start + place);
      return merge4({ lo: one, hi: one });
    };
    const typed = (rows: readonly Row[]): Spans4 => ({
      lo: Uint32Array.from(rows, ({ lo }) => lo + start),
      hi: Uint32Array.from(rows, ({ hi }) => hi + start),
      since: BigInt64Array.from(rows, ({ since }) => since),
      until: BigInt64Array.from(rows, ({ until }) => until),
    });
    const plain = ({ lo, hi, since }: Listings4, until: ArrayLike<bigint> | bigint): Row[] =>
      Array.from(lo, (first, i) => ({
        lo: first - start,
        hi: hi[i]! - start,
        since: since[i]!,
        until: typeof until === "bigint" ? until : until[i]!,
      }));
    const rows = follow(
      shuffled(versions, random),
      (before, list, at) => {
        const { open, closed } = relist4(typed(before.sort((a, b) => a.lo - b.lo)), ranges(list), at);
        return { open: plain(open, STILL), closed: plain(closed, at) };
      },
      (around, list, at, next) => {
        const { spans, ...told } = insert4(typed(around), ranges(list), at, next);
        return { rows: plain(spans, spans.until), ...told };
      },
    );
    expect(spread(rows)).toEqual(expected(versions));
  }
});

test("IPv6 versions in any order give the listings of versions in their order", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const start = STARTS6[seed % STARTS6.length]!;
    const versions = someVersions(random);
    const ranges = (list: ReadonlySet<number>) => {
      const one = [...list].map((place) => start + BigInt(place));
      return merge6({ lo: one, hi: one });
    };
    const typed = (rows: readonly Row[]): Spans6 => ({
      lo: rows.map(({ lo }) => BigInt(lo) + start),
      hi: rows.map(({ hi }) => BigInt(hi) + start),
      since: BigInt64Array.from(rows, ({ since }) => since),
      until: BigInt64Array.from(rows, ({ until }) => until),
    });
    const plain = ({ lo, hi, since }: Listings6, until: ArrayLike<bigint> | bigint): Row[] =>
      lo.map((first, i) => ({
        lo: Number(first - start),
        hi: Number(hi[i]! - start),
        since: since[i]!,
        until: typeof until === "bigint" ? until : until[i]!,
      }));
    const rows = follow(
      shuffled(versions, random),
      (before, list, at) => {
        const { open, closed } = relist6(typed(before.sort((a, b) => a.lo - b.lo)), ranges(list), at);
        return { open: plain(open, STILL), closed: plain(closed, at) };
      },
      (around, list, at, next) => {
        const { spans } = insert6(typed(around), ranges(list), at, next);
        return { rows: plain(spans, spans.until) };
      },
    );
    expect(spread(rows)).toEqual(expected(versions));
  }
});
