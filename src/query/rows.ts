/** The rows of a relation as the rows of a field. */
import { join, name, type SqlText } from "../filter/sqltext.ts";
import type { Purpose } from "../model/purpose.ts";
import { DECODERS, type Decoder } from "./decode.ts";
import { RELATIONS, type RelationName, standAlone } from "./relations.ts";
import type { Place, Rows, Within } from "./row-types.ts";

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
