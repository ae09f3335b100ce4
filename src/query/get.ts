/** Records that satisfy a filter. */
import type { Filter } from "../filter/ast.ts";
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import { ask, type Condition, condition, isPicked, picked, type QueryContext } from "./context.ts";
import { countRecords } from "./count.ts";
import { askedPath, checkMember } from "./member-check.ts";
import { observationsOf } from "./observations.ts";
import { parsePath } from "./path.ts";
import { type JsonObject, type Projection, parseFields } from "./projection.ts";
import { recordsOf } from "./records.ts";
import { parseSort, sortedPath } from "./sort.ts";
import { subjectOf } from "./subject.ts";

export type { JsonObject };

export interface GetOptions {
  /** Most records; null = all. */
  limit: number | null;
  /** Records to leave out first. */
  skip: number;
  /** Paths to sort by, `-` before one for descending; their own order (subject.ts) when absent. */
  sort?: readonly string[];
  /** Paths to return; everything when absent or empty. */
  fields?: readonly string[];
}

/** Records fetched at a time, so that an answer of any length takes little memory. */
const BATCH = 1000;

/**
 * The statement that gives the keys of a page's records in order and, in every row, how many satisfy the
 * condition.
 */
export function pageSql(purpose: Purpose, records: Condition, options: GetOptions): SqlText {
  const cut = options.limit === null ? name("") : sql` LIMIT ${bind(options.limit)}`;
  const skip = options.skip > 0 ? sql` OFFSET ${bind(options.skip)}` : name("");
  const subject = subjectOf(purpose);
  const [id, from] = [name(subject.id), name(subject.from)];
  const sort = options.sort ?? [];
  if (records === null) {
    const { joins, by } = parseSort(purpose, sort);
    return sql`SELECT ${id}, (SELECT count(*) FROM ${from}) FROM ${from}${joins} ORDER BY ${by}${cut}${skip}`;
  }
  const { joins, by } = parseSort(purpose, sort, isPicked);
  return sql`WITH ${picked(purpose, records)} SELECT ${id}, (SELECT count(*) FROM picked) FROM ${from}${joins} WHERE ${isPicked(subject.id)} ORDER BY ${by}${cut}${skip}`;
}

/** @throws UserError for paths that neither the record model nor the data has */
async function checkPaths(
  ctx: QueryContext,
  purpose: Purpose,
  { sort = [], fields = [] }: GetOptions,
): Promise<void> {
  for (const path of sort)
    await checkMember(ctx, purpose, askedPath(purpose, sortedPath(purpose, path).path), "sort");
  for (const path of fields)
    await checkMember(ctx, purpose, askedPath(purpose, parsePath(purpose, path)), "fields");
}

/** Paths of a list: more say nothing more, and each costs a join. */
const MOST_SORTED = 16;
const MOST_FIELDS = 200;

function check({ limit, skip, sort = [], fields = [] }: GetOptions): void {
  if (limit !== null && limit < 1)
    throw new UserError("The limit must be at least 1.", { argument: "limit" });
  if (skip < 0)
    throw new UserError("The number of records to skip must not be negative.", { argument: "skip" });
  for (const [argument, paths, most] of [
    ["sort", sort, MOST_SORTED],
    ["fields", fields, MOST_FIELDS],
  ] as const)
    if (paths.length > most) throw new UserError(`There may be ${most} paths at most.`, { argument });
}

interface Page {
  ids: bigint[];
  /** How many records satisfy the filter; null when the page is empty and so does not tell. */
  total: number | null;
}

async function pageOf(
  ctx: QueryContext,
  purpose: Purpose,
  found: Condition,
  options: GetOptions,
): Promise<Page> {
  const rows = await ask(ctx, pageSql(purpose, found, options));
  return { ids: rows.map(([id]) => id as bigint), total: rows.length === 0 ? null : Number(rows[0]?.[1]) };
}

async function* batches(
  ctx: QueryContext,
  purpose: Purpose,
  ids: readonly bigint[],
  projection: Projection,
): AsyncGenerator<JsonObject[]> {
  for (let i = 0; i < ids.length; i += BATCH) {
    const batch = ids.slice(i, i + BATCH);
    yield purpose === "passive"
      ? await observationsOf(ctx, batch, projection)
      : await recordsOf(ctx, purpose, batch, projection);
  }
}

/**
 * The records that satisfy a filter, in batches.
 * @throws UserError for unknown paths in `sort` or `fields`.
 */
export async function* records(
  ctx: QueryContext,
  purpose: Purpose,
  filter: Filter,
  options: GetOptions,
): AsyncGenerator<JsonObject[]> {
  check(options);
  const projection = parseFields(purpose, options.fields);
  await checkPaths(ctx, purpose, options);
  const { ids } = await pageOf(ctx, purpose, await condition(ctx, purpose, filter), options);
  yield* batches(ctx, purpose, ids, projection);
}

/**
 * The records of a page, and how many satisfy the filter in all (spec ivre §5).
 * @throws UserError for unknown paths in `sort` or `fields`.
 */
export async function get(
  ctx: QueryContext,
  purpose: Purpose,
  filter: Filter,
  options: GetOptions,
): Promise<{ records: JsonObject[]; total: number }> {
  check(options);
  const projection = parseFields(purpose, options.fields);
  await checkPaths(ctx, purpose, options);
  const satisfied = await condition(ctx, purpose, filter);
  const { ids, total } = await pageOf(ctx, purpose, satisfied, options);
  const found: JsonObject[] = [];
  for await (const batch of batches(ctx, purpose, ids, projection)) found.push(...batch);
  return { records: found, total: total ?? (await countRecords(ctx, purpose, satisfied)) };
}
