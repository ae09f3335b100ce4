/** Comparison of a column with a text or /regex/ that stands inside a field (spec ivre §2.1). */
import { matches as columnMatches } from "../filter/conditions.ts";
import { parseMatcher } from "../filter/matcher.ts";
import type { SqlText } from "../filter/sqltext.ts";

/** `column` equals the text or matches the /regex/; RE2, so a hostile pattern costs no more than the text. */
export function matches(column: string, text: string): SqlText {
  return columnMatches(column, parseMatcher(text));
}
