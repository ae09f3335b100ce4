/** JSON as DuckDB takes it. */
import type { Json } from "../model/json.ts";

/** A backslash and what it escapes: half of a surrogate pair (JSON.stringify writes those in lower case), or else. */
const ESCAPE = /\\(?:(ud[89a-f][0-9a-f]{2})|[\s\S])/g;

/**
 * The text of a JSON column; null for nothing. Halves of surrogate pairs, which a JSON input may hold and which
 * make DuckDB refuse every question about the column, become U+FFFD.
 */
export function jsonText(data: Json | undefined): string | null {
  if (data === undefined) return null;
  const text = JSON.stringify(data);
  if (!text.includes("\\ud")) return text;
  return text.replace(ESCAPE, (whole, half: string | undefined) => (half === undefined ? whole : "\ufffd"));
}
