/** The page of a feed (spec feeds §4.1). */

import { type FeedContext, type KnownFeed, type KnownFeeds, knownFeeds } from "../known.ts";
import { readHistory, type Update, WINDOW } from "../metrics/changes.ts";
import { type Health, healthSentence, readHealth } from "../metrics/health.ts";
import { readInsightFacts } from "../metrics/insight-facts.ts";
import type { Insight } from "../metrics/insights/rule.ts";
import { insightsOf } from "../metrics/insights.ts";
import { type Retention, readRetention } from "../metrics/retention.ts";
import { duration } from "../metrics/wording.ts";
import { compositionSection } from "./feed-composition.ts";
import { criticalSection } from "./feed-critical.ts";
import {
  type Bogons,
  type Critical,
  type NamedCount,
  type Overlap,
  type PageFacts,
  readBogons,
  readCountries,
  readCritical,
  readOverlaps,
  readPageFacts,
  readSystems,
} from "./feed-facts.ts";
import {
  behaviorSection,
  bogonSection,
  countriesSection,
  overlapSection,
  retentionSection,
  systemsSection,
} from "./feed-numbers.ts";
import { blocks, bullets, type Inline, join, link, Markdown, md, prose, table, text } from "./markdown.ts";
import { ago, count, counted, filled, minutes, timeAgo } from "./wording.ts";

interface FeedPage {
  feed: KnownFeed;
  known: KnownFeeds;
  facts: PageFacts;
  health: Health | undefined;
  insights: readonly Insight[];
  critical: Critical;
  systems: readonly NamedCount[];
  countries: readonly NamedCount[];
  bogons: Bogons;
  /** Oldest first. */
  updates: readonly Update[];
  retention: Retention;
  /** IPv6 is compared where there is no IPv4. */
  family: 4 | 6;
  overlaps: readonly Overlap[];
  now: Date;
}

/** Reads everything about a feed; the page is then put together with at most so many rows a table. */
export async function feedPage(
  ctx: FeedContext,
  feed: KnownFeed,
  now: Date,
): Promise<(most: number) => Markdown> {
  const { connection } = ctx;
  const facts = await readPageFacts(connection, feed.id);
  const insightFacts = await readInsightFacts(connection, feed.id);
  const family = facts.ips4 > 0 || facts.ranges6 === 0n ? 4 : 6;
  const page: FeedPage = {
    feed,
    known: await knownFeeds(ctx, now),
    facts,
    health: (await readHealth(connection, now)).get(feed.id),
    insights: insightFacts === null ? [] : insightsOf(insightFacts),
    critical: await readCritical(connection, feed.id),
    systems: await readSystems(connection, feed.id),
    countries: await readCountries(connection, feed.id),
    bogons: await readBogons(connection, feed.id),
    updates: (await readHistory(connection, feed.id)).slice(-WINDOW),
    retention: await readRetention(connection, feed.id),
    family,
    overlaps: await readOverlaps(connection, feed.id, family),
    now,
  };
  return (most) => render(page, most);
}

function render(page: FeedPage, most: number): Markdown {
  const { facts, family } = page;
  const ips = facts.ips4;
  return blocks([
    head(page),
    ...status(page),
    insights(page),
    about(page),
    criticalSection(page.critical, explains(page.feed) ? [] : page.systems, { ips, most }),
    systemsSection(page.systems, ips, most),
    countriesSection(page.countries, ips, most),
    bogonSection(page.bogons, ips),
    behaviorSection(page.updates, { frequency: facts.frequency, most }),
    retentionSection(page.retention, most),
    overlapSection(page.overlaps, {
      ips: family === 4 ? ips : Number(facts.ips),
      compared: page.known.byId.size - 1,
      family,
      most,
    }),
    specifications(page),
    compositionSection(page),
  ]);
}

/** Lists of infrastructure need no explaining by where they lie. */
function explains({ critical, roles }: KnownFeed): boolean {
  return critical !== null || roles.includes("provider_context");
}

