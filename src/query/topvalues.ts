/** The most frequent values of a field. */
import type { DuckDBValue } from "@duckdb/node-api";
import type { Filter } from "../filter/ast.ts";
import { bind, join, name, type SqlText, sql } from "../filter/sqltext.ts";
import { aboutLater, UserError } from "../model/errors.ts";
import type { Json } from "../model/json.ts";
import type { Purpose } from "../model/purpose.ts";
import { ask, type Condition, condition, type QueryContext, selection } from "./context.ts";
import { checkSum } from "./count.ts";
import { topFields } from "./field.ts";
import { checkPatterns } from "./matches.ts";
import { checkMember } from "./member-check.ts";
import type { Rows } from "./row-types.ts";
import { subjectOf } from "./subject.ts";

export interface TopValuesOptions {
  /** Pseudo-field or raw path; a list of them asks for arrays of their values (combine.ts). */
  field: string | readonly string[];
  /** Most rows in the answer; null = all. */
  limit: number | null;
  /** Add up how often passive records were seen, instead of counting rows. */
  sum?: boolean | undefined;
}

export interface TopValues {
  rows: { value: Json; count: number }[];
  /** The number of different values, beyond the limit too. */
  total: number;
}

/** Order of the value columns: nulls first, numbers by size, texts by code point, JSON as what it says. */
export function valueOrder(rows: Rows): SqlText {
  return name(
    rows.columns
      .map(({ json }, i) => {
        const v = `v${i}`;
        if (!json) return `${v} NULLS FIRST`;
        return [
          `CASE left(${v}, 1) WHEN '"' THEN 2 WHEN '{' THEN 3 WHEN '[' THEN 4 WHEN 't' THEN 5 WHEN 'f' THEN 5 WHEN 'n' THEN 0 ELSE 1 END NULLS FIRST`,
          `TRY_CAST(${v} AS DOUBLE)`,
          `CASE WHEN starts_with(${v}, '"') THEN ${v}::JSON ->> '$' ELSE ${v} END`,
        ].join(", ");
      })
      .join(", "),
  );
}

/** The value columns with the names that `valueOrder` uses. */
export function valueColumns(rows: Rows): SqlText {
  return join(
    rows.columns.map(({ value }, i) => sql`${value} AS ${name(`v${i}`)}`),
    ", ",
  );
}

/** The value of an answer from a row that begins with the value columns. */
export function decodeValue(rows: Rows, row: readonly DuckDBValue[]): Json {
  const values = rows.columns.map(({ decode }, i) => decode(row[i] ?? null));
  if (rows.parts === undefined) return rows.tuple ? values : values[0]!;
  let at = 0;
  return rows.parts.map(({ width, tuple }) => {
    const part = values.slice(at, at + width);
    at += width;
    return tuple ? part : part[0]!;
  });
}

/** The value columns of the answer, where the grouped ones are not yet what it holds. */
export function finishedColumns(rows: Rows): SqlText {
  return name(rows.columns.map(({ finish }, i) => finish?.(`v${i}`) ?? `v${i}`).join(", "));
}

/** The statement: value columns, count, and in every row the number of different values. */
export function topvaluesSql(
  purpose: Purpose,
  rows: Rows,
  records: Condition,
  { limit, sum }: Pick<TopValuesOptions, "limit" | "sum">,
): SqlText {
  const { with: before, from, where } = selection(purpose, rows, records);
  const cut = limit === null ? name("") : sql` LIMIT ${bind(limit)}`;
  // By position: GROUP BY ALL makes no group at all of a constant column.
  const positions = name(rows.columns.map((_, i) => i + 1).join(", "));
  // Rows of the records themselves know how often those were seen; others ask the record they belong to.
  const own = rows.record === subjectOf(purpose).id;
  const number = name(sum ? `sum(${own ? "r" : "seen"}.count)::BIGINT` : "count(*)");
  const joined = name(sum && !own ? ` JOIN passive.record AS seen ON seen.id = ${rows.record}` : "");
  const groups = sql`SELECT ${valueColumns(rows)}, ${number} AS n FROM ${from}${joined} WHERE ${where} GROUP BY ${positions}`;
  return sql`WITH ${before}g AS MATERIALIZED (${groups}) SELECT ${finishedColumns(rows)}, n, (SELECT count(*) FROM g) FROM g ORDER BY n DESC, ${valueOrder(rows)}${cut}`;
}

/** Whether a value has nothing of what the field is about: of an array that is the last one, as in [id, state]. */
function lacks(value: Json): boolean {
  return (Array.isArray(value) ? (value.at(-1) ?? null) : value) === null;
}

/**
 * Values and counts, most frequent first, equal counts by value (nulls, then numbers, then texts).
 * Rows are counted, not records (spec ivre §3.1).
 * @throws UserError for a field that does not exist, and for `sum` of another purpose than passive.
 */
export async function topvalues(
  ctx: QueryContext,
  purpose: Purpose,
  filter: Filter,
  options: TopValuesOptions,
): Promise<TopValues> {
  const { rows, fields } = topFields(purpose, options.field);
  if (options.limit !== null && options.limit < 1)
    throw new UserError("The number of values must be at least 1.");
  checkSum(purpose, options.sum);
  const records = await condition(ctx, purpose, filter);
  const several = rows.parts !== undefined;
  const argument = several ? "fields" : "field";
  const answer = await ask(ctx, topvaluesSql(purpose, rows, records, options)).catch(async (error) => {
    await aboutLater(argument, async () => {
      for (const { rows } of fields) await checkPatterns(ctx, rows);
    });
    throw error;
  });
  const width = rows.columns.length;
  const found = answer.map((row) => ({ value: decodeValue(rows, row), count: Number(row[width]) }));
  for (const [i, field] of fields.entries())
    if (found.every(({ value }) => lacks(several ? (value as Json[])[i]! : value)))
      await checkMember(ctx, purpose, field, argument);
  return { rows: found, total: Number(answer[0]?.[width + 1] ?? 0) };
}
