/**
 * The comment block that FireHOL's update-ipsets writes at the top of .ipset and .netset files (spec feeds §5.1).
 * It is text of strangers: what does not fit is left out, and texts are cleaned and capped.
 */
import { cap, clean } from "../../model/text.ts";
import { isFeedName } from "../name.ts";
import { minutesOf } from "./duration.ts";

export interface FeedHeader {
  /** What the file calls itself; its file name is more to be trusted. */
  name: string | null;
  /** Of the line "ipv4 hash:net ipset". */
  family: "v4" | "v6" | null;
  hash: "ip" | "net" | null;
  /** The description, unfolded. */
  info: string | null;
  /** Feeds that a merge is made of: the "(includes: …)" at the end of `info`. */
  includes: string[];
  maintainer: string | null;
  maintainerUrl: string | null;
  sourceUrl: string | null;
  /** Seconds since 1970 in UTC: when the source changed, when the file was made of it. */
  sourceDate: number | null;
  fileDate: number | null;
  /** Texts where a date should be that are none. */
  wrongDates: string[];
  /** Of FireHOL's older set of categories. */
  category: string | null;
  version: number | null;
  /** Minutes. */
  frequency: number | null;
  /** Minutes of a history window; null for "none". */
  aggregation: number | null;
  /** Networks of a .netset; an .ipset does not tell. */
  subnets: number | null;
  uniqueIps: number | null;
}

/** Header lines that are looked at, and characters of each. */
export const HEADER_LINES = 200;
export const HEADER_LINE = 1000;

const TEXT_LENGTH = 300;
const URL_LENGTH = 2000;
const INFO_LENGTH = 4000;

const KEYS = [
  "Maintainer",
  "Maintainer URL",
  "List source URL",
  "Source File Date",
  "Category",
  "Version",
  "This File Date",
  "Update Frequency",
  "Aggregation",
  "Entries",
] as const;

const SOURCE_DATE = "Source File Date";
const FILE_DATE = "This File Date";
/** What is written where no date is known. */
const UNDATED = /^(?:|unknown|none|n\/a|-)$/i;

type Key = (typeof KEYS)[number];

/**
 * Reads the lines that begin with # at the top of a file (with the #, without line ends); null when they are no
 * header of FireHOL's, but just comments.
 */
export function parseHeader(lines: readonly string[]): FeedHeader | null {
  const texts = lines.slice(0, HEADER_LINES).map((line) => clean(line.slice(1, HEADER_LINE).trim()));
  const typeAt = texts.findIndex((text) => /^ipv[46] hash:(?:ip|net) ipset$/.test(text));
  const values = new Map<Key, string>();
  let firstKey = texts.length;
  texts.forEach((text, i) => {
    const pair = i > typeAt ? keyValue(text) : null;
    if (pair === null || values.has(pair[0])) return;
    values.set(...pair);
    firstKey = Math.min(firstKey, i);
  });
  if (typeAt < 0 && values.size < 2) return null;
  const value = (key: Key): string => values.get(key) ?? "";
  const info = unfold(texts.slice(typeAt + 1, firstKey));
  const type = texts[typeAt] ?? "";
  const entries = /^(?:(\d{1,15}) subnets?, )?(\d{1,15}) unique IPs?$/.exec(value("Entries"));
  return {
    name: texts.slice(0, Math.max(typeAt, 0)).find(isFeedName) ?? null,
    family: typeAt < 0 ? null : type.startsWith("ipv4") ? "v4" : "v6",
    hash: typeAt < 0 ? null : type.includes(":ip ") ? "ip" : "net",
    info: text(info, INFO_LENGTH),
    includes: includes(info),
    maintainer: text(value("Maintainer"), TEXT_LENGTH),
    maintainerUrl: webAddress(value("Maintainer URL")),
    sourceUrl: webAddress(value("List source URL")),
    sourceDate: parseDate(value(SOURCE_DATE)),
    fileDate: parseDate(value(FILE_DATE)),
    wrongDates: ([SOURCE_DATE, FILE_DATE] as const)
      .map(value)
      .filter((date) => !UNDATED.test(date) && parseDate(date) === null)
      .map((date) => cap(date, 60)),
    category: text(value("Category"), TEXT_LENGTH),
    version: /^\d{1,15}$/.test(value("Version")) ? Number(value("Version")) : null,
    frequency: minutesOf(value("Update Frequency")),
    aggregation: minutesOf(value("Aggregation")),
    subnets: entries?.[1] === undefined ? null : Number(entries[1]),
    uniqueIps: entries === null ? null : Number(entries[2]),
  };
}

/** "Update Frequency: 1 day " to its two halves, for known keys. */
function keyValue(line: string): [Key, string] | null {
  const colon = line.indexOf(":");
  if (colon < 0 || colon > 20) return null;
  const name = line.slice(0, colon).trimEnd();
  const key = KEYS.find((known) => known === name);
  return key === undefined ? null : [key, line.slice(colon + 1).trim()];
}

/** Folded lines to one; blank lines are between paragraphs of the header, not of the text. */
function unfold(lines: readonly string[]): string {
  return lines.filter((line) => line !== "").join(" ");
}

function includes(info: string): string[] {
  const start = info.lastIndexOf("(includes:");
  const end = info.indexOf(")", start);
  if (start < 0 || end < 0) return [];
  const names = info.slice(start + "(includes:".length, end).split(/[\s,]+/);
  return [...new Set(names.filter(isFeedName))];
}

function text(value: string, length: number): string | null {
  return value === "" ? null : cap(value, length);
}

/** The address of a web page or file, null for anything else. */
export function webAddress(value: string): string | null {
  if (value.length > URL_LENGTH || !/^https?:\/\/[^\s]+$/i.test(value)) return null;
  return URL.canParse(value) ? value : null;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What `date -u` prints in the C locale, `Fri Nov  3 17:17:05 UTC 2015`, in seconds since 1970; null for anything else. */
export function parseDate(value: string): number | null {
  const match =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (?:UTC|GMT) (\d{4})$/.exec(value);
  if (match === null) return null;
  const [, monthName, ...numbers] = match;
  const month = MONTHS.indexOf(monthName!);
  const [day, hour, minute, second, year] = numbers.map(Number) as [number, number, number, number, number];
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  // A day 31 of a shorter month, an hour 25: Date would take them for the next one.
  const same = date.getUTCDate() === day && date.getUTCHours() === hour && date.getUTCMinutes() === minute;
  return month >= 0 && same && second < 60 ? date.getTime() / 1000 : null;
}
