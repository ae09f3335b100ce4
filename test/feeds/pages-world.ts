/** A few lists with all that pages tell about, places filled by hand: what find_feeds and fetch_analysis say is golden. */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { refreshFeeds } from "../../src/feeds/metrics/refresh.ts";
import { maintainerSlug } from "../../src/feeds/name.ts";
import { toV4 } from "../../src/model/ip.ts";
import { ensureGeo } from "../../src/view/geo-build.ts";
import { addFeed, type FeedRow, feedDatabase, insertFeedRows, rangeOf } from "../support/feeds.ts";

export const NOW = new Date("2026-11-20T12:00:00Z");
const DAY = 86_400_000;

/** Days before now. */
export function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * DAY);
}

/** Where ranges of the lists lie. What is in none of these lies nowhere. */
const PLACES = [
  { range: "5.0.0.0/24", code: "GR", asn: 64500 },
  { range: "5.0.1.0/24", code: "GR", asn: 64501 },
  { range: "6.0.0.0/24", code: "DE", asn: 64501 },
] as const;

const SYSTEMS = [
  { asn: 64500, name: "EXAMPLE-GR" },
  { asn: 64501, name: "Evil | [Net](http://evil.example)\n# <b>" },
] as const;

/** Text that tries everything: a cell, a heading, a link, a tag, an escape sequence, turning round. */
export const EVIL =
  "Nice | cell\n# Heading\n\n[click](javascript:alert(1)) <script>alert(1)</script> `x` **bold** https://evil.example \u001b[31mred\u001b[0m \u202egnp.exe";

/** Hand-made feeds in an order that is not that of their names. */
const FEEDS: readonly { facts: FeedRow & { name: string }; ranges: readonly string[] }[] = [
  {
    facts: {
      name: "example_ssh",
      official_name: "Example SSH Attackers",
      maintainer: "Example Org",
      maintainer_url: "https://lists.example/",
      description: "Addresses that tried passwords.",
      info: "[Example Org] (https://lists.example/) addresses seen guessing passwords in the last day.",
      license: "CC0-1.0",
      redistributable: true,
      hash: "ip",
      frequency: 60,
      source_url: "https://lists.example/ssh.txt",
      status: "active",
      source_date: new Date(NOW.getTime() - 2 * 3_600_000),
      processed: new Date(NOW.getTime() - 3_600_000),
      checked: new Date(NOW.getTime() - 60_000),
      started: new Date("2020-01-01T00:00:00Z"),
    },
    ranges: ["5.0.0.0-5.0.0.9", "5.0.1.0/25", "10.0.0.0/30"],
  },
  {
    facts: {
      name: "example_ssh_7d",
      maintainer: "Example Org",
      maintainer_url: "https://lists.example/",
      provenance: "secondary_retention",
      parent: "example_ssh",
      window_minutes: 10_080,
      redistributable: true,
      source_date: daysAgo(2),
    },
    ranges: ["5.0.0.0/24", "5.0.1.0/24"],
  },
  {
    facts: {
      name: "example_tor",
      official_name: "Example Exits",
      maintainer: "Ünder & Söhne",
      maintainer_url: "javascript:alert(1)",
      description: "Exits of Tor.",
      category: "anonymizers",
      license: "Example terms | no resale",
      redistributable: false,
      frequency: 1440,
      source_date: daysAgo(6),
    },
    ranges: ["5.0.0.5", "6.0.0.0/28"],
  },
  {
    facts: {
      name: "example_cdn",
      description: "A content delivery network.",
      maintainer: "Example CDN",
      category: "provider_infrastructure",
      critical: "soft",
      roles: ["critical_infrastructure"],
      redistributable: true,
      frequency: 10_080,
      source_date: daysAgo(25),
    },
    ranges: ["6.0.0.8/29"],
  },
  {
    facts: {
      name: "example_level",
      official_name: "Example Level",
      description: "A merge.",
      maintainer: "Example Org",
      maintainer_url: "https://lists.example/",
      provenance: "secondary_merge",
      include: ["example_ssh", "example_tor", "lost_list"],
      exclude: ["example_cdn"],
      redistributable: false,
      frequency: 5,
      source_date: daysAgo(400),
    },
    ranges: ["5.0.0.0-5.0.0.9", "5.0.1.0/25", "6.0.0.0/29", "10.0.0.0/30"],
  },
  {
    facts: {
      name: "example_v6",
      description: "Networks of IPv6.",
      maintainer: "Example Org",
      category: "scanners",
      redistributable: true,
      source_date: daysAgo(0.5),
    },
    ranges: ["2001:db8::/48", "2001:db8:1::1"],
  },
  {
    facts: {
      name: "example_empty",
      description: "Once held something.",
      status: "discontinued",
      category: "malware_infrastructure",
      redistributable: true,
      source_date: daysAgo(3000),
    },
    ranges: [],
  },
  {
    facts: {
      name: "hostile",
      official_name: EVIL,
      maintainer: EVIL,
      maintainer_url: "https://evil.example/)%0A|<b>](x",
      description: EVIL,
      info: `- ${EVIL}`,
      license: EVIL,
      category: null,
      legacy_category: EVIL,
      aggregation: EVIL,
      source_url: "javascript:alert(1)",
      include: [EVIL, "../../etc/passwd"],
      exclude: [],
      source_date: null,
      processed: null,
      started: null,
    },
    ranges: ["5.0.0.7", "9.9.9.9"],
  },
];

