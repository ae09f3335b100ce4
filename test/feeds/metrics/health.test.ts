import { describe, expect, test } from "bun:test";
import { type HealthFacts, healthOf, healthSentence, readHealth } from "../../../src/feeds/metrics/health.ts";
import { addFeed, feedDatabase } from "../../support/feeds.ts";

const NOW = new Date("2026-06-01T00:00:00Z");

/** Minutes before now. */
function ago(minutes: number): Date {
  return new Date(NOW.getTime() - minutes * 60_000);
}

function judge(facts: Partial<HealthFacts>): string | null {
  return health(facts).class;
}

function health(facts: Partial<HealthFacts>) {
  return healthOf(
    {
      category: "intrusion",
      roles: [],
      updates: 10,
      entries: 5,
      sourceDate: ago(60),
      processed: ago(30),
      cadenceMean: null,
      frequency: null,
      download: null,
      ...facts,
    },
    NOW,
  );
}

/** Failing for so many minutes. */
function failing(minutes: number): HealthFacts["download"] {
  return { failures: 3, failingSince: ago(minutes), lastStatus: "download_failed" };
}

describe("health by age", () => {
  const limits = [
    ["intrusion", 1440, 10_080],
    ["malware_infrastructure", 1440, 10_080],
    ["messaging_abuse", 1440, 20_160],
    ["service_abuse", 1440, 20_160],
    ["anonymizers", 1440, 20_160],
    ["scanners", 1440, 20_160],
    ["policy_risk", 4320, 43_200],
    ["provider_infrastructure", 20_160, 129_600],
    ["special_use", 129_600, 525_600],
    ["geolocation", 10_080, 43_200],
    [null, 10_080, 43_200],
  ] as const;
  for (const [category, healthy, risky] of limits) {
    test(`borders of ${category}`, () => {
      const at = (minutes: number): string | null => judge({ category, sourceDate: ago(minutes) });
      expect([healthy, healthy + 1].map(at)).toEqual(["healthy", "delayed"]);
      expect([risky - 1, risky].map(at)).toEqual(["delayed", "risky"]);
      expect([2 * risky - 1, 2 * risky].map(at)).toEqual(["risky", "unmaintained"]);
    });
  }

  test("elapsed minutes are floored", () => {
    expect(judge({ sourceDate: new Date(ago(1440).getTime() - 59_999) })).toBe("healthy");
    expect(judge({ sourceDate: new Date(ago(1441).getTime()) })).toBe("delayed");
  });

  test("the observed gap counts before the configured one, and neither shortens the category's", () => {
    const sourceDate = ago(3000);
    expect(judge({ sourceDate, frequency: 3000 })).toBe("healthy");
    expect(judge({ sourceDate, frequency: 3000, cadenceMean: 2999 })).toBe("delayed");
    expect(judge({ sourceDate: ago(1440), cadenceMean: 5 })).toBe("healthy");
    // A slow list is not delayed, but risky all the same.
    expect(judge({ sourceDate: ago(10_080), cadenceMean: 50_000 })).toBe("risky");
  });

  test("the date of the source counts, the date of processing only without it", () => {
    expect(judge({ sourceDate: ago(30_000), processed: ago(1) })).toBe("unmaintained");
    expect(judge({ sourceDate: null, processed: ago(1500) })).toBe("delayed");
  });

  test("a single update has ten days", () => {
    expect([1, 14_399, 14_400].map((m) => judge({ updates: 1, sourceDate: ago(m) }))).toEqual([
      "healthy",
      "healthy",
      "risky",
    ]);
    expect(judge({ updates: 0, sourceDate: ago(5000) })).toBe("healthy");
    expect(judge({ updates: 2, sourceDate: ago(5000) })).toBe("delayed");
  });

  test("dates in the future and no dates at all", () => {
    expect(judge({ sourceDate: ago(-500) })).toBe("healthy");
    expect(judge({ sourceDate: null, processed: null })).toBe(null);
    expect(judge({ sourceDate: null, processed: null, updates: 0, entries: 0 })).toBe("unavailable");
  });
});

describe("the order of tests", () => {
  test("empty goes before roles, roles before age", () => {
    const old = ago(600_000);
    expect(judge({ entries: 0, roles: ["critical_infrastructure"] })).toBe("empty");
    for (const role of ["critical_infrastructure", "provider_context", "asn", "geoip"])
      expect(judge({ roles: ["other", role], sourceDate: old })).toBe("healthy");
    expect(judge({ roles: ["bogons"], sourceDate: old })).toBe("unmaintained");
  });

  test("failing for long goes before empty", () => {
    const at = (minutes: number): string | null =>
      judge({ entries: 0, sourceDate: ago(1), download: failing(minutes) });
    expect([20_159, 20_160, 20_160 + 86_399, 20_160 + 86_400].map(at)).toEqual([
      "empty",
      "unavailable",
      "unavailable",
      "archived",
    ]);
  });

  test("failing now with a source that is old enough", () => {
    expect(judge({ sourceDate: ago(20_160), download: failing(1) })).toBe("unavailable");
    expect(judge({ sourceDate: ago(20_160 + 86_400), download: failing(1) })).toBe("archived");
    const status = { failures: 0, failingSince: null, lastStatus: "url_resolve_failed" };
    expect(judge({ sourceDate: ago(20_160), download: status })).toBe("unavailable");
    expect(judge({ sourceDate: ago(20_160), download: { ...status, lastStatus: "ok" } })).toBe(
      "unmaintained",
    );
  });

  test("failing for a short time changes nothing", () => {
    expect(judge({ download: failing(100) })).toBe("healthy");
    expect(judge({ sourceDate: ago(1500), download: failing(100) })).toBe("delayed");
  });
});

test("the sentence says which tests had nothing to go by", () => {
  expect(healthSentence(health({ sourceDate: ago(30_000) }))).toBe(
    "no change for 20d 20h, unmaintained from 14d on (judged by dates and content only: it was never downloaded here)",
  );
  expect(health({}).steps).toEqual([1, 2, 3, 5, 6, 7, 8]);
  const downloaded = health({ sourceDate: ago(1500), download: failing(120) });
  expect(downloaded.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(healthSentence(downloaded)).toBe("no change for 1d 1h, expected within 1d");
});

test("history derivatives are as healthy as their source", async () => {
  const connection = await feedDatabase();
  const old = { source_date: ago(600_000) };
  const source = await addFeed(connection, { name: "list", ...old }, ["192.0.2.1"]);
  const fresh = { source_date: ago(5) };
  const week = await addFeed(connection, { name: "list_7d", parent: "list", ...fresh }, ["192.0.2.1"]);
  const day = await addFeed(connection, { name: "list_7d_1d", parent: "list_7d", ...fresh }, ["192.0.2.1"]);
  const orphan = await addFeed(connection, { name: "gone_1d", parent: "gone", ...fresh }, ["192.0.2.1"]);
  const circle = await addFeed(connection, { name: "circle", parent: "circle", ...fresh }, ["192.0.2.1"]);
  const found = await readHealth(connection, NOW);
  expect([source, week, day, orphan, circle].map((id) => found.get(id)?.class)).toEqual([
    "unmaintained",
    "unmaintained",
    "unmaintained",
    "healthy",
    "healthy",
  ]);
  expect(found.get(day)?.reason).toStartWith("as its source list: no change for ");
});
