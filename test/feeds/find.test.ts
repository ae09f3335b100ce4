import { beforeAll, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { findFeeds } from "../../src/feeds/find.ts";
import { feedTable, NO_FEEDS } from "../../src/feeds/find-table.ts";
import { asMember, FEED_ENUMS, type FeedEnum, type FeedFilters } from "../../src/feeds/find-values.ts";
import { addFeed, feedDatabase, insertFeedRows } from "../support/feeds.ts";
import { daysAgo, golden, NOW, pagesWorld } from "./pages-world.ts";

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await pagesWorld();
}, 60_000);

async function names(filters: FeedFilters): Promise<string[]> {
  return (await findFeeds({ connection }, filters, NOW)).rows.map(({ name }) => name);
}

async function table(filters: FeedFilters, details = true, limit = Number.POSITIVE_INFINITY) {
  const { rows } = await findFeeds({ connection }, filters, NOW);
  return feedTable(rows, { now: NOW, details, limit });
}

test("all feeds are the golden table and sections", async () => {
  const { text, shown } = await table({});
  expect(text).toBe(await golden("find.md", text));
  expect(shown).toBe(8);
});

describe("the table", () => {
  test("has 17 columns in every row, whatever is in the cells", async () => {
    const lines = (await table({}, false)).text.split("\n");
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe(
      "feed|description|category|provenance|unique_ips|entries|ipv|license|redistributable|health|freshness|cadence|unique_share_pct|critical|processed|checked|source_date",
    );
    expect(lines[1]).toStartWith("----|-----------|--------|----------|----------|-------|---|-------|");
    for (const line of lines) expect(line.split(/(?<!\\)\|/)).toHaveLength(17);
  });

  test("ends before the limit, between feeds; one is always there", async () => {
    const whole = await table({});
    const part = await table({}, true, 3000);
    expect(part.text.length).toBeLessThanOrEqual(3000);
    expect(part.shown).toBeGreaterThan(1);
    expect(part.shown).toBeLessThan(whole.shown);
    expect(part.text.match(/^# /gm)).toHaveLength(part.shown);
    expect(part.text.split("\n\n", 1)[0]!.split("\n")).toHaveLength(part.shown + 2);
    expect((await table({}, true, 10)).shown).toBe(1);
  });

  test("of nothing is a sentence", async () => {
    expect(await table({ search: "nowhere to be found" })).toEqual({ text: NO_FEEDS, shown: 0 });
    expect(NO_FEEDS).toBe("No feeds matched the given filters.");
  });

  test("of one renders as one table and its sections", async () => {
    const { text } = await table({ search: "hostile" });
    const html = Bun.markdown.html(text, { tables: true, strikethrough: true, autolinks: true });
    const tags = new Set((html.match(/<[a-z][^\s>]*/g) ?? []).map((tag) => tag.slice(1)));
    expect([...tags].sort()).toEqual(["a", "h1", "p", "table", "tbody", "td", "th", "thead", "tr"]);
    expect(html.match(/<h1/g)).toHaveLength(1);
    // By the maintainer, whose page the data names: a web page.
    expect(html.match(/<a [^>]*>/g)).toEqual(['<a href="https://evil.example/%29%0A%7C%3Cb%3E%5D%28x">']);
  });
});

describe("filters", () => {
  test.each<[FeedFilters, string[]]>([
    [{ search: "EXAMPLE  guessing" }, ["example_ssh"]],
    [{ search: "söhne exits" }, ["example_tor"]],
    [{ search: "exits guessing" }, []],
    [
      { search: "  " },
      "example_cdn example_empty example_level example_ssh example_ssh_7d example_tor example_v6 hostile".split(
        " ",
      ),
    ],
    [{ category: "anonymizers" }, ["example_tor"]],
    [{ maintainer: "example ORG" }, ["example_level", "example_ssh", "example_ssh_7d", "example_v6"]],
    [{ maintainer: "under" }, []],
    [{ maintainer: "ÜNDER" }, ["example_tor"]],
    [{ provenance: "secondary_merge" }, ["example_level"]],
    [{ health: "empty" }, ["example_empty"]],
    [{ health: "unmaintained" }, ["example_level"]],
    [{ freshness: "hour" }, []],
    [{ freshness: "day" }, ["example_ssh", "example_v6"]],
    [{ freshness: "week" }, ["example_ssh_7d", "example_tor"]],
    [{ freshness: "month" }, ["example_cdn"]],
    [{ freshness: "older" }, ["example_empty", "example_level", "hostile"]],
    [{ cadence: "hourly" }, ["example_level"]],
    [{ cadence: "daily" }, ["example_tor"]],
    [{ cadence: "weekly" }, ["example_cdn", "example_ssh"]],
    [{ cadence: "unknown" }, ["example_empty", "example_ssh_7d", "example_v6", "hostile"]],
    [{ license: "cc0-1.0" }, ["example_ssh"]],
    [{ license: "CC0" }, []],
    [{ license: " example  terms | no resale " }, ["example_tor"]],
    [{ redistributable: "false" }, ["example_level", "example_tor"]],
    [{ critical: "soft" }, ["example_cdn"]],
    [{ critical: "hard" }, []],
    [{ size_min: 142, size_max: 512 }, ["example_level", "example_ssh", "example_ssh_7d"]],
    [{ size_min: 513 }, ["example_v6"]],
    [{ size_min: 0, size_max: 0, category: "scanners" }, ["example_v6"]],
    [{ category: "intrusion", redistributable: "true", freshness: "day" }, ["example_ssh"]],
    [{ category: "' OR true --" }, []],
  ])("%j", async (filters, wanted) => {
    expect(await names(filters)).toEqual(wanted);
  });

  test("a measured 0 % is low; unknown is what was never computed", async () => {
    const own = await feedDatabase();
    await addFeed(own, { name: "copy" }, ["5.0.0.1"]);
    await addFeed(own, { name: "new" }, ["5.0.0.1"]);
    await addFeed(own, { name: "half" }, ["5.0.0.1"]);
    await insertFeedRows(own, "metric", [
      { feed_id: 1, unique_share: 0 },
      { feed_id: 3, unique_share: 50 },
    ]);
    const found = async (uniqueness: string) =>
      (await findFeeds({ connection: own }, { uniqueness }, NOW)).rows.map(({ name }) => name);
    expect(await found("low")).toEqual(["copy"]);
    expect(await found("unknown")).toEqual(["new"]);
    expect(await found("very_high")).toEqual(["half"]);
    expect(await found("high")).toEqual([]);
  });

  test("freshness goes by the source, not by when it was processed", async () => {
    const own = await feedDatabase();
    await addFeed(own, { name: "stale", source_date: daysAgo(500), processed: NOW }, ["5.0.0.1"]);
    const { rows } = await findFeeds({ connection: own }, {}, NOW);
    expect(rows[0]).toMatchObject({ freshness: "older", processed: NOW });
  });
});

describe("order and part", () => {
  test.each<[string, string[]]>([
    ["-unique_ips", ["example_v6", "example_ssh_7d", "example_level"]],
    ["~Unique_IPs", ["example_v6", "example_ssh_7d", "example_level"]],
    ["unique_ips", ["example_empty", "hostile", "example_cdn"]],
    ["source_date", ["example_empty", "example_level", "example_cdn"]],
    ["-source_date", ["example_ssh", "example_v6", "example_ssh_7d"]],
    ["-feed", ["hostile", "example_v6", "example_tor"]],
  ])("%s", async (sort, wanted) => {
    expect(await names({ sort, limit: 3 })).toEqual(wanted);
  });

  test("limit and offset leave the total alone", async () => {
    const { rows, total } = await findFeeds({ connection }, { limit: 2, offset: 7 }, NOW);
    expect(rows.map(({ name }) => name)).toEqual(["hostile"]);
    expect(total).toBe(8);
  });

  test("a column that is none", async () => {
    for (const sort of ["-Unique IPs", "- unique-ips"])
      expect(await names({ sort })).toEqual(await names({ sort: "-unique_ips" }));
    expect(await names({ sort: "source date" })).toEqual(await names({ sort: "source_date" }));
    await expect(names({ sort: "uniqe_ips" })).rejects.toThrow(
      /"uniqe_ips" is not a column .* Did you mean unique_ips/,
    );
  });
});

describe("values as people write them", () => {
  test.each<[FeedEnum, unknown, unknown]>([
    ["uniqueness", "Very high", "very_high"],
    ["uniqueness", " VERY-HIGH ", "very_high"],
    ["category", "Malware  Infrastructure", "malware_infrastructure"],
    ["redistributable", true, "true"],
    ["redistributable", "Yes", "true"],
    ["redistributable", 0, "false"],
    ["health", "", undefined],
    ["health", "helthy", "helthy"],
    ["critical", ["hard"], ["hard"]],
  ])("%s %j", (name, given, meant) => {
    expect(asMember(name, given)).toEqual(meant);
  });

  test("every member means itself", () => {
    for (const [name, values] of Object.entries(FEED_ENUMS))
      for (const value of values) expect(asMember(name as FeedEnum, value)).toBe(value);
  });
});
