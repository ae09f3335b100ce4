/** What a pseudo-field of topvalues is: one row of the tables in pseudo-*.ts. */
import type { Purpose } from "../model/purpose.ts";
import type { Rows } from "./rows.ts";

export interface Written {
  purpose: Purpose;
  /** What follows the dot, "" when nothing does. */
  part: string;
  /** What follows the colon, null when there is none. */
  argument: string | null;
}

export interface Pseudo {
  names: readonly string[];
  /** The ways to write it, for describe_schema and error messages. */
  forms: readonly (readonly [pattern: string, description: string])[];
  /** The rows; null when it is not one of the forms. */
  rows: (written: Written) => Rows | null;
}
