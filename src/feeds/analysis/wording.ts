/** Numbers and times as the pages about feeds write them (spec feeds §1.3, §4). */
import type { Inline } from "./markdown.ts";

const AGES: readonly (readonly [unit: string, seconds: number])[] = [
  ["y", 365 * 86_400],
  ["mo", 30 * 86_400],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
];

/** "5m ago", "3h ago", "12d ago", "2mo ago", "4y ago"; "just now", "in the future". */
export function ago(then: Date, now: Date): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds <= -60) return "in the future";
  const found = AGES.find(([, length]) => seconds >= length);
  return found === undefined ? "just now" : `${Math.floor(seconds / found[1])}${found[0]} ago`;
}

/** "2026-01-31 12:00 UTC". */
export function time(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The same with how long ago that was. */
export function timeAgo(date: Date, now: Date): string {
  return `${time(date)} (${ago(date, now)})`;
}

/** With commas between thousands. */
export function count(value: number | bigint): string {
  return value.toLocaleString("en-US");
}

/** "1 feed", "1,200 feeds". */
export function counted(value: number | bigint, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${Number(value) === 1 ? noun : plural}`;
}

/** With one decimal; what is not nothing never reads as nothing, nor what is not all as all. */
export function percent(part: number | bigint, all: number | bigint): string {
  if (all <= 0 || part <= 0) return "0.0%";
  const share = (100 * Number(part)) / Number(all);
  if (share < 0.05) return "<0.1%";
  if (share >= 99.95 && part < all) return ">99.9%";
  return `${share.toFixed(1)}%`;
}

/** "15m", "1.5h", "3d": minutes in the unit that fits. */
export function minutes(value: number): string {
  if (value < 60) return `${Math.round(value)}m`;
  const [length, unit] = value < 1440 ? [60, "h"] : [1440, "d"];
  return `${Number((value / length).toFixed(1))}${unit}`;
}

/** How many rows of a table are shown: all, or the first ones. */
export interface Shown<T> {
  rows: readonly T[];
  rest: readonly T[];
}

export function first<T>(rows: readonly T[], most: number): Shown<T> {
  // One row more says as much as a row that tells of it.
  return rows.length <= most + 1 ? { rows, rest: [] } : { rows: rows.slice(0, most), rest: rows.slice(most) };
}

/** Rows of property and value where there is a value. */
export function filled(
  rows: readonly (readonly [property: string, value: Inline | null])[],
): (readonly [string, Inline])[] {
  return rows.filter((row): row is readonly [string, Inline] => row[1] !== null && row[1] !== "");
}
