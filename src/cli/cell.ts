import type { Json } from "../model/json.ts";
import { clean } from "../model/text.ts";

/** A value as one line of clean text, for tables and reports. */
export function cellText(value: Json | undefined): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "string") return oneLine(value);
  if (typeof value === "object") return oneLine(JSON.stringify(value));
  return String(value);
}

/** Cleaned text with its line ends and tabs as single spaces. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s*[\n\t]\s*/g, " ");
}

/** A value of topvalues or distinct for people: the parts of a tuple side by side. */
export function valueText(value: Json): string {
  return Array.isArray(value) ? value.map(cellText).join(" / ") : cellText(value);
}

/** A value for a CSV cell: scalars as they are, everything else as JSON. */
export function csvValue(value: Json | undefined): string | number | boolean | null {
  if (value === undefined) return null;
  return value !== null && typeof value === "object" ? JSON.stringify(value) : value;
}
