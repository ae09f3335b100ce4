/** Members of published JSON, read with suspicion: what is not of the expected form is null. */
import { cap, clean } from "../../model/text.ts";

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A text, cleaned and capped; null for "" and for the word that the older artifacts write when they know nothing. */
export function textOf(value: unknown, limit = 300): string | null {
  if (typeof value !== "string") return null;
  const text = clean(value.slice(0, limit * 4))
    .replaceAll(/\s+/g, " ")
    .trim();
  return text === "" || text === "unknown" ? null : cap(text, limit);
}

/** Text with HTML in it (links, in the older artifacts), as plain text. */
export function plainTextOf(value: unknown, limit = 4000): string | null {
  if (typeof value !== "string") return null;
  return textOf(decodeEntities(withoutTags(value.slice(0, limit * 4))), limit);
}

function withoutTags(html: string): string {
  let text = "";
  let at = 0;
  for (;;) {
    const open = html.indexOf("<", at);
    const close = open < 0 ? -1 : html.indexOf(">", open);
    if (close < 0) return text + html.slice(at);
    text += html.slice(at, open);
    at = close + 1;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

function decodeEntities(text: string): string {
  return text.replaceAll(/&(\w{2,6});/g, (whole, name: string) =>
    Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : whole,
  );
}

/** A whole number that is not negative. */
export function countOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : null;
}

/** Any number. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function booleanOf(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}

/** Above it a time is in milliseconds: as seconds it would be in the year 5138. */
const MILLISECONDS_FROM = 1e11;
/** The years 2000 to 2100: what update-ipsets itself takes for times. */
const FIRST = 946_684_800;
const LAST = 4_102_444_800;

/** A time in seconds since 1970, of seconds or milliseconds; null for 0 and other times that are none. */
export function timeOf(value: unknown): number | null {
  const number = countOf(value);
  if (number === null) return null;
  const seconds = number > MILLISECONDS_FROM ? Math.floor(number / 1000) : number;
  return seconds >= FIRST && seconds < LAST ? seconds : null;
}
