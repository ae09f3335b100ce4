import { describe, expect, test } from "bun:test";
import type { Update } from "../../../src/feeds/metrics/changes.ts";
import type { InsightFacts, Peer } from "../../../src/feeds/metrics/insights/rule.ts";
import { insightsOf } from "../../../src/feeds/metrics/insights.ts";
import { percentile } from "../../../src/feeds/metrics/retention.ts";

const NOTHING: InsightFacts = {
  category: "intrusion",
  ips: 1000,
  started: new Date("2024-01-01"),
  peers: [],
  compared: 0,
  retention: { origin: "import", observedHours: 1000, incomplete: false, current: [], past: [] },
  history: [],
  countries: [],
  bogons: [],
  critical: [],
  criticalIps: 0,
};

function codes(facts: Partial<InsightFacts>): string[] {
  return insightsOf({ ...NOTHING, ...facts }).map(({ code }) => code);
}

function headline(facts: Partial<InsightFacts>): string {
  const [insight, ...more] = insightsOf({ ...NOTHING, ...facts });
  expect(more).toEqual([]);
  return insight!.headline;
}

/** Histogram of [hours, ips] pairs. */
function bars(...pairs: readonly (readonly [number, number])[]): { hours: number; ips: number }[] {
  return pairs.map(([hours, ips]) => ({ hours, ips }));
}

function kept(current: { hours: number; ips: number }[], past: { hours: number; ips: number }[] = []) {
  return { retention: { ...NOTHING.retention, current, past } };
}

function peer(common: number, more: Partial<Peer> = {}): Peer {
  return { name: "other", category: "intrusion", common, related: false, started: null, ...more };
}

test("nothing known, nothing said", () => {
  expect(codes({})).toEqual([]);
  expect(codes({ ips: 0 })).toEqual([]);
});

describe("retention", () => {
  test("most as old as the time observed: how long they stay is not known", () => {
    expect(codes(kept(bars([10, 50], [900, 50])))).toEqual(["currently_listed_at_observation_wall"]);
    expect(codes(kept(bars([10, 50], [899, 50])))).toEqual(["currently_listed_age_p75"]);
    expect(codes(kept(bars([10, 51], [900, 49])))).not.toContain("currently_listed_at_observation_wall");
    expect(codes(kept(bars([10, 49], [900, 50])))).toEqual([]);
  });

  test("a feed that was seen once has no ages", () => {
    expect(codes({ retention: { ...NOTHING.retention, observedHours: 0, current: bars([0, 500]) } })).toEqual(
      [],
    );
  });

  test("ages of what is listed", () => {
    const found = insightsOf({ ...NOTHING, ...kept(bars([24, 75], [100, 25])) });
    expect(found.map((insight) => insight.headline)).toEqual([
      "75% of the listed IPs have been listed for 1d or less",
      "The oldest listed IPs have been listed for 4d 4h",
    ]);
    expect(codes(kept(bars([24, 100])))).toEqual(["currently_listed_age_p75"]);
  });

  test("ages of what was removed", () => {
    const past = bars([5, 750], [6, 250]);
    expect(headline(kept([], past))).toBe("75% of removed IPs had been listed for 5h or less");
    expect(headline({ retention: { ...NOTHING.retention, observedHours: 720, past } })).toBe(
      "75% of removed IPs had been listed for 5h or less, in the 1mo observed",
    );
    expect(codes(kept([], bars([5, 750], [6, 249])))).toEqual([]);
  });

  test("several policies, and bans for good", () => {
    expect(codes(kept([], bars([2, 600], [10, 400])))).toEqual([
      "removed_age_p75",
      "multiple_retention_policies",
    ]);
    expect(codes(kept([], bars([2, 600], [9, 400])))).toEqual(["removed_age_p75"]);
    expect(codes(kept([], bars([2, 950], [20, 50])))).toEqual(["removed_age_p75", "permanent_bans"]);
    expect(codes(kept([], bars([2, 950], [19, 50])))).toEqual(["removed_age_p75"]);
    // Ages of 0 hours are not infinitely smaller than others.
    expect(codes(kept([], bars([0, 950], [9, 50])))).toEqual(["removed_age_p75"]);
  });

  test("percentiles are the first bar that reaches the count", () => {
    const histogram = bars([1, 5], [2, 0], [3, 5]);
    expect([0, 0.1, 0.5, 0.51, 0.6, 1].map((q) => percentile(histogram, q))).toEqual([1, 1, 1, 1, 3, 3]);
    expect(percentile([], 0.5)).toBe(null);
    expect(percentile(bars([1, 0], [7, 1]), 0)).toBe(7);
  });
});

