import { didYouMean } from "../model/nearest.ts";
import { cap, clean } from "../model/text.ts";
import { ALL_KEYS } from "./config.ts";
import type { Environment } from "./folders.ts";
import { variableOf } from "./settings.ts";

const PREFIX = "GADWALL_";
/** Those that are no setting. */
const OTHERS = ["GADWALL_CONFIG", "GADWALL_FEEDS", "GADWALL_NMAP_SHARE", "GADWALL_DEBUG"];
const KNOWN = [...ALL_KEYS.map(variableOf), ...OTHERS].map((name) => name.slice(PREFIX.length));

/** A sentence for each variable that looks like ours and means nothing, as a misspelt one does. */
export function unknownVariables(env: Environment): string[] {
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith(PREFIX) && value !== undefined && value !== "")
    .map(([name]) => name.slice(PREFIX.length))
    .filter((name) => !KNOWN.includes(name))
    .map(
      (name) =>
        `WARNING: ${PREFIX}${cap(clean(name), 60)} means nothing here.${didYouMean(name, KNOWN, PREFIX)}`,
    );
}
