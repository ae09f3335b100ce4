/** Filters that have no meaning for a purpose are refused when they are built, by name. */
import { UserError } from "../model/errors.ts";
import { PURPOSES, type Purpose } from "../model/purpose.ts";
import type { Filter, Leaf, LeafKind } from "./ast.ts";

/** What a leaf is called towards users, and why it is not for passive records; null when it is. */
const NOT_PASSIVE: Record<
  Exclude<LeafKind, "recontype" | "sensor">,
  [called: string, instead: string] | null
> = {
  all: null,
  net: null,
  host: null,
  range: null,
  family: null,
  hostname: null,
  domain: null,
  port: null,
  source: null,
  countports: ["The number of open ports", "passive records are single observations"],
  country: ["Country", "passive records are not located"],
  city: ["City", "passive records are not located"],
  asnum: ["The AS number", "passive records are not located"],
  asname: ["The AS name", "passive records are not located"],
  os: ["The operating system", "passive records carry no OS detection"],
  script: ["Scripts", "passive records carry no script results"],
  cve: ["Vulnerabilities", "passive records carry no tags"],
  category: ["Category", "passive records carry a sensor instead"],
  tag: ["Tags", "passive records carry no tags"],
  cpe: ["CPE", "passive records carry no CPE"],
  hop: ["Traceroute hops", "passive records carry no routes"],
  mac: ["The MAC address of a host", "passive records carry no further addresses"],
};

function refuse(leaf: Leaf, purpose: Purpose): string | null {
  if (leaf.k === "recontype" || leaf.k === "sensor")
    return purpose === "passive"
      ? null
      : `The ${leaf.k} is known for passive records only: use purpose "passive".`;
  if (purpose !== "passive") return null;
  const reason = NOT_PASSIVE[leaf.k];
  if (reason !== null)
    return `${reason[0]} cannot be asked of purpose "passive" (${reason[1]}): use purpose "view" or "nmap".`;
  if (leaf.k !== "port") return null;
  if (leaf.protocol !== undefined && leaf.protocol !== "tcp")
    return `Passive records know TCP ports only, not ${leaf.protocol}: use purpose "view" or "nmap".`;
  if (leaf.state !== undefined && leaf.state !== "open")
    return `Passive records know no ${leaf.state} ports: use purpose "view" or "nmap".`;
  for (const [field, called] of [
    ["devicetype", "device type"],
    ["ostype", "operating system"],
    ["extrainfo", "extra information"],
    ["tunnel", "tunnel"],
  ] as const)
    if (leaf[field] !== undefined)
      return `The ${called} of a service cannot be asked of purpose "passive": use purpose "view" or "nmap".`;
  return null;
}

/** Throws UserError when some leaf has no meaning for the purpose, naming a purpose where it has one. */
export function checkFor(filter: Filter, purpose: Purpose): void {
  if (!PURPOSES.includes(purpose)) throw new UserError(`Unknown purpose: use ${PURPOSES.join(", ")}.`);
  switch (filter.k) {
    case "and":
    case "or":
      for (const part of filter.of) checkFor(part, purpose);
      return;
    case "not":
      checkFor(filter.of, purpose);
      return;
    default: {
      const sentence = refuse(filter, purpose);
      if (sentence !== null) throw new UserError(sentence);
    }
  }
}
