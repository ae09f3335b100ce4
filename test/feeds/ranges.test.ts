import { describe, expect, test } from "bun:test";
import {
  combine4,
  combine6,
  count4,
  count6,
  merge4,
  merge6,
  networks4,
  type Operation,
  type Ranges4,
  type Ranges6,
} from "../../src/feeds/ranges.ts";
import { type Random, seeded } from "../filter/random.ts";

/** The model: a line of 64 addresses, each in or out. Ranges lie on it, or on the ends of the address space. */
const SIZE = 64;
const MAX6 = (1n << 128n) - 1n;

type Pair = readonly [number, number];
type Cells = boolean[];

function cells(pairs: readonly Pair[]): Cells {
  const all = new Array<boolean>(SIZE).fill(false);
  for (const [lo, hi] of pairs) all.fill(true, lo, hi + 1);
  return all;
}

function runs(all: Cells): Pair[] {
  const pairs: Pair[] = [];
  for (let at = 0; at < SIZE; at++) {
    if (!all[at]) continue;
    const lo = at;
    while (at + 1 < SIZE && all[at + 1]) at++;
    pairs.push([lo, at]);
  }
  return pairs;
}

/** Overlapping, nested, adjacent, equal, single, and now and then everything. */
function randomPairs(random: Random): Pair[] {
  const count = Math.floor(random() * 9);
  return Array.from({ length: count }, () => {
    if (random() < 0.03) return [0, SIZE - 1];
    const lo = Math.floor(random() * SIZE);
    return [lo, Math.min(SIZE - 1, lo + Math.floor(random() ** 3 * 20))];
  });
}

/** The line cut in two: one half at the beginning of the space, one at its end. */
const place4 = (n: number): number => (n < SIZE / 2 ? n : 2 ** 32 - SIZE + n);
const place6 = (n: number): bigint => (n < SIZE / 2 ? BigInt(n) : MAX6 - BigInt(SIZE - 1 - n));
/** Those are not adjacent, so no range of the model may cross the cut. */
const uncut = (pairs: readonly Pair[]): Pair[] =>
  pairs.flatMap(([lo, hi]): Pair[] =>
    lo < SIZE / 2 && hi >= SIZE / 2
      ? [
          [lo, SIZE / 2 - 1],
          [SIZE / 2, hi],
        ]
      : [[lo, hi]],
  );

function as4(pairs: readonly Pair[]): Ranges4 {
  const parts = uncut(pairs);
  return {
    lo: Uint32Array.from(parts, ([lo]) => place4(lo)),
    hi: Uint32Array.from(parts, ([, hi]) => place4(hi)),
  };
}

function as6(pairs: readonly Pair[]): Ranges6 {
  const parts = uncut(pairs);
  return { lo: parts.map(([lo]) => place6(lo)), hi: parts.map(([, hi]) => place6(hi)) };
}

const WANTED: Record<Operation, (a: boolean, b: boolean) => boolean> = {
  union: (a, b) => a || b,
  intersection: (a, b) => a && b,
  difference: (a, b) => a && !b,
};

describe("agrees with a naive model", () => {
  test.each(Array.from({ length: 8 }, (_, seed) => seed))("seed %d", (seed) => {
    const random = seeded(seed);
    for (let round = 0; round < 150; round++) {
      const [a, b] = [randomPairs(random), randomPairs(random)];
      const [cellsA, cellsB] = [cells(a), cells(b)];
      const [a4, b4] = [merge4(as4(a)), merge4(as4(b))];
      const [a6, b6] = [merge6(as6(a)), merge6(as6(b))];
      expect(a4).toEqual(as4(runs(cellsA)));
      expect(a6).toEqual(as6(runs(cellsA)));
      const size = cellsA.filter(Boolean).length;
      expect(count4(a4)).toBe(size);
      const size6 = count6(a6);
      expect(size6.span + BigInt(size6.ranges)).toBe(BigInt(size));
      for (const operation of ["union", "intersection", "difference"] as const) {
        const expected = runs(cellsA.map((inside, i) => WANTED[operation](inside, cellsB[i]!)));
        expect(combine4(operation, a4, b4)).toEqual(as4(expected));
        expect(combine6(operation, a6, b6)).toEqual(as6(expected));
      }
    }
  });
});

