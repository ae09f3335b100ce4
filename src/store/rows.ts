/** Loading many rows fast: cells are buffered by column and appended a chunk at a time. */
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  INTEGER,
  TIMESTAMP,
  UHUGEINT,
  UINTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { type Cell, CHUNK_ROWS, type ColumnBuffer, columnBuffer } from "./columns.ts";
import type { Columns, ColumnType } from "./tables.ts";

const TYPES: Record<ColumnType, DuckDBType> = {
  BIGINT,
  INTEGER,
  UINTEGER,
  UHUGEINT,
  DOUBLE,
  VARCHAR,
  BOOLEAN,
  TIMESTAMP,
  // The appender takes JSON as text and does not validate it: only text made by JSON.stringify goes there.
  JSON: VARCHAR,
  BLOB,
};

/** DuckDB's own type for a column. */
export function duckType(type: ColumnType): DuckDBType {
  return TYPES[type];
}

/** Appends rows to one table. */
export class RowWriter {
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;
  readonly #columns: ColumnBuffer[];
  #rows = 0;
  /** Rows were added since the last flush. */
  #pending = false;

  private constructor(appender: DuckDBAppender, columns: Columns) {
    this.#appender = appender;
    const types = Object.values(columns);
    this.#columns = types.map(columnBuffer);
    // One chunk for all rows: its memory is not the garbage collector's to see, so fresh ones would pile up.
    this.#chunk = DuckDBDataChunk.create(types.map((type) => TYPES[type]));
  }

  /** @param catalog "temp" for a temporary table. */
  static async open(
    connection: DuckDBConnection,
    schema: string,
    table: string,
    columns: Columns,
    catalog?: string,
  ): Promise<RowWriter> {
    return new RowWriter(await connection.createAppender(table, schema, catalog), columns);
  }

  /** Adds a row; the cells in the order of the table's columns, missing ones at the end are NULL. */
  add(...cells: Cell[]): void {
    this.#pending = true;
    const row = this.#rows;
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i++) {
      const cell = cells[i];
      if (cell === undefined || cell === null) columns[i]!.setNull(row);
      else columns[i]!.set(row, cell);
    }
    if (++this.#rows === CHUNK_ROWS) this.#send();
  }

  /** Hands over what is buffered: statements of the same connection see the rows afterwards. */
  flush(): void {
    if (!this.#pending) return;
    this.#send();
    this.#appender.flushSync();
    this.#pending = false;
  }

  #send(): void {
    if (this.#rows === 0) return;
    this.#chunk.reset();
    this.#chunk.rowCount = this.#rows;
    for (let i = 0; i < this.#columns.length; i++) {
      this.#columns[i]!.flush(duckdb.data_chunk_get_vector(this.#chunk.chunk, i), this.#rows);
    }
    this.#appender.appendDataChunk(this.#chunk);
    this.#rows = 0;
  }

  /** Hands over what is buffered; the writer cannot be used afterwards. */
  close(): void {
    this.#send();
    this.#appender.closeSync();
  }
}
