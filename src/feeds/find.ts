/** Which feeds there are: by what they are about, how good and how fresh they are (spec feeds §1.3). */
import { DOUBLE, type DuckDBValue, INTEGER, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";
import { didYouMean } from "../model/nearest.ts";
import { cap, clean } from "../model/text.ts";
import {
  CADENCE,
  FEED_ENUMS,
  type FeedEnum,
  type FeedFilters,
  FRESHNESS,
  SORTS,
  UNIQUENESS,
} from "./find-values.ts";
import { type FeedContext, knownFeeds } from "./known.ts";

export interface FoundFeed {
  name: string;
  officialName: string | null;
  description: string | null;
  info: string | null;
  maintainer: string | null;
  maintainerUrl: string | null;
  category: string | null;
  provenance: string | null;
  /** Different addresses, of both families. */
  ips: bigint;
  entries: number;
  ipv: string;
  license: string | null;
  redistributable: boolean | null;
  health: string | null;
  freshness: string;
  cadence: string;
  /** Percent not on the unrelated feed that has most in common with it; null when never computed. */
  uniqueShare: number | null;
  critical: string | null;
  processed: Date | null;
  checked: Date | null;
  sourceDate: Date | null;
}

/** Names of buckets by their bounds: the first one that holds, else the last. */
function buckets(
  bounds: Readonly<Record<string, number>>,
  condition: (bound: number) => string,
  last: string,
): string {
  const cases = Object.entries(bounds).map(([name, bound]) => `WHEN ${condition(bound)} THEN '${name}'`);
  return `CASE ${cases.join(" ")} ELSE '${last}' END`;
}

const AGE = "$now - epoch(f.source_date)";
const MINUTES = "coalesce(nullif(m.cadence_mean, 0), nullif(f.frequency, 0))";

/** One row a feed: what is shown and what can be asked for. */
const FEEDS = `
  WITH alive AS (SELECT unnest($ids) AS id, unnest($healths) AS health)
  SELECT f.name, f.official_name, f.description, f.info, f.maintainer, f.maintainer_url,
         coalesce(f.category, f.legacy_category) AS category, f.provenance, coalesce(f.ips4, 0) AS ips4,
         coalesce(f.ranges6, 0) AS ranges6, coalesce(f.span6, 0)::VARCHAR AS span6, coalesce(f.entries, 0) AS entries,
         f.license, f.redistributable, a.health, f.critical, f.processed, f.checked, f.source_date,
         ${buckets(FRESHNESS, (hours) => `${AGE} <= ${hours * 3600}`, "older")} AS freshness,
         CASE WHEN ${MINUTES} IS NULL THEN 'unknown'
              ELSE ${buckets(CADENCE, (minutes) => `${MINUTES} <= ${minutes}`, "slower")} END AS cadence,
         CASE WHEN m.unique_share IS NULL THEN 'unknown'
              ELSE ${buckets(UNIQUENESS, (share) => `m.unique_share >= ${share}`, "low")} END AS uniqueness,
         m.unique_share, ${MINUTES} AS minutes,
         coalesce(f.ips4, 0)::DOUBLE + coalesce(f.ranges6, 0) + coalesce(f.span6, 0)::DOUBLE AS ips,
         lower(concat_ws(chr(10), f.name, f.official_name, f.description, f.maintainer, f.info)) AS words
  FROM feed.feed AS f LEFT JOIN feed.metric AS m ON m.feed_id = f.id LEFT JOIN alive AS a ON a.id = f.id`;

const SORT_COLUMNS: Readonly<Record<(typeof SORTS)[number], string>> = {
  feed: "name",
  category: "category",
  unique_ips: "ips",
  entries: "entries",
  unique_share_pct: "unique_share",
  cadence: "minutes",
  processed: "processed",
  checked: "checked",
  source_date: "source_date",
};

/** A column in the order given, what is not known last; then by name. */
function order(sort: string | undefined): string {
  const given = sort?.trim().toLowerCase() ?? "";
  const down = /^[-~]/.test(given);
  const name = (down ? given.slice(1).trim() : given).replace(/[\s_-]+/g, "_");
  if (name === "") return "name";
  const known = SORTS.find((column) => column === name);
  if (known === undefined)
    throw new UserError(
      `"${cap(clean(given), 60)}" is not a column to sort by, which are ${SORTS.join(", ")}; "-" before one has the largest first.${didYouMean(name, SORTS)}`,
      { argument: "sort" },
    );
  return `${SORT_COLUMNS[known]} ${down ? "DESC" : "ASC"} NULLS LAST, name`;
}

const ENUM_NAMES = Object.keys(FEED_ENUMS) as FeedEnum[];

/** Conditions on FEEDS with their parameters. */
function conditions(filters: FeedFilters): { sql: string; values: Record<string, DuckDBValue> } {
  const parts: string[] = [];
  const values: Record<string, DuckDBValue> = {};
  const add = (name: string, value: DuckDBValue, condition: string): void => {
    parts.push(condition);
    values[name] = value;
  };
  const plain = (given: string | undefined): string => given?.trim().replace(/\s+/g, " ").toLowerCase() ?? "";
  const words = plain(filters.search).split(" ").slice(0, 50);
  words.forEach((word, i) => {
    if (word !== "") add(`word${i}`, word, `contains(words, $word${i})`);
  });
  const maintainer = plain(filters.maintainer);
  if (maintainer !== "") add("maintainer", maintainer, "contains(lower(maintainer), $maintainer)");
  const license = plain(filters.license);
  if (license !== "") add("license", license, "lower(license) = $license");
  for (const name of ENUM_NAMES) {
    const value = filters[name];
    if (value === undefined) continue;
    const column = name === "redistributable" ? "redistributable::VARCHAR" : name;
    add(name, value, `lower(${column}) = $${name}`);
  }
  const { size_min: least = 0, size_max: most = 0 } = filters;
  if (least > 0) add("least", least, "ips >= $least");
  if (most > 0) add("most", most, "ips <= $most");
  return { sql: parts.length === 0 ? "true" : parts.join(" AND "), values };
}

/**
 * The feeds for which all filters hold, and how many there are without limit and offset. Health and freshness are
 * those of now; freshness goes by the date of the source.
 * @throws UserError for a sort that is none; members of closed sets are checked by whoever reads the arguments.
 */
export async function findFeeds(
  ctx: FeedContext,
  filters: FeedFilters,
  now: Date,
): Promise<{ rows: FoundFeed[]; total: number }> {
  const by = order(filters.sort);
  const { sql, values } = conditions(filters);
  const known = [...(await knownFeeds(ctx, now)).all];
  const { limit, offset = 0 } = filters;
  const result = await ctx.connection.runAndReadAll(
    `SELECT * FROM (${FEEDS}) WHERE ${sql} ORDER BY ${by}`,
    {
      ...values,
      now: now.getTime() / 1000,
      ids: listValue(known.map(({ id }) => id)),
      healths: listValue(known.map(({ health }) => health)),
    },
    { now: DOUBLE, ids: LIST(INTEGER), healths: LIST(VARCHAR) },
  );
  const rows = result.getRowObjectsJS();
  const end = limit === undefined ? undefined : offset + limit;
  return { rows: rows.slice(offset, end).map(foundFeed), total: rows.length };
}

function foundFeed(row: Readonly<Record<string, unknown>>): FoundFeed {
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const date = (name: string): Date | null => (row[name] instanceof Date ? row[name] : null);
  const ranges6 = BigInt(String(row.ranges6));
  const ips4 = BigInt(String(row.ips4));
  return {
    name: String(row.name),
    officialName: text("official_name"),
    description: text("description"),
    info: text("info"),
    maintainer: text("maintainer"),
    maintainerUrl: text("maintainer_url"),
    category: text("category"),
    provenance: text("provenance"),
    ips: ips4 + ranges6 + BigInt(String(row.span6)),
    entries: Number(row.entries),
    ipv: ranges6 === 0n ? "ipv4" : ips4 === 0n ? "ipv6" : "ipv4+ipv6",
    license: text("license"),
    redistributable: typeof row.redistributable === "boolean" ? row.redistributable : null,
    health: text("health"),
    freshness: String(row.freshness),
    cadence: String(row.cadence),
    uniqueShare: row.unique_share === null ? null : Number(row.unique_share),
    critical: text("critical"),
    processed: date("processed"),
    checked: date("checked"),
    sourceDate: date("source_date"),
  };
}
