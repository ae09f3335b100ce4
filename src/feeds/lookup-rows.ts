/**
 * Which feeds hold which of the addresses and networks asked for. Few are asked of the tables one by one, which their
 * order answers in less than a millisecond each; for many the tables are read once, from end to end.
 */
import { type DuckDBConnection, type DuckDBValue, UHUGEINT, UINTEGER } from "@duckdb/node-api";
import { eachBlock, wideIntegers } from "../store/blocks.ts";
import { type Asked, AskedRanges } from "./asked.ts";
import { halves } from "./metrics/span.ts";

export type Family = 4 | 6;

/** A feed that lists something of what was asked for. Times in milliseconds since 1970. */
export interface Hit {
  index: number;
  feedId: number;
  /** Since when the part that is listed longest is, and the part that is listed shortest. */
  since: number;
  latest: number;
  /** How many addresses of what was asked for. */
  addresses: bigint;
}

/** A listing that is over. */
export interface EndedHit {
  index: number;
  feedId: number;
  since: number;
  until: number;
  /** Of how many such listings this is one. */
  total: number;
}

/** Who lists what was asked for, and who did. */
export interface Found {
  hits: Hit[];
  ended: EndedHit[];
}

/** Above that many, reading all is faster (real lists: 0.7 ms each, 60 ms for all). */
const FEW = 64;
/** Listings that are over which are told of for each query, the latest ones. */
export const MOST_ENDED = 20;

const TYPES = { 4: UINTEGER, 6: UHUGEINT } as const;
const WIDTHS = { 4: 4, 6: 16 } as const;

/** Addresses that ranges have in common with what is asked for: their number is `pieces + high * 2^64 + low`. */
function common(family: Family): string {
  const length = "(least(hi, $hi) - greatest(lo, $lo))";
  const { high, low } = family === 4 ? { high: "0::HUGEINT", low: `${length}::HUGEINT` } : halves(length);
  return `count(*) AS pieces, sum(${high}) AS high, sum(${low}) AS low`;
}

const SINCE = "epoch_ms(since)::DOUBLE";
const UNTIL = "epoch_ms(until)::DOUBLE";
const TOUCHING = "lo <= $hi AND hi >= $lo";

type Row = readonly unknown[];

/** The latest first, as many as are told of. */
function latest(ended: readonly Omit<EndedHit, "total">[]): EndedHit[] {
  return ended
    .toSorted((a, b) => b.until - a.until || b.since - a.since || a.feedId - b.feedId)
    .slice(0, MOST_ENDED)
    .map((hit) => ({ ...hit, total: ended.length }));
}

/** One question of the tables of one family. */
export class LookupRows {
  readonly #connection: DuckDBConnection;
  readonly #family: Family;
  /** Listings that count and those that are over: what follows SELECT …, without conditions on addresses. */
  readonly #open: string;
  readonly #over: string;

  /** @param at as of then; null is now. */
  constructor(connection: DuckDBConnection, family: Family, at: Date | null) {
    this.#connection = connection;
    this.#family = family;
    const then = at === null ? "" : `make_timestamp_ms(${at.getTime()})`;
    const listed = `feed.listed${family}`;
    const past = `feed.listing_past${family}`;
    this.#open =
      at === null
        ? `FROM ${listed} WHERE`
        : `FROM (SELECT feed_id, lo, hi, since FROM ${listed} WHERE since <= ${then} UNION ALL
                 SELECT feed_id, lo, hi, since FROM ${past} WHERE since <= ${then} AND until > ${then}) WHERE`;
    this.#over = at === null ? `FROM ${past} WHERE` : `FROM ${past} WHERE until <= ${then} AND`;
  }

  /** @param asked each range once. */
  async find(asked: readonly Asked[]): Promise<Found> {
    return asked.length > FEW ? this.#findMany(asked) : this.#findFew(asked);
  }

