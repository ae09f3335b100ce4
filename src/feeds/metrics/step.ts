/** What a derived fact about feeds is made by: a named, versioned, re-runnable step (like view/derive.ts). */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { createTable } from "../../store/ddl.ts";
import { FEED_TABLES, type FeedTable } from "../../store/feed-tables.ts";

/** What a step may use besides the tables of schema `feed` and the temporary table `feed_changed(feed_id)`. */
export interface StepContext {
  now: Date;
}

export interface FeedStep {
  name: string;
  /** Raised when the step makes something else of the same rows. */
  version: string;
  /**
   * `sets`: about who lists what together, made anew when any list changed. `feed`: about single feeds, made
   * for those that changed. `clock`: depends on the time of day, made always.
   */
  scope: "sets" | "feed" | "clock";
  run(connection: DuckDBConnection, context: StepContext): Promise<void>;
}

/** Runs statements one after the other. */
export async function runAll(connection: DuckDBConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connection.run(statement);
}

/**
 * The statement that empties a derived table. A new table instead of deleted rows: a transaction holds in memory what
 * it deleted, eight bytes a row.
 */
export function emptied(table: FeedTable): string {
  return createTable("feed", table, FEED_TABLES[table]).replace("CREATE TABLE", "CREATE OR REPLACE TABLE");
}

/** The rows of a question as JS values. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  parameters?: readonly DuckDBValue[],
): Promise<readonly (readonly unknown[])[]> {
  const result = await connection.runAndReadAll(sql, parameters === undefined ? undefined : [...parameters]);
  return result.getRowsJS();
}
