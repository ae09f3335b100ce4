/** Segments, overlap and unique shares against a naive model, on small spaces at both ends of IPv4 and IPv6. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { overlap } from "../../../src/feeds/metrics/overlap.ts";
import { leavesOf } from "../../../src/feeds/metrics/related.ts";
import { segments } from "../../../src/feeds/metrics/segments.ts";
import { rowsOf } from "../../../src/feeds/metrics/step.ts";
import { unique } from "../../../src/feeds/metrics/unique.ts";
import { FEED_TABLES } from "../../../src/store/feed-tables.ts";
import { type Random, seeded } from "../../filter/random.ts";
import { feedDatabase, insertFeedRows } from "../../support/feeds.ts";

/** Single addresses at each end of the space; between them lies the rest as one cell. */
const EDGE = 12;
const CELLS = 2 * EDGE + 1;

class Space {
  constructor(readonly last: bigint) {}

  /** First and last address of a cell. */
  cell(at: number): { lo: bigint; hi: bigint } {
    if (at < EDGE) return { lo: BigInt(at), hi: BigInt(at) };
    if (at === EDGE) return { lo: BigInt(EDGE), hi: this.last - BigInt(EDGE) };
    const place = this.last - BigInt(CELLS - 1 - at);
    return { lo: place, hi: place };
  }

  size(at: number): bigint {
    const { lo, hi } = this.cell(at);
    return hi - lo + 1n;
  }
}
const SPACES = { 4: new Space(2n ** 32n - 1n), 6: new Space(2n ** 128n - 1n) } as const;
type FamilyNumber = 4 | 6;
const FAMILIES: readonly FamilyNumber[] = [4, 6];

/** Which cells a feed holds, by family. */
type Held = Record<FamilyNumber, ReadonlySet<number>>;

function below(random: Random, n: number): number {
  return Math.floor(random() * n);
}

function randomCells(random: Random): Set<number> {
  const cells = new Set<number>();
  const kind = below(random, 8);
  if (kind === 0) return cells;
  if (kind === 1) return new Set(Array(CELLS).keys());
  for (let runs = 1 + below(random, 5); runs > 0; runs--) {
    const from = below(random, CELLS);
    const to = Math.min(CELLS - 1, from + below(random, below(random, 2) === 0 ? 2 : CELLS));
    for (let at = from; at <= to; at++) cells.add(at);
  }
  return cells;
}

/** The merged ranges of some cells. */
function rangesOf(space: Space, cells: ReadonlySet<number>): { lo: bigint; hi: bigint }[] {
  const ranges: { lo: bigint; hi: bigint }[] = [];
  for (let at = 0; at < CELLS; at++) {
    if (!cells.has(at)) continue;
    const { lo, hi } = space.cell(at);
    const before = ranges.at(-1);
    if (before !== undefined && before.hi + 1n === lo) before.hi = hi;
    else ranges.push({ lo, hi });
  }
  return ranges;
}

/** A feed of the model; ids are not in order of anything. */
interface Model {
  id: number;
  name: string;
  maintainer: string | null;
  provenance: string | null;
  /** A list of places has its category from a header of the older set, or from an artifact. */
  category: string | null;
  legacy_category: string | null;
  parent: string | null;
  include: readonly string[];
  held: Held;
}

function randomFeeds(random: Random): Model[] {
  const names = Array.from({ length: 2 + below(random, 7) }, (_, i) => `list${i}`);
  const name = (): string => names[below(random, names.length)]!;
  const copies = below(random, 3) === 0 ? { 4: randomCells(random), 6: randomCells(random) } : null;
  return names.map((own, i) => ({
    id: (i * 7 + 3) % 31,
    name: own,
    maintainer: [null, "A", "a", "B", "C", "D"][below(random, 6)]!,
    provenance: [null, "primary", "primary", "secondary_upstream", "secondary_merge"][below(random, 5)]!,
    ...[
      { category: "geolocation", legacy_category: null },
      { category: null, legacy_category: "geolocation" },
      ...Array(8).fill({ category: "intrusion", legacy_category: "attacks" }),
    ][below(random, 10)]!,
    parent: below(random, 6) === 0 ? name() : null,
    include: below(random, 6) === 0 ? [name(), "unknown", name()] : [],
    held:
      copies !== null && below(random, 2) === 0 ? copies : { 4: randomCells(random), 6: randomCells(random) },
  }));
}

async function fill(connection: DuckDBConnection, feeds: readonly Model[]): Promise<void> {
  for (const table of Object.keys(FEED_TABLES)) await connection.run(`DELETE FROM feed.${table}`);
  await insertFeedRows(
    connection,
    "feed",
    feeds.map(({ held, include, ...facts }) => ({
      ...facts,
      include: include.length === 0 ? null : include,
    })),
  );
  await insertFeedRows(
    connection,
    "metric",
    feeds.map(({ id }) => ({ feed_id: id })),
  );
  for (const { id, held } of feeds) {
    await insertFeedRows(
      connection,
      "range4",
      rangesOf(SPACES[4], held[4]).map(({ lo, hi }) => ({ feed_id: id, lo: Number(lo), hi: Number(hi) })),
    );
    await insertFeedRows(
      connection,
      "range6",
      rangesOf(SPACES[6], held[6]).map(({ lo, hi }) => ({ feed_id: id, lo, hi })),
    );
  }
}

