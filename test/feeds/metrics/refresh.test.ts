/** All derived tables of a few lists by hand: numbers here were counted on paper. */
import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { readInsightFacts } from "../../../src/feeds/metrics/insight-facts.ts";
import { refreshFeeds } from "../../../src/feeds/metrics/refresh.ts";
import { boundsOf, RESERVED_NETWORKS } from "../../../src/feeds/metrics/reserved.ts";
import { rowsOf } from "../../../src/feeds/metrics/step.ts";
import { ensureGeo } from "../../../src/view/geo-build.ts";
import { addFeed, addListings, feedDatabase, insertFeedRows, PUBLISHED } from "../../support/feeds.ts";

beforeAll(ensureGeo, 60_000);

let connection: DuckDBConnection;
beforeEach(async () => {
  connection = await feedDatabase();
});

const NOW = new Date("2026-01-01T12:00:00Z");

function refresh(changed: readonly number[] | "all" = "all", now = NOW): Promise<void> {
  return refreshFeeds(connection, { changed, now });
}

/** Rows with bigint as number. */
async function ask(sql: string): Promise<unknown[][]> {
  const rows = await rowsOf(connection, sql);
  return rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value)));
}

describe("places", () => {
  test("country and AS rows are what a look-up of every address says", async () => {
    // Borders of countries and systems inside, on and outside of the ranges.
    const lists = [
      ["8.8.8.0/22", "1.1.1.0/24", "193.0.0.0/20"],
      ["8.8.8.8", "1.1.0.250-1.1.2.5", "9.9.9.9"],
    ];
    for (const [i, ranges] of lists.entries()) await addFeed(connection, { name: `list${i}` }, ranges);
    await refresh();
    await connection.run(`CREATE TEMP TABLE one AS
      SELECT feed_id, unnest(range(lo::BIGINT, hi::BIGINT + 1)) + 281470681743360 AS addr FROM feed.range4`);
    const wanted = await ask(`
      SELECT feed_id, c.code, count(*) FROM one JOIN geo_country AS c ON addr >= c.lo AND addr <= c.hi
      GROUP BY ALL ORDER BY ALL`);
    expect(await ask("FROM feed.country ORDER BY ALL")).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(2);
    const systems = await ask(`
      SELECT feed_id, coalesce(num, 0), coalesce(any_value(name), '-'), count(*)
      FROM one LEFT JOIN geo_as AS a ON addr >= a.lo AND addr <= a.hi GROUP BY feed_id, num ORDER BY ALL`);
    expect(await ask("SELECT feed_id, asn, coalesce(name, '-'), ips FROM feed.asn ORDER BY ALL")).toEqual(
      systems,
    );
    expect(systems.length).toBeGreaterThan(3);
  });

  test("every address is in one place: places of a set add up to its size, for the whole of IPv4, too", async () => {
    await addFeed(connection, { name: "everything" }, ["0.0.0.0/0"]);
    await addFeed(connection, { name: "some" }, ["10.0.0.0/7", "255.255.255.255"]);
    await refresh();
    expect(
      await ask(`SELECT count(*) FROM (SELECT set_id, sum(ips) AS ips FROM feed.place GROUP BY set_id) AS p
                 FULL JOIN feed.set_size AS s USING (set_id) WHERE p.ips IS DISTINCT FROM s.ips4`),
    ).toEqual([[0]]);
    expect(await ask("SELECT sum(ips) FROM feed.place")).toEqual([[2 ** 32]]);
  });

  test("bogons come off before systems are counted", async () => {
    await addFeed(connection, { name: "bogon_list", roles: ["bogons"] }, ["8.8.8.0/30", "10.0.0.0/30"]);
    const list = await addFeed(connection, { name: "list" }, ["8.8.8.0/29", "10.0.0.0/29", "192.168.1.1"]);
    await refresh();
    expect(await ask(`SELECT sum(ips) FROM feed.asn WHERE feed_id = ${list}`)).toEqual([[4]]);
    expect(
      await ask(`SELECT provider, network, ips FROM feed.bogon WHERE feed_id = ${list} ORDER BY ALL`),
    ).toEqual([
      ["bogon_list", null, 8],
      ["rfc_reserved", "10.0.0.0/8", 8],
      ["rfc_reserved", "192.168.0.0/16", 1],
      [null, null, 13],
    ]);
  });

  test("reserved networks are the fifteen of the specification, disjoint", () => {
    const bounds = RESERVED_NETWORKS.map(boundsOf).sort((a, b) => a.lo - b.lo);
    expect(bounds.length).toBe(15);
    expect(bounds.every(({ lo }, i) => i === 0 || lo > bounds[i - 1]!.hi)).toBe(true);
    expect(bounds[0]).toEqual({ lo: 0, hi: 0xffffff });
    expect(bounds.at(-1)).toEqual({ lo: 0xf0000000, hi: 0xffffffff });
  });
});

