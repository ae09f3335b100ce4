/** Looking up addresses and networks: against a walk over all listings, and what is said of each. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { lookedUpJson, shortLookedUpJson } from "../../src/feeds/answers.ts";
import { formatTarget, type LookedUp, lookup, notKnownThen, readTarget } from "../../src/feeds/lookup.ts";
import { refreshFeeds } from "../../src/feeds/metrics/refresh.ts";
import { timeArgument } from "../../src/feeds/time-argument.ts";
import { formatAddress, isV4 } from "../../src/model/ip.ts";
import { pick, type Random, seeded } from "../filter/random.ts";
import { addFeed, addListings, feedDatabase, PUBLISHED, rangeOf } from "../support/feeds.ts";

const NOW = new Date("2026-01-11T00:00:00Z");

/** A listing as it was put into the database. */
interface Put {
  feed: string;
  first: bigint;
  last: bigint;
  since: number;
  until: number | null;
}

/** Places where ranges begin and end: at the ends of both families, and a few close together. */
const PLACES = {
  4: [
    "0.0.0.0",
    "0.0.0.1",
    "192.0.2.0",
    "192.0.2.9",
    "192.0.2.10",
    "192.0.2.11",
    "192.0.2.63",
    "192.0.2.64",
  ].concat(["198.51.100.255", "255.255.255.254", "255.255.255.255"]),
  6: ["::", "::1", "2001:db8::", "2001:db8::9", "2001:db8::a", "2001:db8::ffff", "2001:db8:1::"].concat([
    "8000::",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  ]),
} as const;
const FAMILIES = [4, 6] as const;
const DAY = 86_400_000;

/** Disjoint and not adjacent ranges, in order. */
function ranges(random: Random, family: 4 | 6): { first: bigint; last: bigint }[] {
  const points = PLACES[family].map((place) => rangeOf(place).first);
  const out: { first: bigint; last: bigint }[] = [];
  for (let at = 0; at < points.length; at++) {
    if (random() < 0.5) continue;
    const to = Math.min(points.length - 1, at + Math.floor(random() * 3));
    const first = points[at]!;
    if (out.length === 0 || first > out.at(-1)!.last + 1n) out.push({ first, last: points[to]! });
    at = to;
  }
  return out;
}

async function put(connection: DuckDBConnection, random: Random): Promise<Put[]> {
  const all: Put[] = [];
  for (let feed = 0; feed < 6; feed++) {
    const name = `list_${feed}`;
    const held = FAMILIES.flatMap((family) => ranges(random, family));
    const since = new Date(PUBLISHED.getTime() - feed * DAY);
    const id = await addFeed(
      connection,
      { name, source_date: since },
      held.map(({ first, last }) => `${formatAddress(first)}-${formatAddress(last)}`),
    );
    all.push(...held.map((range) => ({ feed: name, ...range, since: since.getTime(), until: null })));
    for (const age of [20, 40]) {
      const was = FAMILIES.flatMap((family) => ranges(random, family));
      const from = new Date(PUBLISHED.getTime() - age * DAY);
      const until = new Date(PUBLISHED.getTime() - (age - 9) * DAY);
      const listings = was.map(({ first, last }) => ({
        range: `${formatAddress(first)}-${formatAddress(last)}`,
        since: from,
        until,
      }));
      await addListings(connection, id, listings);
      all.push(
        ...was.map((range) => ({ feed: name, ...range, since: from.getTime(), until: until.getTime() })),
      );
    }
  }
  await refreshFeeds(connection, { changed: "all", now: NOW });
  return all;
}

/** The same by a walk over all listings. */
function walk(all: readonly Put[], query: string, at: number | null): unknown {
  const { first, last } = readTarget(query);
  const touching = all.filter(
    (listing) => isV4(listing.first) === isV4(first) && listing.first <= last && listing.last >= first,
  );
  const isOpen = ({ since, until }: Put): boolean =>
    at === null ? until === null : since <= at && (until === null || until > at);
  const open = Map.groupBy(touching.filter(isOpen), ({ feed }) => feed);
  const size = (listing: Put): bigint =>
    (listing.last < last ? listing.last : last) - (listing.first > first ? listing.first : first) + 1n;
  const over = touching.filter(({ until }) => until !== null && (at === null || until <= at));
  return {
    listings: [...open].map(([feed, parts]) => ({
      feed,
      since: Math.min(...parts.map(({ since }) => since)),
      addresses: parts.reduce((sum, part) => sum + size(part), 0n),
    })),
    earlier: [...new Set(over.map(({ feed, since, until }) => `${feed} ${since} ${until}`))].sort(),
  };
}

