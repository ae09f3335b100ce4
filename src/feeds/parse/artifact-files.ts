/** Which artifact a file is, by its name. */
import { isFeedName } from "../name.ts";

export type ArtifactKind = "feed" | "history" | "changesets" | "retention" | "comparison" | "all";

const SUFFIXES = {
  "_history.csv": "history",
  "_changesets.csv": "changesets",
  "_retention.json": "retention",
  "_comparison.json": "comparison",
  ".json": "feed",
} as const satisfies Record<string, ArtifactKind>;

/**
 * The feed (null for all of them) and kind that a file name (without folders) tells; null when it tells none. A
 * `.json` may still be something else, such as a file about countries: its parser then gives null.
 */
export function artifactOf(fileName: string): { kind: ArtifactKind; feed: string | null } | null {
  if (fileName === "all-ipsets.json") return { kind: "all", feed: null };
  for (const [suffix, kind] of Object.entries(SUFFIXES)) {
    const feed = fileName.slice(0, -suffix.length);
    if (fileName.endsWith(suffix) && isFeedName(feed)) return { kind, feed };
  }
  return null;
}
