/** What every question needs: a connection to ask, and the part of the data that the asker may see. */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";

import type { Filter } from "../filter/ast.ts";
import { checkFor } from "../filter/check.ts";
import { compile, resolve } from "../filter/compile.ts";
import { allOf, name, type SqlText, sql } from "../filter/sqltext.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import type { Rows } from "./rows.ts";

export interface QueryContext {
  connection: DuckDBConnection;
  /** Access scope: every question is asked within it. ALL when everything may be seen. */
  scope: Filter;
}

/** The filter within the access scope. The one place where the two meet. */
export function restrict(ctx: Pick<QueryContext, "scope">, filter: Filter): Filter {
  if (ctx.scope.k === "all") return filter;
  return filter.k === "all" ? ctx.scope : { k: "and", of: [ctx.scope, filter] };
}

/** A condition over the host relation `h`; null when every host satisfies it. */
export type Condition = SqlText | null;

/** The condition that a filter is for a purpose, without access scope and without side relations. */
export function pureCondition(purpose: ActivePurpose, filter: Filter): Condition {
  checkFor(filter, purpose);
  return filter.k === "all" ? null : compile(filter, purpose);
}

/** The condition that a question's hosts satisfy, access scope included. */
export async function condition(
  ctx: QueryContext,
  purpose: ActivePurpose,
  filter: Filter,
): Promise<Condition> {
  return pureCondition(purpose, await resolve(restrict(ctx, filter), ctx.connection));
}

/** The common table expression `picked`: the hosts that satisfy a condition, chosen once for several uses. */
export function picked(purpose: ActivePurpose, hosts: SqlText): SqlText {
  return sql`picked AS MATERIALIZED (SELECT h.id FROM ${name(purpose)}.host AS h WHERE ${hosts})`;
}

/** The condition that a host id is one of `picked`. */
export function isPicked(hostColumn: string): SqlText {
  return sql`${name(hostColumn)} IN (SELECT id FROM picked)`;
}

/** A relation restricted to the hosts asked about, ready for a SELECT. */
export interface Selection {
  /** Common table expressions that `from` needs, with a comma behind them; to stand after WITH. */
  with: SqlText;
  from: SqlText;
  where: SqlText;
}

/** The rows of the hosts that satisfy a condition. */
export function selection(purpose: ActivePurpose, rows: Rows, hosts: Condition): Selection {
  const none = name("");
  if (hosts === null) return { with: none, from: rows.from(() => name("true")), where: allOf(rows.where) };
  const ids = sql`SELECT h.id FROM ${name(purpose)}.host AS h WHERE ${hosts}`;
  let inside = false;
  const from = rows.from((column) => {
    inside = true;
    return isPicked(column);
  });
  // Where the hosts are needed more than once, they are chosen once.
  if (inside)
    return {
      with: sql`${picked(purpose, hosts)}, `,
      from,
      where: allOf([...rows.where, isPicked(rows.host)]),
    };
  const outside = rows.host === "h.id" ? hosts : sql`${name(rows.host)} IN (${ids})`;
  return { with: none, from, where: allOf([...rows.where, outside]) };
}

/** The rows of a statement, as arrays of DuckDB values. */
export async function ask(
  ctx: Pick<QueryContext, "connection">,
  statement: SqlText,
): Promise<DuckDBValue[][]> {
  const reader = await ctx.connection.runAndReadAll(statement.sql, statement.parameters);
  return reader.getRows();
}
