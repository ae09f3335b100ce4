/** How many records satisfy a filter. */
import type { Filter } from "../filter/ast.ts";
import { name, type SqlText, sql } from "../filter/sqltext.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { ask, type Condition, condition, type QueryContext } from "./context.ts";

/** The statement that counts the hosts that satisfy a condition. */
export function countSql(purpose: ActivePurpose, hosts: Condition): SqlText {
  return sql`SELECT count(*) FROM ${name(purpose)}.host AS h WHERE ${hosts ?? name("true")}`;
}

/** The number of hosts that satisfy a condition. */
export async function countHosts(
  ctx: QueryContext,
  purpose: ActivePurpose,
  hosts: Condition,
): Promise<number> {
  const [row] = await ask(ctx, countSql(purpose, hosts));
  return Number(row?.[0] ?? 0);
}

/** The number of records: hosts and scans for nmap, addresses for view (spec ivre §1.3). */
export async function count(ctx: QueryContext, purpose: ActivePurpose, filter: Filter): Promise<number> {
  return countHosts(ctx, purpose, await condition(ctx, purpose, filter));
}
