/** What a row of the field catalogue says. */
import type { ActivePurpose, Purpose } from "../model/purpose.ts";
import type { Decoder } from "./decode.ts";
import type { RelationName } from "./relations.ts";

export type FieldType =
  | "integer"
  | "float"
  | "string"
  | "boolean"
  | "datetime"
  | "binary"
  | "IP address"
  | "array[string]"
  | "array[integer]"
  | "object"
  | "any";

export interface Field {
  path: string;
  type: FieldType;
  description: string;
  relation: RelationName;
  /** The value of one row; several make a tuple. */
  value: string | readonly string[] | ((schema: Purpose) => string);
  decode?: Decoder;
  /** What the answer holds of a grouped value, where the grouping is on something shorter. */
  finish?: (schema: Purpose) => (grouped: string) => string;
  /** Condition on the rows; its placeholders take the names that stand for bracketed segments, in order. */
  where?: string;
  /** What those names are: the column with the data's, and those of the record model. */
  names?: readonly { column: string; known: readonly string[] }[];
  /** The host purpose that has it; both when absent. */
  only?: ActivePurpose;
  /** A stored null is a value of its own and is counted (spec §6.1: traces without protocol). */
  nulls?: true;
  /** `get` prints it on these purposes only when it is named in `fields`. */
  named?: readonly Purpose[];
}

/** A fact of the host itself. */
export function hostField(
  path: string,
  type: FieldType,
  description: string,
  value: string,
  more?: Partial<Field>,
): Field {
  return { path, type, description, relation: "host", value, ...more };
}

/** Columns of one table under one path. */
export function tableFields(
  path: string,
  relation: RelationName,
  alias: string,
  rows: readonly (readonly [name: string, type: FieldType, description: string])[],
  more?: Partial<Field>,
): Field[] {
  return rows.map(([name, type, description]) => ({
    path: `${path}.${name}`,
    type,
    description,
    relation,
    value: `${alias}.${name}`,
    ...more,
  }));
}
