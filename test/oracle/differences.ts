/** The tables of docs/differences.md: which differences are expected. */
import { existsSync, readFileSync } from "node:fs";

export interface Expected {
  /** Questions that differ though all improvements are off. */
  always: Set<string>;
  /** Questions that differ because of improvements, named by their options. */
  improved: Map<string, readonly string[]>;
}

/** The options that switch improvements, as the tables and the environment name them. */
export const IMPROVEMENTS: Readonly<Record<string, string>> = {
  "--geo": "GADWALL_GEO",
  "--close-unlisted": "GADWALL_CLOSE_UNLISTED",
  "--vulners-as-vulns": "GADWALL_VULNERS_AS_VULNS",
};

/**
 * Reads the rows that begin with question numbers; where the second column names options of improvements, the row
 * is about those.
 */
export function expectedDifferences(path: string): Expected {
  const expected: Expected = { always: new Set(), improved: new Map() };
  if (!existsSync(path)) return expected;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (!line.startsWith("| q")) continue;
    const [, ids = "", second = ""] = line.split("|");
    const options = Object.keys(IMPROVEMENTS).filter((name) => second.includes(name));
    for (const [id] of ids.matchAll(/q\d+/g)) {
      if (options.length === 0) expected.always.add(id);
      else expected.improved.set(id, options);
    }
  }
  return expected;
}