/** The feeds that hold a cell, as text. */
function holders(feeds: readonly Model[], family: FamilyNumber, at: number): string {
  return feeds
    .filter(({ held }) => held[family].has(at))
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join(" ");
}

function weigh(family: FamilyNumber, cells: Iterable<number>): bigint {
  let sum = 0n;
  for (const at of cells) sum += SPACES[family].size(at);
  return sum;
}

function common(a: Model, b: Model, family: FamilyNumber): bigint {
  return weigh(
    family,
    [...a.held[family]].filter((at) => b.held[family].has(at)),
  );
}

function ofPlaces({ category, legacy_category }: Model): boolean {
  return (category ?? legacy_category) === "geolocation";
}

function related(a: Model, b: Model, leaves: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  return !leaves.get(a.name)!.isDisjointFrom(leaves.get(b.name)!);
}

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await feedDatabase();
  for (const name of ["asof_loop_join_threshold", "nested_loop_join_threshold", "merge_join_threshold"])
    await connection.run(`SET ${name} = 0`);
});
afterAll(() => connection.closeSync());

async function derive(feeds: readonly Model[]): Promise<void> {
  await fill(connection, feeds);
  for (const step of [segments, overlap, unique]) await step.run(connection, { now: new Date(0) });
}

async function checkSegments(feeds: readonly Model[]): Promise<void> {
  const members = new Map<number, string>();
  for (const [set, feed] of await rowsOf(
    connection,
    "SELECT * FROM feed.set_member ORDER BY set_id, feed_id",
  )) {
    const known = members.get(Number(set));
    members.set(Number(set), known === undefined ? String(feed) : `${known} ${feed}`);
  }
  // No set has two numbers, and numbers count from 1.
  expect(new Set(members.values()).size).toBe(members.size);
  expect([...members.keys()].sort((a, b) => a - b)).toEqual([...members.keys()].map((_, i) => i + 1));
  const sizes = new Map<number, { 4: bigint; 6: bigint }>();
  for (const family of FAMILIES) {
    const stored = await rowsOf(connection, `SELECT lo, hi, set_id FROM feed.segment${family}`);
    const found = stored.map(([lo, hi, set]) => ({
      lo: BigInt(lo as number | bigint),
      hi: BigInt(hi as number | bigint),
      set: members.get(Number(set)),
    }));
    // What the cells say: neighbours with the same holders are one segment, cells without holders are none.
    const wanted: typeof found = [];
    for (let at = 0; at < CELLS; at++) {
      const set = holders(feeds, family, at);
      if (set === "") continue;
      const { lo, hi } = SPACES[family].cell(at);
      const before = wanted.at(-1);
      if (before !== undefined && before.hi + 1n === lo && before.set === set) before.hi = hi;
      else wanted.push({ lo, hi, set });
    }
    expect(found).toEqual(wanted);
    for (const [lo, hi, set] of stored) {
      const size = sizes.get(Number(set)) ?? { 4: 0n, 6: 0n };
      size[family] += BigInt(hi as number | bigint) - BigInt(lo as number | bigint) + 1n;
      sizes.set(Number(set), size);
    }
  }
  const stored = await rowsOf(connection, "SELECT set_id, feeds, ips4, ranges6, span6 FROM feed.set_size");
  expect(stored.length).toBe(members.size);
  for (const [set, count, ips4, ranges6, span6] of stored) {
    expect(Number(count)).toBe(members.get(Number(set))!.split(" ").length);
    expect({ 4: BigInt(ips4 as bigint), 6: BigInt(ranges6 as bigint) + BigInt(span6 as bigint) }).toEqual(
      sizes.get(Number(set))!,
    );
  }
}

async function checkOverlap(feeds: readonly Model[]): Promise<void> {
  const leaves = leavesOf(feeds);
  const wanted: unknown[] = [];
  for (const a of feeds) {
    for (const b of feeds) {
      const both = { 4: common(a, b, 4), 6: common(a, b, 6) };
      if (a === b || (both[4] === 0n && both[6] === 0n)) continue;
      wanted.push([a.id, b.id, both[4], both[6], related(a, b, leaves)]);
    }
  }
  const rows = await rowsOf(
    connection,
    "SELECT feed_id, other_id, common4, ranges6, span6, related FROM feed.overlap",
  );
  const found = rows.map(([a, b, common4, ranges6, span6, kin]) => [
    a,
    b,
    common4,
    BigInt(ranges6 as bigint) + BigInt(span6 as bigint),
    kin,
  ]);
  const order = (list: unknown[]): unknown[] => list.sort((x, y) => (String(x) < String(y) ? -1 : 1));
  expect(order(found)).toEqual(order(wanted));
}

