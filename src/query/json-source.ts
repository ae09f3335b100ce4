/** Fields inside structured output: which results they are about, and what they take of them. */
import { allOf, name, type SqlText, sql } from "../filter/sqltext.ts";
import { columnsOf, walk } from "./json-walk.ts";
import type { Inside, Rows, Source, Steps, Values, Within } from "./row-types.ts";

/** What follows FROM for values at these paths of a source. */
export function sourceFrom(
  { start, shape, alias }: Source,
  paths: readonly Steps[],
  within: Within,
  keep = false,
): SqlText {
  const rows = shape === null ? start(within) : walk(start(within), shape, paths, keep);
  return sql`(${rows}) AS ${name(alias)}`;
}

/** The values of a field inside a source, whose paths stand among `paths`. */
export function insideValues(source: Source, inside: Inside, paths: readonly Steps[]): Required<Values> {
  const all = columnsOf(paths);
  const at = new Map(paths.map((path, i) => [JSON.stringify(path), `${source.alias}.${all[i]}`]));
  const values = inside.values(inside.paths.map((path) => at.get(JSON.stringify(path))!));
  return { where: [], present: [], ...values };
}

/** That a field inside a source has the elements which its lists kept without any stand in for (json-walk.ts). */
export function elementsThere({ shape, alias }: Source, inside: Inside, paths: readonly Steps[]): SqlText[] {
  if (shape === null) return [];
  const ways = inside.paths.flatMap((path) =>
    Array.from({ length: path.length + 1 }, (_, i) => path.slice(0, i)),
  );
  const lists = ways.filter((way) => shape.lists.has([shape.root, ...way].join(".")));
  const columns = columnsOf([...paths, ...lists]).slice(paths.length);
  return [...new Set(columns)].map((column) => name(`${alias}.${column} IS NOT NULL`));
}

/** The rows of one field. */
export function sourceRows(
  source: Source,
  inside: Inside,
  { tuple, required }: { tuple: boolean; required: boolean },
): Rows {
  return {
    from: (within) => sourceFrom(source, inside.paths, within),
    record: source.record,
    ...insideValues(source, inside, inside.paths),
    tuple,
    place: { at: "source", source, inside },
    required,
  };
}

/** What tells sources apart whose rows satisfy different conditions. */
export function identityOf(conditions: readonly SqlText[]): string {
  const { sql: text, parameters } = allOf(conditions);
  return JSON.stringify([text, parameters.map(String)]);
}
