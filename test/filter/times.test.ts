import { beforeAll, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { compile } from "../../src/filter/compile.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { readDuration, readTimes, type SeenLeaf } from "../../src/filter/times.ts";
import { decodeToken, encodeToken } from "../../src/filter/token.ts";
import { UsageError } from "../../src/model/errors.ts";
import { emptyDatabase, hostRow, insert } from "../support/db.ts";
import { NOW, passiveDataset, selectPassive } from "./dataset-passive.ts";

const at = (iso: string): number => Date.parse(iso) / 1000;
const DAY = 86_400;

const READ: readonly (readonly [string, Omit<SeenLeaf, "k">])[] = [
  ["seen:>2026-01-01", { from: at("2026-01-01T00:00:00Z") }],
  ["seen:>=2026-01-01", { from: at("2026-01-01T00:00:00Z") }],
  ["seen:<2026-02-01T12:00Z", { to: at("2026-02-01T12:00:00Z") }],
  ["seen:<=2026-02-01", { to: at("2026-02-02T00:00:00Z") }],
  ["seen:2026-01-01..2026-02-01", { from: at("2026-01-01T00:00:00Z"), to: at("2026-02-02T00:00:00Z") }],
  ["seen:2026-01-01..", { from: at("2026-01-01T00:00:00Z") }],
  ["seen:..2026-01", { to: at("2026-02-01T00:00:00Z") }],
  ["seen:2026-01-15", { from: at("2026-01-15T00:00:00Z"), to: at("2026-01-16T00:00:00Z") }],
  ["seen:2024-02", { from: at("2024-02-01T00:00:00Z"), to: at("2024-03-01T00:00:00Z") }],
  ["seen:2025-12", { from: at("2025-12-01T00:00:00Z"), to: at("2026-01-01T00:00:00Z") }],
  ["seen:2026", { from: at("2026-01-01T00:00:00Z"), to: at("2027-01-01T00:00:00Z") }],
  ["seen:2026-01-15T07", { from: at("2026-01-15T07:00:00Z"), to: at("2026-01-15T08:00:00Z") }],
  ['seen:"2026-01-15 07:30"', { from: at("2026-01-15T07:30:00Z"), to: at("2026-01-15T07:31:00Z") }],
  ["seen:2026-01-15T07:30:05.250Z", { from: at("2026-01-15T07:30:05Z"), to: at("2026-01-15T07:30:06Z") }],
  ["seen:>2026-01-15T01:30+02:00", { from: at("2026-01-14T23:30:00Z") }],
  ["seen:>2026-01-15T01:30-0530", { from: at("2026-01-15T07:00:00Z") }],
  ["seen:1700000000", { from: 1_700_000_000, to: 1_700_000_001 }],
  ["seen:9999", { from: at("9999-01-01T00:00:00Z"), to: 253_402_300_800 }],
  ["seen:7d", { ago: 7 * DAY }],
  ["firstseen:36h", { at: "first", ago: 36 * 3600 }],
  ["lastseen:<2026-01-01", { at: "last", to: at("2026-01-01T00:00:00Z") }],
  ["timeago:7d", { ago: 7 * DAY }],
  ["timeago:90", { ago: 90 }],
  ["timeago:5m", { ago: 300 }],
  ["timeago:2y", { ago: 2 * 31_557_600 }],
  ["timerange:1700000000-1700000100", { from: 1_700_000_000, to: 1_700_000_101 }],
  ["timerange:0-0", { from: 0, to: 1 }],
];

describe("times to filters", () => {
  for (const [query, leaf] of READ)
    test(query, () => {
      const filter = parseQuery(query);
      expect(filter).toEqual({ k: "seen", ...leaf });
      expect(decodeToken(encodeToken(filter))).toEqual(filter);
      expect(parseQuery([query])).toEqual(filter);
    });
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["seen:yesterday", /a time is written seen:2026-01-15/],
  ["firstseen:x", /firstseen:7d/],
  ["seen:2026-13-01", /a time is written/],
  ["seen:2026-02-29", /a time is written/],
  ["seen:2026-04-31", /a time is written/],
  ["seen:2026-01-01T24:00", /a time is written/],
  ["seen:2026-01-01T10:60", /a time is written/],
  ["seen:2026-01-01T10:00+99:00", /a time is written/],
  ["seen:1969-12-31", /a time is written/],
  ["seen:9999-12-31T23:59:59-01:00", /a time is written/],
  ["seen:..", /a time is written/],
  ["seen:>7d", /a time is written/],
  ["seen:>", /a time is written/],
  ["seen:2026-02-01..2026-01-01", /runs backwards/],
  ["seen:/2026/", /a time is written/],
  ["seen:2026..2027..2028", /a time is written/],
  ["timeago:week", /a duration is a number/],
  ["timeago:-1d", /a duration is a number/],
  ["timeago:99999999999y", /a duration is a number/],
  ["timerange:5", /seconds since 1970/],
  ["timerange:5-4", /runs backwards/],
  ["timerange:1-999999999999", /seconds since 1970/],
  ["seen", /give it a value/],
];

describe("refused: what is wrong and what to write", () => {
  for (const [query, sentence] of REFUSED)
    test(query, () => {
      expect(() => parseQuery(query)).toThrow(UsageError);
      expect(() => parseQuery(query)).toThrow(sentence);
    });
});

test("every day of four years is itself and 24 hours long", () => {
  for (let day = at("2023-01-01T00:00:00Z"); day < at("2027-01-01T00:00:00Z"); day += DAY) {
    const text = new Date(day * 1000).toISOString().slice(0, 10);
    expect(readTimes(text, undefined)).toEqual({ k: "seen", from: day, to: day + DAY });
  }
});

test("durations", () => {
  expect(["1", "1s", "1m", "1h", "1d", "1y", "", "d", "1w", "1.5d"].map(readDuration)).toEqual([
    1,
    1,
    60,
    3600,
    DAY,
    31_557_600,
    null,
    null,
    null,
    null,
  ]);
});

// Record n of the passive data set was seen from the n-th to the (n+10)-th of January 2026, half a second past noon.
describe("which records were seen then", () => {
  let db: DuckDBConnection;
  beforeAll(async () => {
    db = await passiveDataset();
  });
  const range = (first: number, last: number): number[] =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

  test.each<[string, number[]]>([
    ["seen:>2026-01-19", range(9, 11)],
    ["seen:>2026-01-19T12:00:00", range(9, 11)],
    ["seen:>2026-01-19T12:00:01", range(10, 11)],
    ["seen:<2026-01-03", range(1, 2)],
    ["seen:<=2026-01-03", range(1, 3)],
    ["seen:<2026-01-03T12:00:01", range(1, 3)],
    ["seen:2026-01-03..2026-01-04", range(1, 4)],
    ["seen:2026-01-15", range(5, 11)],
    ["seen:2026", range(1, 11)],
    ["seen:2025", []],
    ["firstseen:2026-01-05..2026-01-06", [5, 6]],
    ["firstseen:>2026-01-10", [10, 11]],
    ["firstseen:<2026-01-02", [1]],
    ["lastseen:2026-01-15", [5]],
    ["lastseen:<2026-01-12", [1]],
    ["!seen:2026", [12]],
    // Record 12 has no times, so it was seen at none.
    ["seen:<2100", range(1, 11)],
    ["firstseen:<2100", range(1, 11)],
    ["lastseen:<2100", range(1, 11)],
    ["firstseen:>1970", range(1, 11)],
    ["lastseen:>1970", range(1, 11)],
    ["timeago:100y", range(1, 11)],
    ["timeago:12d", range(10, 11)],
    ["!timeago:12d seen:2026", range(1, 9)],
    ["firstseen:25d", range(7, 11)],
    [`timerange:${at("2026-01-11T12:00:00Z")}-${at("2026-01-11T12:00:00Z")}`, range(1, 11)],
    [`timerange:${at("2026-01-11T12:00:01Z")}-${at("2026-01-11T12:00:01Z")}`, range(2, 11)],
  ])("%s", async (query, ids) => {
    expect(await selectPassive(db, parseQuery(query))).toEqual(ids);
  });

  test("relative times count from the moment of the question", async () => {
    const filter = decodeToken(encodeToken(parseQuery("timeago:12d")));
    expect(await selectPassive(db, filter, NOW)).toEqual([10, 11]);
    expect(await selectPassive(db, filter, NOW + 2 * DAY * 1000)).toEqual([]);
    expect(await selectPassive(db, { k: "seen", ago: 31_557_600_000 })).toEqual(range(1, 11));
  });
});

test("hosts: start and end of the scan, one standing in for the other", async () => {
  const db = await emptyDatabase();
  await insert(db, "view", "host", [
    hostRow(1, "192.0.2.1", { starttime: "2026-01-01 00:00:00", endtime: "2026-01-03 00:00:00" }),
    hostRow(2, "192.0.2.2", { starttime: "2026-01-02 12:00:00" }),
    hostRow(3, "192.0.2.3", { endtime: "2026-01-04 00:00:00" }),
    hostRow(4, "192.0.2.4"),
  ]);
  const select = async (query: string): Promise<number[]> => {
    const { sql, parameters } = compile(parseQuery(query), "view");
    const rows = await db.runAndReadAll(
      `SELECT h.id FROM view.host AS h WHERE ${sql} ORDER BY h.id`,
      parameters,
    );
    return rows.getRows().map(([id]) => Number(id));
  };
  expect(await select("seen:2026-01-02")).toEqual([1, 2]);
  expect(await select("seen:>2026-01-03")).toEqual([1, 3]);
  expect(await select("firstseen:>2026-01-02")).toEqual([2, 3]);
  expect(await select("lastseen:<2026-01-03")).toEqual([2]);
  expect(await select("!seen:2026")).toEqual([4]);
});

test("a token may not give both an absolute and a relative beginning", () => {
  expect(() => decodeToken(encodeToken({ k: "seen", from: 1, ago: 1 }))).toThrow(/no valid filter/);
  expect(() => decodeToken(encodeToken({ k: "seen", from: -1 }))).toThrow(/no valid filter/);
  expect(() => decodeToken(encodeToken({ k: "seen", to: 1e300 }))).toThrow(/no valid filter/);
  expect(() => decodeToken(encodeToken({ k: "seen", from: 0.5 }))).toThrow(/no valid filter/);
});
