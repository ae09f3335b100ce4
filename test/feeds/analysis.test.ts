import { beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { analysis } from "../../src/feeds/analysis/analysis.ts";
import type { AnalysisType } from "../../src/feeds/analysis/types.ts";
import { findFeeds } from "../../src/feeds/find.ts";
import { feedTable } from "../../src/feeds/find-table.ts";
import { importFeeds } from "../../src/feeds/import.ts";
import { Store } from "../../src/store/reader.ts";
import { addFeed, feedDatabase, insertFeedRows } from "../support/feeds.ts";
import { golden, NOW, pagesWorld } from "./pages-world.ts";

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await pagesWorld();
}, 60_000);

function page(type: AnalysisType, name: string, limit = Number.POSITIVE_INFINITY): Promise<string> {
  return analysis({ connection }, type, name, { now: NOW, limit });
}

describe("golden pages", () => {
  test.each<[AnalysisType, string, string]>([
    ["feed", "example_ssh", "feed-ssh.md"],
    ["feed", "example_level", "feed-level.md"],
    ["feed", "example_tor", "feed-tor.md"],
    ["feed", "example_v6", "feed-v6.md"],
    ["feed", "example_empty", "feed-empty.md"],
    ["feed", "hostile", "feed-hostile.md"],
    ["country", "GR", "country.md"],
    ["asn", "64501", "asn.md"],
    ["maintainer", "example-org", "maintainer.md"],
  ])("%s %s", async (type, name, file) => {
    const text = await page(type, name);
    expect(text).toBe(await golden(file, text));
  });
});

describe("the fixtures, imported", () => {
  const folder = mkdtempSync(join(tmpdir(), "gadwall-pages-"));
  const db = join(folder, "feeds.duckdb");

  test("give the golden table and pages", async () => {
    const lists = join(folder, "lists");
    cpSync(resolve(import.meta.dir, "../../fixtures/feeds"), lists, { recursive: true });
    // Dates of files stand for what lists do not say.
    for (const name of readdirSync(lists)) utimesSync(join(lists, name), NOW, NOW);
    await importFeeds([lists], { db, catalogue: new Map(), now: NOW });
    const store = new Store(db);
    const limit = Number.POSITIVE_INFINITY;
    const told = await store.read(async (reading) => ({
      table: feedTable((await findFeeds(reading, {}, NOW)).rows, { now: NOW, details: true, limit }).text,
      page: await analysis(reading, "feed", "example_networks", { now: NOW, limit }),
      org: await analysis(reading, "maintainer", "Example Org", { now: NOW, limit }),
    }));
    await store.close();
    rmSync(folder, { recursive: true });
    expect(told.table).toBe(await golden("fixtures-find.md", told.table));
    expect(told.page).toBe(await golden("fixtures-feed.md", told.page));
    expect(told.org).toBe(await golden("fixtures-maintainer.md", told.org));
  }, 60_000);
});

