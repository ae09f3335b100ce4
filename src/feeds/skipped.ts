import { amount } from "../model/amount.ts";
import { SKIP_REASONS, type SkipReason } from "./parse/address-line.ts";
import type { SkippedLine } from "./parse/list-builder.ts";

/** "5 lines left out (3 hold a host name, which is never resolved; …)"; null when there are none. */
export function tellSkipped(
  skipped: Readonly<Record<string, number>>,
  examples: readonly SkippedLine[] = [],
): string | null {
  const sum = Object.values(skipped).reduce((all, count) => all + count, 0);
  return sum === 0
    ? null
    : `${amount(sum, "line")} left out (${skippedReasons(skipped, examples).join("; ")})`;
}

/** "3 hold a host name, which is never resolved: line 7 (example.com)", the most frequent reason first. */
export function skippedReasons(
  skipped: Readonly<Record<string, number>>,
  examples: readonly SkippedLine[],
): string[] {
  return Object.entries(skipped)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => {
      const told = `${count} ${count === 1 ? "holds" : "hold"} ${SKIP_REASONS[reason as SkipReason]}`;
      const example = examples.find((line) => line.reason === reason);
      if (example === undefined) return told;
      return `${told}: line ${example.line}${example.text === "" ? "" : ` (${example.text})`}`;
    });
}
