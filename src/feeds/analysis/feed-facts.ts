/** What the page of a feed tells, read from the tables; insights, history and retention come from their own readers. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { rowsOf } from "../metrics/step.ts";

/** Counts are of IPv4 addresses unless they say otherwise. */
export interface PageFacts {
  officialName: string | null;
  maintainerUrl: string | null;
  description: string | null;
  info: string | null;
  category: string | null;
  license: string | null;
  hash: string | null;
  frequency: number | null;
  aggregation: string | null;
  sourceUrl: string | null;
  status: string | null;
  include: readonly string[];
  exclude: readonly string[];
  entries: number;
  cidrs: number | null;
  ips4: number;
  /** All addresses of both families. */
  ips: bigint;
  ranges6: bigint;
  sourceDate: Date | null;
  processed: Date | null;
  started: Date | null;
  checked: Date | null;
  cadence: { mean: number; least: number; most: number } | null;
  updates: number;
  uniqueShare: number | null;
  uniqueSamples: number;
  exactUnique: number | null;
  exactShare: number | null;
  rotation: { median: number; p75: number } | null;
  changeRatio: { median: number; p75: number } | null;
  changeSamples: number;
  ipsRange: { least: number; most: number } | null;
  entriesRange: { least: number; most: number } | null;
  /** Of the current version: lines that were skipped, by reason, and how its header differs from what was read. */
  skipped: readonly { reason: string; lines: number }[];
  mismatch: string | null;
}

function texts(value: unknown): string[] {
  const list: unknown = typeof value === "string" ? JSON.parse(value) : null;
  return Array.isArray(list) ? list.map(String) : [];
}

function skippedLines(value: unknown): { reason: string; lines: number }[] {
  const reasons: unknown = typeof value === "string" ? JSON.parse(value) : null;
  if (reasons === null || typeof reasons !== "object") return [];
  return Object.entries(reasons)
    .map(([reason, lines]) => ({ reason, lines: Number(lines) }))
    .sort((a, b) => b.lines - a.lines || (a.reason < b.reason ? -1 : 1));
}

const FACTS = `
  SELECT f.* EXCLUDE (roles, include, exclude, span6, stated), f.include::VARCHAR AS include, f.exclude::VARCHAR AS exclude,
         coalesce(f.span6, 0)::VARCHAR AS span6, coalesce(f.category, f.legacy_category) AS shown_category,
         m.* EXCLUDE (feed_id), v.skipped::VARCHAR AS skipped, v.mismatch
  FROM feed.feed AS f LEFT JOIN feed.metric AS m ON m.feed_id = f.id LEFT JOIN feed.version AS v ON v.id = f.version_id
  WHERE f.id = $1`;

export async function readPageFacts(connection: DuckDBConnection, feedId: number): Promise<PageFacts> {
  const result = await connection.runAndReadAll(FACTS, [feedId]);
  const row = result.getRowObjectsJS()[0] ?? {};
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const date = (name: string): Date | null => (row[name] instanceof Date ? row[name] : null);
  const number = (name: string): number | null => {
    const value = row[name];
    return value === null || value === undefined ? null : Number(value);
  };
  const both = <Name extends string, Other extends string>(
    [name, from]: readonly [Name, string],
    [other, to]: readonly [Other, string],
  ): Record<Name | Other, number> | null => {
    const [a, b] = [number(from), number(to)];
    return a === null || b === null ? null : ({ [name]: a, [other]: b } as Record<Name | Other, number>);
  };
  const middle = (name: string) => both(["median", `${name}_median`], ["p75", `${name}_p75`]);
  const span = (name: string) => both(["least", `${name}_min`], ["most", `${name}_max`]);
  const mean = number("cadence_mean");
  const gaps = span("cadence");
  const ips4 = BigInt(String(row.ips4 ?? 0));
  const ranges6 = BigInt(String(row.ranges6 ?? 0));
  return {
    officialName: text("official_name"),
    maintainerUrl: text("maintainer_url"),
    description: text("description"),
    info: text("info"),
    category: text("shown_category"),
    license: text("license"),
    hash: text("hash"),
    frequency: number("frequency"),
    aggregation: text("aggregation"),
    sourceUrl: text("source_url"),
    status: text("status"),
    include: texts(row.include),
    exclude: texts(row.exclude),
    entries: number("entries") ?? 0,
    cidrs: number("cidrs"),
    ips4: Number(ips4),
    ips: ips4 + ranges6 + BigInt(String(row.span6 ?? 0)),
    ranges6,
    sourceDate: date("source_date"),
    processed: date("processed"),
    started: date("started"),
    checked: date("checked"),
    cadence: mean === null || gaps === null ? null : { mean, ...gaps },
    updates: number("updates") ?? 0,
    uniqueShare: number("unique_share"),
    uniqueSamples: number("unique_samples") ?? 0,
    exactUnique: number("exact_unique"),
    exactShare: number("exact_share"),
    rotation: middle("rotation"),
    changeRatio: middle("change_ratio"),
    changeSamples: number("change_samples") ?? 0,
    ipsRange: span("ips"),
    entriesRange: span("entries"),
    skipped: skippedLines(row.skipped),
    mismatch: text("mismatch"),
  };
}

