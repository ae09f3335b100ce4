/**
 * Paths into stored JSON as rows: the arrays at list fields are unwound (spec ivre §6.4), other arrays are kept
 * whole. JSON is stored without spaces, so its first character tells what it is.
 */
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { DECODERS } from "./decode.ts";
import type { Column } from "./rows.ts";

export interface JsonPath {
  /** What the paths of list fields begin with. */
  root: string;
  inner: readonly string[];
  /** Paths of arrays that are unwound. */
  lists: ReadonlySet<string>;
  /** How many segments of `inner` lead to the element that tuples take their parts from; default 0. */
  element?: number | undefined;
}

/** JSON pointer of one member (RFC 6901). */
function pointer(member: string): SqlText {
  return bind(`/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}

/**
 * The relation at the end of a path: `record_id`, `e` (the element) and `v` (the value), both JSON; rows whose
 * path leads nowhere have a null `v`.
 * @param start rows with `record_id`, a null `e` and `v`.
 */
export function walk(start: SqlText, { root, inner, lists, element = 0 }: JsonPath): SqlText {
  const unwind = (from: SqlText): SqlText =>
    sql`SELECT record_id, e, unnest(CASE WHEN starts_with(v::VARCHAR, '[') THEN json_extract(v, '$[*]') WHEN v::VARCHAR <> 'null' THEN [v] ELSE [] END) AS v FROM (${from})`;
  const mark = (from: SqlText): SqlText => sql`SELECT record_id, v AS e, v FROM (${from})`;
  let at = start;
  if (lists.has(root)) at = unwind(at);
  if (element === 0) at = mark(at);
  let path = root;
  inner.forEach((step, i) => {
    path += `.${step}`;
    // A path through an array that is no list field gives the array of the members (as MongoDB projects).
    at = sql`SELECT record_id, e, CASE WHEN starts_with(v::VARCHAR, '[') THEN to_json(nullif(list_filter(list_transform(json_extract(v, '$[*]'), lambda x: json_extract(x, ${pointer(step)})), lambda x: x IS NOT NULL), [])) ELSE json_extract(v, ${pointer(step)}) END AS v FROM (${at})`;
    if (lists.has(path)) at = unwind(at);
    if (element === i + 1) at = mark(at);
  });
  return at;
}

/** The value at the end of a path, over `alias`. */
export function endValue(alias: string): Column {
  return { value: name(`${alias}.v::VARCHAR`), decode: DECODERS.json, json: true };
}

/** The rows whose path leads to a value. */
export function hasValue(alias: string): SqlText {
  return name(`${alias}.v IS NOT NULL AND ${alias}.v::VARCHAR <> 'null'`);
}

/** A member of a JSON value. */
export function memberColumn(value: string, step: string): Column {
  return {
    value: sql`json_extract(${name(value)}, ${pointer(step)})::VARCHAR`,
    decode: DECODERS.json,
    json: true,
  };
}
