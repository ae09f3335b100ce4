/**
 * SQL in pieces that carry their own parameters, so placeholders and parameters cannot get out of step.
 * Text enters only through template strings of this source and `name`; what a user wrote enters only through
 * `bind`.
 */
import type { DuckDBValue } from "@duckdb/node-api";

export interface SqlText {
  /** Placeholders are `?`, in textual order. */
  sql: string;
  parameters: DuckDBValue[];
}

/** One value as a parameter. */
export function bind(value: DuckDBValue): SqlText {
  return { sql: "?", parameters: [value] };
}

/** An identifier or expression of our own closed tables. */
export function name(text: string): SqlText {
  return { sql: text, parameters: [] };
}

/** Template tag: every hole is a piece. */
export function sql(strings: TemplateStringsArray, ...pieces: readonly SqlText[]): SqlText {
  let text = strings[0]!;
  const parameters: DuckDBValue[] = [];
  pieces.forEach((piece, i) => {
    text += piece.sql + strings[i + 1]!;
    for (const parameter of piece.parameters) parameters.push(parameter);
  });
  return { sql: text, parameters };
}

/** Pieces with a separator of our own between them. */
export function join(pieces: readonly SqlText[], separator: string): SqlText {
  return {
    sql: pieces.map((piece) => piece.sql).join(separator),
    parameters: pieces.flatMap((piece) => piece.parameters),
  };
}

/** All hold; true when there is none. */
export function allOf(conditions: readonly SqlText[]): SqlText {
  if (conditions.length === 0) return name("true");
  return conditions.length === 1 ? conditions[0]! : sql`(${join(conditions, " AND ")})`;
}

/** One holds; false when there is none. */
export function anyOf(conditions: readonly SqlText[]): SqlText {
  if (conditions.length === 0) return name("false");
  return conditions.length === 1 ? conditions[0]! : sql`(${join(conditions, " OR ")})`;
}
