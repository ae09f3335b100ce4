/** A text of the user as a comparison: a literal or `/pattern/flags` (spec ivre §2.1). */
import { UserError } from "../model/errors.ts";
import { MAX_TEXT, type Matcher } from "./ast.ts";
import { patternProblem } from "./pattern.ts";

/** The last slash that no backslash escapes; -1 when there is none. */
function lastSlash(text: string): number {
  for (let at = text.lastIndexOf("/"); at >= 0; at = at === 0 ? -1 : text.lastIndexOf("/", at - 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

/**
 * Flags in canonical form: i, m, s. Python's a, l and u are accepted and change nothing (RE2's classes are
 * ASCII always, its letters Unicode always).
 */
function readFlags(letters: string, shown: string): string {
  const flags = new Set<string>();
  for (const letter of letters.toLowerCase()) {
    if (letter === "x")
      throw new UserError(
        `The flag x (free spacing) of ${shown} is not available: write the pattern without spaces.`,
      );
    if ("ims".includes(letter)) flags.add(letter);
    else if (!"alu".includes(letter))
      throw new UserError(
        `“${letter}” of ${shown} is not a regular expression flag (known: i, m, s); a plain text that begins with a slash is written \\/…`,
      );
  }
  return [..."ims"].filter((flag) => flags.has(flag)).join("");
}

/** A regular expression from its pattern and flag letters. Throws UserError for what RE2 lacks or cannot read. */
export function regexMatcher(pattern: string, letters: string): Matcher {
  const whole = `/${pattern}/${letters}`;
  const shown = whole.length > 100 ? `${whole.slice(0, 100)}…` : whole;
  const flags = readFlags(letters, shown);
  const problem = patternProblem(pattern);
  if (problem !== null)
    throw new UserError(
      `The regular expression ${shown} cannot be used: ${problem} (the syntax is RE2's, docs/query-language.md).`,
    );
  return flags === "" ? { re: pattern } : { re: pattern, flags };
}

/** The exact text. Throws UserError for one that no filter holds. */
export function literal(text: string): Matcher {
  if (text.length > MAX_TEXT)
    throw new UserError(`A text of ${text.length} characters cannot be asked for: at most ${MAX_TEXT}.`);
  return { is: text };
}

/**
 * `/pattern/flags` is an unanchored search, case-sensitive without i; everything else is the exact text.
 * `\/etc` is the literal `/etc`. Throws UserError for texts over 10,000 and patterns over 1000 characters, for unknown
 * flags, and for what RE2 lacks.
 */
export function parseMatcher(text: string): Matcher {
  if (text.startsWith("\\/")) return literal(text.slice(1));
  if (!text.startsWith("/")) return literal(text);
  const rest = text.slice(1);
  const slash = lastSlash(rest);
  return slash < 0 ? regexMatcher(rest, "") : regexMatcher(rest.slice(0, slash), rest.slice(slash + 1));
}
