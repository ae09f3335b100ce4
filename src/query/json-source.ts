/** Fields inside structured output: which results they are about, and what they take of them. */
import { allOf, name, type SqlText, sql } from "../filter/sqltext.ts";
import { columnsOf, type JsonShape, type Steps, walk } from "./json-walk.ts";
import type { Column, Rows, Within } from "./rows.ts";

export interface Source {
  /** Fields of sources with the same identity take their values from the same result. */
  identity: string;
  /** Rows that say which record (and port) a result belongs to, with the JSON as column `j` where there is a shape. */
  start: (within: Within) => SqlText;
  /** Null where nothing inside the result is asked for. */
  shape: JsonShape | null;
  /** How expressions call the rows. */
  alias: string;
  record: string;
  /** Results of scripts belong to ports. */
  of: "port" | "record";
}

/** Conditions and values over columns. */
export interface Values {
  where?: readonly SqlText[];
  present?: readonly SqlText[];
  columns: readonly Column[];
}

export interface Inside {
  paths: readonly Steps[];
  /** What is made of the columns with the values at those paths. */
  values: (columns: readonly string[]) => Values;
}

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
