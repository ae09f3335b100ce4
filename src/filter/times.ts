/**
 * Times as the query language writes them, to the second, UTC unless they name a zone. A text stands for all the
 * time it names: `2026-01-15` for the day, `2026-01` for the month, `2026-01-15T12:00` for the minute.
 */
import { UserError } from "../model/errors.ts";
import { type Leaf, MAX_AGO, MAX_INSTANT } from "./ast.ts";

export type SeenLeaf = Extract<Leaf, { k: "seen" }>;

/** Seconds since the epoch: from the first to before the second. */
interface Span {
  from: number;
  to: number;
}

const ISO =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/i;
const EPOCH = /^\d{9,12}$/;
const DURATION = /^(\d{1,12})([smhdy]?)$/;
const SECONDS = { "": 1, s: 1, m: 60, h: 3600, d: 86_400, y: 31_557_600 } as const;

/** Seconds that a zone such as `+02:00` is ahead of UTC; null when there is no such zone. */
function offset(zone: string | undefined): number | null {
  if (zone === undefined || /^z$/i.test(zone)) return 0;
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 15 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function isoSpan(found: RegExpExecArray): Span | null {
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const zone = offset(found[7]);
  // Date.UTC carries overflows into the next unit, so the 31st of April shows as another day.
  const start = new Date(Date.UTC(year!, (month ?? 1) - 1, day ?? 1));
  const exists = start.getUTCMonth() === (month ?? 1) - 1 && start.getUTCDate() === (day ?? 1);
  if (zone === null || !exists || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return null;
  const from = start.getTime() / 1000 + (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0) - zone;
  if (second !== undefined) return { from, to: from + 1 };
  if (minute !== undefined) return { from, to: from + 60 };
  if (hour !== undefined) return { from, to: from + 3600 };
  if (day !== undefined) return { from, to: from + 86_400 };
  const end = month === undefined ? Date.UTC(year! + 1, 0) : Date.UTC(year!, month);
  return { from, to: end / 1000 };
}

/** The time that a date or a number of seconds since the epoch names; null when it is neither, or none after 1970. */
function readSpan(text: string): Span | null {
  const iso = ISO.exec(text);
  const span = iso !== null ? isoSpan(iso) : EPOCH.test(text) ? second(Number(text)) : null;
  return span !== null && span.from >= 0 && span.to <= MAX_INSTANT ? span : null;
}

function second(epoch: number): Span {
  return { from: epoch, to: epoch + 1 };
}

/** Seconds of a duration such as `7d`; a bare number is seconds. Null when it is none, or over a thousand years. */
export function readDuration(text: string): number | null {
  const found = DURATION.exec(text.trim());
  if (found === null) return null;
  const seconds = Number(found[1]) * SECONDS[found[2] as keyof typeof SECONDS];
  return seconds <= MAX_AGO ? seconds : null;
}

function backwards(text: string): UserError {
  return new UserError(`The time range ${text} runs backwards: put the earlier time first.`);
}

/** `EPOCH-EPOCH`, whole seconds, both included; null when it is not. Throws UserError when it runs backwards. */
export function readEpochRange(text: string): Span | null {
  const found = /^(\d{1,12})-(\d{1,12})$/.exec(text.trim());
  if (found === null) return null;
  const [from, last] = [Number(found[1]), Number(found[2])];
  if (last >= MAX_INSTANT) return null;
  if (from > last) throw backwards(found[0]);
  return { from, to: last + 1 };
}

/**
 * What stands behind `seen:` and its like: `TIME` (during it), `>TIME` (from it on), `<TIME` (before it), `<=TIME`
 * (to its end), `TIME..TIME` (both included, either may be missing), `7d` (in the last seven days). Null when it is
 * none of them. Throws UserError when a range runs backwards.
 */
export function readTimes(text: string, at: SeenLeaf["at"]): SeenLeaf | null {
  const leaf: SeenLeaf = at === undefined ? { k: "seen" } : { k: "seen", at };
  const written = text.trim();
  const compared = /^([<>]=?)\s*(.*)$/.exec(written);
  if (compared !== null) {
    const span = readSpan(compared[2]!);
    if (span === null) return null;
    if (compared[1]!.startsWith(">")) return { ...leaf, from: span.from };
    return { ...leaf, to: compared[1] === "<" ? span.from : span.to };
  }
  const ends = written.split("..");
  if (ends.length === 2 && written !== "..") {
    const [first, last] = ends.map((end) => (end === "" ? undefined : readSpan(end)));
    if (first === null || last === null) return null;
    if (first !== undefined && last !== undefined && first.from >= last.to) throw backwards(written);
    return { ...leaf, ...(first && { from: first.from }), ...(last && { to: last.to }) };
  }
  const span = readSpan(written);
  if (span !== null) return { ...leaf, ...span };
  const ago = /\D$/.test(written) ? readDuration(written) : null;
  return ago === null ? null : { ...leaf, ago };
}
