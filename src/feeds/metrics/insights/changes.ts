/** Insights of how much a feed changes. */
import { percentage } from "../wording.ts";
import { FEW_UPDATES, ips, type Rule, share } from "./rule.ts";

export const churn: Rule = ({ history }) => {
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

export const sizeVariation: Rule = ({ history }) => {
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