export interface Overlap {
  name: string;
  category: string | null;
  /** Of the other list, and in common; of the family that is compared. */
  ips: number;
  common: number;
  related: boolean;
}

/** Lists that share addresses, those with most in common first. IPv6 is compared for lists without IPv4. */
export async function readOverlaps(
  connection: DuckDBConnection,
  feedId: number,
  family: 4 | 6,
): Promise<Overlap[]> {
  const [ips, common] =
    family === 4
      ? ["f.ips4", "o.common4"]
      : ["f.span6::DOUBLE + f.ranges6::DOUBLE", "o.span6::DOUBLE + o.ranges6::DOUBLE"];
  const rows = await rowsOf(
    connection,
    `SELECT f.name, coalesce(f.category, f.legacy_category), ${ips} AS ips, ${common} AS common, o.related
     FROM feed.overlap AS o JOIN feed.feed AS f ON f.id = o.other_id
     WHERE o.feed_id = $1 AND ${common} > 0 ORDER BY common DESC, f.name`,
    [feedId],
  );
  return rows.map(([name, category, size, shared, related]) => ({
    name: String(name),
    category: category === null ? null : String(category),
    ips: Number(size),
    common: Number(shared),
    related: related === true,
  }));
}

export interface NamedCount {
  key: string;
  name: string | null;
  ips: number;
}

function counts(rows: readonly (readonly unknown[])[]): NamedCount[] {
  return rows.map(([key, name, ips]) => ({
    key: String(key),
    name: name === null ? null : String(name),
    ips: Number(ips),
  }));
}

/** Autonomous systems, those with most addresses first; 0 is what no system is known for. */
export async function readSystems(connection: DuckDBConnection, feedId: number): Promise<NamedCount[]> {
  return counts(
    await rowsOf(
      connection,
      "SELECT asn, name, ips FROM feed.asn WHERE feed_id = $1 ORDER BY ips DESC, asn",
      [feedId],
    ),
  );
}

/** Country codes, those with most addresses first. */
export async function readCountries(connection: DuckDBConnection, feedId: number): Promise<NamedCount[]> {
  return counts(
    await rowsOf(
      connection,
      "SELECT code, NULL, ips FROM feed.country WHERE feed_id = $1 ORDER BY ips DESC, code",
      [feedId],
    ),
  );
}

export interface Bogons {
  /** On any list of bogons or in reserved networks, counted once. */
  ips: number;
  providers: readonly { provider: string; ips: number; networks: readonly { cidr: string; ips: number }[] }[];
}

export async function readBogons(connection: DuckDBConnection, feedId: number): Promise<Bogons> {
  const rows = await rowsOf(
    connection,
    "SELECT provider, network, ips FROM feed.bogon WHERE feed_id = $1 ORDER BY provider, ips DESC, network",
    [feedId],
  );
  const known = rows.filter(([provider]) => provider !== null);
  return {
    ips: Number(rows.find(([provider]) => provider === null)?.[2] ?? 0),
    providers: [...Map.groupBy(known, ([provider]) => String(provider))].map(([provider, of]) => ({
      provider,
      ips: of.reduce((sum, [, , ips]) => sum + Number(ips), 0),
      networks: of
        .filter(([, network]) => network !== null)
        .map(([, cidr, ips]) => ({ cidr: String(cidr), ips: Number(ips) })),
    })),
  };
}

export interface Critical {
  /** On any list of critical infrastructure. */
  ips: number;
  /** Addresses on several lists of a tier count once. */
  tiers: readonly { tier: string; ips: number; providers: number }[];
  providers: readonly { name: string; tier: string; ips: number }[];
}

export async function readCritical(connection: DuckDBConnection, feedId: number): Promise<Critical> {
  const rows = await rowsOf(
    connection,
    `SELECT c.tier, f.name, c.ips FROM feed.critical AS c LEFT JOIN feed.feed AS f ON f.id = c.provider_id
     WHERE c.feed_id = $1 ORDER BY c.ips DESC, f.name, c.tier`,
    [feedId],
  );
  const providers = rows
    .filter(([, name]) => name !== null)
    .map(([tier, name, ips]) => ({ tier: String(tier), name: String(name), ips: Number(ips) }));
  return {
    ips: Number(rows.find(([tier, name]) => tier === null && name === null)?.[2] ?? 0),
    tiers: rows
      .filter(([tier, name]) => tier !== null && name === null)
      .map(([tier, , ips]) => ({
        tier: String(tier),
        ips: Number(ips),
        providers: providers.filter((provider) => provider.tier === tier).length,
      })),
    providers,
  };
}
