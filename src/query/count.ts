/** How many records satisfy a filter. */
import type { Filter } from "../filter/ast.ts";
import { name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import { ask, type Condition, condition, type QueryContext } from "./context.ts";
import { subjectOf } from "./subject.ts";

export interface CountOptions {
  /** Add up how often passive records were seen, instead of counting them. */
  sum?: boolean | undefined;
}

/** @throws UserError when only passive records could answer. */
export function checkSum(purpose: Purpose, sum: boolean | undefined): void {
  if (sum && purpose !== "passive")
    throw new UserError(
      `sum adds up how often passive records were seen, and those of ${purpose} are not counted that way: leave it out or use purpose passive, for example with the filter recontype:DNS_ANSWER.`,
      { argument: "sum" },
    );
}

/** The statement that counts the records that satisfy a condition, or adds up how often they were seen. */
export function countSql(purpose: Purpose, records: Condition, { sum }: CountOptions = {}): SqlText {
  const { from } = subjectOf(purpose);
  const number = name(sum ? "coalesce(sum(r.count), 0)::BIGINT" : "count(*)");
  return sql`SELECT ${number} FROM ${name(from)} WHERE ${records ?? name("true")}`;
}

/** The number of records that satisfy a condition. */
export async function countRecords(
  ctx: QueryContext,
  purpose: Purpose,
  records: Condition,
  options: CountOptions = {},
): Promise<number> {
  const [row] = await ask(ctx, countSql(purpose, records, options));
  return Number(row?.[0] ?? 0);
}

/**
 * The number of records: hosts and scans for nmap, addresses for view (spec ivre §1.3), different observations
 * for passive; with `sum`, the number of times these were made.
 * @throws UserError for `sum` of another purpose.
 */
export async function count(
  ctx: QueryContext,
  purpose: Purpose,
  filter: Filter,
  options: CountOptions = {},
): Promise<number> {
  checkSum(purpose, options.sum);
  return countRecords(ctx, purpose, await condition(ctx, purpose, filter), options);
}
