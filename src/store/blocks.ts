/** Whole columns in and out: for tables of ranges, where millions of rows come as typed arrays and go as such. */
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBValue,
} from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { CHUNK_ROWS } from "./columns.ts";
import { duckType } from "./rows.ts";
import type { Columns } from "./tables.ts";

/**
 * Cells of one column: INTEGER as Int32Array, UINTEGER as Uint32Array, TIMESTAMP as microseconds in a BigInt64Array,
 * UHUGEINT as its lower and upper half, one after the other, in a BigUint64Array; null is NULL in every row.
 */
export type Cells = Int32Array | Uint32Array | BigInt64Array | BigUint64Array | null;

const VALID = new Uint8Array(CHUNK_ROWS / 8).fill(0xff);
const NULLS = new Uint8Array(CHUNK_ROWS / 8);

/** Appends columns to one table. */
export class BlockWriter {
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;

  private constructor(appender: DuckDBAppender, columns: Columns) {
    this.#appender = appender;
    this.#chunk = DuckDBDataChunk.create(Object.values(columns).map(duckType));
  }

  static async open(
    connection: DuckDBConnection,
    schema: string,
    table: string,
    columns: Columns,
  ): Promise<BlockWriter> {
    return new BlockWriter(await connection.createAppender(table, schema), columns);
  }

  /** Adds rows; the cells in the order of the table's columns. */
  add(rows: number, columns: readonly Cells[]): void {
    for (let at = 0; at < rows; at += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - at);
      this.#chunk.reset();
      this.#chunk.rowCount = count;
      columns.forEach((cells, i) => {
        const vector = duckdb.data_chunk_get_vector(this.#chunk.chunk, i);
        // The chunk is used again, so what was null in the one before must be overwritten as well.
        duckdb.vector_ensure_validity_writable(vector);
        const { buffer } = cells === null ? NULLS : VALID;
        duckdb.copy_data_to_vector_validity(vector, 0, buffer, 0, buffer.byteLength);
        if (cells === null) return;
        const width = cells.byteLength / rows;
        duckdb.copy_data_to_vector(
          vector,
          0,
          cells.buffer as ArrayBuffer,
          cells.byteOffset + at * width,
          count * width,
        );
      });
      this.#appender.appendDataChunk(this.#chunk);
    }
  }

  /** Statements of the same connection see the rows afterwards. */
  flush(): void {
    this.#appender.flushSync();
  }

  close(): void {
    this.#appender.closeSync();
  }
}

/** Rows of one chunk: the bytes of a column, by its number; they are gone after the call. */
export type EachBlock = (column: (index: number) => Uint8Array, rows: number) => void;

/**
 * Hands over the rows of a query chunk by chunk, as the bytes of columns that are of fixed width and hold no NULL.
 * @param widths bytes of a cell, for each column.
 */
export async function eachBlock(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly DuckDBValue[],
  widths: readonly number[],
  each: EachBlock,
): Promise<void> {
  const result = await connection.stream(sql, [...parameters]);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; ) {
    const { chunk: source, rowCount } = chunk;
    each(
      (index) =>
        duckdb.vector_get_data(duckdb.data_chunk_get_vector(source, index), rowCount * widths[index]!),
      rowCount,
    );
    chunk = await result.fetchChunk();
  }
}

/** The rows of a query as the bytes of its columns (eachBlock). */
export async function readBlocks(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly DuckDBValue[],
  widths: readonly number[],
): Promise<{ rows: number; columns: ArrayBuffer[] }> {
  const pieces: Uint8Array[][] = widths.map(() => []);
  let rows = 0;
  await eachBlock(connection, sql, parameters, widths, (column, count) => {
    pieces.forEach((parts, i) => {
      parts.push(column(i).slice());
    });
    rows += count;
  });
  return { rows, columns: pieces.map((parts) => joined(parts)) };
}

/** The 128-bit integers of a column of UHUGEINT. */
export function wideIntegers(bytes: ArrayBuffer | Uint8Array): bigint[] {
  const halves = ArrayBuffer.isView(bytes)
    ? new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
    : new BigUint64Array(bytes);
  return Array.from({ length: halves.length / 2 }, (_, i) => halves[2 * i]! | (halves[2 * i + 1]! << 64n));
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.buffer;
}
