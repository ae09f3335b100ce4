/**
 * Whether a feed is alive (spec feeds §3.2). A pure test over known facts and the time of day: stored health ages, so
 * answers test anew. Tests about downloads need our own downloads; of a clone of published files they are unknown.
 */
import { type DuckDBConnection, INTEGER, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import type { HealthClass } from "./health-classes.ts";
import { type FeedStep, rowsOf } from "./step.ts";
import { duration } from "./wording.ts";

/** How our own downloads of a feed went. */
export interface DownloadFacts {
  /** Failures in a row. */
  failures: number;
  failingSince: Date | null;
  lastStatus: string | null;
}

export interface HealthFacts {
  category: string | null;
  roles: readonly string[];
  /** Content-changing updates that are known: the header's version, else those seen. */
  updates: number;
  entries: number;
  sourceDate: Date | null;
  processed: Date | null;
  /** Observed minutes between updates. */
  cadenceMean: number | null;
  /** Configured minutes between looks. */
  frequency: number | null;
  /** Null: never downloaded by us. */
  download: DownloadFacts | null;
}

export interface Health {
  /** Null when no date is known, so that nothing can be said. */
  class: HealthClass | null;
  /** A sentence without full stop. */
  reason: string;
  /** The steps of the specification that could apply with what is known. */
  steps: readonly number[];
  /** Minutes since the source changed; null when unknown. */
  sinceChange: number | null;
}

/** Minutes without a change up to which lists of a category count as healthy, and from which as risky. */
interface Thresholds {
  healthy: number;
  risky: number;
}

const BY_CATEGORY: Readonly<Record<string, Thresholds>> = {
  intrusion: { healthy: 1440, risky: 10_080 },
  malware_infrastructure: { healthy: 1440, risky: 10_080 },
  messaging_abuse: { healthy: 1440, risky: 20_160 },
  service_abuse: { healthy: 1440, risky: 20_160 },
  anonymizers: { healthy: 1440, risky: 20_160 },
  scanners: { healthy: 1440, risky: 20_160 },
  policy_risk: { healthy: 4320, risky: 43_200 },
  provider_infrastructure: { healthy: 20_160, risky: 129_600 },
  special_use: { healthy: 129_600, risky: 525_600 },
};
const OTHER_CATEGORIES: Thresholds = { healthy: 10_080, risky: 43_200 };

/** 60 days beyond what makes a failing feed unavailable. */
const ARCHIVAL = 86_400;
/** What only one update is known of has 10 days to bring another. */
const GRACE = 14_400;

const FAILING = new Set(["download_failed", "missing_env", "url_resolve_failed", "unavailable"]);
/** Lists that are right for as long as nobody says otherwise. */
const LASTING_ROLES = new Set(["critical_infrastructure", "provider_context", "asn", "geoip"]);

function minutesSince(date: Date | null, now: Date): number | null {
  return date === null ? null : Math.floor((now.getTime() - date.getTime()) / 60_000);
}

/** The tests in the specification's order. */
export function healthOf(facts: HealthFacts, now: Date): Health {
  const lastChange = facts.sourceDate ?? facts.processed;
  const sinceChange = minutesSince(lastChange, now);
  const steps = facts.download === null ? [1, 2, 3, 5, 6, 7, 8] : [1, 2, 3, 4, 5, 6, 7, 8];
  const result = (found: HealthClass | null, reason: string): Health => ({
    class: found,
    reason,
    steps,
    sinceChange,
  });

  if (facts.updates <= 0 && lastChange === null && facts.entries <= 0)
    return result("unavailable", "nothing was ever published");
  const observed = Math.max(facts.updates, 1);
  const { healthy, risky } = BY_CATEGORY[facts.category ?? ""] ?? OTHER_CATEGORIES;
  const unmaintained = 2 * risky;
  const gap = Math.max(facts.cadenceMean ?? facts.frequency ?? 0, healthy);

  const { download } = facts;
  if (download !== null && (download.failures > 0 || FAILING.has(download.lastStatus ?? ""))) {
    const limit = observed <= 1 ? Math.max(unmaintained, GRACE) : unmaintained;
    const sinceFailure = minutesSince(download.failingSince, now) ?? 0;
    const beyond = Math.max(sinceFailure - limit, (sinceChange ?? 0) - limit);
    if (beyond >= 0) {
      const found = beyond >= ARCHIVAL ? "archived" : "unavailable";
      return result(found, `downloads have failed for ${duration(sinceFailure)}, ${unchanged(sinceChange)}`);
    }
  }
  if (facts.entries <= 0) return result("empty", "the list holds nothing");
  const role = facts.roles.find((name) => LASTING_ROLES.has(name));
  if (role !== undefined) return result("healthy", `lists with the role ${role} are not expected to change`);
  if (sinceChange === null) return result(null, "no date of the list is known");
  if (observed <= 1 && sinceChange > 0 && sinceChange < GRACE)
    return result("healthy", `${unchanged(sinceChange)}, and one update alone has ${duration(GRACE)}`);
  const limits: readonly (readonly [HealthClass, boolean, string])[] = [
    ["unmaintained", sinceChange >= unmaintained, `unmaintained from ${duration(unmaintained)} on`],
    ["risky", sinceChange >= risky, `risky from ${duration(risky)} on`],
    ["delayed", sinceChange > gap, `expected within ${duration(gap)}`],
  ];
  for (const [found, applies, limit] of limits) {
    if (applies) return result(found, `${unchanged(sinceChange)}, ${limit}`);
  }
  return result("healthy", `${unchanged(sinceChange)}, expected within ${duration(gap)}`);
}

function unchanged(minutes: number | null): string {
  if (minutes === null) return "no date of the list is known";
  return minutes <= 0 ? "changed just now" : `no change for ${duration(minutes)}`;
}

/** The reason with a note on the tests that had no facts to go by. */
export function healthSentence({ reason, steps }: Health): string {
  return steps.includes(4)
    ? reason
    : `${reason} (judged by dates and content only: it was never downloaded here)`;
}

function date(value: unknown): Date | null {
  return value instanceof Date ? value : null;
}

function number(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** The health of all feeds now, by id. A history derivative is as healthy as the list whose past it holds. */
export async function readHealth(connection: DuckDBConnection, now: Date): Promise<Map<number, Health>> {
  const rows = await rowsOf(
    connection,
    `SELECT f.id, f.name, f.parent, f.category, from_json(f.roles, '["VARCHAR"]')::VARCHAR[], coalesce(m.updates, 0),
            coalesce(f.entries, 0), f.source_date, f.processed, m.cadence_mean, f.frequency, f.download_failures,
            f.failing_since, f.last_status
     FROM feed.feed AS f LEFT JOIN feed.metric AS m ON m.feed_id = f.id`,
  );
  const found = new Map<number, Health>();
  const byName = new Map<string, { id: number; parent: string | null }>();
  for (const [
    id,
    name,
    parent,
    category,
    roles,
    updates,
    entries,
    source,
    processed,
    mean,
    frequency,
    ...rest
  ] of rows) {
    const [failures, failingSince, lastStatus] = rest;
    const facts: HealthFacts = {
      category: category === null ? null : String(category),
      roles: Array.isArray(roles) ? roles.map(String) : [],
      updates: Number(updates),
      entries: Number(entries),
      sourceDate: date(source),
      processed: date(processed),
      cadenceMean: number(mean),
      frequency: number(frequency),
      download:
        failures === null
          ? null
          : {
              failures: Number(failures),
              failingSince: date(failingSince),
              lastStatus: lastStatus === null ? null : String(lastStatus),
            },
    };
    found.set(Number(id), healthOf(facts, now));
    byName.set(String(name), { id: Number(id), parent: parent === null ? null : String(parent) });
  }
  for (const { id, parent } of byName.values()) {
    if (parent === null) continue;
    const source = origin(parent, byName);
    const health = source === null ? undefined : found.get(source.id);
    if (source !== null && source.id !== id && health !== undefined)
      found.set(id, { ...health, reason: `as its source ${source.name}: ${health.reason}` });
  }
  return found;
}

/** Follows parents up to the first feed that has none here; null for an unknown one or a circle. */
function origin(
  name: string,
  byName: ReadonlyMap<string, { id: number; parent: string | null }>,
): { id: number; name: string } | null {
  const seen = new Set<string>();
  for (let at = name; !seen.has(at); ) {
    seen.add(at);
    const feed = byName.get(at);
    if (feed === undefined) return null;
    if (feed.parent === null || !byName.has(feed.parent)) return { id: feed.id, name: at };
    at = feed.parent;
  }
  return null;
}

/** Stores what health is now. */
export const health: FeedStep = {
  name: "health",
  version: "1",
  scope: "clock",
  async run(connection, { now }) {
    const all = [...(await readHealth(connection, now))];
    await connection.run(
      `UPDATE feed.metric AS m SET health = x.class, health_reason = x.reason
       FROM (SELECT unnest($1) AS feed_id, unnest($2) AS class, unnest($3) AS reason) AS x
       WHERE x.feed_id = m.feed_id`,
      [
        listValue(all.map(([id]) => id)),
        listValue(all.map(([, { class: found }]) => found)),
        listValue(all.map(([, found]) => healthSentence(found))),
      ],
      [LIST(INTEGER), LIST(VARCHAR), LIST(VARCHAR)],
    );
  },
};
