/**
 * SQL for the conditions of values.ts over a JSON column, with MongoDB's walk: a step goes into an object, and
 * through an array into each object of it, or to the element with that number; a value that is an array satisfies
 * a condition when it or one of its elements does (spec ivre §2.4).
 *
 * Paths are JSON pointers (RFC 6901) given as parameters, so no key, however odd, reaches the SQL text.
 */
import type { Json } from "../model/json.ts";
import { toRe2 } from "./pattern.ts";
import { allOf, anyOf, bind, name, type SqlText, sql } from "./sqltext.ts";
import { type Operator, pathSteps, readCondition, type Values } from "./values.ts";

/** Structured outputs that are lists: two conditions must hold for the same element (spec §2.4 rule 4). */
const LIST_KEYS = [
  "dns-domains",
  "dns-zone-transfer",
  "fcrdns",
  "http-app",
  "http-headers",
  "http-server-header",
  "http-user-agent",
  "ms-sql-info",
  "nuclei",
  "rpcinfo",
  "ssh-hostkey",
  "ssl-cert",
  "ssl-ja3-client",
  "ssl-ja3-server",
  "ssl-ja4-client",
  "vulns",
] as const;

/** A JSON value that is looked at: the lambda variable `v`, or what a pointer leads to below it. */
const VALUE = name("v");

const isNumber = (value: SqlText): SqlText =>
  sql`json_type(${value}) IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')`;
const isText = (value: SqlText): SqlText => sql`json_type(${value}) = 'VARCHAR'`;
const asNumber = (value: SqlText): SqlText => sql`TRY_CAST(${value} AS DOUBLE)`;
const asText = (value: SqlText): SqlText => sql`json_extract_string(${value}, '$')`;
// As text: the client binds whole numbers as BIGINT, which 1e20 is not.
const double = (value: number): SqlText => sql`CAST(${bind(String(value))} AS DOUBLE)`;

function pointer(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** What a step is taken from: each value of a list, and behind it the objects in it where it is an array. */
function containers(list: SqlText): SqlText {
  return sql`flatten(list_transform(${list}, lambda x: list_concat([x], list_filter(json_extract(x, '$[*]'), lambda o: json_type(o) = 'OBJECT'))))`;
}

/** Each value of a list, and behind it its elements where it is an array. */
function opened(list: SqlText): SqlText {
  return sql`flatten(list_transform(${list}, lambda x: list_concat([x], json_extract(x, '$[*]'))))`;
}

/** All values at a path below a JSON value, arrays opened. */
function valuesAt(root: SqlText, path: string): SqlText {
  let list = sql`[${root}]`;
  for (const step of pathSteps(path))
    list = sql`list_filter(list_transform(${containers(list)}, lambda y: json_extract(y, ${bind(pointer([step]))})), lambda z: z IS NOT NULL)`;
  return opened(list);
}

/**
 * Typed equality with what the steps lead to below `v`; of objects whatever the order of their members, since
 * tokens sort them.
 */
function equals(value: Json, steps: readonly (string | number)[] = []): SqlText {
  const at = steps.length === 0 ? VALUE : sql`json_extract(${VALUE}, ${bind(pointer(steps))})`;
  if (value === null) return sql`json_type(${at}) = 'NULL'`;
  switch (typeof value) {
    case "string":
      return sql`(${isText(at)} AND ${asText(at)} = ${bind(value)})`;
    case "number":
      return sql`(${isNumber(at)} AND ${asNumber(at)} = ${double(value)})`;
    case "boolean":
      return sql`(json_type(${at}) = 'BOOLEAN' AND CAST(${at} AS VARCHAR) = ${bind(String(value))})`;
    case "object": {
      const list = Array.isArray(value);
      const members: [string | number, Json][] = list ? [...value.entries()] : Object.entries(value);
      const kind = list
        ? sql`json_type(${at}) = 'ARRAY' AND json_array_length(${at}) = ${double(members.length)}`
        : sql`json_type(${at}) = 'OBJECT' AND len(json_keys(${at})) = ${double(members.length)}`;
      return allOf([kind, ...members.map(([key, member]) => equals(member, [...steps, key]))]);
    }
  }
}

const SIGNS = { lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

function operator(condition: Exclude<Operator, { op: "ne" }>): SqlText {
  switch (condition.op) {
    case "in":
      return anyOf(condition.values.map((value) => equals(value)));
    case "regex":
      return sql`(${isText(VALUE)} AND regexp_matches(${asText(VALUE)}, ${bind(toRe2(condition.pattern, condition.flags))}))`;
    default: {
      const sign = name(SIGNS[condition.op]);
      return typeof condition.value === "number"
        ? sql`(${isNumber(VALUE)} AND ${asNumber(VALUE)} ${sign} ${double(condition.value)})`
        : sql`(${isText(VALUE)} AND ${asText(VALUE)} ${sign} ${bind(condition.value)})`;
    }
  }
}

/** True when some value at the path satisfies the predicate on `v`. */
function some(root: SqlText, path: string, predicate: SqlText): SqlText {
  return sql`list_contains(list_transform(${valuesAt(root, path)}, lambda v: ${predicate}), true)`;
}

/**
 * One condition. Several operators bear on one value; `$ne` is satisfied when there is a value and none is
 * equal (a missing value satisfies nothing).
 */
function holds(root: SqlText, path: string, value: Json): SqlText {
  const condition = readCondition(value);
  if ("equals" in condition) return some(root, path, equals(condition.equals));
  const positive = condition.operators.filter((op) => op.op !== "ne");
  const parts = positive.length === 0 ? [] : [some(root, path, allOf(positive.map(operator)))];
  for (const op of condition.operators)
    if (op.op === "ne")
      parts.push(sql`(len(${valuesAt(root, path)}) > 0 AND NOT ${some(root, path, equals(op.value))})`);
  return allOf(parts);
}

/**
 * All conditions on the JSON column `data`, whose kind of content the column `key` names: the id of the script or
 * its alias (spec §2.4), given when it was stored.
 */
export function structured(values: Values): SqlText {
  const paths = Object.entries(values);
  if (paths.length < 2) return allOf(paths.map(([path, value]) => holds(name("data"), path, value)));
  const keys = name(LIST_KEYS.map((key) => `'${key}'`).join(", "));
  const all = allOf(paths.map(([path, value]) => holds(name("e"), path, value)));
  return sql`list_contains(list_transform(CASE WHEN key IN (${keys}) AND json_type(data) = 'ARRAY' THEN json_extract(data, '$[*]') ELSE [data] END, lambda e: ${all}), true)`;
}
