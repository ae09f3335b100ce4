/** Insights of what a feed has in common with others. Related ones are left out. */
import { percentage, shortCount } from "../wording.ts";
import { FEW_IPS, FEW_PEERS, type InsightFacts, ips, type Peer, type Rule, share } from "./rule.ts";

/** Unrelated lists, those with most in common first. */
function strangers({ peers }: InsightFacts): Peer[] {
  return peers
    .filter(({ related, common }) => !related && common > 0)
    .sort((a, b) => b.common - a.common || (a.name < b.name ? -1 : 1));
}

export const independent: Rule = (facts) => {
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

export const subsetOf: Rule = (facts) => {
  const older = (peer: Peer): boolean =>
    peer.started !== null && facts.started !== null && peer.started.getTime() < facts.started.getTime();
  const best = strangers(facts).find(older);
  if (best === undefined || share(best.common, facts.ips) <= 95) return null;
  return {
    code: "subset_of",
    section: "relationships",
    headline: `${percentage(share(best.common, facts.ips))} of it is also on ${best.name}`,
    evidence: `${shortCount(best.common)} of ${ips(facts.ips)}`,
    methodology: "more than 95% on one unrelated list that is known to be older",
  };
};

export const crossCategory: Rule = (facts) => {
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