async function checkUnique(feeds: readonly Model[]): Promise<void> {
  const leaves = leavesOf(feeds);
  const rows = await rowsOf(
    connection,
    "SELECT feed_id, unique_share, unique_samples, exact_unique, exact_share FROM feed.metric",
  );
  expect(rows.length).toBe(feeds.length);
  for (const [id, share, samples, exactUnique, exactShare] of rows) {
    const feed = feeds.find((f) => f.id === Number(id))!;
    const family = feed.held[4].size > 0 ? 4 : 6;
    const total = weigh(family, feed.held[family]);
    const others = feeds.filter((f) => f !== feed && !related(feed, f, leaves) && !ofPlaces(f));
    const peers = others
      .filter(
        (f) =>
          f.maintainer?.toLowerCase() !== feed.maintainer?.toLowerCase() ||
          f.maintainer === null ||
          feed.maintainer === null,
      )
      .filter((f) => f.provenance !== "secondary_merge")
      .map((f) => common(feed, f, family))
      .filter((shared) => shared > 0n);
    const most = peers.reduce((a, b) => (a > b ? a : b), 0n);
    const own = (fam: FamilyNumber): bigint =>
      weigh(
        fam,
        [...feed.held[fam]].filter((at) => !others.some((f) => f.held[fam].has(at))),
      );
    const percent = (part: bigint): number => (total === 0n ? 0 : (100 * Number(part)) / Number(total));
    expect(Number(samples)).toBe(peers.length);
    expect(Number(share)).toBeCloseTo(percent(total - most), 9);
    expect(BigInt(exactUnique as bigint)).toBe(own(4));
    expect(Number(exactShare)).toBeCloseTo(percent(own(family)), 9);
  }
}

describe("sets against a naive model", () => {
  for (let seed = 1; seed <= 40; seed++) {
    test(`random feeds, seed ${seed}`, async () => {
      const feeds = randomFeeds(seeded(seed));
      await derive(feeds);
      await checkSegments(feeds);
      await checkOverlap(feeds);
      await checkUnique(feeds);
    });
  }

  test("no feeds, and feeds that hold nothing", async () => {
    await derive([]);
    await checkSegments([]);
    const hollow = randomFeeds(seeded(1)).map((feed) => ({
      ...feed,
      held: { 4: new Set<number>(), 6: new Set<number>() },
    }));
    await derive(hollow);
    await checkSegments(hollow);
    await checkUnique(hollow);
  });

  test("the whole space several times", async () => {
    const everything = new Set(Array(CELLS).keys());
    const feeds = randomFeeds(seeded(2)).map((feed) => ({ ...feed, held: { 4: everything, 6: everything } }));
    await derive(feeds);
    await checkSegments(feeds);
    await checkOverlap(feeds);
    await checkUnique(feeds);
  });

  test("more feeds than a bit mask would hold", async () => {
    const random = seeded(3);
    const feeds = Array.from({ length: 300 }, (_, i) => ({
      ...randomFeeds(random)[0]!,
      id: i,
      name: `many${i}`,
      parent: null,
      include: [],
    }));
    await derive(feeds);
    await checkSegments(feeds);
  });

  test("sets are numbered alike in every run, whatever the marks", async () => {
    const feeds = randomFeeds(seeded(5));
    await derive(feeds);
    const first = await rowsOf(connection, "FROM feed.set_member");
    await segments.run(connection, { now: new Date(0) });
    expect(await rowsOf(connection, "FROM feed.set_member")).toEqual(first);
  });

  test("ranges that are not disjoint are found, not counted twice", async () => {
    for (const family of FAMILIES) {
      await fill(connection, []);
      await insertFeedRows(
        connection,
        `range${family}`,
        [
          [1, 9],
          [5, 20],
        ].map(([lo, hi]) =>
          family === 4 ? { feed_id: 8, lo: lo!, hi: hi! } : { feed_id: 8, lo: BigInt(lo!), hi: BigInt(hi!) },
        ),
      );
      await expect(segments.run(connection, { now: new Date(0) })).rejects.toThrow(
        "segments of feed 8 do not add up",
      );
    }
  });
});

describe("leaf ancestors", () => {
  const feed = (name: string, parent: string | null, include: string[] = []) => ({ name, parent, include });

  test("parents and inputs are followed down to lists that are made of no others", () => {
    const leaves = leavesOf([
      feed("a", null),
      feed("a_1d", "a"),
      feed("b", null),
      feed("merge", null, ["a_1d", "b", "elsewhere"]),
    ]);
    expect([...leaves.get("merge")!].sort()).toEqual(["a", "b", "elsewhere"]);
    expect([...leaves.get("a_1d")!]).toEqual(["a"]);
    expect([...leaves.get("b")!]).toEqual(["b"]);
  });

  test("circles end", () => {
    const leaves = leavesOf([
      feed("x", "y"),
      feed("y", "x"),
      feed("self", "self"),
      feed("z", null, ["x", "leaf"]),
    ]);
    expect([...leaves.get("x")!].sort()).toEqual(["x", "y"]);
    expect([...leaves.get("y")!].sort()).toEqual(["x", "y"]);
    expect([...leaves.get("self")!]).toEqual(["self"]);
    expect([...leaves.get("z")!]).toEqual(["leaf"]);
  });
});
