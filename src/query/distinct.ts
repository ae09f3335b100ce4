/** The different values of a raw path: the keys of its topvalues. */

import type { Filter } from "../filter/ast.ts";
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { Json } from "../model/json.ts";
import type { Purpose } from "../model/purpose.ts";
import { ask, type Condition, condition, type QueryContext, selection } from "./context.ts";
import { rawField } from "./field.ts";
import { checkMember } from "./member-check.ts";
import type { Rows } from "./row-types.ts";
import { decodeValue, finishedColumns, valueColumns, valueOrder } from "./topvalues.ts";

export interface Distinct {
  values: Json[];
  /** The number of different values, beyond the limit too. */
  total: number;
}

/** The statement: value columns and in every row the number of different values. */
export function distinctSql(purpose: Purpose, rows: Rows, records: Condition, limit: number | null): SqlText {
  const { with: before, from, where } = selection(purpose, rows, records);
  const cut = limit === null ? name("") : sql` LIMIT ${bind(limit)}`;
  const values = sql`SELECT DISTINCT ${valueColumns(rows)} FROM ${from} WHERE ${where}`;
  return sql`WITH ${before}g AS MATERIALIZED (${values}) SELECT ${finishedColumns(rows)}, (SELECT count(*) FROM g) FROM g ORDER BY ${valueOrder(rows)}${cut}`;
}

/**
 * Different values in ascending order; records without the field contribute nothing (spec ivre §4).
 * A limit of null or 0 means all; it cuts the values, not the records looked at.
 * @throws UserError for a path that does not exist.
 */
export async function distinct(
  ctx: QueryContext,
  purpose: Purpose,
  filter: Filter,
  options: { field: string; limit: number | null },
): Promise<Distinct> {
  const field = rawField(purpose, options.field);
  const { rows } = field;
  if (options.limit !== null && options.limit < 0) throw new UserError("The limit must not be negative.");
  const records = await condition(ctx, purpose, filter);
  const answer = await ask(ctx, distinctSql(purpose, rows, records, options.limit || null));
  if (answer.length === 0) await checkMember(ctx, purpose, field);
  return {
    values: answer.map((row) => decodeValue(rows, row)),
    total: Number(answer[0]?.[rows.columns.length] ?? 0),
  };
}
