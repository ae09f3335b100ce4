/** Found feeds as find_feeds shows them (spec feeds §1.3): a table without outer pipes, then a section for each feed. */
import { amount } from "../model/amount.ts";
import { blocks, link, Markdown, md, prose, text } from "./analysis/markdown.ts";
import { ago } from "./analysis/wording.ts";
import type { FoundFeed } from "./find.ts";

const COLUMNS = [
  "feed",
  "description",
  "category",
  "provenance",
  "unique_ips",
  "entries",
  "ipv",
  "license",
  "redistributable",
  "health",
  "freshness",
  "cadence",
  "unique_share_pct",
  "critical",
  "processed",
  "checked",
  "source_date",
] as const;

const HEAD = [COLUMNS.join("|"), COLUMNS.map((title) => "-".repeat(title.length)).join("|")];

export const NO_FEEDS = "No feeds matched the given filters.";

/** What stands in the place of a table that begins behind the last feed. */
export function behindLast(offset: number, total: number): string {
  return `Offset ${offset} is behind the last of ${amount(total, "feed that matches", "feeds that match")}.`;
}

/** Characters of a cell: a table is for an overview. */
const CELL_LIMIT = 300;

export interface FeedTableOptions {
  now: Date;
  /** A section for each feed after the table. */
  details: boolean;
  /** Characters that all of it may have; feeds that do not fit are left out at the end. */
  limit: number;
}

export interface FeedTable {
  text: string;
  /** The number of feeds in it: the first ones. */
  shown: number;
}

/** A table of feeds; the sentence that there are none for an empty list. */
export function feedTable(feeds: readonly FoundFeed[], { now, details, limit }: FeedTableOptions): FeedTable {
  if (feeds.length === 0) return { text: NO_FEEDS, shown: 0 };
  const rows: string[] = [...HEAD];
  const sections: string[] = [];
  let size = HEAD.join("\n").length;
  let shown = 0;
  for (const feed of feeds) {
    const line = row(feed, now);
    const more = details ? section(feed) : "";
    size += line.length + 1 + (details ? more.length + 2 : 0);
    if (size > limit && shown > 0) break;
    rows.push(line);
    if (details) sections.push(more);
    shown++;
  }
  return { text: [rows.join("\n"), ...sections].join("\n\n"), shown };
}

function row(feed: FoundFeed, now: Date): string {
  const cells: Record<(typeof COLUMNS)[number], string | null> = {
    feed: hasOtherName(feed) ? `${feed.name} - ${feed.officialName}` : feed.name,
    description: feed.description ?? feed.info,
    category: feed.category,
    provenance: feed.provenance,
    unique_ips: String(feed.ips),
    entries: String(feed.entries),
    ipv: feed.ipv,
    license: feed.license,
    redistributable: feed.redistributable === null ? null : String(feed.redistributable),
    health: feed.health,
    freshness: feed.freshness,
    cadence: feed.cadence,
    unique_share_pct: feed.uniqueShare === null ? null : `${feed.uniqueShare.toFixed(1)}%`,
    critical: feed.critical,
    processed: moment(feed.processed, now),
    checked: moment(feed.checked, now),
    source_date: moment(feed.sourceDate, now),
  };
  return COLUMNS.map((column) => cell(cells[column])).join("|");
}

function cell(value: string | null): string {
  return value === null ? "" : text(value, CELL_LIMIT).source;
}

/** RFC 3339 with how long ago. */
function moment(date: Date | null, now: Date): string | null {
  return date === null ? null : `${date.toISOString().slice(0, 19)}Z (${ago(date, now)})`;
}

function hasOtherName({ name, officialName }: FoundFeed): boolean {
  return officialName !== null && officialName !== "" && officialName !== name;
}

function section(feed: FoundFeed): string {
  const by = feed.maintainer === null ? null : md`by ${link(feed.maintainer, feed.maintainerUrl)}`;
  const title = md`# ${feed.name}`;
  return blocks([
    hasOtherName(feed) ? new Markdown(`${title.source}\n${text(feed.officialName!).source}`) : title,
    lines([feed.description === null ? null : text(feed.description), by]),
    feed.info === null || feed.info === feed.description ? null : prose(feed.info),
  ]).source;
}

function lines(parts: readonly (Markdown | null)[]): Markdown {
  return new Markdown(
    parts
      .filter((part) => part !== null)
      .map((part) => part!.source)
      .join("\n"),
  );
}
