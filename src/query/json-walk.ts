/**
 * Paths into stored JSON as rows: the arrays at list fields are unwound (spec ivre §6.4), other arrays are kept
 * whole. JSON is stored without spaces, so its first character tells what it is.
 */
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { DECODERS } from "./decode.ts";
import type { Column, JsonShape, Steps } from "./row-types.ts";

/** JSON pointer of one member (RFC 6901). */
function pointer(member: string): SqlText {
  return bind(`/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}

/** A member; through an array that is no list field the array of the members (as MongoDB projects). */
function member(value: string, step: string): SqlText {
  const v = name(value);
  const text = name(`starts_with(${value}::VARCHAR, '[')`);
  return sql`CASE WHEN ${text} THEN to_json(nullif(list_filter(list_transform(json_extract(${v}, '$[*]'), lambda x: json_extract(x, ${pointer(step)})), lambda x: x IS NOT NULL), [])) ELSE json_extract(${v}, ${pointer(step)}) END`;
}

/** The elements of an array, and what is no array as its one element. */
function elements(value: string, keep: boolean): SqlText {
  const list = `CASE WHEN starts_with(${value}::VARCHAR, '[') THEN json_extract(${value}, '$[*]') WHEN ${value}::VARCHAR <> 'null' THEN [${value}] ELSE [] END`;
  return name(keep ? `unnest(coalesce(nullif(${list}, []), [NULL]))` : `unnest(${list})`);
}

/** Every place that the paths lead through, once, parents first. */
function places(paths: readonly Steps[]): Steps[] {
  const all = new Map<string, Steps>();
  for (const path of paths)
    for (let length = 0; length <= path.length; length++) {
      const steps = path.slice(0, length);
      all.set(JSON.stringify(steps), steps);
    }
  return [...all.values()];
}

/** The columns that `walk` gives these paths. */
export function columnsOf(paths: readonly Steps[]): string[] {
  const keys = places(paths).map((steps) => JSON.stringify(steps));
  return paths.map((path) => `j${keys.indexOf(JSON.stringify(path))}`);
}

/**
 * Rows of the values at paths. Paths that share a list take their values from the same element of it; lists beside
 * each other are combined.
 * @param start rows with the JSON as column `j`; their other columns are kept.
 * @param keep an element without a list is kept, with null for what would be in it; else it has no row.
 */
export function walk(
  start: SqlText,
  { root, lists }: JsonShape,
  paths: readonly Steps[],
  keep = false,
): SqlText {
  const all = places(paths);
  const columns = columnsOf(all);
  let at = start;
  all.forEach((steps, i) => {
    const column = columns[i]!;
    const parent =
      columns[all.findIndex((other) => other.length === steps.length - 1 && isPrefix(other, steps))];
    const value = parent === undefined ? name("j") : member(parent, steps.at(-1)!);
    at = sql`SELECT *, ${value} AS ${name(column)} FROM (${at})`;
    if (lists.has([root, ...steps].join(".")))
      at = sql`SELECT * EXCLUDE (${name(column)}), ${elements(column, keep)} AS ${name(column)} FROM (${at})`;
  });
  return at;
}

function isPrefix(short: Steps, long: Steps): boolean {
  return short.every((step, i) => step === long[i]);
}

/** A JSON value; JSON's null is none. */
export function jsonColumn(value: string): Column {
  return { value: name(`nullif(${value}::VARCHAR, 'null')`), decode: DECODERS.json, json: true };
}

/** The rows with a value there. */
export function hasValue(value: string): SqlText {
  return name(`${value} IS NOT NULL AND ${value}::VARCHAR <> 'null'`);
}

/** A JSON text as text. */
export function jsonText(value: string): string {
  return `(${value} ->> '$')`;
}