describe("the whole address space", () => {
  const all4: Ranges4 = { lo: Uint32Array.of(0), hi: Uint32Array.of(0xffff_ffff) };
  const all6: Ranges6 = { lo: [0n], hi: [MAX6] };
  const none4: Ranges4 = { lo: new Uint32Array(0), hi: new Uint32Array(0) };
  const none6: Ranges6 = { lo: [], hi: [] };

  test("is counted exactly", () => {
    expect(count4(all4)).toBe(2 ** 32);
    expect(count6(all6)).toEqual({ ranges: 1, span: MAX6 });
  });

  test("swallows what is merged with it, and comes out of adjacent halves", () => {
    expect(
      merge4({ lo: Uint32Array.of(7, 0, 0xffff_ffff), hi: Uint32Array.of(9, 0xffff_ffff, 0xffff_ffff) }),
    ).toEqual(all4);
    expect(
      merge4({ lo: Uint32Array.of(0x8000_0000, 0), hi: Uint32Array.of(0xffff_ffff, 0x7fff_ffff) }),
    ).toEqual(all4);
    expect(merge6({ lo: [1n << 127n, 0n], hi: [MAX6, (1n << 127n) - 1n] })).toEqual(all6);
  });

  test("in set algebra", () => {
    expect(combine4("difference", all4, all4)).toEqual(none4);
    expect(combine6("difference", all6, all6)).toEqual(none6);
    expect(combine4("union", all4, none4)).toEqual(all4);
    expect(combine6("intersection", all6, { lo: [MAX6], hi: [MAX6] })).toEqual({ lo: [MAX6], hi: [MAX6] });
    expect(combine4("difference", all4, { lo: Uint32Array.of(0), hi: Uint32Array.of(0) })).toEqual({
      lo: Uint32Array.of(1),
      hi: Uint32Array.of(0xffff_ffff),
    });
  });

  test("is one network", () => {
    expect(networks4(all4)).toBe(1);
    expect(networks4({ lo: Uint32Array.of(1), hi: Uint32Array.of(0xffff_ffff) })).toBe(32);
    expect(networks4({ lo: Uint32Array.of(0), hi: Uint32Array.of(0xffff_fffe) })).toBe(32);
    expect(networks4({ lo: Uint32Array.of(5, 0x8000_0000), hi: Uint32Array.of(5, 0x8000_00ff) })).toBe(2);
  });
});

test("what comes in is not changed, and is given back when it is merged already", () => {
  const merged: Ranges4 = { lo: Uint32Array.of(1, 10), hi: Uint32Array.of(5, 20) };
  expect(merge4(merged).lo).toBe(merged.lo);
  const loose: Ranges4 = { lo: Uint32Array.of(10, 1, 3), hi: Uint32Array.of(20, 5, 4) };
  expect(merge4(loose)).toEqual(merged);
  expect(loose).toEqual({ lo: Uint32Array.of(10, 1, 3), hi: Uint32Array.of(20, 5, 4) });
});

test("sorting many random ranges agrees with a comparison sort", () => {
  const random = seeded(1);
  const lo = Uint32Array.from({ length: 5000 }, () => random() * 2 ** 32);
  const sorted = [...new Set(lo)].sort((a, b) => a - b);
  expect(
    combine4("union", merge4({ lo, hi: lo }), { lo: new Uint32Array(0), hi: new Uint32Array(0) }),
  ).toEqual(merge4({ lo: Uint32Array.from(sorted), hi: Uint32Array.from(sorted) }));
});