function said({ listings, earlier }: LookedUp): unknown {
  return {
    listings: listings
      .map(({ feed, since, addresses }) => ({ feed: feed.name, since, addresses }))
      .sort((a, b) => (a.feed < b.feed ? -1 : 1)),
    earlier: earlier.map(({ feed, since, until }) => `${feed.name} ${since} ${until}`).sort(),
  };
}

describe("against a walk over all listings", () => {
  let connection: DuckDBConnection;
  let all: Put[];
  beforeAll(async () => {
    connection = await feedDatabase();
    all = await put(connection, seeded(7));
  });
  afterAll(() => connection.closeSync());

  const single = FAMILIES.flatMap((family) => PLACES[family]);
  const networks = [
    "0.0.0.0/0",
    "::/0",
    "192.0.2.0/24",
    "192.0.2.8/30",
    "128.0.0.0/1",
    "2001:db8::/32",
    "8000::/1",
  ];
  const between = ["192.0.2.5", "192.0.2.12", "203.0.113.7", "2001:db8::c", "4000::1", "::ffff:192.0.2.9"];
  const queries = [...single, ...networks, ...between];
  const times = [null, PUBLISHED.getTime() - 15 * DAY, PUBLISHED.getTime() - 35 * DAY, 0];

  test.each(times)("a few, at %p", async (at) => {
    const options = { now: NOW, at: at === null ? null : new Date(at) };
    const found = await lookup({ connection }, queries, options);
    expect(found.map(said)).toEqual(queries.map((query) => walk(all, query, at)));
  });

  test.each(times)("many, at %p", async (at) => {
    const random = seeded(11);
    // More different ones than are asked one by one; some several times.
    const near = Array.from({ length: 100 }, (_, i) => [`192.0.2.${i}`, `2001:db8::${i.toString(16)}`]);
    const many = Array.from({ length: 600 }, () => pick(random, [...queries, ...near.flat()]));
    expect(new Set(many.filter((query) => isV4(readTarget(query).first))).size).toBeGreaterThan(64);
    const options = { now: NOW, at: at === null ? null : new Date(at) };
    const found = await lookup({ connection }, many, options);
    expect(found.map(said)).toEqual(many.map((query) => walk(all, query, at)));
    expect(found.map(({ query }) => query)).toEqual(many);
  });

  test("what is kept of a file answers the same", async () => {
    const ctx = { connection, file: {} };
    for (let i = 0; i < 2; i++)
      expect((await lookup(ctx, single, { now: NOW })).map(said)).toEqual(
        single.map((query) => walk(all, query, null)),
      );
  });
});

