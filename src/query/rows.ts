/** What a field or pseudo-field counts: the relation, the conditions on its elements, and the value of a row. */
import type { DuckDBValue } from "@duckdb/node-api";

import type { JsonValue } from "../filter/ast.ts";
import { name, type SqlText, sql } from "../filter/sqltext.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { DECODERS, type Decoder } from "./decode.ts";
import { RELATIONS, type RelationName } from "./relations.ts";

/** The condition that a host id column is one of the hosts asked about. */
export type Within = (hostColumn: string) => SqlText;

export interface Column {
  value: SqlText;
  /** What the answer holds of a grouped value, where the grouping is on something shorter. */
  finish?: (grouped: string) => string;
  /** From the grouped value to the one in the answer. */
  decode: (value: DuckDBValue) => JsonValue;
  /** The value is JSON text and is ordered as what it says: null, numbers, strings, objects, arrays, booleans. */
  json?: boolean;
}

export interface Rows {
  /** What follows FROM. Relations that sum up rows restrict them inside, before they do. */
  from: (within: Within) => SqlText;
  /** Expression of the host id of a row. */
  host: string;
  where: readonly SqlText[];
  columns: readonly Column[];
  /** Values are arrays of the columns, absent parts null; otherwise the one column's value. */
  tuple: boolean;
}

/** Marks in a relation's text the places where its rows are restricted. */
const MARK = "{host_id}";

function joinWith([first, ...rest]: readonly SqlText[], within: Within): SqlText {
  return rest.reduce((text, part) => sql`${text}${within("host_id")}${part}`, first!);
}

/** Rows of a relation; several values, or `tuple`, make arrays. */
export function relationRows(
  purpose: ActivePurpose,
  relation: RelationName,
  values: readonly string[],
  where: readonly SqlText[],
  { decode = "plain", tuple = values.length > 1 }: { decode?: Decoder; tuple?: boolean } = {},
): Rows {
  const { from, host } = RELATIONS[relation];
  const parts = from(purpose).split(MARK).map(name);
  const json = decode !== "plain" && decode !== "address" && decode !== "openports";
  return {
    from: (within) => joinWith(parts, within),
    host,
    where,
    columns: values.map((value) => ({
      value: name(json ? `(${value})::VARCHAR` : value),
      decode: DECODERS[decode],
      json,
    })),
    tuple,
  };
}
