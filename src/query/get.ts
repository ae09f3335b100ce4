/** Records that satisfy a filter. */
import type { Filter } from "../filter/ast.ts";
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { ask, type Condition, condition, isPicked, picked, type QueryContext } from "./context.ts";
import { countHosts } from "./count.ts";
import { type JsonObject, type Projection, parseFields } from "./projection.ts";
import { recordsOf } from "./records.ts";
import { parseSort } from "./sort.ts";

export type { JsonObject };

export interface GetOptions {
  /** Most records; null = all. */
  limit: number | null;
  /** Records to leave out first. */
  skip: number;
  /** Paths to sort by, `-` before one for descending; storage order when absent. */
  sort?: readonly string[];
  /** Paths to return; everything when absent or empty. */
  fields?: readonly string[];
}

/** Records fetched at a time, so that an answer of any length takes little memory. */
const BATCH = 1000;

/**
 * The statement that gives the host ids of a page in order and, in every row, how many hosts satisfy the
 * condition.
 */
export function pageSql(purpose: ActivePurpose, hosts: Condition, options: GetOptions): SqlText {
  const cut = options.limit === null ? name("") : sql` LIMIT ${bind(options.limit)}`;
  const skip = options.skip > 0 ? sql` OFFSET ${bind(options.skip)}` : name("");
  const table = name(`${purpose}.host`);
  const sort = options.sort ?? [];
  if (hosts === null) {
    const { joins, by } = parseSort(purpose, sort);
    return sql`SELECT h.id, (SELECT count(*) FROM ${table}) FROM ${table} AS h${joins} ORDER BY ${by}${cut}${skip}`;
  }
  const { joins, by } = parseSort(purpose, sort, isPicked);
  return sql`WITH ${picked(purpose, hosts)} SELECT h.id, (SELECT count(*) FROM picked) FROM ${table} AS h${joins} WHERE ${isPicked("h.id")} ORDER BY ${by}${cut}${skip}`;
}

function check({ limit, skip }: GetOptions): void {
  if (limit !== null && limit < 1) throw new UserError("The limit must be at least 1.");
  if (skip < 0) throw new UserError("The number of records to skip must not be negative.");
}

interface Page {
  ids: bigint[];
  /** How many hosts satisfy the filter; null when the page is empty and so does not tell. */
  total: number | null;
}

async function pageOf(
  ctx: QueryContext,
  purpose: ActivePurpose,
  hosts: Condition,
  options: GetOptions,
): Promise<Page> {
  const rows = await ask(ctx, pageSql(purpose, hosts, options));
  return { ids: rows.map(([id]) => id as bigint), total: rows.length === 0 ? null : Number(rows[0]?.[1]) };
}

async function* batches(
  ctx: QueryContext,
  purpose: ActivePurpose,
  ids: readonly bigint[],
  projection: Projection,
): AsyncGenerator<JsonObject[]> {
  for (let i = 0; i < ids.length; i += BATCH)
    yield await recordsOf(ctx, purpose, ids.slice(i, i + BATCH), projection);
}

/**
 * The records that satisfy a filter, in batches.
 * @throws UserError for unknown paths in `sort` or `fields`.
 */
export async function* records(
  ctx: QueryContext,
  purpose: ActivePurpose,
  filter: Filter,
  options: GetOptions,
): AsyncGenerator<JsonObject[]> {
  check(options);
  const projection = parseFields(purpose, options.fields);
  const { ids } = await pageOf(ctx, purpose, await condition(ctx, purpose, filter), options);
  yield* batches(ctx, purpose, ids, projection);
}

/**
 * The records of a page, and how many satisfy the filter in all (spec ivre §5).
 * @throws UserError for unknown paths in `sort` or `fields`.
 */
export async function get(
  ctx: QueryContext,
  purpose: ActivePurpose,
  filter: Filter,
  options: GetOptions,
): Promise<{ records: JsonObject[]; total: number }> {
  check(options);
  const projection = parseFields(purpose, options.fields);
  const hosts = await condition(ctx, purpose, filter);
  const { ids, total } = await pageOf(ctx, purpose, hosts, options);
  const found: JsonObject[] = [];
  for await (const batch of batches(ctx, purpose, ids, projection)) found.push(...batch);
  return { records: found, total: total ?? (await countHosts(ctx, purpose, hosts)) };
}
