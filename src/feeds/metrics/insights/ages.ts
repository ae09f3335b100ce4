/** Insights of how long addresses stay listed. */
import { percentile, totalOf } from "../retention.ts";
import { percentage, shortCount } from "../wording.ts";
import { FEW_IPS, FEW_REMOVALS, hours, type InsightFacts, ips, type Rule, share } from "./rule.ts";

const WALL_METHOD =
  "fires when at least half of the current IPs are at least 0.9 times as old as the time the feed has been observed; needs 100 IPs";

/** Addresses that are about as old as our knowledge: how long they stay is not known yet. */
function atWall({ retention }: InsightFacts): { old: number; total: number } | null {
  const total = totalOf(retention.current);
  if (total < FEW_IPS || retention.observedHours <= 0) return null;
  const old = totalOf(retention.current.filter((bar) => bar.hours >= 0.9 * retention.observedHours));
  return old * 2 >= total ? { old, total } : null;
}

export const observationWall: Rule = (facts) => {
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

export const currentP75: Rule = (facts) => {
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

export const currentP100: Rule = (facts) => {
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

export const removedP75: Rule = (facts) => {
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

export const severalPolicies: Rule = (facts) => {
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

export const permanentBans: Rule = (facts) => {
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
