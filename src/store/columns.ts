/**
 * Buffers for one column of one chunk of rows, in DuckDB's own memory layout (its C API, "Vectors"), handed
 * over with one native call a chunk. One native call a value, as the client library's own writers make, takes
 * five times as long.
 */
import duckdb, { type Vector } from "@duckdb/node-bindings";
import type { ColumnType } from "./tables.ts";

/** Rows in a chunk: DuckDB's vector size. */
export const CHUNK_ROWS = 2048;

/** What a cell may hold; undefined and null both mean NULL. TIMESTAMP takes seconds since the epoch (UTC), BLOB bytes. */
export type Cell = string | number | bigint | boolean | Uint8Array | null | undefined;

export interface ColumnBuffer {
  set(row: number, value: NonNullable<Cell>): void;
  /** Marks the cell as NULL. */
  setNull(row: number): void;
  /** Copies `rows` cells into the vector and starts anew. */
  flush(vector: Vector, rows: number): void;
}

/** One bit a row, set where there is a value. */
class Validity {
  readonly #bits = new Uint32Array(CHUNK_ROWS / 32).fill(0xffff_ffff);
  #anyNull = false;

  setNull(row: number): void {
    this.#bits[row >> 5]! &= ~(1 << (row & 31));
    this.#anyNull = true;
  }

  flush(vector: Vector): void {
    // The chunk is used again, so the bits of the chunk before must be overwritten as well.
    duckdb.vector_ensure_validity_writable(vector);
    const { buffer, byteLength } = this.#bits;
    duckdb.copy_data_to_vector_validity(vector, 0, buffer, 0, byteLength);
    if (this.#anyNull) this.#bits.fill(0xffff_ffff);
    this.#anyNull = false;
  }
}

type Items = Int32Array | Uint32Array | Float64Array | Uint8Array | BigInt64Array | BigUint64Array;

/** Values of fixed width; `put` writes one value into the array. */
class FixedColumn<T extends Items> implements ColumnBuffer {
  readonly #items: T;
  readonly #width: number;
  readonly #put: (items: T, row: number, value: NonNullable<Cell>) => void;
  readonly #validity = new Validity();

  constructor(items: T, put: (items: T, row: number, value: NonNullable<Cell>) => void) {
    this.#items = items;
    this.#width = items.byteLength / CHUNK_ROWS;
    this.#put = put;
  }

  set(row: number, value: NonNullable<Cell>): void {
    this.#put(this.#items, row, value);
  }

  setNull(row: number): void {
    this.#validity.setNull(row);
  }

  flush(vector: Vector, rows: number): void {
    duckdb.copy_data_to_vector(vector, 0, this.#items.buffer as ArrayBuffer, 0, rows * this.#width);
    this.#validity.flush(vector);
  }
}

/** Bytes of a string that lie in the cell itself; longer ones are kept by DuckDB elsewhere. */
const INLINE = 12;
/** A 4-byte length, then the bytes or a prefix and a pointer. */
const CELL_BYTES = 16;

/** Texts. Short ones, the great majority, are written in place. */
class TextColumn implements ColumnBuffer {
  readonly #cells = new Uint8Array(CHUNK_ROWS * CELL_BYTES);
  readonly #lengths = new Uint32Array(this.#cells.buffer);
  readonly #encoder = new TextEncoder();
  #long: { row: number; bytes: Uint8Array }[] = [];
  readonly #validity = new Validity();

  set(row: number, value: NonNullable<Cell>): void {
    const text = String(value);
    const { length } = text;
    if (length <= INLINE) {
      const at = row * CELL_BYTES + 4;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127) break;
        this.#cells[at + i] = code;
      }
      if (i === length) {
        // Bytes past the end must be zero: DuckDB compares whole cells.
        this.#cells.fill(0, at + length, at + INLINE);
        this.#lengths[row * 4] = length;
        return;
      }
    }
    this.#lengths.fill(0, row * 4, row * 4 + 4);
    this.#long.push({ row, bytes: this.#encoder.encode(text) });
  }

  setNull(row: number): void {
    this.#lengths.fill(0, row * 4, row * 4 + 4);
    this.#validity.setNull(row);
  }

  flush(vector: Vector, rows: number): void {
    duckdb.copy_data_to_vector(vector, 0, this.#cells.buffer, 0, rows * CELL_BYTES);
    for (const { row, bytes } of this.#long) duckdb.vector_assign_string_element_len(vector, row, bytes);
    this.#long = [];
    this.#validity.flush(vector);
  }
}

/** Bytes; there are few, and they are long. */
class BytesColumn implements ColumnBuffer {
  #values: { row: number; bytes: Uint8Array }[] = [];
  readonly #validity = new Validity();

  set(row: number, value: NonNullable<Cell>): void {
    this.#values.push({ row, bytes: value as Uint8Array });
  }

  setNull(row: number): void {
    this.#validity.setNull(row);
  }

  flush(vector: Vector): void {
    for (const { row, bytes } of this.#values) duckdb.vector_assign_string_element_len(vector, row, bytes);
    this.#values = [];
    this.#validity.flush(vector);
  }
}

const LOW_64 = (1n << 64n) - 1n;

/** A fresh buffer for a column of that type. */
export function columnBuffer(type: ColumnType): ColumnBuffer {
  switch (type) {
    case "INTEGER":
      return new FixedColumn(new Int32Array(CHUNK_ROWS), (items, row, value) => {
        items[row] = Number(value);
      });
    case "UINTEGER":
      return new FixedColumn(new Uint32Array(CHUNK_ROWS), (items, row, value) => {
        items[row] = Number(value);
      });
    case "DOUBLE":
      return new FixedColumn(new Float64Array(CHUNK_ROWS), (items, row, value) => {
        items[row] = Number(value);
      });
    case "BOOLEAN":
      return new FixedColumn(new Uint8Array(CHUNK_ROWS), (items, row, value) => {
        items[row] = value === true ? 1 : 0;
      });
    case "BIGINT":
      return new FixedColumn(new BigInt64Array(CHUNK_ROWS), (items, row, value) => {
        items[row] = BigInt(value as number | bigint);
      });
    case "TIMESTAMP":
      return new FixedColumn(new BigInt64Array(CHUNK_ROWS), (items, row, value) => {
        items[row] = BigInt(Math.round(Number(value) * 1e6));
      });
    case "UHUGEINT":
      return new FixedColumn(new BigUint64Array(2 * CHUNK_ROWS), (items, row, value) => {
        items[2 * row] = (value as bigint) & LOW_64;
        items[2 * row + 1] = (value as bigint) >> 64n;
      });
    case "VARCHAR":
    case "JSON":
      return new TextColumn();
    case "BLOB":
      return new BytesColumn();
  }
}
