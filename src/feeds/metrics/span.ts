/**
 * Sums of 128-bit lengths. DuckDB sums UHUGEINT as floating point, and HUGEINT overflows at half of IPv6 (lists of
 * bogons hold more than that), so the two halves are summed apart and put together again.
 */

const HALF = "18446744073709551616::UHUGEINT";

/** The upper and the lower 64 bits of a UHUGEINT expression, as numbers that may be summed. */
export function halves(expression: string): { high: string; low: string } {
  return { high: `(${expression} // ${HALF})::HUGEINT`, low: `(${expression} % ${HALF})::HUGEINT` };
}

/** A UHUGEINT of a sum of upper and a sum of lower halves. */
export function whole(high: string, low: string): string {
  return `(coalesce(${high}, 0)::UHUGEINT * ${HALF} + coalesce(${low}, 0)::UHUGEINT)`;
}
