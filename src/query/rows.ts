/** What a field or pseudo-field counts: the relation, the conditions on its elements, and the value of a row. */
import type { DuckDBValue } from "@duckdb/node-api";
import { join, name, type SqlText } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import type { Purpose } from "../model/purpose.ts";
import { DECODERS, type Decoder } from "./decode.ts";
import type { Inside, Source } from "./json-source.ts";
import { RELATIONS, type RelationName, standAlone } from "./relations.ts";

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

/** Where the elements of a field lie in a record: fields of the same list can take values from the same element. */
export type Place =
  /** Facts of the record itself. */
  | { at: "record" }
  /** Elements of a list. */
  | { at: "list"; relation: RelationName }
  /** Something inside structured output. */
  | { at: "source"; source: Source; inside: Inside }
  /** A list of its own. */
  | { at: "own" };

/** How many columns make a value, and whether they make an array. */
export interface Part {
  width: number;
  tuple: boolean;
}

export interface Rows {
  /** What follows FROM. Relations that sum up rows restrict them inside, before they do. */
  from: (within: Within) => SqlText;
  /** Expression of the key of the record that a row belongs to. */
  record: string;
  /** What an element must be to be one of the field's. */
  where: readonly SqlText[];
  /** What it must have to have a value. */
  present: readonly SqlText[];
  columns: readonly Column[];
  /** Values are arrays of the columns, absent parts null; otherwise the one column's value. */
  tuple: boolean;
  /** Values are arrays of these; a part of which nothing is there is null. */
  parts?: readonly Part[];
  place: Place;
  /** Among several fields: what has no such element has no row, rather than one with null. */
  required: boolean;
}

/** Marks in a relation's text the places where its rows are restricted, by the column with the record's key. */
const MARK = /\{(\w+)\}/;

export function restricted(text: string, within: Within): SqlText {
  const parts = text.split(MARK);
  return join(
    parts.map((part, i) => (i % 2 === 0 ? name(part) : within(part))),
    "",
  );
}

export interface RowOptions {
  where?: readonly SqlText[];
  present?: readonly SqlText[];
  decode?: Decoder;
  tuple?: boolean;
  /** A list of its own, even where others read the same relation. */
  own?: boolean;
}

/** Rows of a relation; several values, or `tuple`, make arrays. */
export function relationRows(
  purpose: Purpose,
  relation: RelationName,
  values: readonly string[],
  { where = [], present = [], decode = "plain", tuple = values.length > 1, own = false }: RowOptions = {},
): Rows {
  const { from, record } = standAlone(purpose, relation);
  const json = decode !== "plain" && decode !== "address" && decode !== "openports";
  return {
    from: (within) => restricted(from, within),
    record,
    where,
    present,
    columns: values.map((value) => ({
      value: name(json ? `(${value})::VARCHAR` : value),
      decode: DECODERS[decode],
      json,
    })),
    tuple,
    place: placeOf(relation, own),
    required: !own && where.length > 0,
  };
}

function placeOf(relation: RelationName, own: boolean): Place {
  if (relation === "host" || relation === "record") return { at: "record" };
  return own || "everyRecord" in RELATIONS[relation] ? { at: "own" } : { at: "list", relation };
}
