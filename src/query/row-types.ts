/** What a field is to a question: the rows that it counts, and where in a record their elements lie. Types only. */
import type { DuckDBValue } from "@duckdb/node-api";
import type { SqlText } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import type { RelationName } from "./relations.ts";

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

/** What a field or pseudo-field counts: the relation, the conditions on its elements, and the value of a row. */
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
  /** Values are arrays of these. */
  parts?: readonly Part[];
  place: Place;
  /** Among several fields: what has no such element has no row, rather than one with null. */
  required: boolean;
}

/** Structured output that fields take values from. */
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
  /** The paths inside results that the record model has, whether or not the data has any; `*` stands for any name. */
  members: readonly string[];
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

/** A member inside JSON, step by step; none for the whole value. */
export type Steps = readonly string[];

export interface JsonShape {
  /** What the paths of list fields begin with. */
  root: string;
  /** Paths of arrays that are unwound. */
  lists: ReadonlySet<string>;
}
