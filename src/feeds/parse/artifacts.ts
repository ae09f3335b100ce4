/**
 * The JSON files that FireHOL's site publishes beside its lists (spec feeds §5.3 and §5.4), of the older schema and
 * of the newer one.
 */
import { cap, clean } from "../../model/text.ts";
import { isFeedName } from "../name.ts";
import {
  booleanOf,
  countOf,
  isRecord,
  type JsonRecord,
  numberOf,
  plainTextOf,
  textOf,
  timeOf,
} from "./artifact-values.ts";
import { LONGEST_PERIOD } from "./duration.ts";
import { webAddress } from "./header.ts";

/** `{feed}.json`. Times are seconds since 1970, periods minutes; null where the file does not tell. */
export interface FeedArtifact {
  name: string;
  officialName: string | null;
  maintainer: string | null;
  maintainerUrl: string | null;
  description: string | null;
  info: string | null;
  /** Of either set of categories. */
  category: string | null;
  provenance: string | null;
  license: string | null;
  redistributable: boolean | null;
  hash: string | null;
  family: "v4" | "v6" | null;
  frequency: number | null;
  aggregation: number | null;
  sourceUrl: string | null;
  started: number | null;
  updated: number | null;
  processed: number | null;
  checked: number | null;
  /** Members with a time that is none, and what stands there. */
  wrongDates: string[];
  version: number | null;
  entries: number | null;
  entriesMin: number | null;
  entriesMax: number | null;
  ips: number | null;
  ipsMin: number | null;
  ipsMax: number | null;
  averageUpdate: number | null;
  minUpdate: number | null;
  maxUpdate: number | null;
  /** Downloads that failed in a row. */
  errors: number | null;
  health: string | null;
  rotationMedian: number | null;
  rotationP75: number | null;
  changeRatioMedian: number | null;
  changeRatioP75: number | null;
  changeSamples: number | null;
  include: string[];
  exclude: string[];
}

/** A text that is JSON; undefined for one that is not. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}

/** `{feed}.json`; null when it is something else. */
export function parseFeedArtifact(text: string): FeedArtifact | null {
  const json = parse(text);
  const name = isRecord(json) ? (json.name ?? json.ipset) : undefined;
  if (!isRecord(json) || typeof name !== "string" || !isFeedName(name)) return null;
  // Every version has a size; the files about countries, bogons and the like have none of their own.
  if (countOf(json.entries) === null && countOf(json.ips ?? json.unique_ips) === null) return null;
  const forbidden = booleanOf(json.dont_redistribute);
  return {
    name,
    officialName: textOf(json.official_name),
    maintainer: textOf(json.maintainer),
    maintainerUrl: addressOf(json.maintainer_url),
    description: plainTextOf(json.short_description),
    info: plainTextOf(json.info),
    category: textOf(json.category),
    provenance: textOf(json.provenance),
    license: plainTextOf(json.license, 300),
    redistributable: forbidden === null ? booleanOf(json.redistributable) : !forbidden,
    hash: textOf(json.hash),
    family: json.ipv === "ipv4" ? "v4" : json.ipv === "ipv6" ? "v6" : null,
    frequency: minutes(json.frequency ?? json.frequency_minutes),
    aggregation: minutes(json.aggregation) || null,
    sourceUrl: addressOf(json.source),
    started: timeOf(json.started ?? json.started_date),
    updated: timeOf(json.updated ?? json.source_date),
    processed: timeOf(json.processed ?? json.processed_date),
    checked: timeOf(json.checked ?? json.checked_date),
    wrongDates: ["started", "updated", "processed", "checked"]
      .flatMap((name) => [name, `${name === "updated" ? "source" : name}_date`])
      .filter((name) => Object.hasOwn(json, name) && !isUndated(json[name]) && timeOf(json[name]) === null)
      .map((name) => `${name} ${cap(clean(typeof json[name] === "object" ? "…" : String(json[name])), 40)}`),
    version: countOf(json.version),
    entries: countOf(json.entries),
    entriesMin: countOf(json.entries_min),
    entriesMax: countOf(json.entries_max),
    ips: countOf(json.ips ?? json.unique_ips),
    ipsMin: countOf(json.ips_min ?? json.unique_ips_min),
    ipsMax: countOf(json.ips_max ?? json.unique_ips_max),
    averageUpdate: countOf(json.average_update ?? json.average_update_mins),
    minUpdate: countOf(json.min_update ?? json.min_update_mins),
    maxUpdate: countOf(json.max_update ?? json.max_update_mins),
    errors: countOf(json.errors ?? json.download_failures),
    health: healthOf(json.health),
    rotationMedian: numberOf(json.rotation_median_pct),
    rotationP75: numberOf(json.rotation_p75_pct),
    changeRatioMedian: numberOf(json.change_ratio_median_pct),
    changeRatioP75: numberOf(json.change_ratio_p75_pct),
    changeSamples: countOf(json.change_ratio_samples ?? json.rotation_samples),
    include: namesOf(json.merge_included),
    exclude: [...new Set([...namesOf(json.merge_subtracted), ...namesOf(json.merge_excluded)])],
  };
}

