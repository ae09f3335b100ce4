/** What is typed in about users and keys: checked here, once, whoever asks. */
import { z } from "zod";
import { UserError } from "../model/errors.ts";
import { cap, clean } from "../model/text.ts";

/** RFC 5321 §4.5.3.1.3 without its angle brackets. */
const LONGEST_EMAIL = 254;
const EMAIL = z.email();
const GROUP = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MOST_GROUPS = 64;
const LONGEST_KEY_NAME = 64;

function shown(text: string): string {
  return `“${cap(clean(text), 60)}”`;
}

/**
 * An e-mail address as it is stored: in lower case. The rule is that of signing in (better-auth's, zod's): exactly one
 * @, plain ASCII, a domain with a dot.
 * @throws UserError
 */
export function emailOf(text: string): string {
  // Before the case is changed: the Kelvin sign has k for its lower case.
  if (text.length > LONGEST_EMAIL || !EMAIL.safeParse(text).success)
    throw new UserError(`${shown(text)} is no e-mail address: write name@example.org`);
  return text.toLowerCase();
}

/**
 * Names of groups, each once, in the order given: access filters ask them in that order.
 * @throws UserError
 */
export function groupsOf(names: readonly string[]): string[] {
  const groups = [...new Set(names)];
  const wrong = groups.find((name) => !GROUP.test(name));
  if (wrong !== undefined)
    throw new UserError(
      `${shown(wrong)} is no name of a group: letters, digits, dots, dashes and underscores, 64 at most, beginning with a letter or digit`,
    );
  if (groups.length > MOST_GROUPS)
    throw new UserError(`a user has ${MOST_GROUPS} groups at most; these are ${groups.length}`);
  return groups;
}

/**
 * The name of a key.
 * @throws UserError
 */
export function keyNameOf(text: string): string {
  const name = text.trim();
  if (name === "" || name.length > LONGEST_KEY_NAME || clean(name) !== name || /[\n\t]/.test(name))
    throw new UserError(
      `${shown(text)} is no name for a key: 1 to ${LONGEST_KEY_NAME} visible characters that tell what uses it, such as laptop`,
    );
  return name;
}

/** A password shorter than this is guessed even through the limits on signing in. */
const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 256;

/**
 * A new password, as it was given.
 * @throws UserError which does not repeat it.
 */
export function passwordOf(text: string): string {
  if (/\p{Cc}|\p{Cs}/u.test(text))
    throw new UserError("the password must be one line of text without control characters");
  const length = [...text].length;
  if (length < SHORTEST_PASSWORD || text.length > LONGEST_PASSWORD)
    throw new UserError(`the password must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`);
  return text;
}

const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168, y: 8760 };
const LONGEST_HOURS = 10 * 8760;

/**
 * When something ends that lives for a period such as `12h`, `90d`, `4w` or `1y`, at most ten years.
 * @throws UserError
 */
export function endOf(period: string, now: Date): Date {
  const match = /^(\d{1,6})([hdwy])$/.exec(period.trim());
  const hours = match === null ? 0 : Number(match[1]) * HOURS[match[2]!]!;
  if (hours <= 0 || hours > LONGEST_HOURS)
    throw new UserError(`${shown(period)} is no period: for example 12h, 90d, 4w or 1y, ten years at most`);
  return new Date(now.getTime() + hours * 3_600_000);
}
