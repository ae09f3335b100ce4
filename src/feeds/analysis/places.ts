/**
 * Feeds by the addresses that they list of a country or an autonomous system: sums over feeds, in which an address
 * counts for each feed that lists it, and numbers of different addresses. IPv4.
 */
import type { FeedContext, KnownFeed, KnownFeeds } from "../known.ts";
import { rowsOf } from "../metrics/step.ts";

/** A country by its code, or an autonomous system by its number. */
export type Place = { code: string } | { asn: number };

/** What bogons are: reserved networks, and sets that a list of bogons belongs to (metrics/geo.ts leaves them out, too). */
const ROUTED = `network IS NULL AND set_id NOT IN (
  SELECT set_id FROM feed.set_member JOIN feed.feed AS f ON f.id = feed_id WHERE json_contains(f.roles, '"bogons"'))`;

function condition(place: Place): string {
  return "code" in place ? "code = $1" : `asn = $1 AND ${ROUTED}`;
}

function parameter(place: Place): string | number {
  return "code" in place ? place.code : place.asn;
}

/** Different addresses of a place by set of feeds. */
function placed(place: Place): string {
  return `placed AS MATERIALIZED (
    SELECT set_id, sum(ips)::BIGINT AS ips FROM feed.place WHERE ${condition(place)} GROUP BY set_id)`;
}

export interface FeedShare {
  feed: KnownFeed;
  ips: number;
}

/** Different addresses of several feeds together, and their sum. */
export interface GroupShare {
  name: string;
  feeds: number;
  ips: number;
  summed: number;
}

export interface PlaceFacts {
  /** Different addresses that any feed lists. */
  ips: number;
  /** Those with most first. */
  feeds: readonly FeedShare[];
  categories: readonly GroupShare[];
  maintainers: readonly GroupShare[];
}

/** Names of what has no category or maintainer. */
export const NO_GROUP = "unknown";

/** Those with most different addresses first. */
export function largestFirst(groups: GroupShare[]): GroupShare[] {
  return groups.sort(
    (a, b) => b.ips - a.ips || b.feeds - a.feeds || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

function groups(
  feeds: readonly FeedShare[],
  nameOf: (feed: KnownFeed) => string | null,
  different: ReadonlyMap<string, number>,
): GroupShare[] {
  const found = [...Map.groupBy(feeds, ({ feed }) => nameOf(feed) ?? NO_GROUP)];
  return largestFirst(
    found.map(([name, of]) => ({
      name,
      feeds: of.length,
      ips: different.get(name) ?? 0,
      summed: of.reduce((sum, { ips }) => sum + ips, 0),
    })),
  );
}

export async function readPlace(ctx: FeedContext, known: KnownFeeds, place: Place): Promise<PlaceFacts> {
  const ask = (sql: string) => rowsOf(ctx.connection, sql, [parameter(place)]);
  const total = await ask(`WITH ${placed(place)} SELECT sum(ips)::DOUBLE FROM placed`);
  const rows = await ask(
    `WITH ${placed(place)}
     SELECT feed_id, sum(ips)::DOUBLE AS ips FROM placed JOIN feed.set_member USING (set_id) GROUP BY feed_id`,
  );
  const feeds = rows
    .flatMap(([id, ips]) => {
      const feed = known.byId.get(Number(id));
      return feed === undefined ? [] : [{ feed, ips: Number(ips) }];
    })
    .sort((a, b) => b.ips - a.ips || (a.feed.name < b.feed.name ? -1 : 1));
  const different = async (
    column: "f.category, f.legacy_category" | "f.maintainer",
  ): Promise<Map<string, number>> => {
    const found = await ask(
      `WITH ${placed(place)}, listed AS (
         SELECT DISTINCT coalesce(${column}, '${NO_GROUP}') AS name, set_id, ips
         FROM placed JOIN feed.set_member USING (set_id) JOIN feed.feed AS f ON f.id = feed_id)
       SELECT name, sum(ips)::DOUBLE FROM listed GROUP BY name`,
    );
    return new Map(found.map(([name, ips]) => [String(name), Number(ips)]));
  };
  return {
    ips: Number(total[0]?.[0] ?? 0),
    feeds,
    categories: groups(feeds, (feed) => feed.category, await different("f.category, f.legacy_category")),
    maintainers: groups(feeds, (feed) => feed.maintainer, await different("f.maintainer")),
  };
}

export interface PartShare extends GroupShare {
  /** Number of the system, or code of the country. */
  key: string;
}

/** The autonomous systems of a country, or the countries of a system, those with most different addresses first. */
export async function readParts(ctx: FeedContext, place: Place): Promise<PartShare[]> {
  const [key, there, names] =
    "code" in place
      ? [
          "asn",
          `asn > 0 AND ${ROUTED}`,
          "(SELECT asn AS key, any_value(name) AS name FROM feed.asn GROUP BY asn)",
        ]
      : ["code", "code IS NOT NULL", "(SELECT '' AS key, NULL AS name)"];
  const rows = await rowsOf(
    ctx.connection,
    `WITH part AS MATERIALIZED (
       SELECT ${key} AS key, set_id, sum(ips)::BIGINT AS ips FROM feed.place
       WHERE ${condition(place)} AND ${there} GROUP BY ALL),
     different AS (SELECT key, sum(ips)::DOUBLE AS ips FROM part GROUP BY key),
     summed AS (
       SELECT key, count(DISTINCT feed_id)::INTEGER AS feeds, sum(ips)::DOUBLE AS ips
       FROM part JOIN feed.set_member USING (set_id) GROUP BY key)
     SELECT d.key::VARCHAR, coalesce(n.name, ''), s.feeds, d.ips, s.ips
     FROM different AS d JOIN summed AS s USING (key) LEFT JOIN ${names} AS n USING (key)
     ORDER BY d.ips DESC, s.feeds DESC, d.key`,
    [parameter(place)],
  );
  return rows.map(([part, name, feeds, ips, summed]) => ({
    key: String(part),
    name: String(name),
    feeds: Number(feeds),
    ips: Number(ips),
    summed: Number(summed),
  }));
}

/** Web pages of maintainers by name. */
export async function readMaintainerPages(ctx: FeedContext): Promise<Map<string, string>> {
  const rows = await rowsOf(
    ctx.connection,
    `SELECT maintainer, min(maintainer_url) FROM feed.feed
     WHERE maintainer IS NOT NULL AND maintainer_url IS NOT NULL GROUP BY maintainer`,
  );
  return new Map(rows.map(([name, url]) => [String(name), String(url)]));
}