/** What is written where no time is known. */
function isUndated(value: unknown): boolean {
  return value === null || value === 0 || value === "" || value === "0" || value === "unknown";
}

function minutes(value: unknown): number | null {
  const count = countOf(value);
  return count === null || count > LONGEST_PERIOD ? null : count;
}

function addressOf(value: unknown): string | null {
  return typeof value === "string" ? webAddress(value.trim()) : null;
}

function healthOf(value: unknown): string | null {
  return isRecord(value) ? textOf(value.class ?? value.health ?? value.status) : textOf(value);
}

function namesOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const names = value.map((member: unknown) => (isRecord(member) ? member.name : member));
  return [...new Set(names.filter((name) => typeof name === "string" && isFeedName(name)))] as string[];
}

/** How long addresses were on a list when they left it (`past`), or have been (`current`). */
export interface RetentionArtifact {
  name: string;
  started: number | null;
  updated: number | null;
  /** The feed was not watched from its beginning. */
  incomplete: boolean;
  past: HoursAndIps[];
  current: HoursAndIps[];
}

export interface HoursAndIps {
  hours: number;
  ips: number;
}

/** `{feed}_retention.json`; null when it is something else. */
export function parseRetention(text: string): RetentionArtifact | null {
  const json = parse(text);
  if (!isRecord(json) || typeof json.ipset !== "string" || !isFeedName(json.ipset)) return null;
  const past = hoursOf(json.past);
  const current = hoursOf(json.current);
  if (past === null || current === null) return null;
  return {
    name: json.ipset,
    started: timeOf(json.started),
    updated: timeOf(json.updated),
    incomplete: json.incomplete === true || json.incomplete === 1,
    past,
    current,
  };
}

/** Two arrays of the same length; an hour that is there twice counts together. */
function hoursOf(value: unknown): HoursAndIps[] | null {
  if (!isRecord(value) || !Array.isArray(value.hours) || !Array.isArray(value.ips)) return null;
  const { hours, ips } = value;
  if (hours.length !== ips.length) return null;
  const sums = new Map<number, number>();
  for (let i = 0; i < hours.length; i++) {
    const [hour, count] = [countOf(hours[i]), countOf(ips[i])];
    if (hour === null || count === null || hour > 10_000_000) return null;
    sums.set(hour, (sums.get(hour) ?? 0) + count);
  }
  return [...sums].sort(([a], [b]) => a - b).map(([hour, count]) => ({ hours: hour, ips: count }));
}

/** A row of all-ipsets.json. */
export type ListedArtifact = Pick<
  FeedArtifact,
  "name" | "category" | "maintainer" | "started" | "updated" | "checked" | "ips" | "errors"
>;

/** `all-ipsets.json`, as an array or as an object by name; null when it is something else. */
export function parseAllFeeds(text: string): ListedArtifact[] | null {
  const rows = rowsOf(parse(text), "ipset");
  return (
    rows?.map(({ name, row }) => ({
      name,
      category: textOf(row.category),
      maintainer: textOf(row.maintainer),
      started: timeOf(row.started),
      updated: timeOf(row.updated),
      checked: timeOf(row.checked),
      ips: countOf(row.ips),
      errors: countOf(row.errors),
    })) ?? null
  );
}

/** A row of `{feed}_comparison.json`: another feed and how many addresses both have. */
export interface ComparedArtifact {
  name: string;
  category: string | null;
  ips: number | null;
  common: number;
  related: boolean | null;
}

/** `{feed}_comparison.json`, as an array or as an object by name; null when it is something else. */
export function parseComparison(text: string): ComparedArtifact[] | null {
  const rows = rowsOf(parse(text), "name");
  if (rows === null) return null;
  return rows.flatMap(({ name, row }) => {
    const common = countOf(row.common);
    if (common === null) return [];
    const related = booleanOf(row.related);
    return [{ name, category: textOf(row.category), ips: countOf(row.ips), common, related }];
  });
}

function rowsOf(json: unknown, nameKey: string): { name: string; row: JsonRecord }[] | null {
  const pairs: [unknown, unknown][] | null = Array.isArray(json)
    ? json.map((row: unknown) => [isRecord(row) ? row[nameKey] : null, row])
    : isRecord(json)
      ? Object.entries(json)
      : null;
  if (pairs === null) return null;
  const rows = pairs.flatMap(([name, row]) =>
    typeof name === "string" && isFeedName(name) && isRecord(row) ? [{ name, row }] : [],
  );
  return rows.length === 0 && pairs.length > 0 ? null : rows;
}
