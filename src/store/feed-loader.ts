/** Writing the lists of feeds: lines, merged ranges, listings. One feed at a time, all ranges of it at once. */
import { type DuckDBConnection, INTEGER } from "@duckdb/node-api";
import { BlockWriter, readBlocks } from "./blocks.ts";
import { FEED_TABLES } from "./feed-tables.ts";

/** Ranges, both ends included; since when each is listed, microseconds since 1970. */
export interface RangeRows4 {
  lo: Uint32Array;
  hi: Uint32Array;
}
export interface RangeRows6 {
  lo: readonly bigint[];
  hi: readonly bigint[];
}
export interface ListingRows4 extends RangeRows4 {
  since: BigInt64Array;
}
export interface ListingRows6 extends RangeRows6 {
  since: BigInt64Array;
}

const TABLES = ["line4", "line6", "range4", "range6", "listing4", "listing6"] as const;
type Table = (typeof TABLES)[number];

const LOW_64 = (1n << 64n) - 1n;

export class FeedLoader {
  readonly #connection: DuckDBConnection;
  readonly #writers: Record<Table, BlockWriter>;

  private constructor(connection: DuckDBConnection, writers: Record<Table, BlockWriter>) {
    this.#connection = connection;
    this.#writers = writers;
  }

  static async open(connection: DuckDBConnection): Promise<FeedLoader> {
    const writers: Partial<Record<Table, BlockWriter>> = {};
    for (const table of TABLES) {
      writers[table] = await BlockWriter.open(connection, "feed", table, FEED_TABLES[table]);
    }
    return new FeedLoader(connection, writers as Record<Table, BlockWriter>);
  }

  /** Appends lines in the order of the list. */
  addLines(feedId: number, v4: RangeRows4, v6: RangeRows6): void {
    this.#writers.line4.add(v4.lo.length, [ids(feedId, v4), numbers(v4), v4.lo, v4.hi]);
    this.#writers.line6.add(v6.lo.length, [ids(feedId, v6), numbers(v6), wide(v6.lo), wide(v6.hi)]);
  }

  /** Appends merged ranges. */
  addRanges(feedId: number, v4: RangeRows4, v6: RangeRows6): void {
    this.#writers.range4.add(v4.lo.length, [ids(feedId, v4), v4.lo, v4.hi]);
    this.#writers.range6.add(v6.lo.length, [ids(feedId, v6), wide(v6.lo), wide(v6.hi)]);
  }

  /** Appends listings that end at a time (microseconds since 1970) or, with null, are still open. */
  addListings(feedId: number, v4: ListingRows4, v6: ListingRows6, until: bigint | null): void {
    const ends = (rows: number): BigInt64Array | null =>
      until === null ? null : new BigInt64Array(rows).fill(until);
    this.#writers.listing4.add(v4.lo.length, [ids(feedId, v4), v4.lo, v4.hi, v4.since, ends(v4.lo.length)]);
    this.#writers.listing6.add(v6.lo.length, [
      ids(feedId, v6),
      wide(v6.lo),
      wide(v6.hi),
      v6.since,
      ends(v6.lo.length),
    ]);
  }

  /** The open listings of a feed, in order of address. */
  async openListings(feedId: number): Promise<{ v4: ListingRows4; v6: ListingRows6 }> {
    this.#flush();
    const of = (table: "listing4" | "listing6", width: number) =>
      readBlocks(
        this.#connection,
        `SELECT lo, hi, epoch_us(since) FROM feed.${table} WHERE feed_id = ? AND until IS NULL ORDER BY lo`,
        [feedId],
        [width, width, 8],
      );
    const [lo4, hi4, since4] = (await of("listing4", 4)).columns as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
    const [lo6, hi6, since6] = (await of("listing6", 16)).columns as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
    return {
      v4: { lo: new Uint32Array(lo4), hi: new Uint32Array(hi4), since: new BigInt64Array(since4) },
      v6: { lo: narrow(lo6), hi: narrow(hi6), since: new BigInt64Array(since6) },
    };
  }

  /** Deletes the lines, ranges and open listings of a feed; those that ended stay. */
  async clearCurrent(feedId: number): Promise<void> {
    this.#flush();
    for (const table of TABLES) {
      const open = table === "listing4" || table === "listing6" ? " AND until IS NULL" : "";
      await this.#connection.run(`DELETE FROM feed.${table} WHERE feed_id = ?${open}`, [feedId], [INTEGER]);
    }
  }

  #flush(): void {
    for (const table of TABLES) this.#writers[table].flush();
  }

  /** Hands everything over; the loader cannot be used afterwards. */
  close(): void {
    for (const table of TABLES) this.#writers[table].close();
  }
}

function ids(feedId: number, { lo }: { lo: ArrayLike<unknown> }): Int32Array {
  return new Int32Array(lo.length).fill(feedId);
}

function numbers({ lo }: { lo: ArrayLike<unknown> }): Int32Array {
  const numbers = new Int32Array(lo.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = i;
  return numbers;
}

/** 128-bit integers as DuckDB keeps them. */
function wide(values: readonly bigint[]): BigUint64Array {
  const halves = new BigUint64Array(values.length * 2);
  values.forEach((value, i) => {
    halves[2 * i] = value & LOW_64;
    halves[2 * i + 1] = value >> 64n;
  });
  return halves;
}

function narrow(bytes: ArrayBuffer): bigint[] {
  const halves = new BigUint64Array(bytes);
  return Array.from({ length: halves.length / 2 }, (_, i) => halves[2 * i]! | (halves[2 * i + 1]! << 64n));
}
