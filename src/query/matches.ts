/** Comparison of a column with a text or /regex/ that stands inside a field (spec ivre §2.1). */
import { matches as columnMatches } from "../filter/conditions.ts";
import { parseMatcher } from "../filter/matcher.ts";
import { tryPattern } from "../filter/pattern-trial.ts";
import { name, type SqlText } from "../filter/sqltext.ts";
import type { QueryContext } from "./context.ts";
import type { Rows } from "./row-types.ts";

/** `column` equals the text or matches the /regex/; RE2, so a hostile pattern costs no more than the text. */
export function matches(column: string, text: string): SqlText {
  return columnMatches(column, parseMatcher(text));
}

/** A pattern in RE2's writing: flags, then a group (filter/pattern.ts). */
const PATTERN = /^\(\?[ims]*(?:-[ims]+)?\)\(([\s\S]*)\)$/;

/**
 * After an answer that failed: whether a regular expression in a field is the reason.
 * @throws UserError when it is.
 */
export async function checkPatterns(
  { connection }: Pick<QueryContext, "connection">,
  { from, where, present }: Rows,
): Promise<void> {
  const pieces = [from(() => name("true")), ...where, ...present];
  for (const text of pieces.flatMap(({ parameters }) => parameters)) {
    const pattern = typeof text === "string" ? PATTERN.exec(text) : null;
    if (pattern !== null) await tryPattern(connection, pattern[0], pattern[1]!);
  }
}
