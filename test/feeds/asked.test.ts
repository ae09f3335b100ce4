import { expect, test } from "bun:test";
import { AskedRanges } from "../../src/feeds/asked.ts";
import { seeded } from "../filter/random.ts";

test("what rows touch is what a look at all finds, whatever their order", () => {
  const random = seeded(3);
  const below = (n: number): number => Math.floor(random() * n);
  for (let round = 0; round < 200; round++) {
    const asked = new Map<string, { index: number; lo: bigint; hi: bigint }>();
    for (let index = 0; index < 12; index++) {
      const bits = below(random() < 0.5 ? 1 : 7);
      const lo = (below(64) >> bits) << bits;
      asked.set(`${lo} ${bits}`, { index, lo: BigInt(lo), hi: BigInt(lo + 2 ** bits - 1) });
    }
    const all = [...asked.values()];
    const ranges = new AskedRanges(all, Number);
    const rows = Array.from({ length: 20 }, () => [below(64), below(12)] as const);
    if (round % 2 === 0) rows.sort(([a], [b]) => a - b);
    for (const [lo, more] of rows) {
      const hi = Math.min(63, lo + more);
      const found: number[] = [];
      ranges.touched(lo, hi, ({ index }) => found.push(index));
      expect(found.sort()).toEqual(
        all
          .filter((range) => range.lo <= BigInt(hi) && range.hi >= BigInt(lo))
          .map(({ index }) => index)
          .sort(),
      );
    }
  }
});

test("nothing asked", () => {
  const found: unknown[] = [];
  new AskedRanges([], Number).touched(0, 9, (asked) => found.push(asked));
  expect(found).toEqual([]);
});
