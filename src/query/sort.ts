/** The order of records: paths, descending with `-`, as MongoDB orders (spec ivre §5). */
import { allOf, join, name, type SqlText, sql } from "../filter/sqltext.ts";
import { about, UserError } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import { type Path, parsePath, pathRows } from "./path.ts";
import type { Within } from "./row-types.ts";
import { subjectOf } from "./subject.ts";

export interface Order {
  /** Relations joined to that of the records. */
  joins: SqlText;
  /** What follows ORDER BY. */
  by: SqlText;
}

const OBJECTS_WITH_NUMBER: ReadonlyMap<string, string> = new Map([["openports", "openports.count"]]);

function orderedPath(purpose: Purpose, given: string): Path {
  const path = parsePath(purpose, given);
  if (path.kind === "field" && path.field.type === "object") {
    const instead = OBJECTS_WITH_NUMBER.get(path.text);
    throw new UserError(
      `Objects have no order: sort by ${instead ?? `a path inside ${path.text}`}, not by ${path.text}.`,
    );
  }
  return path;
}

/**
 * What one member of `sort` says.
 * @throws UserError for an unknown path or one whose values have no order.
 */
export function sortedPath(purpose: Purpose, given: string): { path: Path; descending: boolean } {
  const descending = given.startsWith("-");
  const path = about("sort", () => orderedPath(purpose, descending ? given.slice(1) : given));
  return { path, descending };
}

function isArray(path: Path): boolean {
  return path.kind === "field" && path.field.type.startsWith("array[");
}

/**
 * The order that a list of paths asks for. A path with several values a record sorts by the smallest when
 * ascending and by the largest when descending; records without the value come first when ascending; equal
 * records stay in their own order (subject.ts).
 * `within` restricts what has to be looked at.
 * @throws UserError for an unknown path or one whose values have no order.
 */
export function parseSort(
  purpose: Purpose,
  sort: readonly string[],
  within: Within = () => name("true"),
): Order {
  const { id, order } = subjectOf(purpose);
  const joins: SqlText[] = [];
  const by: SqlText[] = [];
  for (const given of sort) {
    const { path, descending } = sortedPath(purpose, given);
    const rows = pathRows(purpose, path);
    const direction = descending ? "DESC NULLS LAST" : "ASC NULLS FIRST";
    const [first] = rows.columns;
    // Of an array that is one value: its own smallest or largest element.
    const column = isArray(path)
      ? { ...first!, value: sql`${name(descending ? "list_max" : "list_min")}(${first!.value})` }
      : first!;
    // JSON holds numbers and texts: numbers come first, by size.
    const key = column.json
      ? sql`CASE WHEN ${column.value} IS NOT NULL THEN struct_pack(n := coalesce(TRY_CAST(${column.value} AS DOUBLE), 'infinity'::DOUBLE), t := ${column.value}) END`
      : column.value;
    if (rows.record === id) {
      by.push(sql`${key} ${name(direction)}`);
      continue;
    }
    const alias = `s${joins.length}`;
    const aggregate = name(descending ? "max" : "min");
    joins.push(
      sql` LEFT JOIN (SELECT ${name(rows.record)} AS record_id, ${aggregate}(${key}) AS k FROM ${rows.from(within)} WHERE ${allOf([...rows.where, ...rows.present, within(rows.record)])} GROUP BY 1) AS ${name(alias)} ON ${name(alias)}.record_id = ${name(id)}`,
    );
    by.push(name(`${alias}.k ${direction}`));
  }
  return { joins: join(joins, ""), by: join([...by, name(order)], ", ") };
}
