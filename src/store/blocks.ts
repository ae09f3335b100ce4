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

/**
 * The rows of a query as the bytes of its columns, which are of fixed width and hold no NULL.
 * @param widths bytes of a cell, for each column.
 */
export async function readBlocks(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly DuckDBValue[],
  widths: readonly number[],
): Promise<{ rows: number; columns: ArrayBuffer[] }> {
  const result = await connection.stream(sql, [...parameters]);
  const pieces: Uint8Array[][] = widths.map(() => []);
  let rows = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; ) {
    const count = chunk.rowCount;
    widths.forEach((width, i) => {
      const vector = duckdb.data_chunk_get_vector(chunk!.chunk, i);
      pieces[i]!.push(duckdb.vector_get_data(vector, count * width).slice());
    });
    rows += count;
    chunk = await result.fetchChunk();
  }
  return { rows, columns: pieces.map((parts) => joined(parts)) };
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