function head({ feed, facts, health, now }: FeedPage): Markdown {
  const by = feed.maintainer === null ? null : md`by ${link(feed.maintainer, facts.maintainerUrl)}`;
  const category = facts.category === null ? null : md`**${facts.category}**`;
  const unique =
    facts.uniqueShare === null || facts.entries === 0
      ? null
      : `Unique share **${facts.uniqueShare.toFixed(1)}%** (not on the one unrelated feed that has most in common with it: an upper bound)${facts.exactShare === null ? "" : `, **${facts.exactShare.toFixed(1)}%** on no unrelated feed at all`}`;
  return blocks([
    md`# ${feed.name}`,
    facts.officialName === null || facts.officialName === feed.name ? null : text(facts.officialName),
    facts.description === null ? null : text(facts.description),
    line([category, by]),
    line([
      new Markdown(`**${count(facts.ips)}** unique IPs across ${counted(facts.entries, "entry", "entries")}`),
      updated(facts),
      health?.class == null ? null : md`Health: **${health.class}**`,
    ]),
    unique === null ? null : new Markdown(`${unique}.`),
    line([
      facts.sourceDate === null
        ? md`Date of the source unknown`
        : new Markdown(`Source changed ${timeAgo(facts.sourceDate, now)}`),
      facts.processed === null ? null : new Markdown(`processed ${timeAgo(facts.processed, now)}`),
      facts.checked === null ? null : new Markdown(`checked ${timeAgo(facts.checked, now)}`),
      facts.started === null ? null : new Markdown(`tracked since ${timeAgo(facts.started, now)}`),
    ]),
  ]);
}

/** Pieces on one line with dots between; nothing for none. */
function line(pieces: readonly (Markdown | null)[]): Markdown | null {
  const there = pieces.filter((piece) => piece !== null);
  return there.length === 0 ? null : join(there, " · ");
}

function updated({ cadence, frequency }: PageFacts): Markdown | null {
  if (cadence !== null) return new Markdown(`Updated every ${minutes(cadence.mean)} as observed`);
  return frequency === null || frequency <= 0
    ? null
    : new Markdown(`Updated every ${minutes(frequency)} as configured`);
}

const DEAD: Readonly<Record<string, readonly [title: string, sentence: string]>> = {
  unmaintained: ["Unmaintained", "Nobody seems to keep this list up: what it says may long be untrue."],
  archived: ["Archived", "The source is gone: what is here is what it last said."],
  unavailable: ["Unavailable", "The source cannot be had at the moment."],
  empty: ["Empty", "The list holds nothing, so that an address is not on it says nothing."],
};

function status({ health, facts, now }: FeedPage): (Markdown | null)[] {
  const dead = health?.class == null ? undefined : DEAD[health.class];
  const changed = facts.sourceDate === null ? "" : ` The source last changed ${ago(facts.sourceDate, now)}.`;
  return [
    dead === undefined
      ? null
      : blocks([
          new Markdown(`## Status: ${dead[0]}`),
          text(`${dead[1]}${changed} Why: ${healthSentence(health!)}.`),
        ]),
    facts.status === null || facts.status === "active"
      ? null
      : blocks([
          md`## Status: ${facts.status}`,
          new Markdown("So says the catalogue: its maintainer has given it up."),
        ]),
  ];
}

function insights({ insights: found }: FeedPage): Markdown {
  return blocks([
    md`## Insights`,
    found.length === 0
      ? new Markdown("No rule has anything to say about this feed.")
      : bullets(found.map((one) => md`**${one.headline}** (${one.section}): ${one.evidence}`)),
  ]);
}

function about({ feed, facts }: FeedPage): Markdown {
  const own = facts.info === null || facts.info === facts.description ? null : prose(facts.info);
  return blocks([
    md`## About`,
    own ?? (facts.description === null ? md`No description is known.` : text(facts.description)),
    made(feed, facts),
  ]);
}

