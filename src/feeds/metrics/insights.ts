/**
 * What is worth saying about a feed: rules over its derived facts (spec feeds §3.12), pure. Unlike FireHOL's, rules
 * about other lists leave related ones out, and a list that shares nothing with anybody counts as independent.
 *
 * Sentences hold names of feeds and categories as they are: whoever prints them escapes them.
 */
import { countryName } from "../country-name.ts";
import type { Update } from "./changes.ts";
import { percentile, type Retention, totalOf } from "./retention.ts";
import { duration, percentage, shortCount } from "./wording.ts";

export type InsightSection =
  | "overview"
  | "composition"
  | "retention"
  | "trends"
  | "relationships"
  | "freshness";

export interface Insight {
  code: string;
  section: InsightSection;
  /** One sentence without full stop. */
  headline: string;
  /** The numbers behind it. */
  evidence: string;
  /** How it is found. */
  methodology: string;
}

/** Another list that shares addresses with the feed. */
export interface Peer {
  name: string;
  category: string | null;
  common: number;
  related: boolean;
  started: Date | null;
}

/** Counts are of IPv4 addresses. */
export interface InsightFacts {
  category: string | null;
  ips: number;
  started: Date | null;
  /** Those with something in common. */
  peers: readonly Peer[];
  /** Unrelated lists that hold addresses, whether in common or not. */
  compared: number;
  retention: Retention;
  /** Oldest first. */
  history: readonly Update[];
  countries: readonly { code: string; ips: number }[];
  /** By provider. */
  bogons: readonly { provider: string; ips: number }[];
  /** By tier, addresses on several lists counted once. */
  critical: readonly { tier: string; ips: number }[];
  /** Addresses on any list of critical infrastructure. */
  criticalIps: number;
}

/** A rule says nothing, or something. */
type Rule = (facts: InsightFacts) => Insight | null;

/** Below, shares are mostly accident. */
const FEW_IPS = 100;
const FEW_REMOVALS = 1000;
const FEW_UPDATES = 50;
const FEW_PEERS = 5;

function share(part: number, all: number): number {
  return all > 0 ? (100 * part) / all : 0;
}

function ips(count: number): string {
  return `${shortCount(count)} ${count === 1 ? "IP" : "IPs"}`;
}

function hours(count: number): string {
  return count === 0 ? "less than an hour" : duration(count * 60);
}

const WALL_METHOD =
  "fires when at least half of the current IPs are at least 0.9 times as old as the time the feed has been observed; needs 100 IPs";

/** Addresses that are about as old as our knowledge: how long they stay is not known yet. */
function atWall({ retention }: InsightFacts): { old: number; total: number } | null {
  const total = totalOf(retention.current);
  if (total < FEW_IPS || retention.observedHours <= 0) return null;
  const old = totalOf(retention.current.filter((bar) => bar.hours >= 0.9 * retention.observedHours));
  return old * 2 >= total ? { old, total } : null;
}

const observationWall: Rule = (facts) => {
  const wall = atWall(facts);
  if (wall === null) return null;
  const { observedHours } = facts.retention;
  const part = percentage(share(wall.old, wall.total));
  return {
    code: "currently_listed_at_observation_wall",
    section: "retention",
    headline: `${part} of the listed IPs have been listed for as long as the feed has been observed`,
    evidence: `${shortCount(wall.old)} of ${ips(wall.total)}; observed for ${hours(observedHours)}`,
    methodology: WALL_METHOD,
  };
};

/** Ages of what is listed, where there are enough and they are not only as old as our knowledge. */
function currentAges(facts: InsightFacts): { p75: number; p100: number; total: number } | null {
  const { current, observedHours } = facts.retention;
  const total = totalOf(current);
  if (total < FEW_IPS || observedHours <= 0 || atWall(facts) !== null) return null;
  return { p75: percentile(current, 0.75)!, p100: percentile(current, 1)!, total };
}

const currentP75: Rule = (facts) => {
  const ages = currentAges(facts);
  if (ages === null) return null;
  return {
    code: "currently_listed_age_p75",
    section: "retention",
    headline: `75% of the listed IPs have been listed for ${hours(ages.p75)} or less`,
    evidence: `${ips(ages.total)} listed; observed for ${hours(facts.retention.observedHours)}`,
    methodology: "75th percentile of the ages of current IPs; needs 100 IPs",
  };
};

const currentP100: Rule = (facts) => {
  const ages = currentAges(facts);
  if (ages === null || ages.p100 === ages.p75) return null;
  return {
    code: "currently_listed_age_p100",
    section: "retention",
    headline: `The oldest listed IPs have been listed for ${hours(ages.p100)}`,
    evidence: `${ips(ages.total)} listed; observed for ${hours(facts.retention.observedHours)}`,
    methodology: "largest age of current IPs, where it differs from the 75th percentile; needs 100 IPs",
  };
};

