/** Writing the lists of feeds: lines, merged ranges, listings. One feed at a time, all ranges of it at once. */
import { BIGINT, type DuckDBConnection, type DuckDBType, type DuckDBValue, INTEGER } from "@duckdb/node-api";
import { BlockWriter, readBlocks, wideIntegers } from "./blocks.ts";
import { FEED_TABLES } from "./feed-tables.ts";
import { commitPart } from "./publish.ts";

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

/** Listings with their ends; STILL where they go on. */
export interface SpanRows4 extends ListingRows4 {
  until: BigInt64Array;
}
export interface SpanRows6 extends ListingRows6 {
  until: BigInt64Array;
}

/** As the end of a listing that goes on: the largest time that there is. */
export const STILL = 2n ** 63n - 1n;

/** Of the current version. */
const CURRENT = ["line4", "line6", "range4", "range6", "listing4", "listing6"] as const;
const TABLES = [...CURRENT, "listing_past4", "listing_past6"] as const;
type Table = (typeof TABLES)[number];

const OPEN_AROUND = "feed_id = ? AND since <= make_timestamp(?::BIGINT)";
const PAST_AROUND = `${OPEN_AROUND} AND until > make_timestamp(?::BIGINT)`;

/** A transaction holds in memory what it deleted, eight bytes a row. */
const MOST_DELETED = 2_000_000;

const LOW_64 = (1n << 64n) - 1n;

export class FeedLoader {
  readonly #connection: DuckDBConnection;
  readonly #writers: Record<Table, BlockWriter>;
  /** Rows since the last commit. */
  #deleted = 0;

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

  /** Appends listings that go on. */
  addListings(feedId: number, v4: ListingRows4, v6: ListingRows6): void {
    this.#writers.listing4.add(v4.lo.length, [ids(feedId, v4), v4.lo, v4.hi, v4.since]);
    this.#writers.listing6.add(v6.lo.length, [ids(feedId, v6), wide(v6.lo), wide(v6.hi), v6.since]);
  }

  /** Appends listings that ended. */
  addPastListings(feedId: number, v4: SpanRows4, v6: SpanRows6): void {
    const from4 = [ids(feedId, v4), v4.lo, v4.hi];
    this.#writers.listing_past4.add(v4.lo.length, [...from4, v4.since, v4.until]);
    const from6 = [ids(feedId, v6), wide(v6.lo), wide(v6.hi)];
    this.#writers.listing_past6.add(v6.lo.length, [...from6, v6.since, v6.until]);
  }

  /** The open listings of a feed, in order of address. */
  async openListings(feedId: number): Promise<{ v4: ListingRows4; v6: ListingRows6 }> {
    this.#flush();
    const of = (table: "listing4" | "listing6", width: number) =>
      readBlocks(
        this.#connection,
        `SELECT lo, hi, epoch_us(since) FROM feed.${table} WHERE feed_id = ? ORDER BY lo`,
        [feedId],
        [width, width, 8],
      );
    const [lo4, hi4, since4] = (await of("listing4", 4)).columns as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
    const [lo6, hi6, since6] = (await of("listing6", 16)).columns as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
    return {
      v4: { lo: new Uint32Array(lo4), hi: new Uint32Array(hi4), since: new BigInt64Array(since4) },
      v6: { lo: wideIntegers(lo6), hi: wideIntegers(hi6), since: new BigInt64Array(since6) },
    };
  }

  /** The listings of a feed that some of the time from `at` to `next` belongs to, in order of address. */
  async listingsAround(feedId: number, at: bigint, next: bigint): Promise<{ v4: SpanRows4; v6: SpanRows6 }> {
    this.#flush();
    const of = (family: 4 | 6, width: number) =>
      readBlocks(
        this.#connection,
        `SELECT lo, hi, epoch_us(since), ${STILL} AS until FROM feed.listing${family} WHERE ${OPEN_AROUND}
         UNION ALL
         SELECT lo, hi, epoch_us(since), epoch_us(until) FROM feed.listing_past${family} WHERE ${PAST_AROUND}
         ORDER BY lo`,
        [feedId, next, feedId, next, at],
        [width, width, 8, 8],
      );
    type Four = [ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer];
    const [lo4, hi4, ...times4] = (await of(4, 4)).columns as Four;
    const [lo6, hi6, ...times6] = (await of(6, 16)).columns as Four;
    const ends = ([since, until]: [ArrayBuffer, ArrayBuffer]) => ({
      since: new BigInt64Array(since),
      until: new BigInt64Array(until),
    });
    return {
      v4: { lo: new Uint32Array(lo4), hi: new Uint32Array(hi4), ...ends(times4) },
      v6: { lo: wideIntegers(lo6), hi: wideIntegers(hi6), ...ends(times6) },
    };
  }

  /** Writes others for those that listingsAround() gave. */
  async replaceAround(
    feedId: number,
    at: bigint,
    next: bigint,
    { v4, v6 }: { v4: SpanRows4; v6: SpanRows6 },
  ): Promise<void> {
    for (const family of [4, 6]) {
      const open = `DELETE FROM feed.listing${family} WHERE ${OPEN_AROUND}`;
      await this.#delete(open, [feedId, next], [INTEGER, BIGINT]);
      const past = `DELETE FROM feed.listing_past${family} WHERE ${PAST_AROUND}`;
      await this.#delete(past, [feedId, next, at], [INTEGER, BIGINT, BIGINT]);
    }
    this.addListings(feedId, some4(v4, true), some6(v6, true));
    this.addPastListings(feedId, some4(v4, false), some6(v6, false));
  }

  /** Deletes the lines, ranges and listings of a feed; listings that ended stay. */
  async clearCurrent(feedId: number): Promise<void> {
    this.#flush();
    for (const table of CURRENT)
      await this.#delete(`DELETE FROM feed.${table} WHERE feed_id = ?`, [feedId], [INTEGER]);
  }

  async #delete(sql: string, values: DuckDBValue[], types: DuckDBType[]): Promise<void> {
    this.#deleted += (await this.#connection.run(sql, values, types)).rowsChanged;
    if (this.#deleted < MOST_DELETED) return;
    this.#deleted = 0;
    await commitPart(this.#connection);
  }

  #flush(): void {
    for (const table of TABLES) this.#writers[table].flush();
  }

  /** Hands everything over; the loader cannot be used afterwards. */
  close(): void {
    for (const table of TABLES) this.#writers[table].close();
  }
}

/** The rows that go on, or those that do not. */
function rowsWhere(until: BigInt64Array, still: boolean): number[] {
  return Array.from(until, (_, row) => row).filter((row) => (until[row] === STILL) === still);
}

function some4(spans: SpanRows4, still: boolean): SpanRows4 {
  const rows = rowsWhere(spans.until, still);
  return {
    lo: Uint32Array.from(rows, (row) => spans.lo[row]!),
    hi: Uint32Array.from(rows, (row) => spans.hi[row]!),
    since: BigInt64Array.from(rows, (row) => spans.since[row]!),
    until: BigInt64Array.from(rows, (row) => spans.until[row]!),
  };
}

function some6(spans: SpanRows6, still: boolean): SpanRows6 {
  const rows = rowsWhere(spans.until, still);
  return {
    lo: rows.map((row) => spans.lo[row]!),
    hi: rows.map((row) => spans.hi[row]!),
    since: BigInt64Array.from(rows, (row) => spans.since[row]!),
    until: BigInt64Array.from(rows, (row) => spans.until[row]!),
  };
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
