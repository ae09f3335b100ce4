/**
 * Which feeds hold which of the addresses and networks asked for, in SQL. Few are asked one by one, which the order of
 * the tables answers in a millisecond each; many become a temporary table that is joined with the segments.
 */
import { type DuckDBConnection, type DuckDBValue, UHUGEINT, UINTEGER } from "@duckdb/node-api";
import { RowWriter } from "../store/rows.ts";
import type { KnownFeeds } from "./known.ts";
import { halves } from "./metrics/span.ts";
import { rowsOf } from "./metrics/step.ts";

export type Family = 4 | 6;

/** A range asked for: 32-bit numbers for IPv4, 128-bit ones for IPv6. */
export interface Asked {
  index: number;
  lo: bigint;
  hi: bigint;
}

/** A feed that lists something of what was asked for. Times in milliseconds since 1970. */
export interface Hit {
  index: number;
  feedId: number;
  /** Since when the part that is listed longest is, and the part that is listed shortest. */
  since: number | null;
  latest: number | null;
  /** How many addresses of what was asked for. */
  addresses: bigint;
}

/** A listing that is over. */
export interface EndedHit {
  index: number;
  feedId: number;
  since: number | null;
  until: number;
  /** Of how many such listings this is one. */
  total: number;
}

/** Above that many, joining is faster. */
const FEW = 12;
/** Listings that are over which are told of for each query, the latest ones. */
export const MOST_ENDED = 20;

const TYPES = { 4: UINTEGER, 6: UHUGEINT } as const;
const ASKED = {
  4: { i: "INTEGER", lo: "UINTEGER", hi: "UINTEGER" },
  6: { i: "INTEGER", lo: "UHUGEINT", hi: "UHUGEINT" },
} as const;

/** Addresses that ranges have in common with what is asked for: their number is `pieces + high * 2^64 + low`. */
function common(family: Family, lo: string, hi: string): string {
  const length = `(least(l.hi, ${hi}) - greatest(l.lo, ${lo}))`;
  const { high, low } = family === 4 ? { high: "0::HUGEINT", low: `${length}::HUGEINT` } : halves(length);
  return `count(*) AS pieces, sum(${high}) AS high, sum(${low}) AS low`;
}

const TIMES = "epoch_ms(min(since))::DOUBLE AS since, epoch_ms(max(since))::DOUBLE AS latest";
const ENDED = "epoch_ms(since)::DOUBLE AS since, epoch_ms(until)::DOUBLE AS until";

type Row = readonly unknown[];

