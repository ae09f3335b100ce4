/**
 * Bringing everything derived about feeds up to date after lists came, changed or went. When a step or the reference
 * data changed since the file was written, everything is derived anew.
 */
import { type DuckDBConnection, INTEGER, LIST, listValue } from "@duckdb/node-api";
import { retagFromFeeds } from "../../view/feed-tags.ts";
import { geoVersion } from "../../view/geo-files.ts";
import { addressOrder } from "./address-order.ts";
import { bogons } from "./bogons.ts";
import { cadence } from "./cadence.ts";
import { changes } from "./changes.ts";
import { critical } from "./critical.ts";
import { geo } from "./geo.ts";
import { health } from "./health.ts";
import { overlap } from "./overlap.ts";
import { retention } from "./retention.ts";
import { segments } from "./segments.ts";
import { type FeedStep, rowsOf, runAll } from "./step.ts";
import { unique } from "./unique.ts";

/** Hosts of scans are tagged by the lists that they are on. */
const hostTags: FeedStep = {
  name: "host tags",
  version: "1",
  scope: "sets",
  run: (connection) => retagFromFeeds(connection),
};

/** In the order they run: later steps use what earlier ones made. */
export const FEED_STEPS: readonly FeedStep[] = [
  segments,
  addressOrder,
  hostTags,
  overlap,
  unique,
  geo,
  bogons,
  critical,
  changes,
  cadence,
  retention,
  health,
];

export interface RefreshFeeds {
  /** Ids of the feeds whose rows (content, facts, artifacts) are new, changed or gone; `all` derives everything anew. */
  changed: readonly number[] | "all";
  now: Date;
  /** Told after each step, with its milliseconds. */
  onStep?: (name: string, milliseconds: number) => void;
}

const META_KEY = "feeds_derived_with";

/** Names everything that derived rows depend on besides the lists. */
async function recipe(): Promise<string> {
  return [...FEED_STEPS.map(({ name, version }) => `${name} ${version}`), `geo ${await geoVersion()}`].join(
    "; ",
  );
}

/**
 * Rows of the running transaction are not in the statistics: the planner takes a million ranges for one and would
 * compare each with every other.
 */
const RANGE_JOINS = ["asof_loop_join_threshold", "nested_loop_join_threshold", "merge_join_threshold"].map(
  (name) => `SET ${name} = 0`,
);

const ROWS = [
  "DELETE FROM feed.change WHERE feed_id NOT IN (SELECT id FROM feed.feed)",
  "DELETE FROM feed.retention WHERE feed_id NOT IN (SELECT id FROM feed.feed)",
  "DELETE FROM feed.metric WHERE feed_id NOT IN (SELECT id FROM feed.feed)",
  `INSERT INTO feed.metric (feed_id)
   SELECT id FROM feed.feed WHERE id NOT IN (SELECT feed_id FROM feed.metric) ORDER BY id`,
];

const LEFT_OVER = [
  "DROP TABLE IF EXISTS feed_changed",
  "DROP TABLE IF EXISTS feed_related",
  "DROP TABLE IF EXISTS feed_history",
];

/** Creates the temporary table `feed_changed(feed_id)`. */
async function nameChanged(connection: DuckDBConnection, changed: readonly number[] | "all"): Promise<void> {
  if (changed === "all")
    await connection.run("CREATE OR REPLACE TEMP TABLE feed_changed AS SELECT id AS feed_id FROM feed.feed");
  else
    await connection.run(
      "CREATE OR REPLACE TEMP TABLE feed_changed AS SELECT DISTINCT unnest($1) AS feed_id",
      [listValue([...changed])],
      [LIST(INTEGER)],
    );
}

/** Derives what changed lists need; with none, only what time changes. Temporary tables it made are gone afterwards. */
export async function refreshFeeds(connection: DuckDBConnection, options: RefreshFeeds): Promise<void> {
  const wanted = await recipe();
  const stored = (await rowsOf(connection, "SELECT value FROM main.meta WHERE key = $1", [META_KEY]))[0]?.[0];
  const changed = stored === wanted ? options.changed : "all";
  await nameChanged(connection, changed);
  await runAll(connection, [...RANGE_JOINS, ...ROWS]);
  for (const step of FEED_STEPS) {
    if (changed.length === 0 && step.scope !== "clock") continue;
    const started = performance.now();
    await step.run(connection, { now: options.now });
    options.onStep?.(step.name, performance.now() - started);
  }
  await runAll(connection, LEFT_OVER);
  await connection.run("DELETE FROM main.meta WHERE key = $1", [META_KEY]);
  await connection.run("INSERT INTO main.meta VALUES ($1, $2)", [META_KEY, wanted]);
}