describe("pages as markdown", () => {
  const OURS = [
    "a",
    "blockquote",
    "code",
    "h1",
    "h2",
    "h3",
    "hr",
    "li",
    "p",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
  ];

  test.each<[AnalysisType, string]>([
    ["feed", "hostile"],
    ["feed", "example_ssh"],
    ["feed", "example_level"],
    ["country", "GR"],
    ["asn", "64501"],
    ["maintainer", "example-cdn"],
  ])("%s %s has our headings, tables and links only", async (type, name) => {
    const text = await page(type, name);
    const html = Bun.markdown.html(text, { tables: true, strikethrough: true, autolinks: true });
    const tags = new Set((html.match(/<[a-z][^\s>]*/g) ?? []).map((tag) => tag.slice(1)));
    expect([...tags].filter((tag) => !OURS.includes(tag))).toEqual([]);
    expect(html.match(/<h1/g)).toHaveLength(1);
    for (const [, href = ""] of html.matchAll(/<a href="([^"]*)"/g))
      expect(href).toMatch(/^https:\/\/(lists\.example|evil\.example\/%29%0A%7C%3Cb%3E%5D%28x$)/);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    // Rows are as wide as their tables.
    for (const block of text.split("\n\n").filter((part) => part.startsWith("| "))) {
      const widths = block.split("\n").map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  test("no blank table, residue or doubled blank line", async () => {
    for (const name of ["example_ssh", "example_empty", "example_v6"]) {
      const text = await page("feed", name);
      expect(text).not.toMatch(/\n\n\n|^ ·|^ |\]\(\)|undefined|null|NaN|\[object/m);
      expect(text.split("\n").filter((line) => /^#+ /.test(line)).length).toBeGreaterThan(3);
    }
  });
});

describe("names", () => {
  test.each<[AnalysisType, string, string]>([
    ["feed", " EXAMPLE_SSH ", "# example_ssh"],
    ["country", "gr", "# Greece"],
    ["country", "Greece", "# Greece"],
    ["asn", "AS64500", "# AS64500 (EXAMPLE-GR)"],
    ["asn", "as 64500", "# AS64500 (EXAMPLE-GR)"],
    ["asn", "64500", "# AS64500 (EXAMPLE-GR)"],
    ["maintainer", "EXAMPLE ORG", "# Example Org"],
    ["maintainer", "example-org", "# Example Org"],
    ["maintainer", "Ünder & Söhne", "# Ünder & Söhne"],
    ["maintainer", "nder-s-hne", "# Ünder & Söhne"],
  ])("%s %s", async (type, name, title) => {
    expect((await page(type, name)).split("\n", 1)).toEqual([title]);
  });

  test.each<[AnalysisType, string, RegExp]>([
    ["feed", "example_shs", /no feed "example_shs" here\. Did you mean example_ssh/],
    ["feed", "../../etc/passwd", /cannot be a name here/],
    ["feed", "a\\b", /cannot be a name here/],
    ["country", "a/b", /cannot be a name here/],
    ["feed", "  ", /the name is empty/],
    ["country", "Grece", /not a country.* Did you mean greece/],
    ["country", "GR,DE", /means several countries: give one; for example, GR has a page$/],
    ["country", "Atlantis", /^(?!.*DE,FR)/],
    ["country", "FR", /no feed here lists an IPv4 address of the country FR/],
    ["asn", "64999", /no feed here lists an IPv4 address that AS64999 announces/],
    ["asn", "0", /no feed here/],
    ["asn", "99999999999", /no number of an autonomous system/],
    ["asn", "example-g", /Did you mean AS64500 \(EXAMPLE-GR\)\?/],
    ["maintainer", "Exmple Org", /Did you mean Example Org\?/],
    ["maintainer", "zzz", /find_feeds, or gadwall feeds list, has their names/],
  ])("%s %j is refused", async (type, name, sentence) => {
    const refusal = page(type, name);
    await expect(refusal).rejects.toThrow(sentence);
    await expect(refusal).rejects.toMatchObject({ name: "UserError", argument: "name" });
  });

  test("without feeds there is nothing to tell about", async () => {
    const empty = { connection: await feedDatabase() };
    for (const type of ["feed", "country", "asn", "maintainer"] as const)
      await expect(analysis(empty, type, "1", { now: NOW, limit: 1000 })).rejects.toThrow(
        "no feeds here yet",
      );
  });
});

describe("long pages", () => {
  test("have shorter tables that say what they left out, largest overlap first", async () => {
    const own = await feedDatabase();
    const big = await addFeed(own, { name: "big" }, ["5.0.0.0/16"]);
    for (let i = 0; i < 120; i++) {
      const other = await addFeed(own, { name: `other_${i}` }, [`5.0.${i}.0-5.0.${i}.${i}`]);
      await insertFeedRows(own, "overlap", [
        { feed_id: big, other_id: other, common4: i + 1, ranges6: 0n, span6: 0n, related: false },
      ]);
    }
    const told = (limit: number) => analysis({ connection: own }, "feed", "big", { now: NOW, limit });
    const whole = await told(30_000);
    const rows = (text: string) => text.match(/^\| other\\?_\d+ .*$/gm) ?? [];
    expect(rows(whole)).toHaveLength(50);
    expect(rows(whole)[0]).toStartWith("| other_119 ");
    expect(whole).toContain("in common with **120** of 120 other feeds");
    expect(whole).toContain("70 more feeds, none with more than");
    const short = await told(3000);
    expect(rows(short).length).toBeLessThan(20);
    expect(short.length).toBeLessThanOrEqual(3000);
  });
});