/** Ages at removal, where there are enough. */
function removalAges({ retention }: InsightFacts): { at: (q: number) => number; total: number } | null {
  const total = totalOf(retention.past);
  return total < FEW_REMOVALS ? null : { at: (q) => percentile(retention.past, q)!, total };
}

const removedP75: Rule = (facts) => {
  const ages = removalAges(facts);
  if (ages === null) return null;
  const { observedHours } = facts.retention;
  const within = observedHours <= 30 * 24 ? `, in the ${hours(observedHours)} observed` : "";
  return {
    code: "removed_age_p75",
    section: "retention",
    headline: `75% of removed IPs had been listed for ${hours(ages.at(0.75))} or less${within}`,
    evidence: `${shortCount(ages.total)} removals`,
    methodology: "75th percentile of the ages at removal of IPs added while observed; needs 1,000 removals",
  };
};

/** Two ages far apart; an age of 0 hours is taken for one. */
function apart(low: number, high: number, factor: number): boolean {
  return high >= factor * Math.max(low, 1);
}

const severalPolicies: Rule = (facts) => {
  const ages = removalAges(facts);
  if (ages === null || !apart(ages.at(0.5), ages.at(0.9), 5)) return null;
  return {
    code: "multiple_retention_policies",
    section: "retention",
    headline: "IPs are removed after very different times, as under several retention policies",
    evidence: `half within ${hours(ages.at(0.5))}, 90% within ${hours(ages.at(0.9))}, of ${shortCount(ages.total)} removals`,
    methodology: "90th percentile of the ages at removal at least 5 times the median; needs 1,000 removals",
  };
};

const permanentBans: Rule = (facts) => {
  const ages = removalAges(facts);
  if (ages === null || !apart(ages.at(0.9), ages.at(1), 10)) return null;
  return {
    code: "permanent_bans",
    section: "retention",
    headline: "Some IPs stay listed far longer than the rest, as if banned for good",
    evidence: `90% within ${hours(ages.at(0.9))}, the last after ${hours(ages.at(1))}, of ${shortCount(ages.total)} removals`,
    methodology: "largest age at removal at least 10 times the 90th percentile; needs 1,000 removals",
  };
};

/** Unrelated lists, those with most in common first. */
function strangers({ peers }: InsightFacts): Peer[] {
  return peers
    .filter(({ related, common }) => !related && common > 0)
    .sort((a, b) => b.common - a.common || (a.name < b.name ? -1 : 1));
}

const independent: Rule = (facts) => {
  if (facts.ips < FEW_IPS || facts.compared < FEW_PEERS) return null;
  const nearest = strangers(facts)[0];
  const largest = share(nearest?.common ?? 0, facts.ips);
  if (largest >= 10) return null;
  return {
    code: "independent",
    section: "overview",
    headline:
      nearest === undefined
        ? "Shares no IP with any unrelated list"
        : `Largely independent: no unrelated list holds more than ${percentage(largest)} of it`,
    evidence:
      nearest === undefined
        ? `${facts.compared} unrelated lists compared`
        : `most in common with ${nearest.name}: ${ips(nearest.common)}; ${facts.compared} unrelated lists compared`,
    methodology: "largest share on a single unrelated list below 10%; needs 100 IPs and 5 lists",
  };
};

const subsetOf: Rule = (facts) => {
  const younger = (peer: Peer): boolean =>
    peer.started !== null && facts.started !== null && peer.started.getTime() > facts.started.getTime();
  const best = strangers(facts).find((peer) => !younger(peer));
  if (best === undefined || share(best.common, facts.ips) <= 95) return null;
  return {
    code: "subset_of",
    section: "relationships",
    headline: `${percentage(share(best.common, facts.ips))} of it is also on ${best.name}`,
    evidence: `${shortCount(best.common)} of ${ips(facts.ips)}`,
    methodology: "more than 95% on one unrelated list that is not known to be younger",
  };
};

const crossCategory: Rule = (facts) => {
  const others = strangers(facts).filter(({ category }) => category !== null && category !== facts.category);
  const rows = new Map<string | null, number>();
  for (const { category } of others) rows.set(category, (rows.get(category) ?? 0) + 1);
  const best = others.find(({ category }) => rows.get(category)! >= 3);
  if (best === undefined || share(best.common, facts.ips) <= 30) return null;
  return {
    code: "cross_category_overlap",
    section: "relationships",
    headline: `${percentage(share(best.common, facts.ips))} of it is on a list of another category: ${best.name} (${best.category})`,
    evidence: `${shortCount(best.common)} of ${ips(facts.ips)}; ${rows.get(best.category)} lists of ${best.category} share something`,
    methodology:
      "more than 30% on one unrelated list of a category of which at least 3 lists share something",
  };
};

