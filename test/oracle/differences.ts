/** The tables of docs/differences.md: which differences are expected. */
import { existsSync, readFileSync } from "node:fs";

export interface Expected {
  /** Questions that differ though all improvements are off. */
  always: Set<string>;
  /** Questions that differ because of one improvement, named by its option. */
  improved: Map<string, string>;
}

/** The options that switch improvements, as the tables and the environment name them. */
export const IMPROVEMENTS: Readonly<Record<string, string>> = {
  "--geo": "GADWALL_GEO",
  "--close-unlisted": "GADWALL_CLOSE_UNLISTED",
  "--vulners-as-vulns": "GADWALL_VULNERS_AS_VULNS",
};

/**
 * Reads the rows that begin with question numbers; where the second column names an improvement's option, the row
 * is about that improvement.
 */
export function expectedDifferences(path: string): Expected {
  const expected: Expected = { always: new Set(), improved: new Map() };
  if (!existsSync(path)) return expected;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (!line.startsWith("| q")) continue;
    const [, ids = "", second = ""] = line.split("|");
    const option = Object.keys(IMPROVEMENTS).find((name) => second.includes(name));
    for (const [id] of ids.matchAll(/q\d+/g)) {
      if (option === undefined) expected.always.add(id);
      else expected.improved.set(id, option);
    }
  }
  return expected;
}
