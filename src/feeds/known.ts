/** The feeds of a database as answers need them: facts, health now, how much of each is its own. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { readHealth } from "./metrics/health.ts";
import type { HealthClass } from "./metrics/health-classes.ts";
import { rowsOf } from "./metrics/step.ts";
import { noSuchFeed } from "./stored-feed.ts";

/** Where questions about feeds go. */
export interface FeedContext {
  connection: DuckDBConnection;
  /** Stands for the opened file, when it cannot change: what was read of it is kept as long as it is open. */
  file?: object | undefined;
}

/** Times in milliseconds since 1970. */
export interface KnownFeed {
  id: number;
  name: string;
  maintainer: string | null;
  category: string | null;
  provenance: string | null;
  license: string | null;
  redistributable: boolean | null;
  critical: string | null;
  roles: readonly string[];
  health: HealthClass | null;
  healthReason: string | null;
  /** Percent not on the largest unrelated peer, and percent on no unrelated feed at all (metrics/unique.ts). */
  uniqueShare: number | null;
  exactShare: number | null;
  /** Ids of the feeds here that it is made of: inputs that a merge adds, or the parent of a history derivative. */
  inputs: readonly number[];
  /** What it is said to be made of, also lists that are not here. */
  inputNames: readonly string[];
  /** The list whose last `windowMinutes` it holds. */
  parent: string | null;
  windowMinutes: number | null;
  sourceDate: number | null;
  /** When its first version came: what was listed then may have been listed before. */
  first: number | null;
  entries: number;
}

export class KnownFeeds {
  readonly byId: ReadonlyMap<number, KnownFeed>;
  readonly #byName: ReadonlyMap<string, KnownFeed>;

  constructor(feeds: readonly KnownFeed[]) {
    this.byId = new Map(feeds.map((feed) => [feed.id, feed]));
    const exact = feeds.map((feed) => [feed.name, feed] as const);
    // Where names differ in case only, the exact one is meant.
    this.#byName = new Map([...feeds.map((feed) => [feed.name.toLowerCase(), feed] as const), ...exact]);
  }

  get all(): Iterable<KnownFeed> {
    return this.byId.values();
  }

  /**
   * The feed of that name, whatever its case.
   * @throws UserError when there is none, with the nearest names.
   */
  named(name: string): KnownFeed {
    const wanted = name.trim();
    const found = this.#byName.get(wanted) ?? this.#byName.get(wanted.toLowerCase());
    if (found !== undefined) return found;
    throw noSuchFeed(
      wanted,
      [...this.all].map((feed) => feed.name),
    );
  }
}

/** What was read of a file, and for which minute. */
const kept = new WeakMap<object, { minute: number; feeds: Promise<KnownFeeds> }>();

/** All feeds, with their health at that time. */
export function knownFeeds(ctx: FeedContext, now: Date): Promise<KnownFeeds> {
  if (ctx.file === undefined) return read(ctx.connection, now);
  const minute = Math.floor(now.getTime() / 60_000);
  const before = kept.get(ctx.file);
  if (before?.minute === minute) return before.feeds;
  const feeds = read(ctx.connection, now);
  kept.set(ctx.file, { minute, feeds });
  feeds.catch(() => kept.delete(ctx.file!));
  return feeds;
}

const SQL = `
  SELECT f.id, f.name, f.maintainer, coalesce(f.category, f.legacy_category) AS category, f.provenance, f.license, f.redistributable, f.critical,
         f.roles::VARCHAR AS roles, f.include::VARCHAR AS include, f.parent, f.window_minutes,
         epoch_ms(f.source_date)::DOUBLE AS source_date, coalesce(f.entries, 0) AS entries,
         m.unique_share, m.exact_share, epoch_ms(coalesce(v.first, f.started))::DOUBLE AS first
  FROM feed.feed AS f
  LEFT JOIN feed.metric AS m ON m.feed_id = f.id
  LEFT JOIN (SELECT feed_id, min("at") AS first FROM feed.version GROUP BY feed_id) AS v ON v.feed_id = f.id
  ORDER BY f.name`;

async function read(connection: DuckDBConnection, now: Date): Promise<KnownFeeds> {
  const health = await readHealth(connection, now);
  const rows = await rowsOf(connection, SQL);
  const ids = new Map(rows.map((row) => [String(row[1]), Number(row[0])]));
  return new KnownFeeds(
    rows.map((row) => {
      const [id, name, maintainer, category, provenance, license, redistributable, critical, ...rest] = row;
      const [roles, include, parent, window, sourceDate, entries, uniqueShare, exactShare, first] = rest;
      const inputNames = [...texts(include), ...(parent === null ? [] : [String(parent)])];
      const found = health.get(Number(id));
      return {
        id: Number(id),
        name: String(name),
        maintainer: text(maintainer),
        category: text(category),
        provenance: text(provenance),
        license: text(license),
        redistributable: typeof redistributable === "boolean" ? redistributable : null,
        critical: text(critical),
        roles: texts(roles),
        health: found?.class ?? null,
        healthReason: found?.reason ?? null,
        uniqueShare: number(uniqueShare),
        exactShare: number(exactShare),
        inputs: inputNames.flatMap((input) => ids.get(input) ?? []),
        inputNames,
        parent: text(parent),
        windowMinutes: number(window),
        sourceDate: number(sourceDate),
        first: number(first),
        entries: Number(entries),
      };
    }),
  );
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function number(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** A list of texts in a JSON column. */
function texts(value: unknown): string[] {
  const list: unknown = value === null || value === undefined ? [] : JSON.parse(String(value));
  return Array.isArray(list) ? list.map(String) : [];
}