  async #findFew(asked: readonly Asked[]): Promise<Found> {
    const found: Found = { hits: [], ended: [] };
    for (const range of asked) {
      found.hits.push(...(await (range.lo === range.hi ? this.#address(range) : this.#network(range))));
      found.ended.push(...(await this.#ended(range)));
    }
    return found;
  }

  async #address(range: Asked): Promise<Hit[]> {
    const rows = await this.#rows(`SELECT feed_id, ${SINCE} ${this.#open} ${TOUCHING}`, range);
    return rows.map(([feedId, since]) => hitOf(range.index, feedId as number, since as number, 1n));
  }

  async #network(range: Asked): Promise<Hit[]> {
    const rows = await this.#rows(
      `SELECT feed_id, min(${SINCE}), max(${SINCE}), ${common(this.#family)} ${this.#open} ${TOUCHING}
       GROUP BY feed_id`,
      range,
    );
    return rows.map(([feedId, since, last, pieces, high, low]) => ({
      index: range.index,
      feedId: Number(feedId),
      since: Number(since),
      latest: Number(last),
      addresses: (BigInt(high as bigint) << 64n) + BigInt(low as bigint) + BigInt(pieces as bigint),
    }));
  }

  /** Sorted here: ordering in SQL takes as long as the rest of it. */
  async #ended(range: Asked): Promise<EndedHit[]> {
    const distinct = range.lo === range.hi ? "" : "DISTINCT";
    const rows = await this.#rows(
      `SELECT ${distinct} feed_id, ${SINCE}, ${UNTIL} ${this.#over} ${TOUCHING}`,
      range,
    );
    return latest(
      rows.map(([feedId, since, until]) => ({
        index: range.index,
        feedId: Number(feedId),
        since: Number(since),
        until: Number(until),
      })),
    );
  }

  async #findMany(asked: readonly Asked[]): Promise<Found> {
    const hits: Hit[] = [];
    const parts = new Map<string, Hit>();
    await this.#each(asked, [SINCE], this.#open, (range, feedId, [since], lo, hi) => {
      if (range.lo === range.hi) {
        hits.push(hitOf(range.index, feedId, since!, 1n));
        return;
      }
      const first = lo > range.lo ? BigInt(lo) : range.lo;
      const last = hi < range.hi ? BigInt(hi) : range.hi;
      const addresses = last - first + 1n;
      const key = `${range.index} ${feedId}`;
      const known = parts.get(key);
      if (known === undefined) parts.set(key, hitOf(range.index, feedId, since!, addresses));
      else {
        known.since = Math.min(known.since, since!);
        known.latest = Math.max(known.latest, since!);
        known.addresses += addresses;
      }
    });
    for (const hit of parts.values()) hits.push(hit);

    const ended = new Map<number, Omit<EndedHit, "total">[]>();
    const told = new Set<string>();
    await this.#each(asked, [SINCE, UNTIL], this.#over, (range, feedId, [since, until]) => {
      const { index } = range;
      if (range.lo !== range.hi) {
        const key = `${index} ${feedId} ${since} ${until}`;
        if (told.has(key)) return;
        told.add(key);
      }
      const hit = { index, feedId, since: since!, until: until! };
      const others = ended.get(index);
      if (others === undefined) ended.set(index, [hit]);
      else others.push(hit);
    });
    return { hits, ended: [...ended.values()].flatMap(latest) };
  }

  /** Reads all rows; told of those that hold some of what was asked for, with their times. */
  async #each(
    asked: readonly Asked[],
    times: readonly string[],
    from: string,
    found: (
      range: Asked,
      feedId: number,
      times: readonly number[],
      lo: number | bigint,
      hi: number | bigint,
    ) => void,
  ): Promise<void> {
    const integers =
      this.#family === 4
        ? (bytes: Uint8Array) => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
        : wideIntegers;
    const ranges =
      this.#family === 4
        ? new AskedRanges<number | bigint>(asked, Number)
        : new AskedRanges<number | bigint>(asked, (n) => n);
    const width = WIDTHS[this.#family];
    const type = TYPES[this.#family];
    const { min, max } = boundsOf(asked);
    await eachBlock(
      this.#connection,
      `SELECT feed_id, lo, hi, ${times.join(", ")} ${from} lo <= '${max}'::${type} AND hi >= '${min}'::${type}`,
      [],
      [4, width, width, ...times.map(() => 8)],
      (column, rows) => {
        const lo = integers(column(1));
        const hi = integers(column(2));
        // Most chunks hold nothing that was asked for.
        let rest: { feeds: Int32Array; times: Float64Array[] } | null = null;
        const read = () => {
          const ids = column(0);
          return {
            feeds: new Int32Array(ids.buffer, ids.byteOffset, rows),
            times: times.map((_, i) => {
              const bytes = column(3 + i);
              return new Float64Array(bytes.buffer, bytes.byteOffset, rows);
            }),
          };
        };
        for (let row = 0; row < rows; row++)
          ranges.touched(lo[row]!, hi[row]!, (range) => {
            rest ??= read();
            const then = rest.times.map((column) => column[row]!);
            found(range, rest.feeds[row]!, then, lo[row]!, hi[row]!);
          });
      },
    );
  }

  async #rows(sql: string, { lo, hi }: Asked): Promise<readonly Row[]> {
    const type = TYPES[this.#family];
    const value = (n: bigint): DuckDBValue => (this.#family === 4 ? Number(n) : n);
    const values = { lo: value(lo), hi: value(hi) };
    return (await this.#connection.runAndReadAll(sql, values, { lo: type, hi: type })).getRowsJS();
  }
}

function hitOf(index: number, feedId: number, since: number, addresses: bigint): Hit {
  return { index, feedId, since, latest: since, addresses };
}

function boundsOf(asked: readonly Asked[]): { min: bigint; max: bigint } {
  let [min, max] = [asked[0]!.lo, asked[0]!.hi];
  for (const { lo, hi } of asked) {
    if (lo < min) min = lo;
    if (hi > max) max = hi;
  }
  return { min, max };
}
