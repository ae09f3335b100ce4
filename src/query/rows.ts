/** What a field or pseudo-field counts: the relation, the conditions on its elements, and the value of a row. */
import type { DuckDBValue } from "@duckdb/node-api";
import { join, name, type SqlText } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import type { Purpose } from "../model/purpose.ts";
import { DECODERS, type Decoder } from "./decode.ts";
import { RELATIONS, type RelationName } from "./relations.ts";

/** The condition that a column with the key of a record names one of the records asked about. */
export type Within = (recordColumn: string) => SqlText;

export interface Column {
  value: SqlText;
  /** What the answer holds of a grouped value, where the grouping is on something shorter. */
  finish?: (grouped: string) => string;
  /** From the grouped value to the one in the answer. */
  decode: (value: DuckDBValue) => Json;
  /** The value is JSON text and is ordered as what it says: null, numbers, strings, objects, arrays, booleans. */
  json?: boolean;
}

export interface Rows {
  /** What follows FROM. Relations that sum up rows restrict them inside, before they do. */
  from: (within: Within) => SqlText;
  /** Expression of the key of the record that a row belongs to. */
  record: string;
  where: readonly SqlText[];
  columns: readonly Column[];
  /** Values are arrays of the columns, absent parts null; otherwise the one column's value. */
  tuple: boolean;
}

/** Marks in a relation's text the places where its rows are restricted, by the column with the record's key. */
const MARK = /\{(\w+)\}/;

function restricted(text: string, within: Within): SqlText {
  const parts = text.split(MARK);
  return join(
    parts.map((part, i) => (i % 2 === 0 ? name(part) : within(part))),
    "",
  );
}

/** Rows of a relation; several values, or `tuple`, make arrays. */
export function relationRows(
  purpose: Purpose,
  relation: RelationName,
  values: readonly string[],
  where: readonly SqlText[],
  { decode = "plain", tuple = values.length > 1 }: { decode?: Decoder; tuple?: boolean } = {},
): Rows {
  const { from, record } = RELATIONS[relation];
  const text = from(purpose);
  const json = decode !== "plain" && decode !== "address" && decode !== "openports";
  return {
    from: (within) => restricted(text, within),
    record,
    where,
    columns: values.map((value) => ({
      value: name(json ? `(${value})::VARCHAR` : value),
      decode: DECODERS[decode],
      json,
    })),
    tuple,
  };
}