describe("what is said of a listing", () => {
  let connection: DuckDBConnection;
  beforeEach(async () => {
    connection = await feedDatabase();
  });
  const ask = async (...queries: string[]) => lookup({ connection }, queries, { now: NOW });

  test("merges and windows say from what, and come last", async () => {
    const since = new Date("2026-01-10T00:00:00Z");
    await addFeed(
      connection,
      {
        name: "a_merge",
        provenance: "secondary_merge",
        include: ["seen", "other", "gone"],
        source_date: since,
      },
      ["192.0.2.1"],
    );
    await addFeed(
      connection,
      {
        name: "a_week",
        provenance: "secondary_retention",
        parent: "other",
        window_minutes: 10_080,
        source_date: since,
      },
      ["192.0.2.1"],
    );
    await addFeed(connection, { name: "other", source_date: since }, ["198.51.100.1"]);
    await addFeed(connection, { name: "seen", source_date: since }, ["192.0.2.1"]);
    await refreshFeeds(connection, { changed: "all", now: NOW });
    const [found] = await ask("192.0.2.1");
    expect(
      found!.listings.map(({ feed, inputs }) => [feed.name, inputs?.map(({ name }) => name) ?? null]),
    ).toEqual([
      ["seen", null],
      ["a_week", []],
      ["a_merge", ["seen"]],
    ]);
    const weights = found!.listings.map(({ weight }) => weight);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(lookedUpJson(found!).listings).toMatchObject([
      {
        feed: "seen",
        category: "intrusion",
        health: "healthy",
        since: "2026-01-10T00:00:00Z",
        or_earlier: true,
      },
      { feed: "a_week", from: [] },
      { feed: "a_merge", from: ["seen"] },
    ]);
  });

  test("where it lies, and how much of a network is listed", async () => {
    await addFeed(connection, { name: "list" }, ["8.8.8.0/25", "2001:4860::/32"]);
    await refreshFeeds(connection, { changed: "all", now: NOW });
    const found = (await ask("8.8.8.8", "8.8.8.0/24", "8.8.8.5/28", "2001:4860::/31", "10.0.0.1")).map(
      (one) => lookedUpJson(one),
    );
    expect(found).toMatchObject([
      { country: "US", asn: 15_169, listings: [{ feed: "list" }] },
      { query: "8.8.8.0/24", addresses: 256, listings: [{ addresses: 128, whole: false }] },
      {
        query: "8.8.8.5/28",
        address: "8.8.8.0/28",
        addresses: 16,
        listings: [{ addresses: 16, whole: true }],
      },
      { addresses: String(2n ** 97n), listings: [{ addresses: String(2n ** 96n), whole: false }] },
      { country: null, asn: null, listings: [] },
    ]);
    expect(found[0]!.listings).not.toMatchObject([{ addresses: 1 }]);
  });

  test("latest listings first, 20 at most, with their number", async () => {
    const id = await addFeed(connection, { name: "list" });
    const days = Array.from({ length: 30 }, (_, i) => new Date(PUBLISHED.getTime() + i * DAY));
    await addListings(
      connection,
      id,
      days.slice(1).map((until, i) => ({ range: "192.0.2.1", since: days[i]!, until })),
    );
    await refreshFeeds(connection, { changed: "all", now: NOW });
    for (const queries of [["192.0.2.1"], Array(70).fill("192.0.2.1")]) {
      const [found] = await ask(...queries);
      expect(found!.earlierTotal).toBe(29);
      expect(found!.earlier.map(({ until }) => until)).toEqual(
        days
          .slice(10)
          .map((day) => day.getTime())
          .reverse(),
      );
    }
  });

  test("no feeds, and times before all of them", async () => {
    expect((await ask("192.0.2.1", "::1")).map(({ listings }) => listings)).toEqual([[], []]);
    const at = new Date("2020-01-01");
    expect(await notKnownThen({ connection }, { now: NOW, at })).toBeNull();
    await addFeed(connection, { name: "list" }, ["192.0.2.1"]);
    expect(await notKnownThen({ connection }, { now: NOW, at })).toEqual({
      feeds: 1,
      of: 1,
      sentence: "nothing is known of that time: the oldest list that was imported is of 2026-01-01",
    });
    expect(await notKnownThen({ connection }, { now: NOW, at: NOW })).toBeNull();
    expect(await notKnownThen({ connection }, { now: NOW })).toBeNull();
  });

  test("times that only some feeds reach back to", async () => {
    await addFeed(connection, { name: "old" }, ["192.0.2.1"]);
    const later = new Date("2026-01-09T00:00:00Z");
    await addFeed(connection, { name: "young", source_date: later }, ["192.0.2.2"]);
    const options = { now: NOW, at: new Date("2026-01-05T00:00:00Z") };
    const notKnown = await notKnownThen({ connection }, options);
    expect(notKnown?.sentence).toBe(
      "1 of 2 feeds has no version that old and is not in the answer; the oldest list of all is of 2026-01-01",
    );
    await refreshFeeds(connection, { changed: "all", now: NOW });
    const [found] = await lookup({ connection }, ["192.0.2.2"], options);
    for (const form of [lookedUpJson, shortLookedUpJson])
      expect(form(found!, notKnown)).toMatchObject({ listed_by: 0, feeds_not_known: 1, feeds: 2 });
    expect(await notKnownThen({ connection }, { now: NOW, at: later })).toBeNull();
  });
});

test("times that can be asked about", () => {
  const time = (text: string) => timeArgument(text, NOW)?.toISOString() ?? null;
  expect(time(" ")).toBeNull();
  expect(time("2026-01-10")).toBe("2026-01-10T23:59:59.999Z");
  expect(time("2026-01-11")).toBe(NOW.toISOString());
  expect(time("2026-01-10T12:00+01:00")).toBe("2026-01-10T11:00:00.000Z");
  for (const text of ["2026-01-12", "2026-01-11T00:00:01Z", "2099-01-01"])
    expect(() => time(text)).toThrow(
      `${text} is still to come: give a time in the past, for example 2026-01-10`,
    );
  for (const text of ["2026-02-30", "yesterday", "1"]) expect(() => time(text)).toThrow("is no time");
});

test("what is neither address nor network", () => {
  for (const text of ["", "example.com", "192.0.2.1/33", "192.0.2", "010.0.0.1", "::/129", "1-2"])
    expect(() => readTarget(text)).toThrow(/neither an address nor a network/);
  expect(formatTarget(readTarget(" 192.0.2.77/24 "))).toBe("192.0.2.0/24");
  expect(formatTarget(readTarget("2001:DB8::/32"))).toBe("2001:db8::/32");
  expect(formatTarget(readTarget("::/0"))).toBe("::/0");
  expect(formatTarget(readTarget("0.0.0.0/0"))).toBe("0.0.0.0/0");
});
