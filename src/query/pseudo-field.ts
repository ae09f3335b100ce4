/** What a pseudo-field of topvalues is: one row of the tables in pseudo-*.ts. */
import type { Purpose } from "../model/purpose.ts";
import type { Rows } from "./row-types.ts";

export interface Written {
  purpose: Purpose;
  /** What follows the dot, "" when nothing does. */
  part: string;
  /** What follows the colon, null when there is none. */
  argument: string | null;
}

export interface Pseudo {
  names: readonly string[];
  /** The ways to write it, for describe_schema and error messages. */
  forms: readonly (readonly [pattern: string, description: string])[];
  /** What may follow a name, written out as the forms do not: for error messages. */
  spellings?: readonly string[];
  /** The rows; null when it is not one of the forms. */
  rows: (written: Written) => Rows | null;
}

/** Colon-separated parts of an argument, at most so many: the last one holds the rest. A /regex/ is taken whole. */
export function segments(argument: string, most: number): string[] {
  const found: string[] = [];
  let rest = argument;
  while (found.length < most - 1) {
    const regex = /^\/(?:[^\\/]|\\.|\/(?![a-z]*(?::|$)))*\/[a-z]*(?=:|$)/is.exec(rest);
    const end = regex ? regex[0].length : rest.indexOf(":");
    if (end < 0 || end === rest.length) break;
    found.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return [...found, rest];
}
