import { describe, expect, test } from "bun:test";
import { historyOf, intervalsOf } from "../../../src/feeds/analysis/history.ts";
import type { Update } from "../../../src/feeds/metrics/changes.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

/** Updates at hours after the start, the first of which brought everything. */
function updates(hours: readonly number[]): Update[] {
  return hours.map((hour, i) => ({
    at: new Date(START + hour * HOUR),
    added: i === 0 ? null : 10,
    removed: i === 0 ? null : 4,
    ips: 100 + 6 * i,
    entries: i === 0 ? null : 50,
  }));
}

describe("rolled up", () => {
  test("up to 100 changes are told one by one; the beginning is none", () => {
    const { resolution, rows } = historyOf(updates([0, 1, 30]), 60);
    expect(resolution).toBe("each update");
    expect(rows).toEqual([
      { at: new Date(START + HOUR), ips: 106, entries: 50, added: 10, removed: 4, churn: 1400 / 106 },
      { at: new Date(START + 30 * HOUR), ips: 112, entries: 50, added: 10, removed: 4, churn: 1400 / 112 },
    ]);
    expect(historyOf(updates([0]), 60).rows).toEqual([]);
  });

  test("more are put in the smallest buckets that give no more than 100", () => {
    const hourly = updates(Array.from({ length: 241 }, (_, i) => i));
    const { resolution, rows } = historyOf(hourly, 60);
    expect(resolution).toBe("1 day");
    expect(rows).toHaveLength(11);
    expect(rows[0]).toMatchObject({ at: new Date(START), added: 230, removed: 92, ips: 172 });
    expect(rows[0]!.churn).toBeCloseTo((100 * 322) / 172, 6);
    expect(rows.reduce((sum, row) => sum + row.added, 0)).toBe(2400);
  });

  test("not finer than the feed is looked at, else than it changes in the middle", () => {
    const pairs = updates(Array.from({ length: 120 }, (_, i) => Math.floor(i / 2) * 24 + (i % 2) / 100));
    expect(historyOf(pairs, 60).resolution).toBe("1 hour");
    expect(historyOf(pairs, 120).resolution).toBe("1 day");
    expect(historyOf(pairs, 7 * 1440).resolution).toBe("1 week");
    expect(historyOf(updates(Array.from({ length: 150 }, (_, i) => i * 24 * 7)), null).resolution).toBe(
      "30 days",
    );
  });

  test("years at last", () => {
    const { resolution, rows } = historyOf(updates(Array.from({ length: 400 }, (_, i) => i * 24 * 90)), 0);
    expect(resolution).toBe("1 year");
    expect(rows).toHaveLength(99);
    expect(rows[0]!.at).toEqual(new Date(START));
  });
});

test("intervals between updates, those without any left out", () => {
  expect(intervalsOf(updates([0, 0.5, 1.5, 13.5, 14, 14 + 24 * 40]))).toEqual([
    { interval: "<1h", updates: 2 },
    { interval: "1-6h", updates: 1 },
    { interval: "12-24h", updates: 1 },
    { interval: ">4w", updates: 1 },
  ]);
  expect(intervalsOf(updates([0]))).toEqual([]);
});