const churn: Rule = ({ history }) => {
  const points: number[] = [];
  for (const { added, removed, ips: after } of history) {
    if (added !== null && removed !== null && after !== null && after > 0)
      points.push(share(added + removed, after));
  }
  if (points.length < FEW_UPDATES) return null;
  const median = points.sort((a, b) => a - b)[Math.floor(points.length / 2)]!;
  if (median >= 5 && median <= 50) return null;
  const high = median > 50;
  return {
    code: high ? "churn_high" : "churn_low",
    section: "trends",
    headline: high ? "Most of it changes with every update" : "Little of it changes with an update",
    evidence: `half of ${points.length} updates changed ${percentage(median)} or ${high ? "more" : "less"} of its size`,
    methodology: `median of (added + removed) / size above 50% or below 5%; needs ${FEW_UPDATES} updates`,
  };
};

const sizeVariation: Rule = ({ history }) => {
  const sizes = history.map((update) => update.ips).filter((size) => size !== null);
  if (sizes.length < FEW_UPDATES) return null;
  const least = sizes.reduce((a, b) => Math.min(a, b));
  const most = sizes.reduce((a, b) => Math.max(a, b));
  if (least === most) return null;
  return {
    code: "size_variation",
    section: "overview",
    headline: `Its size varied between ${ips(least)} and ${ips(most)}`,
    evidence: `${sizes.length} updates`,
    methodology: `smallest and largest size seen; needs ${FEW_UPDATES} updates`,
  };
};

const countries: Rule = (facts) => {
  const rows = [...facts.countries].sort((a, b) => b.ips - a.ips || (a.code < b.code ? -1 : 1));
  const total = totalOf(rows);
  const first = rows[0];
  if (first === undefined) return null;
  const top = share(first.ips, total);
  const located = `${ips(total)} with a known country`;
  if (top > 95) {
    return {
      code: "single_country",
      section: "composition",
      headline: `${percentage(top)} of it lies in one country: ${countryName(first.code)}`,
      evidence: `${shortCount(first.ips)} of ${located}`,
      methodology: "more than 95% of the located IPs in one country",
    };
  }
  const three = rows.slice(0, 3);
  const topThree = share(totalOf(three), total);
  if (facts.ips >= FEW_IPS && rows.length >= 3 && topThree > 70) {
    return {
      code: "country_concentrated",
      section: "composition",
      headline: `${percentage(topThree)} of it lies in three countries: ${three.map(({ code }) => countryName(code)).join(", ")}`,
      evidence: `${three.map((row) => `${row.code} ${percentage(share(row.ips, total))}`).join(", ")} of ${located}`,
      methodology:
        "more than 70% of the located IPs in three countries and at most 95% in one; needs 100 IPs and 3 countries",
    };
  }
  if (rows.length >= 50 && top < 5) {
    return {
      code: "country_diverse",
      section: "composition",
      headline: `Spread over ${rows.length} countries, none with more than ${percentage(top)}`,
      evidence: located,
      methodology: "at least 50 countries, each with less than 5% of the located IPs",
    };
  }
  return null;
};

const bogonPresent: Rule = (facts) => {
  if (facts.ips < FEW_IPS) return null;
  const most = [...facts.bogons].sort((a, b) => b.ips - a.ips || (a.provider < b.provider ? -1 : 1))[0];
  if (most === undefined || most.ips <= 0) return null;
  return {
    code: "bogon_present",
    section: "composition",
    headline: `${percentage(share(most.ips, facts.ips))} of it cannot be on the internet (bogons)`,
    evidence: `${shortCount(most.ips)} of ${ips(facts.ips)}, by ${most.provider}`,
    methodology: "largest share in reserved networks or on one list of bogons; needs 100 IPs",
  };
};

const infrastructurePresent: Rule = (facts) => {
  const hard = facts.critical.find(({ tier }) => tier === "hard")?.ips ?? 0;
  const part = share(facts.criticalIps, facts.ips);
  const much = facts.ips >= FEW_IPS && (facts.criticalIps >= 10 || (facts.criticalIps > 0 && part >= 0.01));
  if (hard <= 0 && !much) return null;
  const tiers = facts.critical
    .filter((row) => row.ips > 0)
    .map((row) => `${row.tier} ${shortCount(row.ips)}`);
  return {
    code: "infrastructure_present",
    section: "composition",
    headline: `${ips(facts.criticalIps)} of it (${percentage(part)}) ${facts.criticalIps === 1 ? "is" : "are"} critical infrastructure`,
    evidence: `by tier: ${tiers.join(", ")}`,
    methodology: "any IP of the hard tier, or of 100 IPs at least 10 or 0.01% on any tier",
  };
};

const RULES: readonly Rule[] = [
  independent,
  sizeVariation,
  countries,
  bogonPresent,
  infrastructurePresent,
  observationWall,
  currentP75,
  currentP100,
  removedP75,
  severalPolicies,
  permanentBans,
  churn,
  subsetOf,
  crossCategory,
];

/** Everything the rules say, by section: overview, composition, retention, trends, relationships. */
export function insightsOf(facts: InsightFacts): Insight[] {
  return RULES.map((rule) => rule(facts)).filter((insight) => insight !== null);
}