function made(feed: KnownFeed, facts: PageFacts): Markdown | null {
  const sentence =
    feed.parent !== null
      ? md`Everything that ${feed.parent} listed ${feed.windowMinutes === null ? "in a window of time" : `in the last ${duration(feed.windowMinutes)}`}.`
      : facts.include.length > 0
        ? md`A merge of ${counted(facts.include.length, "list")}${facts.exclude.length > 0 ? `, less ${counted(facts.exclude.length, "list")}` : ""}: see Merge Composition.`
        : feed.provenance === "secondary_upstream"
          ? md`Extracted, repackaged or collected from lists of others.`
          : feed.provenance === "primary"
            ? md`Made by its publisher.`
            : null;
  return sentence === null ? null : blocks([md`### How this feed is built`, sentence]);
}

function specifications({ feed, facts, health, updates }: FeedPage): Markdown {
  const percents = (of: { median: number; p75: number } | null): string | null =>
    of === null ? null : `${of.median.toFixed(2)}% / ${of.p75.toFixed(2)}%`;
  const range = (of: { least: number; most: number } | null): string | null =>
    of === null ? null : of.least === of.most ? count(of.least) : `${count(of.least)} to ${count(of.most)}`;
  const { cadence } = facts;
  const rows: (readonly [string, Inline | null])[] = [
    ["Name", feed.name],
    ["IP version", ipVersion(facts)],
    ["Hash", facts.hash],
    ["CIDR lines", facts.cidrs === null ? null : count(facts.cidrs)],
    ["Provenance", feed.provenance],
    ["Aggregation", facts.aggregation],
    ["Source", facts.sourceUrl === null ? null : link(facts.sourceUrl, facts.sourceUrl)],
    ["License", facts.license],
    ["Redistributable", feed.redistributable === null ? null : feed.redistributable ? "yes" : "no"],
    ["Critical tier", feed.critical],
    ["Used for", feed.roles.length === 0 ? null : feed.roles.join(", ")],
    [
      "Configured frequency",
      facts.frequency === null || facts.frequency <= 0 ? null : minutes(facts.frequency),
    ],
    [
      "Avg / Min / Max Update",
      cadence === null
        ? null
        : `${minutes(cadence.mean)} / ${minutes(cadence.least)} / ${minutes(cadence.most)} (${counted(updates.length, "update")})`,
    ],
    ["Updates known of", facts.updates > 0 ? count(facts.updates) : null],
    ["Entries range", range(facts.entriesRange)],
    ["IPs range", facts.ips4 === 0 && facts.ranges6 > 0n ? null : range(facts.ipsRange)],
    ["Health", health === undefined ? null : `${health.class ?? "unknown"}: ${healthSentence(health)}`],
    ["Rotation Median / P75", percents(facts.rotation)],
    ["Change Ratio Median / P75", percents(facts.changeRatio)],
    ["Rotation Samples", facts.changeSamples > 0 ? count(facts.changeSamples) : null],
    [
      "Unique share (largest peer)",
      facts.uniqueShare === null
        ? null
        : `${facts.uniqueShare.toFixed(1)}% (${counted(facts.uniqueSamples, "peer")} with something in common)`,
    ],
    [
      "Unique share (exact)",
      facts.exactShare === null
        ? null
        : `${facts.exactShare.toFixed(1)}%${facts.exactUnique === null ? "" : ` (${counted(facts.exactUnique, "IPv4 address", "IPv4 addresses")})`}`,
    ],
    [
      "Skipped lines",
      facts.skipped.length === 0
        ? null
        : facts.skipped.map(({ reason, lines }) => `${reason} ${count(lines)}`).join(", "),
    ],
    ["Differs from its header", facts.mismatch],
  ];
  return blocks([
    md`## Technical Specifications`,
    table([{ title: "Property" }, { title: "Value" }], filled(rows)),
  ]);
}

function ipVersion({ ips4, ranges6 }: PageFacts): string {
  if (ranges6 === 0n) return "IPv4";
  return ips4 === 0 ? "IPv6" : "IPv4 and IPv6 (numbers of places, overlaps, updates and ages are of IPv4)";
}
