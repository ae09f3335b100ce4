import {
  type DuckDBConnection,
  DuckDBDateValue,
  type DuckDBExtractedStatements,
  DuckDBListValue,
  type DuckDBResult,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";
import { amount } from "../model/amount.ts";
import { UserError } from "../model/errors.ts";
import { formatAddress } from "../model/ip.ts";
import type { Json } from "../model/json.ts";
import { clean } from "../model/text.ts";
import { isoDate } from "../query/decode.ts";
import type { Reading } from "../store/reader.ts";
import { cellText, csvValue } from "./cell.ts";
import { csvLine } from "./csv.ts";
import { toJson } from "./json.ts";
import type { Format } from "./question.ts";
import { addAddressFunctions } from "./sql-functions.ts";
import { table } from "./table.ts";
import { type Look, note, stdout } from "./terminal.ts";

/** Rows of a table for people, unless a limit is given. */
const STANDARD_ROWS = 1000;

export interface SqlOptions {
  format: Format;
  /** Most rows of one statement; null = all, undefined = all but for tables. */
  limit: number | null | undefined;
  look: Look;
}

/**
 * Runs the statements of a text one after the other and prints their rows.
 * @throws UserError with what DuckDB says of the text.
 */
export async function runSql(
  { connection, empty }: Reading,
  text: string,
  options: SqlOptions,
): Promise<void> {
  if (text.trim() === "") return;
  // The stand-in for a missing file lies in memory, where a change would seem to work. Elsewhere a transaction
  // is needed to learn of late failures (allRows).
  await connection.run(empty ? "BEGIN TRANSACTION READ ONLY" : "BEGIN TRANSACTION");
  addAddressFunctions(connection);
  try {
    const statements = await statementsOf(connection, text);
    if (statements === null) return;
    for (let i = 0; i < statements.count; i++) {
      const prepared = await statements.prepare(i);
      const result = await prepared.stream();
      const names = result.deduplicatedColumnNames();
      const types = result.columnTypes();
      await printRows(names, jsonRows(types, allRows(connection, result)), types, options);
    }
  } catch (error) {
    throw explained(error);
  }
}

/** The statements of a text; null for one of comments and semicolons only, of which the client makes a bare error. */
async function statementsOf(
  connection: DuckDBConnection,
  text: string,
): Promise<DuckDBExtractedStatements | null> {
  try {
    return await connection.extractStatements(text);
  } catch (error) {
    if (error instanceof Error && error.message === "Error in native callback") return null;
    throw error;
  }
}

/**
 * The rows of a streamed result. That a statement fails or is interrupted after its first rows looks to
 * duckdb_fetch_chunk's callers as if it had ended; what tells is that the transaction is aborted.
 * @throws UserError when there would have been more rows.
 */
async function* allRows(
  connection: DuckDBConnection,
  result: DuckDBResult,
): AsyncGenerator<readonly (readonly DuckDBValue[])[]> {
  let count = 0;
  for await (const rows of result.yieldRows()) {
    yield rows;
    count += rows.length;
  }
  try {
    await connection.run("SELECT 1");
  } catch (error) {
    throw new UserError(
      `the statement failed after ${amount(count, "row")}, so what it gave is not all: some later value cannot be computed, or it was stopped`,
      { cause: error },
    );
  }
}

/** DuckDB's errors are about the user's SQL; anything else stays what it is. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError || !/\b(Error|Exception): /.test(error.message))
    return error;
  return new UserError(clean(error.message.replace(/^Failed to \w+(?: \w+)?: /, "")), { cause: error });
}

type Row = Json[];

async function* jsonRows(
  types: readonly DuckDBType[],
  chunks: AsyncIterable<readonly (readonly DuckDBValue[])[]>,
): AsyncGenerator<Row[]> {
  for await (const rows of chunks) yield rows.map((row) => row.map((value, i) => jsonOf(value, types[i])));
}

/** A value for people and programs: 128-bit unsigned integers are addresses, times are ISO 8601. */
export function jsonOf(value: DuckDBValue, type?: DuckDBType): Json {
  if (value === null) return null;
  switch (typeof value) {
    case "bigint":
      if (type?.typeId === DuckDBTypeId.UHUGEINT) return formatAddress(value);
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "string":
      return type?.alias === "JSON" ? parsed(value) : value;
  }
  if (value instanceof DuckDBTimestampValue) return value.isFinite ? isoDate(value.micros) : value.toString();
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBListValue) {
    const element = type?.typeId === DuckDBTypeId.LIST ? type.valueType : undefined;
    return value.items.map((item) => jsonOf(item, element));
  }
  if (value instanceof DuckDBStructValue) {
    const entries = type?.typeId === DuckDBTypeId.STRUCT ? type.entryTypes : [];
    return Object.fromEntries(
      Object.entries(value.entries).map(([name, member], i) => [name, jsonOf(member, entries[i])]),
    );
  }
  return value.toString();
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

async function printRows(
  names: readonly string[],
  chunks: AsyncIterable<Row[]>,
  types: readonly DuckDBType[],
  { format, limit, look }: SqlOptions,
): Promise<void> {
  const most = limit === undefined ? (format === "table" ? STANDARD_ROWS : null) : limit;
  let more = false;
  let count = 0;
  const kept: Row[] = [];
  if (format === "csv") await stdout.write(csvLine(names));
  if (format === "json") await stdout.write("[");
  for await (const chunk of chunks) {
    const rows = most === null ? chunk : chunk.slice(0, most - count);
    switch (format) {
      case "csv":
        await stdout.write(rows.map((row) => csvLine(row.map(csvValue))).join(""));
        break;
      case "jsonl":
        await stdout.write(rows.map((row) => `${toJson(object(names, row))}\n`).join(""));
        break;
      case "json":
        await stdout.write(
          rows.map((row, i) => `${count + i > 0 ? ",\n" : ""}${toJson(object(names, row))}`).join(""),
        );
        break;
      default:
        kept.push(...rows);
    }
    count += rows.length;
    more = rows.length < chunk.length;
    if (more) break;
  }
  if (format === "json") await stdout.line("]");
  if (format === "table") await stdout.write(sqlTable(names, kept, types, look));
  if (more) note(`only the first ${amount(count, "row")}; --limit 0 shows all`);
}

const NUMERIC = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

function sqlTable(
  names: readonly string[],
  rows: readonly Row[],
  types: readonly DuckDBType[],
  look: Look,
): string {
  return table(
    names.map((name, i) => ({
      title: cellText(name),
      align: NUMERIC.test(String(types[i])) && types[i]?.typeId !== DuckDBTypeId.UHUGEINT ? "right" : "left",
    })),
    rows.map((row) => row.map((value) => cellText(value))),
    look,
  );
}

function object(names: readonly string[], row: Row): { [name: string]: Json } {
  return Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]));
}
