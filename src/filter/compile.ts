/**
 * From a filter to SQL over the records of a purpose: `and`, `or` and `not`. The leaves are those of
 * compile-host.ts and compile-passive.ts.
 *
 * Logic is two-valued everywhere: a missing value makes a leaf false, never unknown, so `not` is the exact
 * complement. Conditions on child tables are semi joins (`h.id IN (SELECT host_id …)`).
 */
import type { DuckDBConnection } from "@duckdb/node-api";

import type { Purpose } from "../model/purpose.ts";
import type { Filter, Leaf } from "./ast.ts";
import { checkFor } from "./check.ts";
import { hostLeaf } from "./compile-host.ts";
import { passiveLeaf } from "./compile-passive.ts";
import type { Piece } from "./conditions.ts";
import { toRe2 } from "./pattern.ts";
import { tryPattern } from "./pattern-trial.ts";
import { allOf, anyOf, name, type SqlText, sql } from "./sqltext.ts";
import { readCondition } from "./values.ts";

export type { SqlText };

/**
 * Above this many conditions, semi joins are hidden from DuckDB's search for a join order, which takes 13 s for
 * 200 of them (0.6 s hidden); below, it pays.
 */
const MAX_ORDERED = 16;

/** What differs between purposes. */
interface Target {
  leaf(leaf: Leaf): Piece<string>[];
  /** A record's id, and a table's column that refers to it. */
  id: string;
  reference: string;
  schema: Purpose;
  /** Whether DuckDB may order the semi joins. */
  ordered: boolean;
}

function countLeaves(filter: Filter): number {
  if (filter.k === "not") return countLeaves(filter.of);
  if (filter.k !== "and" && filter.k !== "or") return 1;
  return filter.of.reduce((sum, part) => sum + countLeaves(part), 0);
}

function exists(target: Target, table: string, where: SqlText): SqlText {
  const isIn = sql`${name(target.id)} IN (SELECT ${name(target.reference)} FROM ${name(`${target.schema}.${table}`)} WHERE ${where})`;
  return target.ordered ? sql`(${isIn})` : sql`coalesce(${isIn}, false)`;
}

/** Alternatives on the same child table become one semi join: "a row with a, or a row with b" is "a row with a or b". */
function compileOr(of: readonly Filter[], target: Target): SqlText {
  const parts: SqlText[] = [];
  const rows = new Map<string, SqlText[]>();
  for (const filter of of) {
    if (filter.k === "and" || filter.k === "or" || filter.k === "not") {
      parts.push(compileTree(filter, target));
      continue;
    }
    for (const piece of target.leaf(filter)) {
      if (!("table" in piece)) parts.push(piece.row);
      else if (piece.row !== undefined)
        parts.push(allOf([piece.row, exists(target, piece.table, piece.where)]));
      else {
        const same = rows.get(piece.table);
        if (same === undefined) rows.set(piece.table, [piece.where]);
        else same.push(piece.where);
      }
    }
  }
  for (const [table, conditions] of rows) parts.push(exists(target, table, anyOf(conditions)));
  return anyOf(parts);
}

function compileTree(filter: Filter, target: Target): SqlText {
  switch (filter.k) {
    case "and":
      return allOf(filter.of.map((part) => compileTree(part, target)));
    case "or":
      return compileOr(filter.of, target);
    case "not":
      return sql`(NOT ${compileTree(filter.of, target)})`;
    default:
      return compileOr([filter], target);
  }
}

/**
 * A boolean expression (never NULL) with `?` placeholders in textual order: over the alias `h` of
 * `<purpose>.host`, or for passive over the alias `r` of `passive.record`. Pure but for the clock: `now`
 * (milliseconds since the epoch) is what relative times count from. Throws UserError for a leaf that has no
 * meaning for the purpose. The filter must come from build.ts, the language or a decoded token: their checks are
 * relied upon.
 */
export function compile(filter: Filter, purpose: Purpose, now: number = Date.now()): SqlText {
  checkFor(filter, purpose);
  const seconds = Math.floor(now / 1000);
  const ordered = countLeaves(filter) <= MAX_ORDERED;
  const target: Target =
    purpose === "passive"
      ? {
          leaf: (leaf) => passiveLeaf(leaf, seconds),
          id: "r.id",
          reference: "record_id",
          schema: purpose,
          ordered,
        }
      : {
          leaf: (leaf) => hostLeaf(leaf, seconds, purpose),
          id: "h.id",
          reference: "host_id",
          schema: purpose,
          ordered,
        };
  return compileTree(filter, target);
}

/** Every regular expression of a filter, as the user wrote it. */
function* patterns(filter: Filter): Generator<string> {
  if (filter.k === "not") yield* patterns(filter.of);
  else if (filter.k === "and" || filter.k === "or") for (const part of filter.of) yield* patterns(part);
  else {
    for (const [key, member] of Object.entries(filter))
      if (key !== "values" && typeof member === "object" && "re" in member && typeof member.re === "string")
        yield member.re;
    if (filter.k === "script")
      for (const condition of Object.values(filter.values ?? {}).map(readCondition))
        if ("operators" in condition)
          for (const operator of condition.operators) if (operator.op === "regex") yield operator.pattern;
  }
}

/**
 * The step before compiling that may ask the database: tries each regular expression once on an empty text,
 * so that what only RE2 itself can judge (its size limits, names of properties) is told in one sentence. Later
 * leaves that need a side relation (notes, stored address lists) are turned into addresses here.
 */
export async function resolve(filter: Filter, connection: DuckDBConnection): Promise<Filter> {
  for (const pattern of new Set(patterns(filter))) await tryPattern(connection, toRe2(pattern, ""), pattern);
  return filter;
}
