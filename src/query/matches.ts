/** Comparison of a column with a text or /regex/ that stands inside a field (spec ivre §2.1). */
import { parseMatcher } from "../filter/matcher.ts";
import { toRe2 } from "../filter/pattern.ts";
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";

/** `column` equals the text or matches the /regex/; RE2, so a hostile pattern costs no more than the text. */
export function matches(column: string, text: string): SqlText {
  const matcher = parseMatcher(text);
  if ("is" in matcher) return sql`${name(column)} = ${bind(matcher.is)}`;
  if ("has" in matcher) return sql`contains(${name(column)}, ${bind(matcher.has)})`;
  return sql`regexp_matches(${name(column)}, ${bind(toRe2(matcher.re, matcher.flags ?? ""))})`;
}
