/** Set expressions: reading them, and evaluating them against sets of addresses. */
import { beforeEach, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { comparedJson, composedJson, partOf } from "../../src/feeds/answers.ts";
import { compare } from "../../src/feeds/compare.ts";
import { compose } from "../../src/feeds/compose.ts";
import { type Expression, parseExpression } from "../../src/feeds/expression.ts";
import type { AddressSet } from "../../src/feeds/stored.ts";
import { isV4 } from "../../src/model/ip.ts";
import { pick, type Random, seeded } from "../filter/random.ts";
import { addFeed, addListings, feedDatabase, insertFeedRows, rangeOf } from "../support/feeds.ts";

const NOW = new Date("2026-01-11T00:00:00Z");

function shown(expression: Expression): string {
  if (expression.k === "feed") return expression.name;
  if (expression.k === "preset") return `-${expression.preset}`;
  const sign = { union: "|", intersection: "&", difference: "-" }[expression.k];
  return `(${shown(expression.left)} ${sign} ${shown(expression.right)})`;
}

describe("reading", () => {
  test.each([
    ["a", "a"],
    ["a | b - c", "((a | b) - c)"],
    ["a - b | c", "((a - b) | c)"],
    ["a | b & c", "(a | (b & c))"],
    ["a-b - c-d", "(a-b - c-d)"],
    ["a|b&c", "(a | (b & c))"],
    ["(a|b)&(c)", "((a | b) & c)"],
    ["a -private -BOGONS | b", "(((a - -private) - -bogons) | b)"],
    [`"a b" & '-private'`, "(a b & -private)"],
    ["  a\n|\tb ", "(a | b)"],
  ])("%s", (text, tree) => {
    expect(shown(parseExpression(text))).toBe(tree);
  });

  test.each([
    ["", /is empty/],
    ["a b", /at character 3 .*an operator is missing/],
    ["a |", /at its end.*name or \( is missing/],
    ["| a", /at character 1/],
    ["(a | b", /closing parenthesis/],
    ["a )", /at character 3.*not opened/],
    ["a -privat", /no preset.*Did you mean -private/],
    ["a -b", /blank on both sides/],
    ["-private", /name or \( is missing/],
    ["a - -private", /name or \( is missing/],
    [`a | "b`, /quotation mark is not closed/],
    ["''", /no name/],
    [`${"(".repeat(51)}a${")".repeat(51)}`, /deeper than 50/],
    [Array(502).fill("a").join("|"), /more than 500 names/],
    ["a".repeat(20_001), /longer than/],
  ])("refuses %s", (text, message) => {
    expect(() => parseExpression(text)).toThrow(message);
  });
});

/** Single addresses, small enough for sets of numbers: a few of each family, some of them private. */
const SPACE = [
  ...Array.from({ length: 10 }, (_, i) => `198.51.101.${i}`),
  ...Array.from({ length: 6 }, (_, i) => `10.0.0.${i}`),
  ...Array.from({ length: 8 }, (_, i) => `2600::${i}`),
  ...Array.from({ length: 4 }, (_, i) => `fd00::${i}`),
];
const isPrivate = (address: string): boolean => address.startsWith("10.") || address.startsWith("fd");
/** None of these is on the internet; documentation addresses are not among the rest. */
const isBogon = isPrivate;

describe("evaluating", () => {
  let connection: DuckDBConnection;
  beforeEach(async () => {
    connection = await feedDatabase();
  });

  function randomText(random: Random, depth: number): string {
    if (depth === 0 || random() < 0.3) return pick(random, ["a", "b-1", '"c"', "d"]);
    const inner = (): string => randomText(random, depth - 1);
    const sign = pick(random, [" | ", " & ", " - "]);
    return `(${inner()}${sign}${inner()}${random() < 0.2 ? pick(random, [" -private", " -critical", " -bogons"]) : ""})`;
  }

  test("as sets of addresses do", async () => {
    const random = seeded(3);
    const sets = new Map<string, Set<string>>();
    for (const name of ["a", "b-1", "c", "d"]) {
      const held = SPACE.filter(() => random() < 0.5);
      sets.set(name, new Set(held));
      await addFeed(connection, { name, critical: name === "d" ? "hard" : null }, held);
    }
    const naive = (expression: Expression): Set<string> => {
      switch (expression.k) {
        case "feed":
          return sets.get(expression.name)!;
        case "preset":
          return {
            private: new Set(SPACE.filter(isPrivate)),
            bogons: new Set(SPACE.filter(isBogon)),
            critical: sets.get("d")!,
          }[expression.preset];
        case "union":
          return naive(expression.left).union(naive(expression.right));
        case "intersection":
          return naive(expression.left).intersection(naive(expression.right));
        case "difference":
          return naive(expression.left).difference(naive(expression.right));
      }
    };
    for (let i = 0; i < 200; i++) {
      const text = randomText(random, 4);
      const expected = naive(parseExpression(text));
      const { ranges, amount, subtractions } = await compose({ connection }, text, NOW);
      const listed = SPACE.filter((address) => holds(ranges, address));
      expect({ text, listed: listed.toSorted() }).toEqual({ text, listed: [...expected].sort() });
      expect(BigInt(amount.ipv4) + amount.ipv6).toBe(BigInt(expected.size));
      expect(subtractions.length).toBe(text.match(/ - | -[pbc]\w+/g)?.length ?? 0);
    }
  });

  test("tells what each subtraction removed, and whose terms forbid to pass it on", async () => {
    await addFeed(connection, { name: "mine", redistributable: true }, [
      "10.0.0.0/30",
      "11.0.0.0/30",
      "12.0.0.1",
      "fc00::/127",
    ]);
    await addFeed(connection, { name: "theirs", redistributable: false }, ["11.0.0.0/31"]);
    await addFeed(connection, { name: "dns", critical: "hard", roles: ["critical_infrastructure"] }, [
      "12.0.0.1",
    ]);
    const composed = await compose({ connection }, "mine - theirs -private -critical", NOW);
    expect(composedJson(composed)).toMatchObject({
      addresses: 2,
      ranges: 1,
      removed: [
        { subtracted: "theirs", addresses: 2 },
        { subtracted: "-private", addresses: 6, ipv4: 4, ipv6: 2, lists: [] },
        { subtracted: "-critical", addresses: 1, lists: ["dns"] },
      ],
      feeds: [
        { feed: "mine", redistributable: true },
        { feed: "theirs", redistributable: false },
      ],
      not_redistributable: ["theirs"],
    });
    expect(partOf(composed.ranges, { limit: 10 })).toEqual({ list: ["11.0.0.2/31"], total: 1 });
  });

  test("names whatever their case; others with the place and the nearest", async () => {
    await expect(compose({ connection }, "a", NOW)).rejects.toThrow(/no feeds here yet/);
    await addFeed(connection, { name: "spamhaus_drop" }, ["11.0.0.0/8"]);
    expect((await compose({ connection }, "Spamhaus_DROP", NOW)).amount.ipv4).toBe(2 ** 24);
    await expect(compose({ connection }, "spamhaus_drop | spamhaus_dorp", NOW)).rejects.toThrow(
      /at character 17: .*Did you mean spamhaus_drop/,
    );
  });
});

function holds({ v4, v6 }: AddressSet, address: string): boolean {
  const { first } = rangeOf(address);
  const within = (lo: ArrayLike<number | bigint>, hi: ArrayLike<number | bigint>, at: bigint): boolean =>
    Array.from(lo).some((from, i) => BigInt(from) <= at && at <= BigInt(hi[i]!));
  return isV4(first) ? within(v4.lo, v4.hi, first & 0xffff_ffffn) : within(v6.lo, v6.hi, first);
}

test("presets that take lists say when there are none", async () => {
  const connection = await feedDatabase();
  await addFeed(connection, { name: "a" }, ["11.0.0.0/30", "10.0.0.1"]);
  const { subtractions } = await compose({ connection }, "a -critical -bogons -private - a", NOW);
  expect(subtractions.map(({ lacking }) => lacking)).toEqual([
    "no list here has a critical tier: nothing was subtracted",
    "no list here has the role bogons: only the reserved networks were subtracted",
    null,
    null,
  ]);
});

describe("comparing", () => {
  test("shares: only all is 100, and only nothing 0", async () => {
    const connection = await feedDatabase();
    await addFeed(connection, { name: "most" }, ["11.0.0.0/8"]);
    await addFeed(connection, { name: "almost" }, ["11.0.0.0-11.255.255.254"]);
    await addFeed(connection, { name: "one" }, ["11.0.0.0", "12.0.0.0"]);
    await addFeed(connection, { name: "huge" }, ["2600::/12"]);
    await addFeed(connection, { name: "huger" }, ["2600::/12", "3000::1"]);
    const names = ["most", "almost", "one", "huge", "huger"];
    const { pairs } = comparedJson(await compare({ connection }, names, NOW), 0) as {
      pairs: { feeds: string[]; share_pct: number[] }[];
    };
    const shares = new Map(pairs.map(({ feeds, share_pct }) => [feeds.join(" "), share_pct]));
    expect(shares.get("most almost")).toEqual([99.99999, 100]);
    expect(shares.get("most one")).toEqual([0.00001, 50]);
    expect(shares.get("huge huger")).toEqual([100, 100 - 2 ** -46]);
    expect(shares.get("one huge")).toEqual([0, 0]);
  });

  test("common, only in one, pairs and versions over time", async () => {
    const connection = await feedDatabase();
    const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
    const a = await addFeed(connection, { name: "a", source_date: day(3) }, ["11.0.0.0/30", "2600::/127"]);
    await addFeed(connection, { name: "b", source_date: day(3) }, ["11.0.0.2/31", "12.0.0.0/31"]);
    await addFeed(connection, { name: "c", source_date: day(3) }, ["11.0.0.3"]);
    await addListings(connection, a, [{ range: "12.0.0.0/31", since: day(1), until: day(3) }]);
    await connection.run('UPDATE feed.version SET "at" = source_date');
    await insertFeedRows(connection, "version", [{ id: 9, feed_id: a, at: day(1) }]);
    const found = await compare({ connection }, ["a", "B", "c"], NOW);
    expect(found.commonAmount).toEqual({ ipv4: 1, ipv6: 0n });
    expect(found.unionAmount).toEqual({ ipv4: 6, ipv6: 2n });
    expect(found.feeds.map(({ feed, onlyAmount }) => [feed.name, onlyAmount])).toEqual([
      ["a", { ipv4: 2, ipv6: 2n }],
      ["b", { ipv4: 2, ipv6: 0n }],
      ["c", { ipv4: 0, ipv6: 0n }],
    ]);
    expect(found.pairs.map((pair) => [pair.a.name, pair.b.name, pair.common.ipv4])).toEqual([
      ["a", "b", 2],
      ["a", "c", 1],
      ["b", "c", 1],
    ]);
    expect(
      found.drift.map(({ at, amounts, common }) => [
        new Date(at),
        amounts.map((x) => x?.ipv4 ?? null),
        common?.ipv4 ?? null,
      ]),
    ).toEqual([
      [day(1), [2, null, null], null],
      [day(3), [4, 4, 1], 1],
    ]);
  });

  test("refusals", async () => {
    const connection = await feedDatabase();
    await addFeed(connection, { name: "a" }, ["11.0.0.1"]);
    await addFeed(connection, { name: "b" }, ["11.0.0.1"]);
    await expect(compare({ connection }, ["a", "A"], NOW)).rejects.toThrow(/two feeds or more/);
    await expect(compare({ connection }, ["a", "x"], NOW)).rejects.toThrow(/no feed "x"/);
    expect((await compare({ connection }, ["a", "b"], NOW)).drift).toEqual([]);
  });
});