test("critical infrastructure: by provider, by tier and in all, each address once", async () => {
  const hard = await addFeed(connection, { name: "resolvers", critical: "hard" }, ["9.9.9.0/24"]);
  const soft1 = await addFeed(connection, { name: "cdn1", critical: "soft" }, ["9.9.9.0/25", "9.8.0.0/24"]);
  const soft2 = await addFeed(connection, { name: "cdn2", critical: "soft" }, ["9.8.0.0/25"]);
  await addFeed(connection, { name: "context", roles: ["provider_context"] }, ["9.0.0.0/8"]);
  const list = await addFeed(connection, { name: "list" }, ["9.9.9.0/28", "9.8.0.0/28", "9.9.9.255"]);
  await refresh();
  expect(await ask("SELECT feed_id, provider_id, tier, ips FROM feed.critical")).toEqual([
    [list, hard, "hard", 17],
    [list, soft1, "soft", 32],
    [list, soft2, "soft", 16],
    [list, null, "hard", 17],
    [list, null, "soft", 32],
    [list, null, null, 33],
  ]);
});

test("both shares of a list: against its largest peer, and against everybody", async () => {
  const list = await addFeed(connection, { name: "list", maintainer: "Us" }, ["192.0.2.0-192.0.2.9"]);
  await addFeed(connection, { name: "left", maintainer: "A" }, ["192.0.2.0-192.0.2.3"]);
  await addFeed(connection, { name: "right", maintainer: "B" }, ["192.0.2.6-192.0.2.9"]);
  // None of these is a peer: the same maintainer, a merge, what is made of the list.
  await addFeed(connection, { name: "own", maintainer: "US" }, ["192.0.2.0-192.0.2.4"]);
  await addFeed(connection, { name: "merge", provenance: "secondary_merge", include: ["list"] }, [
    "192.0.2.0/24",
  ]);
  await addFeed(connection, { name: "list_1d", parent: "list" }, ["192.0.2.0/28"]);
  await refresh();
  expect(
    await ask(
      `SELECT unique_share, unique_samples, exact_unique, exact_share FROM feed.metric WHERE feed_id = ${list}`,
    ),
  ).toEqual([[60, 2, 1, 10]]);
});

describe("updates", () => {
  const day = (n: number): Date => new Date(PUBLISHED.getTime() + n * 86_400_000);
  const metric = async (columns: string, id: number): Promise<unknown[]> =>
    (await ask(`SELECT ${columns} FROM feed.metric WHERE feed_id = ${id}`))[0]!;

  test("what our own imports saw follows from the listings", async () => {
    const id = await addFeed(connection, { name: "list", source_date: day(0) }, ["192.0.2.0/28"]);
    await connection.run("DELETE FROM feed.listing4");
    await addListings(connection, id, [
      { range: "192.0.2.0/28", since: day(0), until: null },
      { range: "198.51.100.0/30", since: day(0), until: day(1) },
      { range: "203.0.113.0/29", since: day(1), until: day(3) },
      // Listed again: a cohort of its own.
      { range: "198.51.100.0", since: day(3), until: day(3.5) },
    ]);
    await connection.run(`UPDATE feed.feed SET source_date = TIMESTAMP '2026-01-06 00:00:00'`);
    await refresh();
    expect(await ask(`SELECT "at", added, removed, ips, origin FROM feed.change`)).toEqual([
      [day(0), null, null, 20, "import"],
      [day(1), 8, 4, 24, "import"],
      [day(3), 1, 8, 17, "import"],
      [day(3.5), 0, 1, 16, "import"],
    ]);
    // 12/24, 9/17, 1/16 of the size; 12/28, 9/25, 1/17 of everything touched or kept.
    expect(
      await metric(
        "rotation_median, rotation_p75, change_ratio_median, change_ratio_p75, change_samples",
        id,
      ),
    ).toEqual([50, 51.47, 36, 39.43, 3]);
    expect(await metric("ips_min, ips_max, cadence_mean, cadence_min, cadence_max, updates", id)).toEqual([
      16, 24, 1680, 720, 2880, 4,
    ]);
    expect(await ask("SELECT kind, hours, ips FROM feed.retention ORDER BY ALL")).toEqual([
      ["current", 120, 16],
      ["past", 12, 1],
      ["past", 48, 8],
    ]);
    expect(await metric("retention_origin, observed_hours, retention_incomplete", id)).toEqual([
      "import",
      120,
      true,
    ]);
  });

  test("artifacts go before our own imports, which go on behind them", async () => {
    const id = await addFeed(connection, { name: "list", source_date: day(1.5) }, ["192.0.2.0/28"]);
    await connection.run("DELETE FROM feed.listing4");
    await addListings(connection, id, [
      { range: "192.0.2.0/28", since: day(0.5), until: null },
      { range: "198.51.100.0/30", since: day(0.5), until: day(1.5) },
    ]);
    const artifact = { feed_id: id, origin: "artifact" };
    await insertFeedRows(connection, "change", [
      { ...artifact, at: day(-9), added: 30n, removed: 0n, ips: 30n, entries: 2n },
      { ...artifact, at: day(-8), ips: 20n, entries: 7n },
      { ...artifact, at: day(-8), added: 0n, removed: 10n },
      { ...artifact, at: day(1), added: 5n, removed: 5n },
    ]);
    await insertFeedRows(connection, "retention", [
      { feed_id: id, kind: "current", hours: 240, ips: 16n, origin: "artifact" },
    ]);
    await refresh();
    const facts = (await readInsightFacts(connection, id))!;
    expect(facts.history).toEqual([
      { at: day(-9), added: null, removed: null, ips: 30, entries: 2 },
      { at: day(-8), added: 0, removed: 10, ips: 20, entries: 7 },
      { at: day(1), added: 5, removed: 5, ips: 20, entries: 7 },
      { at: day(1.5), added: 0, removed: 4, ips: 16, entries: 1 },
    ]);
    expect(await metric("change_samples, updates, entries_max", id)).toEqual([3, 4, 7]);
    expect(facts.retention).toEqual({
      origin: "artifact",
      observedHours: 240,
      incomplete: null,
      current: [{ hours: 240, ips: 16 }],
      past: [],
    });
  });

  test("a list without addresses has no updates, and no division by nothing", async () => {
    const id = await addFeed(connection, { name: "list" });
    await refresh();
    expect(
      await metric("unique_share, unique_samples, exact_share, rotation_median, change_samples, health", id),
    ).toEqual([0, 0, 0, null, 0, "empty"]);
  });
});