describe("other lists", () => {
  test("independent: also of a list that shares nothing, and whatever related ones hold", () => {
    expect(headline({ compared: 5 })).toBe("Shares no IP with any unrelated list");
    const related = peer(1000, { related: true });
    expect(headline({ compared: 5, peers: [related, peer(99)] })).toBe(
      "Largely independent: no unrelated list holds more than 9.9% of it",
    );
    expect(codes({ compared: 5, peers: [peer(100)] })).toEqual([]);
    expect(codes({ compared: 4 })).toEqual([]);
    expect(codes({ compared: 5, ips: 99 })).toEqual([]);
  });

  test("subset of the list that holds most of it, unless that is related or not older", () => {
    const older = (common: number, more: Partial<Peer> = {}): Peer =>
      peer(common, { started: new Date("2023-12-31"), ...more });
    const inside = older(951);
    expect(headline({ peers: [older(960, { name: "b" }), inside] })).toBe("96% of it is also on b");
    expect(codes({ peers: [inside] })).toEqual(["subset_of"]);
    expect(codes({ peers: [older(950)] })).toEqual([]);
    expect(codes({ peers: [{ ...inside, related: true }] })).toEqual([]);
    for (const started of [new Date("2024-01-02"), new Date("2024-01-01"), null])
      expect(codes({ peers: [{ ...inside, started }] })).toEqual([]);
    expect(codes({ peers: [inside], started: null })).toEqual([]);
    expect(headline({ peers: [peer(999), older(952, { name: "older" })] })).toBe(
      "95.2% of it is also on older",
    );
  });

  test("much in common with another category", () => {
    const spam = (common: number): Peer =>
      peer(common, { name: `spam${common}`, category: "messaging_abuse" });
    expect(headline({ peers: [spam(301), spam(1), spam(2)] })).toBe(
      "30.1% of it is on a list of another category: spam301 (messaging_abuse)",
    );
    expect(codes({ peers: [spam(300), spam(1), spam(2)] })).toEqual([]);
    expect(codes({ peers: [spam(301), spam(1)] })).toEqual([]);
    expect(codes({ peers: [spam(301), spam(1), { ...spam(2), related: true }] })).toEqual([]);
    expect(codes({ category: "messaging_abuse", peers: [spam(301), spam(1), spam(2)] })).toEqual([]);
  });
});

describe("updates", () => {
  const updates = (n: number, more: (i: number) => Partial<Update>): Update[] =>
    Array.from({ length: n }, (_, i) => ({
      at: new Date(i * 3_600_000),
      added: 0,
      removed: 0,
      ips: 100,
      entries: 1,
      ...more(i),
    }));

  test("churn is the upper middle of the updates, from 50 on", () => {
    expect(codes({ history: updates(50, () => ({ added: 30, removed: 21 })) })).toEqual(["churn_high"]);
    expect(codes({ history: updates(50, () => ({ added: 30, removed: 20 })) })).toEqual([]);
    expect(codes({ history: updates(50, () => ({ added: 5 })) })).toEqual([]);
    expect(codes({ history: updates(50, () => ({ added: 4 })) })).toEqual(["churn_low"]);
    expect(codes({ history: updates(49, () => ({ added: 4 })) })).toEqual([]);
    // 25 of 50 are high, and the upper middle is the first of them.
    expect(codes({ history: updates(50, (i) => ({ added: i < 25 ? 10 : 90 })) })).toEqual(["churn_high"]);
    // Unknown changes and empty lists do not count.
    expect(codes({ history: updates(50, (i) => ({ added: i === 0 ? null : 4 })) })).toEqual([]);
  });

  test("sizes that vary", () => {
    const history = updates(50, (i) => ({ added: null, removed: null, ips: i === 7 ? 20_000 : 100 }));
    expect(headline({ history })).toBe("Its size varied between 100 IPs and 20.0K IPs");
    expect(codes({ history: history.slice(1) })).toEqual([]);
  });
});

