/** What pages are about. */
export const ANALYSIS_TYPES = ["feed", "country", "asn", "maintainer"] as const;
export type AnalysisType = (typeof ANALYSIS_TYPES)[number];

/** A type as people write it: "Feed", "AS"; the value itself when it is none. */
export function asAnalysisType(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const type = value.trim().toLowerCase();
  return type === "as" ? "asn" : type;
}
