import { z } from "zod";
import { asMember, FEED_ENUMS, type FeedEnum } from "../../feeds/find-values.ts";
import { ANSWER_LIMIT } from "../bounded.ts";
import { defineTool } from "../define.ts";

/** Characters kept free for what is said beside the table. */
const REMARKS = 400;

const text = z.string().optional();
const size = z.int().min(0).optional();
const one = <Name extends FeedEnum>(name: Name) => z.enum(FEED_ENUMS[name]).optional();

/** Names no hosts, so no access scope applies: feeds are public lists. */
export default defineTool({
  name: "find_feeds",
  title: "Find threat feeds",
  description:
    "Threat feeds by topic, quality, freshness of their source, size: a table, then a section each. All filters must hold.",
  input: {
    search: text.describe("Words that name, description, maintainer or info must all hold"),
    category: one("category"),
    maintainer: text.describe("Part of the name: Spamhaus"),
    provenance: one("provenance"),
    health: one("health"),
    freshness: one("freshness"),
    cadence: one("cadence"),
    uniqueness: one("uniqueness"),
    license: text.describe("Whole: MIT, CC0-1.0"),
    redistributable: one("redistributable"),
    critical: one("critical"),
    size_min: size.describe("Unique IPs"),
    size_max: size,
    limit: z.int().min(1).optional(),
    offset: size,
    sort: text.describe("Column, with - largest first: -unique_ips"),
    details: z.boolean().default(true).describe("false: the table only"),
  },
  output: null,
  reads: "feeds",
  example: { category: "anonymizers", uniqueness: "high", sort: "-unique_ips" },
  meant: (argument, value) =>
    Object.hasOwn(FEED_ENUMS, argument) ? asMember(argument as FeedEnum, value) : value,
  async handler({ details, ...filters }, { read }) {
    const { findFeeds } = await import("../../feeds/find.ts");
    const { behindLast, feedTable } = await import("../../feeds/find-table.ts");
    const now = new Date();
    const { rows, total } = await read((query) => findFeeds(query, filters, now));
    const { text: markdown, shown } = feedTable(rows, { now, details, limit: ANSWER_LIMIT - REMARKS });
    const first = filters.offset ?? 0;
    const next = first + shown;
    if (rows.length === 0 && total > 0) return { markdown: behindLast(first, total) };
    if (next >= total) return { markdown };
    const shorter = details && shown < rows.length ? ", or details false for more in one answer" : "";
    return {
      markdown,
      cut: `feeds ${first + 1} to ${next} of ${total}: the same call with offset ${next} has the next ones; filters give fewer${shorter}`,
    };
  },
});
