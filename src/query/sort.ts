/** The order of records: paths, descending with `-`, as MongoDB orders (spec ivre §5). */
import { allOf, join, name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { parsePath, pathRows } from "./path.ts";
import type { Within } from "./rows.ts";

export interface Order {
  /** Relations joined to the host relation `h`. */
  joins: SqlText;
  /** What follows ORDER BY. */
  by: SqlText;
}

const OBJECTS_WITH_NUMBER: ReadonlyMap<string, string> = new Map([["openports", "openports.count"]]);

/**
 * The order that a list of paths asks for. A path with several values a record sorts by the smallest when
 * ascending and by the largest when descending; records without the value come first when ascending; equal
 * records stay in the order they were stored in.
 * `within` restricts what has to be looked at.
 * @throws UserError for an unknown path or one whose values have no order.
 */
export function parseSort(
  purpose: ActivePurpose,
  sort: readonly string[],
  within: Within = () => name("true"),
): Order {
  const joins: SqlText[] = [];
  const by: SqlText[] = [];
  for (const given of sort) {
    const descending = given.startsWith("-");
    const path = parsePath(purpose, descending ? given.slice(1) : given);
    if (path.kind === "field" && path.field.type === "object") {
      const instead = OBJECTS_WITH_NUMBER.get(path.text);
      throw new UserError(
        `Objects have no order: sort by ${instead ?? `a path inside ${path.text}`}, not by ${path.text}.`,
      );
    }
    const rows = pathRows(purpose, path);
    const direction = descending ? "DESC NULLS LAST" : "ASC NULLS FIRST";
    const column = rows.columns[0]!;
    if (rows.host === "h.id") {
      by.push(sql`${column.value} ${name(direction)}`);
      continue;
    }
    const alias = `s${joins.length}`;
    const aggregate = name(descending ? "max" : "min");
    // JSON holds numbers and texts: numbers come first, by size.
    const key = column.json
      ? sql`struct_pack(n := coalesce(TRY_CAST(${column.value} AS DOUBLE), 'infinity'::DOUBLE), t := ${column.value})`
      : column.value;
    joins.push(
      sql` LEFT JOIN (SELECT ${name(rows.host)} AS host_id, ${aggregate}(${key}) AS k FROM ${rows.from(within)} WHERE ${allOf([...rows.where, within(rows.host)])} GROUP BY 1) AS ${name(alias)} ON ${name(alias)}.host_id = h.id`,
    );
    by.push(name(`${alias}.k ${direction}`));
  }
  return { joins: join(joins, ""), by: join([...by, name("h.id")], ", ") };
}
