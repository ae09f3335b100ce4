/**
 * The rows of `feed.feed` while feeds change: there are hundreds, not millions, so they are held in memory and
 * written back as a whole.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Cell } from "./columns.ts";
import { FEED_TABLES } from "./feed-tables.ts";
import { RowWriter } from "./rows.ts";
import type { Columns } from "./tables.ts";

const { feed: FEED, version: VERSION } = FEED_TABLES;

/** A row of `feed.feed`: times in seconds since 1970, JSON as text. */
export type FeedRecord = Record<keyof typeof FEED, Cell> & { id: number; name: string };

/** A row of `feed.version`, in the same way; its id comes from the book. */
export type VersionRecord = Record<Exclude<keyof typeof VERSION, "id">, Cell>;

/** What is known of a list that a feed has or had. */
export interface KnownVersion {
  id: number;
  sha256: string;
  /** Seconds since 1970. */
  at: number;
}

/** Columns about our looking at the source: a change of them changes nothing that is derived. */
const ABOUT_LOOKING: ReadonlySet<string> = new Set([
  "checked",
  "download_failures",
  "failing_since",
  "last_status",
  "etag",
  "last_modified",
]);

export class FeedBook {
  readonly #connection: DuckDBConnection;
  readonly #feeds = new Map<string, FeedRecord>();
  readonly #current = new Map<number, KnownVersion>();
  /** As read, to tell what changed: all of a row, and what others derive from. */
  readonly #read = new Map<number, { all: string; derived: string }>();
  /** Not written yet. */
  readonly #versions: (VersionRecord & { id: number })[] = [];
  /** Feeds with a new version that is not their current one. */
  readonly #withHistory = new Set<number>();
  #nextFeed = 1;
  #nextVersion = 1;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(connection: DuckDBConnection): Promise<FeedBook> {
    const book = new FeedBook(connection);
    const feeds = await connection.runAndReadAll(`SELECT ${columnsOf(FEED)} FROM feed.feed ORDER BY name`);
    for (const row of feeds.getRowObjects()) {
      const record = row as unknown as FeedRecord;
      book.#feeds.set(record.name, record);
      book.#read.set(record.id, { all: image(record, false), derived: image(record, true) });
      book.#nextFeed = Math.max(book.#nextFeed, record.id + 1);
    }
    const versions = await connection.runAndReadAll(
      `SELECT v.feed_id, v.id, v.sha256, epoch(v."at") FROM feed.version AS v JOIN feed.feed AS f ON f.version_id = v.id`,
    );
    for (const [feedId, id, sha256, at] of versions.getRows()) {
      book.#current.set(Number(feedId), { id: Number(id), sha256: String(sha256), at: Number(at) });
    }
    const last = await connection.runAndReadAll("SELECT coalesce(max(id), 0) FROM feed.version");
    book.#nextVersion = Number(last.getRows()[0]?.[0]) + 1;
    return book;
  }

  get feeds(): IteratorObject<FeedRecord> {
    return this.#feeds.values();
  }

  get(name: string): FeedRecord | undefined {
    return this.#feeds.get(name);
  }

  /** The feed whose name is the same but for upper and lower case. */
  like(name: string): FeedRecord | undefined {
    const lower = name.toLowerCase();
    return this.feeds.find((record) => record.name.toLowerCase() === lower);
  }

  /** A new feed without any facts. */
  create(name: string): FeedRecord {
    const empty = Object.fromEntries(Object.keys(FEED).map((column) => [column, null]));
    const record = { ...empty, id: this.#nextFeed++, name } as FeedRecord;
    this.#feeds.set(name, record);
    return record;
  }

  /** The list that a feed has now; null when it has none yet. */
  current(feedId: number): KnownVersion | null {
    return this.#current.get(feedId) ?? null;
  }

  /** All versions of a feed, the oldest first. */
  async versions(feedId: number): Promise<KnownVersion[]> {
    const stored = await this.#connection.runAndReadAll(
      `SELECT id, sha256, epoch("at") FROM feed.version WHERE feed_id = ?`,
      [feedId],
    );
    const known = stored
      .getRows()
      .map(([id, sha256, at]) => ({ id: Number(id), sha256: String(sha256), at: Number(at) }));
    const fresh = this.#versions
      .filter(({ feed_id }) => feed_id === feedId)
      .map(({ id, sha256, at }) => ({ id, sha256: String(sha256), at: Number(at) }));
    return [...known, ...fresh].sort((a, b) => a.at - b.at);
  }

  /** Adds a version, which is the current one from now on; gives its id. */
  addVersion(record: VersionRecord): number {
    const id = this.#add(record);
    this.#current.set(Number(record.feed_id), { id, sha256: String(record.sha256), at: Number(record.at) });
    return id;
  }

  /**
   * Makes the current version of a feed one that came again at a later time, after something else.
   * @param at seconds since 1970.
   */
  async repeatCurrent(feedId: number, at: number): Promise<KnownVersion> {
    const { id } = this.#current.get(feedId)!;
    let record: VersionRecord | undefined = this.#versions.find((version) => version.id === id);
    if (record === undefined) {
      const sql = `SELECT ${columnsOf(VERSION)} FROM feed.version WHERE id = ?`;
      const stored = await this.#connection.runAndReadAll(sql, [id]);
      record = stored.getRowObjects()[0] as unknown as VersionRecord;
    }
    const again = this.addVersion({ ...record, at, source_date: at });
    return { id: again, sha256: String(record.sha256), at };
  }

  /**
   * Adds a version that is older than the current one.
   * @param after the version that comes after it, which differs from it, not any more from the one before.
   */
  async addPastVersion(
    record: VersionRecord,
    after: { id: number; added: number; removed: number; added6: number; removed6: number },
  ): Promise<void> {
    this.#add(record);
    this.#withHistory.add(Number(record.feed_id));
    const { id, ...change } = after;
    const pending = this.#versions.find((version) => version.id === id);
    if (pending !== undefined) Object.assign(pending, change);
    else
      await this.#connection.run(
        "UPDATE feed.version SET added = ?, removed = ?, added6 = ?, removed6 = ? WHERE id = ?",
        [BigInt(change.added), BigInt(change.removed), BigInt(change.added6), BigInt(change.removed6), id],
      );
  }

  #add(record: VersionRecord): number {
    const id = this.#nextVersion++;
    this.#versions.push({ ...record, id });
    return id;
  }

  /**
   * Writes what changed.
   * @returns whether anything did, and the ids of feeds of which something did that others are derived from.
   */
  async save(): Promise<{ written: boolean; changed: number[] }> {
    await append(this.#connection, "version", VERSION, this.#versions.splice(0));
    const changed = new Set(this.#withHistory);
    this.#withHistory.clear();
    let written = changed.size > 0;
    let rows = false;
    for (const record of this.#feeds.values()) {
      const before = this.#read.get(record.id);
      const now = { all: image(record, false), derived: image(record, true) };
      if (before?.all !== now.all) rows = true;
      if (before?.derived !== now.derived) changed.add(record.id);
      this.#read.set(record.id, now);
    }
    written ||= rows;
    if (rows) {
      await this.#connection.run("DELETE FROM feed.feed");
      const inOrder = [...this.#feeds.values()].sort((a, b) => a.id - b.id);
      await append(this.#connection, "feed", FEED, inOrder);
    }
    return { written, changed: [...changed] };
  }
}

/** Columns of a table, times in seconds since 1970. */
function columnsOf(columns: Columns): string {
  const selected = Object.entries(columns).map(([name, type]) =>
    type === "TIMESTAMP" ? `epoch("${name}") AS "${name}"` : `"${name}"`,
  );
  return selected.join(", ");
}

async function append<C extends Columns>(
  connection: DuckDBConnection,
  table: string,
  columns: C,
  rows: readonly Record<keyof C, Cell>[],
): Promise<void> {
  const writer = await RowWriter.open(connection, "feed", table, columns);
  for (const row of rows) writer.add(...Object.keys(columns).map((column) => row[column]));
  writer.close();
}

/** A row as text, to be compared. */
function image(record: FeedRecord, derived: boolean): string {
  const columns = Object.keys(FEED).filter((column) => !(derived && ABOUT_LOOKING.has(column)));
  return columns.map((column) => String(record[column as keyof FeedRecord])).join("\u0000");
}
