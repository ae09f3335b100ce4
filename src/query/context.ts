/** What every question needs: a connection to ask, and the part of the data that the asker may see. */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";

import type { AccessScope } from "../access/scope.ts";
import type { Filter } from "../filter/ast.ts";
import { checkFor } from "../filter/check.ts";
import { compile, resolve } from "../filter/compile.ts";
import { allOf, name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import type { Rows } from "./row-types.ts";
import { subjectOf } from "./subject.ts";

export interface QueryContext {
  connection: DuckDBConnection;
  /** Access scope: every question is asked within it. */
  scope: AccessScope;
  /** Stands for the opened file (store/reader.ts). */
  file?: object | undefined;
}

/** A condition over the records of a purpose (alias `h`, for passive `r`); null when all satisfy it. */
export type Condition = SqlText | null;

/** The condition that a filter is for a purpose, without access scope and without side relations. */
export function pureCondition(purpose: Purpose, filter: Filter): Condition {
  checkFor(filter, purpose);
  return filter.k === "all" ? null : compile(filter, purpose);
}

/** The condition that a question's records satisfy, access scope included: the one place where the two meet. */
export async function condition(ctx: QueryContext, purpose: Purpose, filter: Filter): Promise<Condition> {
  const asked = await resolve(filter, ctx.connection);
  const scope = await resolveScope(ctx, purpose);
  if (scope.k === "all") return pureCondition(purpose, asked);
  return pureCondition(purpose, asked.k === "all" ? scope : { k: "and", of: [scope, asked] });
}

/** The access scope, made ready. What is wrong with it is not for whoever is restricted by it. */
async function resolveScope(ctx: QueryContext, purpose: Purpose): Promise<Filter> {
  try {
    return await resolve(ctx.scope[purpose], ctx.connection);
  } catch (cause) {
    if (cause instanceof UserError) throw new Error("an access filter cannot be evaluated", { cause });
    throw cause;
  }
}

/** The keys of the records that satisfy a condition. */
export function idsOf(purpose: Purpose, records: SqlText): SqlText {
  const { from, id } = subjectOf(purpose);
  return sql`SELECT ${name(id)} FROM ${name(from)} WHERE ${records}`;
}

/**
 * The keys of the records that satisfy a condition, with their `number` in order: keys have gaps where records may not
 * be seen.
 */
export function numberedIds(purpose: Purpose, records: SqlText): SqlText {
  const { from, id, order } = subjectOf(purpose);
  return sql`SELECT ${name(`${id} AS id, row_number() OVER (ORDER BY ${order}) AS number FROM ${from}`)} WHERE ${records}`;
}

/** The common table expression `picked`: the records that satisfy a condition, chosen once for several uses. */
export function picked(purpose: Purpose, records: SqlText): SqlText {
  return sql`picked AS MATERIALIZED (${idsOf(purpose, records)})`;
}

/** The condition that the key of a record is one of `picked`. */
export function isPicked(recordColumn: string): SqlText {
  return sql`${name(recordColumn)} IN (SELECT id FROM picked)`;
}

/** A relation restricted to the records asked about, ready for a SELECT. */
export interface Selection {
  /** Common table expressions that `from` needs, with a comma behind them; to stand after WITH. */
  with: SqlText;
  from: SqlText;
  where: SqlText;
}

/** The rows of the records that satisfy a condition. */
export function selection(purpose: Purpose, rows: Rows, records: Condition): Selection {
  const none = name("");
  const conditions = [...rows.where, ...rows.present];
  if (records === null) return { with: none, from: rows.from(() => name("true")), where: allOf(conditions) };
  let inside = false;
  const from = rows.from((column) => {
    inside = true;
    return isPicked(column);
  });
  // Where the records are needed more than once, they are chosen once.
  if (inside)
    return {
      with: sql`${picked(purpose, records)}, `,
      from,
      where: allOf([...conditions, isPicked(rows.record)]),
    };
  const outside =
    rows.record === subjectOf(purpose).id
      ? records
      : sql`${name(rows.record)} IN (${idsOf(purpose, records)})`;
  return { with: none, from, where: allOf([...conditions, outside]) };
}

/** The rows of a statement, as arrays of DuckDB values. */
export async function ask(
  ctx: Pick<QueryContext, "connection">,
  statement: SqlText,
): Promise<DuckDBValue[][]> {
  const reader = await ctx.connection.runAndReadAll(statement.sql, statement.parameters);
  return reader.getRows();
}
