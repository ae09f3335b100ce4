/** Insights of where the addresses of a feed lie, and what they are. */
import { countryName } from "../../country-name.ts";
import { totalOf } from "../retention.ts";
import { percentage, shortCount } from "../wording.ts";
import { FEW_IPS, ips, type Rule, share } from "./rule.ts";

export const countries: Rule = (facts) => {
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

export const bogonPresent: Rule = (facts) => {
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

export const infrastructurePresent: Rule = (facts) => {
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