function time(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function hit(index: unknown, [feedId, since, latest, pieces, high, low]: Row): Hit {
  return {
    index: Number(index),
    feedId: Number(feedId),
    since: time(since),
    latest: time(latest),
    addresses: (BigInt(high as bigint) << 64n) + BigInt(low as bigint) + BigInt(pieces as bigint),
  };
}

function ended(index: unknown, [feedId, since, until, total]: Row): EndedHit {
  return {
    index: Number(index),
    feedId: Number(feedId),
    since: time(since),
    until: Number(until),
    total: Number(total),
  };
}

/** One question of the tables of one family. */
export class LookupRows {
  readonly #connection: DuckDBConnection;
  readonly #family: Family;
  readonly #listing: string;
  readonly #segment: string;
  /** What holds of listings that count, and of those that are over. */
  readonly #open: string;
  readonly #over: string;
  readonly #at: Date | null;

  readonly #feeds: KnownFeeds;

  /** @param at as of then; null is now. */
  constructor(connection: DuckDBConnection, feeds: KnownFeeds, family: Family, at: Date | null) {
    this.#connection = connection;
    this.#feeds = feeds;
    this.#family = family;
    this.#listing = `feed.listing${family}`;
    this.#segment = `feed.segment${family}`;
    this.#at = at;
    const then = at === null ? "" : `make_timestamp_ms(${at.getTime()})`;
    this.#open = at === null ? "until IS NULL" : `since <= ${then} AND (until IS NULL OR until > ${then})`;
    this.#over = at === null ? "until IS NOT NULL" : `until <= ${then}`;
  }

  /** Who lists what was asked for, and who did. */
  async find(asked: readonly Asked[]): Promise<{ hits: Hit[]; ended: EndedHit[] }> {
    return asked.length > FEW ? this.#findMany(asked) : this.#findFew(asked);
  }

  async #findFew(asked: readonly Asked[]): Promise<{ hits: Hit[]; ended: EndedHit[] }> {
    const hits: Hit[] = [];
    const over: EndedHit[] = [];
    for (const { index, lo, hi } of asked) {
      const simple = lo === hi && this.#at === null;
      hits.push(...(simple ? await this.#address(index, lo) : await this.#network(index, lo, hi)));
      over.push(...(await this.#ended(index, lo, hi)));
    }
    return { hits, ended: over };
  }

  /** Segments are in the order of addresses, listings in that of feeds: so neither is read as a whole. */
  async #address(index: number, at: bigint): Promise<Hit[]> {
    const members = await this.#rows(
      `SELECT feed_id FROM feed.set_member
       WHERE set_id = (SELECT set_id FROM ${this.#segment} WHERE lo <= $at AND hi >= $at)`,
      { at },
    );
    if (members.length === 0) return [];
    const ids = members.map(([id]) => Number(id));
    // Where all of a list came at one time there is nothing to look for.
    const mixed = ids.filter((id) => (this.#feeds.byId.get(id)?.since ?? null) === null);
    const listed =
      mixed.length === 0
        ? []
        : await this.#rows(
            `SELECT feed_id, epoch_ms(since)::DOUBLE FROM ${this.#listing}
             WHERE ${this.#open} AND lo <= $at AND hi >= $at AND feed_id IN (${mixed.join(", ")})`,
            { at },
          );
    const since = new Map(listed.map(([id, value]) => [Number(id), time(value)]));
    return ids.map((feedId) => {
      const then = since.get(feedId) ?? this.#feeds.byId.get(feedId)?.since ?? null;
      return { index, feedId, since: then, latest: then, addresses: 1n };
    });
  }

  async #network(index: number, lo: bigint, hi: bigint): Promise<Hit[]> {
    const rows = await this.#rows(
      `SELECT feed_id, ${TIMES}, ${common(this.#family, "$lo", "$hi")} FROM ${this.#listing} AS l
       WHERE ${this.#open} AND lo <= $hi AND hi >= $lo GROUP BY feed_id`,
      { lo, hi },
    );
    return rows.map((row) => hit(index, row));
  }

  /** Sorted here: ordering in SQL takes as long as the rest of it. */
  async #ended(index: number, lo: bigint, hi: bigint): Promise<EndedHit[]> {
    const group = lo === hi ? "" : "GROUP BY ALL";
    const rows = await this.#rows(
      `SELECT feed_id, ${ENDED} FROM ${this.#listing} WHERE ${this.#over} AND lo <= $hi AND hi >= $lo ${group}`,
      { lo, hi },
    );
    return rows
      .map((row) => ended(index, [...row, rows.length]))
      .sort((a, b) => b.until - a.until || Number(b.since) - Number(a.since) || a.feedId - b.feedId)
      .slice(0, MOST_ENDED);
  }

  async #findMany(asked: readonly Asked[]): Promise<{ hits: Hit[]; ended: EndedHit[] }> {
    const simple = this.#at === null ? asked.filter(({ lo, hi }) => lo === hi) : [];
    const others = this.#at === null ? asked.filter(({ lo, hi }) => lo !== hi) : asked;
    const hits: Hit[] = [];
    if (simple.length > 0) await this.#addresses(simple, hits);
    if (others.length > 0) await this.#networks(others, hits);
    await this.#table(asked);
    const rows = await rowsOf(
      this.#connection,
      `SELECT q.i, feed_id, ${ENDED}, count(*) OVER (PARTITION BY q.i) AS total
       FROM feed_asked AS q JOIN ${this.#listing} AS l ON l.lo <= q.hi AND l.hi >= q.lo
       WHERE ${this.#over} GROUP BY q.i, feed_id, l.since, l.until
       QUALIFY row_number() OVER (PARTITION BY q.i ORDER BY l.until DESC, l.since DESC, feed_id) <= ${MOST_ENDED}
       ORDER BY q.i, l.until DESC, l.since DESC, feed_id`,
    );
    await this.#connection.run("DROP TABLE IF EXISTS feed_asked");
    return { hits, ended: rows.map(([index, ...row]) => ended(index, row)) };
  }

  async #addresses(asked: readonly Asked[], hits: Hit[]): Promise<void> {
    await this.#table(asked);
    const mixed = [...this.#feeds.all].filter(({ since }) => since === null).map(({ id }) => id);
    // Conditions on the joined side stay out of WHERE: the planner would then take the rows for few and loop.
    const held = `
      WITH held AS (
        SELECT q.i, q.lo, if(q.lo <= s.hi, s.set_id, NULL) AS set_id
        FROM feed_asked AS q ASOF JOIN ${this.#segment} AS s ON q.lo >= s.lo),
      hit AS (SELECT i, lo, feed_id FROM held JOIN feed.set_member USING (set_id))`;
    const result = await this.#connection.runAndReadAll(
      mixed.length === 0
        ? `${held} SELECT i, feed_id FROM hit`
        : `${held}
           SELECT h.i, h.feed_id, if(h.lo <= l.hi, epoch_ms(l.since)::DOUBLE, NULL)
           FROM hit AS h
           ASOF LEFT JOIN (FROM ${this.#listing} WHERE ${this.#open} AND feed_id IN (${mixed.join(", ")})) AS l
             ON h.feed_id = l.feed_id AND h.lo >= l.lo`,
    );
    const [indexes = [], feeds = [], times] = result.getColumnsJS() as [
      number[]?,
      number[]?,
      (number | null)[]?,
    ];
    indexes.forEach((index, row) => {
      const feedId = feeds[row]!;
      const since = times?.[row] ?? this.#feeds.byId.get(feedId)?.since ?? null;
      hits.push({ index, feedId, since, latest: since, addresses: 1n });
    });
  }

  async #networks(asked: readonly Asked[], hits: Hit[]): Promise<void> {
    await this.#table(asked);
    const rows = await rowsOf(
      this.#connection,
      `SELECT q.i, feed_id, ${TIMES}, ${common(this.#family, "q.lo", "q.hi")}
       FROM feed_asked AS q JOIN ${this.#listing} AS l ON l.lo <= q.hi AND l.hi >= q.lo
       WHERE ${this.#open} GROUP BY q.i, feed_id`,
    );
    for (const [index, ...row] of rows) hits.push(hit(index, row));
  }

  /** What is asked for as the temporary table `feed_asked(i, lo, hi)`. */
  async #table(asked: readonly Asked[]): Promise<void> {
    const columns = ASKED[this.#family];
    const list = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    await this.#connection.run(`CREATE OR REPLACE TEMP TABLE feed_asked (${list.join(", ")})`);
    const writer = await RowWriter.open(this.#connection, "main", "feed_asked", columns, "temp");
    for (const { index, lo, hi } of asked) writer.add(index, lo, hi);
    writer.close();
  }

  async #rows(sql: string, values: Readonly<Record<string, bigint>>): Promise<readonly Row[]> {
    const type = TYPES[this.#family];
    const parameters: Record<string, DuckDBValue> = {};
    for (const [name, value] of Object.entries(values))
      parameters[name] = this.#family === 4 ? Number(value) : value;
    const types = Object.fromEntries(Object.keys(values).map((name) => [name, type]));
    return (await this.#connection.runAndReadAll(sql, parameters, types)).getRowsJS();
  }
}