describe("refreshing", () => {
  test("refreshing what changed gives what refreshing everything gives", async () => {
    const ids: number[] = [];
    for (let i = 0; i < 4; i++)
      ids.push(await addFeed(connection, { name: `list${i}` }, [`192.0.2.${i}/29`, `2001:db8::${i}/127`]));
    await refresh();
    await connection.run(`UPDATE feed.range4 SET hi = hi + 3 WHERE feed_id = ${ids[2]}`);
    await connection.run(`UPDATE feed.listing4 SET hi = hi + 3 WHERE feed_id = ${ids[2]}`);
    await connection.run(`DELETE FROM feed.feed WHERE id = ${ids[3]}`);
    for (const table of ["range4", "range6", "listing4", "listing6"])
      await connection.run(`DELETE FROM feed.${table} WHERE feed_id = ${ids[3]}`);
    const derived = [
      "segment4",
      "segment6",
      "listed4",
      "listed6",
      "set_member",
      "set_size",
      "overlap",
      "place",
      "country",
      "asn",
    ].concat(["bogon", "critical", "change", "retention", "metric"]);
    const state = async (): Promise<unknown[]> =>
      Promise.all(derived.map(async (table) => [table, await ask(`FROM feed.${table} ORDER BY ALL`)]));
    await refresh([ids[2]!, ids[3]!]);
    const some = await state();
    await refresh("all");
    expect(await state()).toEqual(some);
    expect(some.flat().length).toBeGreaterThan(0);
  });

  test("with nothing changed only health is told anew", async () => {
    const id = await addFeed(connection, { name: "list" }, ["192.0.2.0/24"]);
    await refresh();
    const ran: string[] = [];
    await refreshFeeds(connection, {
      changed: [],
      now: new Date("2026-09-01"),
      onStep: (name) => ran.push(name),
    });
    expect(ran).toEqual(["health"]);
    expect(await ask(`SELECT health FROM feed.metric WHERE feed_id = ${id}`)).toEqual([["unmaintained"]]);
  });

  test("steps of another version derive everything anew, and nothing temporary stays", async () => {
    await addFeed(connection, { name: "list" }, ["192.0.2.0/24"]);
    await refresh();
    await connection.run("UPDATE main.meta SET value = 'older' WHERE key = 'feeds_derived_with'");
    const ran: string[] = [];
    await refreshFeeds(connection, { changed: [], now: NOW, onStep: (name) => ran.push(name) });
    expect(ran).toContain("segments");
    expect(await ask("SELECT table_name FROM duckdb_tables() WHERE temporary")).toEqual([]);
    expect(await ask("SELECT count(*) FROM main.meta WHERE key = 'feeds_derived_with'")).toEqual([[1]]);
  });
});
