/** What only RE2 itself can judge of a regular expression: its memory limits, names of Unicode properties. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";

/**
 * Tries a pattern in RE2's writing on an empty text.
 * @param shown the pattern as the user wrote it.
 * @throws UserError saying in one sentence what RE2 has against it.
 */
export async function tryPattern(connection: DuckDBConnection, re2: string, shown: string): Promise<void> {
  try {
    await connection.run("SELECT regexp_matches('', ?)", [re2]);
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^Invalid Input Error: /, "") : String(error);
    throw new UserError(
      `The regular expression /${shown.slice(0, 100)}/ cannot be used: ${reason.slice(0, 200)} (the syntax is RE2's, docs/query-language.md): write it more simply, for example /^Apache/.`,
    );
  }
}
