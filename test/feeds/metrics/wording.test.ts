import { expect, test } from "bun:test";
import { duration, percentage, shortCount } from "../../../src/feeds/metrics/wording.ts";

test("durations show their two largest units", () => {
  const minutes = [0, 59, 60, 90, 1440, 1500, 43_199, 43_200, 525_600, 525_600 + 3 * 1440, 1_100_000];
  expect(minutes.map(duration)).toEqual([
    "less than 1min",
    "59min",
    "1h",
    "1h",
    "1d",
    "1d 1h",
    "29d 23h",
    "1mo",
    "1yr",
    "1yr",
    "2yr 1mo",
  ]);
});

test("counts are short from 10,000 on", () => {
  const counts = [0, 9999, 10_000, 12_345, 999_949, 999_950, 4_294_967_296];
  expect(counts.map(shortCount)).toEqual(["0", "9,999", "10.0K", "12.3K", "999.9K", "1.0M", "4.3B"]);
});

test("percentages tell something from nothing, and nearly all from all", () => {
  const values = [0, 0.0001, 0.0123, 0.05, 0.456, 4.25, 42, 97.34, 99.99, 100, 250];
  expect(values.map(percentage)).toEqual([
    "0%",
    "less than 0.001%",
    "0.012%",
    "0.05%",
    "0.46%",
    "4.3%",
    "42%",
    "97.3%",
    "99.9%",
    "100%",
    "250%",
  ]);
});
