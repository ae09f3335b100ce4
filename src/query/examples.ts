/** A few values of a field, so that a reader sees how they are written. */
import { bind, name, sql } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import type { Purpose } from "../model/purpose.ts";
import { cap, clean } from "../model/text.ts";
import { ask, type Condition, condition, numberedIds, type QueryContext, selection } from "./context.ts";
import { findPath, pathRows } from "./path.ts";
import { subjectOf } from "./subject.ts";
import { decodeValue, finishedColumns, valueColumns } from "./topvalues.ts";

/** Rows that are looked at for one field, from the first stored on. */
const ROWS = 500;

/** How much of a long value is shown. */
const LENGTH = 60;

export interface ExampleOptions {
  /** Most values a field. */
  each: number;
  /** Time (as `performance.now()` tells it) after which no further field is looked at. */
  until: number;
}

/** A value short and clean; null for what is no example of how to write one. */
function shown(value: Json): Json {
  if (typeof value === "string") return cap(clean(value), LENGTH);
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Elements for lists; each once. */
function examplesIn(values: readonly Json[], each: number): Json[] {
  const found = values.flatMap((value) => (Array.isArray(value) ? value.slice(0, each) : [value]));
  return [...new Set(found.map(shown))].filter((value) => value !== null).slice(0, each);
}

/** The condition that a record may be seen, which is found out once for all fields; null when all may. */
async function permitted(ctx: QueryContext, purpose: Purpose): Promise<Condition> {
  const records = await condition(ctx, purpose, { k: "all" });
  if (records === null) return null;
  const { sql: ids, parameters } = numberedIds(purpose, records);
  await ctx.connection.run(`CREATE OR REPLACE TEMP TABLE permitted AS ${ids}`, parameters);
  return name(`${subjectOf(purpose).id} IN (SELECT id FROM permitted)`);
}

/**
 * The most frequent values among the first rows of each path that the asker may see, by path. Paths without
 * values, or whose values are objects, are left out.
 * @returns also the paths for which there was no time.
 */
export async function examplesOf(
  ctx: QueryContext,
  purpose: Purpose,
  paths: readonly string[],
  { each, until }: ExampleOptions,
): Promise<{ examples: ReadonlyMap<string, Json[]>; late: string[] }> {
  const records = await permitted(ctx, purpose);
  const examples = new Map<string, Json[]>();
  for (const [i, text] of paths.entries()) {
    if (performance.now() > until) return { examples, late: paths.slice(i) };
    const path = findPath(purpose, text);
    if (path === null) continue;
    const rows = pathRows(purpose, path);
    const { with: before, from, where } = selection(purpose, rows, records);
    // Which rows DuckDB meets first would tell of those that may not be seen: then the order is said.
    const order =
      records === null
        ? name("")
        : sql` ORDER BY ${name(`(SELECT number FROM permitted WHERE id = ${rows.record})`)}, v0`;
    const first = sql`SELECT ${valueColumns(rows)} FROM ${from} WHERE ${where}${order} LIMIT ${bind(ROWS)}`;
    const answer = await ask(
      ctx,
      sql`WITH ${before}f AS (${first}), g AS (SELECT v0, count(*) AS n FROM f GROUP BY v0 ORDER BY n DESC, v0 LIMIT ${bind(each)}) SELECT ${finishedColumns(rows)} FROM g ORDER BY n DESC, v0`,
    );
    const values = examplesIn(
      answer.map((row) => decodeValue(rows, row)),
      each,
    );
    if (values.length > 0) examples.set(text, values);
  }
  return { examples, late: [] };
}