describe("composition", () => {
  const lands = (...ips: number[]) => ({
    countries: ips.map((n, i) => ({ code: ["GR", "DE", "NL", "FR"][i] ?? `X${i}`, ips: n })),
  });

  test("one country, three countries, many countries", () => {
    expect(headline(lands(96, 4))).toBe("96% of it lies in one country: Greece");
    expect(codes(lands(95, 5))).toEqual([]);
    expect(headline(lands(10, 500, 200, 290))).toBe(
      "99% of it lies in three countries: Germany, France, Netherlands",
    );
    expect(codes(lands(24, 23, 23, 30))).toEqual(["country_concentrated"]);
    expect(codes({ ...lands(24, 23, 23, 30), ips: 99 })).toEqual([]);
    expect(codes(lands(...Array<number>(50).fill(1)))).toEqual(["country_diverse"]);
    expect(codes(lands(...Array<number>(49).fill(1)))).toEqual([]);
    expect(codes(lands(10, ...Array<number>(60).fill(1)))).toEqual([]);
  });

  test("codes that are no region's do not break the sentence", () => {
    expect(headline({ countries: [{ code: "<b>", ips: 5 }] })).toBe("100% of it lies in one country: <b>");
  });

  test("bogons", () => {
    const bogons = [
      { provider: "a", ips: 3 },
      { provider: "b", ips: 20 },
    ];
    expect(headline({ bogons })).toBe("2% of it cannot be on the internet (bogons)");
    expect(codes({ bogons, ips: 99 })).toEqual([]);
    expect(codes({ bogons: [{ provider: "a", ips: 0 }] })).toEqual([]);
  });

  test("infrastructure: any of the hard tier, else enough of any", () => {
    const tier = (name: string, ips: number) => ({ critical: [{ tier: name, ips }], criticalIps: ips });
    expect(headline({ ips: 5, ...tier("hard", 1) })).toBe("1 IP of it (20%) is critical infrastructure");
    expect(codes({ ips: 99, ...tier("soft", 50) })).toEqual([]);
    expect(codes({ ips: 1_000_000, ...tier("soft", 10) })).toEqual(["infrastructure_present"]);
    expect(codes({ ips: 1_000_000, ...tier("soft", 9) })).toEqual([]);
    expect(codes({ ips: 90_000, ...tier("contextual", 9) })).toEqual(["infrastructure_present"]);
    expect(codes({ ips: 100, ...tier("soft", 0) })).toEqual([]);
  });
});

test("everything that is said has evidence and a method", () => {
  const said = insightsOf({
    ...NOTHING,
    ...kept(bars([1, 100]), bars([2, 600], [10, 350], [1000, 50])),
    compared: 9,
    peers: [peer(1)],
    countries: [{ code: "GR", ips: 9 }],
    bogons: [{ provider: "rfc_reserved", ips: 9 }],
    critical: [{ tier: "hard", ips: 9 }],
    criticalIps: 9,
  });
  expect(said.length).toBeGreaterThan(6);
  for (const { headline: head, evidence, methodology } of said) {
    for (const text of [head, evidence, methodology]) expect(text).toMatch(/^[^.\n]+(\.\d[^.\n]*)*[^.\n]$/);
  }
  expect(new Set(said.map(({ code }) => code)).size).toBe(said.length);
});
