/** What find_feeds can be asked for, and how people write it. */
import { CATEGORIES, CRITICAL_TIERS, PROVENANCES } from "./catalogue/vocabulary.ts";
import { HEALTH_CLASSES } from "./metrics/health-classes.ts";

/** Ages of the source up to so many hours; what is older, or has no date, is `older`. */
export const FRESHNESS = { hour: 1, day: 24, week: 168, month: 720 } as const;

/** Minutes between updates, observed or else configured, up to which a feed counts; then `slower`. */
export const CADENCE = { hourly: 90, daily: 2160, weekly: 14_400, monthly: 64_800 } as const;

/** Percent of its own from which a feed counts; then `low`. */
export const UNIQUENESS = { very_high: 50, high: 20, medium: 5 } as const;

/** The arguments with a closed set of values. */
export const FEED_ENUMS = {
  category: CATEGORIES,
  provenance: Object.keys(PROVENANCES) as [string, ...string[]],
  health: HEALTH_CLASSES,
  freshness: [...(Object.keys(FRESHNESS) as (keyof typeof FRESHNESS)[]), "older"],
  cadence: [...(Object.keys(CADENCE) as (keyof typeof CADENCE)[]), "slower", "unknown"],
  uniqueness: [...(Object.keys(UNIQUENESS) as (keyof typeof UNIQUENESS)[]), "low", "unknown"],
  redistributable: ["true", "false"],
  critical: CRITICAL_TIERS,
} as const satisfies Record<string, readonly string[]>;
export type FeedEnum = keyof typeof FEED_ENUMS;

const YES_AND_NO: Readonly<Record<string, string>> = { yes: "true", "1": "true", no: "false", "0": "false" };

/**
 * A value of a closed set as people write it ("Very high", "secondary-merge", true): the member meant, or the value
 * itself; undefined for an empty one, which asks for nothing.
 */
export function asMember(name: FeedEnum, value: unknown): unknown {
  if (typeof value === "boolean" || typeof value === "number") return asMember(name, String(value));
  if (typeof value !== "string") return value;
  const member = value
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");
  if (member === "") return undefined;
  const known: readonly string[] = FEED_ENUMS[name];
  if (known.includes(member)) return member;
  return name === "redistributable" ? (YES_AND_NO[member] ?? value) : value;
}

/** Columns that feeds can be sorted by. */
export const SORTS = [
  "feed",
  "category",
  "unique_ips",
  "entries",
  "unique_share_pct",
  "cadence",
  "processed",
  "checked",
  "source_date",
] as const;
export type FeedSort = (typeof SORTS)[number];

/** What to find; everything must hold. Texts as they were given. */
export interface FeedFilters extends Partial<Record<FeedEnum, string>> {
  /** Words that all must be part of name, official name, description, maintainer or info. */
  search?: string | undefined;
  /** A part of the name. */
  maintainer?: string | undefined;
  /** The whole of it. */
  license?: string | undefined;
  /** Bounds of the number of addresses; 0 is none. */
  size_min?: number | undefined;
  size_max?: number | undefined;
  /** A column, with "-" before it for the largest first; by name when not given. */
  sort?: string | undefined;
  offset?: number | undefined;
  limit?: number | undefined;
}
