import { amount } from "../model/amount.ts";
import { SKIP_REASONS, type SkipReason } from "./parse/address-line.ts";

/** "5 lines left out (3 hold a host name, which is never resolved; …)"; null when there are none. */
export function tellSkipped(skipped: Readonly<Record<string, number>>): string | null {
  const parts = Object.entries(skipped).toSorted(([, a], [, b]) => b - a);
  const sum = parts.reduce((all, [, count]) => all + count, 0);
  if (sum === 0) return null;
  const reasons = parts.map(
    ([reason, count]) => `${count} ${count === 1 ? "holds" : "hold"} ${SKIP_REASONS[reason as SkipReason]}`,
  );
  return `${amount(sum, "line")} left out (${reasons.join("; ")})`;
}