/** What artifacts told of example_ssh. */
async function addPast(connection: DuckDBConnection): Promise<void> {
  const origin = "artifact";
  await insertFeedRows(connection, "change", [
    { feed_id: 1, at: daysAgo(40), ips: 100, entries: 20, added: 100, removed: 0, origin },
    { feed_id: 1, at: daysAgo(39), ips: 120, entries: 21, added: 30, removed: 10, origin },
    { feed_id: 1, at: daysAgo(32), ips: 120, entries: 21, added: 60, removed: 60, origin },
    { feed_id: 1, at: daysAgo(31.9), ips: 142, entries: 3, added: 22, removed: 0, origin },
  ]);
  const bars = (kind: string, ips: Readonly<Record<number, number>>) =>
    Object.entries(ips).map(([hours, count]) => ({
      feed_id: 1,
      kind,
      hours: Number(hours),
      ips: count,
      origin,
    }));
  await insertFeedRows(connection, "retention", [
    ...bars("current", { 1: 90, 30: 40, 9000: 12 }),
    ...bars("past", { 5: 900, 23: 50, 100: 600 }),
  ]);
}

/** Puts places of our own where the reference data's were. */
async function placeByHand(connection: DuckDBConnection): Promise<void> {
  const values = PLACES.map(({ range, code, asn }) => {
    const { first, last } = rangeOf(range);
    return `(${toV4(first)}::UINTEGER, ${toV4(last)}::UINTEGER, '${code}', ${asn})`;
  });
  const cut = "greatest(s.lo, p.lo)";
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE mine AS
    SELECT s.set_id, p.code, p.asn, (least(s.hi, p.hi)::BIGINT - ${cut} + 1) AS ips
    FROM feed.segment4 AS s JOIN (VALUES ${values.join(", ")}) AS p(lo, hi, code, asn) ON s.lo <= p.hi AND s.hi >= p.lo`);
  await connection.run("DELETE FROM feed.place WHERE network IS NULL");
  await connection.run(
    "INSERT INTO feed.place SELECT set_id, NULL, code, asn, sum(ips)::BIGINT FROM mine GROUP BY ALL",
  );
  await connection.run(`INSERT INTO feed.place
    SELECT z.set_id, NULL, NULL, 0, z.ips4 - coalesce(p.ips, 0)
    FROM feed.set_size AS z LEFT JOIN (SELECT set_id, sum(ips)::BIGINT AS ips FROM feed.place GROUP BY ALL) AS p USING (set_id)
    WHERE z.ips4 > coalesce(p.ips, 0)`);
  await connection.run("DELETE FROM feed.country");
  await connection.run(`INSERT INTO feed.country
    SELECT feed_id, code, sum(ips)::BIGINT FROM feed.place JOIN feed.set_member USING (set_id)
    WHERE code IS NOT NULL GROUP BY ALL`);
  await connection.run("DELETE FROM feed.asn");
  await connection.run(`INSERT INTO feed.asn
    SELECT feed_id, asn, NULL, sum(ips)::BIGINT FROM feed.place JOIN feed.set_member USING (set_id)
    WHERE network IS NULL GROUP BY ALL`);
  for (const { asn, name } of SYSTEMS)
    await connection.run("UPDATE feed.asn SET name = $1 WHERE asn = $2", [name, asn]);
}

export async function pagesWorld(): Promise<DuckDBConnection> {
  await ensureGeo();
  const connection = await feedDatabase();
  for (const { facts, ranges } of FEEDS) {
    const maintainer = String(facts.maintainer ?? `Maintainer of ${facts.name}`);
    await addFeed(connection, { ...facts, maintainer_slug: maintainerSlug(maintainer) }, ranges);
  }
  await connection.run("UPDATE feed.version SET skipped = $1 WHERE feed_id = 1", [
    '{"host name": 3, "octal": 1}',
  ]);
  await addPast(connection);
  await refreshFeeds(connection, { changed: "all", now: NOW });
  await placeByHand(connection);
  return connection;
}

/** The golden text; with GADWALL_GOLDEN=write it is written first. */
export async function golden(name: string, text: string): Promise<string> {
  const path = join(import.meta.dir, "golden", name);
  if (process.env.GADWALL_GOLDEN === "write") await Bun.write(path, `${text}\n`);
  return (await Bun.file(path).text()).replace(/\n$/, "");
}
