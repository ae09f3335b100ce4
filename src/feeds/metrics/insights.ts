/**
 * What is worth saying about a feed: rules over its derived facts (spec feeds §3.12), pure. Unlike FireHOL's, rules
 * about other lists leave related ones out, and a list that shares nothing with anybody counts as independent.
 *
 * Sentences hold names of feeds and categories as they are: whoever prints them escapes them.
 */
import {
  currentP75,
  currentP100,
  observationWall,
  permanentBans,
  removedP75,
  severalPolicies,
} from "./insights/ages.ts";
import { churn, sizeVariation } from "./insights/changes.ts";
import { bogonPresent, countries, infrastructurePresent } from "./insights/composition.ts";
import { crossCategory, independent, subsetOf } from "./insights/peers.ts";
import type { Insight, InsightFacts, Rule } from "./insights/rule.ts";

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
