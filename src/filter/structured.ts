/**
 * SQL for the conditions of values.ts over a JSON column, with MongoDB's walk: a step goes into an object, and
 * through an array into each of its elements; a value that is an array satisfies a condition when it or one of
 * its elements does (spec ivre §2.4).
 *
 * Paths are JSON pointers given as parameters, so no key, however odd, reaches the SQL text.
 */
import type { Json } from "../model/json.ts";
import { toRe2 } from "./pattern.ts";
import { allOf, anyOf, bind, name, type SqlText, sql } from "./sqltext.ts";
import { type Operator, pathSteps, readCondition } from "./values.ts";

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

const NUMBER = name("json_type(v) IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')");
const TEXT = name("json_type(v) = 'VARCHAR'");

/** Each value of a list, and behind it its elements where it is an array. */
function expand(list: SqlText): SqlText {
  return sql`flatten(list_transform(${list}, lambda x: list_concat([x], json_extract(x, '$[*]'))))`;
}

/** All values at a path below a JSON value, arrays opened. */
function valuesAt(root: SqlText, path: string): SqlText {
  let list = sql`[${root}]`;
  for (const step of pathSteps(path)) {
    const pointer = `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    list = sql`list_filter(list_transform(${expand(list)}, lambda y: json_extract(y, ${bind(pointer)})), lambda z: z IS NOT NULL)`;
  }
  return expand(list);
}

/** Typed equality of the JSON value `v`. */
function equals(value: Json): SqlText {
  if (value === null) return name("json_type(v) = 'NULL'");
  switch (typeof value) {
    case "string":
      return sql`(${TEXT} AND json_extract_string(v, '$') = ${bind(value)})`;
    case "number":
      return sql`(${NUMBER} AND TRY_CAST(v AS DOUBLE) = CAST(${bind(value)} AS DOUBLE))`;
    case "boolean":
      return sql`(json_type(v) = 'BOOLEAN' AND CAST(v AS VARCHAR) = ${bind(String(value))})`;
    case "object":
      // The same writer on both sides, so that escapes compare alike.
      return sql`CAST(json(v) AS VARCHAR) = CAST(json(${bind(JSON.stringify(value))}) AS VARCHAR)`;
  }
}

const SIGNS = { lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

function operator(condition: Exclude<Operator, { op: "ne" }>): SqlText {
  switch (condition.op) {
    case "in":
      return anyOf(condition.values.map(equals));
    case "regex":
      return sql`(${TEXT} AND regexp_matches(json_extract_string(v, '$'), ${bind(toRe2(condition.pattern, condition.flags))}))`;
    default: {
      const sign = name(SIGNS[condition.op]);
      return typeof condition.value === "number"
        ? sql`(${NUMBER} AND TRY_CAST(v AS DOUBLE) ${sign} CAST(${bind(condition.value)} AS DOUBLE))`
        : sql`(${TEXT} AND json_extract_string(v, '$') ${sign} ${bind(condition.value)})`;
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

/** All conditions on the JSON column `data` whose kind of content the column `key` names; true or false. */
export function structured(values: { [path: string]: Json }): SqlText {
  const paths = Object.entries(values);
  if (paths.length < 2) return allOf(paths.map(([path, value]) => holds(name("data"), path, value)));
  const keys = name(LIST_KEYS.map((key) => `'${key}'`).join(", "));
  const all = allOf(paths.map(([path, value]) => holds(name("e"), path, value)));
  return sql`list_contains(list_transform(CASE WHEN key IN (${keys}) AND json_type(data) = 'ARRAY' THEN json_extract(data, '$[*]') ELSE [data] END, lambda e: ${all}), true)`;
}
