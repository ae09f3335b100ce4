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

/** The flags that RE2's writing of a pattern begins with (filter/pattern.ts). */
const FLAGS = /^\(\?[ims]*(?:-[ims]+)?\)/;

/**
 * After an answer that failed: whether a regular expression in a field is the reason.
 * @throws UserError when it is.
 */
export async function checkPatterns(
  { connection }: Pick<QueryContext, "connection">,
  { from, where, present }: Rows,
): Promise<void> {
  const pieces = [from(() => name("true")), ...where, ...present];
  for (const text of pieces.flatMap(({ parameters }) => parameters))
    if (typeof text === "string" && FLAGS.test(text))
      await tryPattern(connection, text, text.replace(FLAGS, ""));
}
