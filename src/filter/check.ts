/** Filters that have no meaning for a purpose are refused when they are built, by name. */
import { about, UserError } from "../model/errors.ts";
import { PURPOSES, type Purpose } from "../model/purpose.ts";
import type { Filter, Leaf, LeafKind } from "./ast.ts";

/** Leaves of passive records alone, as they are called towards users. */
const ONLY_PASSIVE: Partial<Record<LeafKind, string>> = {
  recontype: "The kind of an observation",
  sensor: "The sensor",
  value: "The value of an observation",
  targetval: "What an observation leads to (answer, targetval)",
};

/** Leaves that passive records have no meaning for: what they are called, and why or what to ask instead. */
const NOT_PASSIVE: Partial<Record<LeafKind, readonly [called: string, instead: string]>> = {
  countports: ["The number of open ports", "passive records are single observations"],
  city: ["City", "passive records are located by country and AS only"],
  os: ["The operating system", "passive records carry no OS detection"],
  script: ["Scripts", "passive records carry no script results"],
  cve: ["Vulnerabilities", "passive records carry no tags"],
  tag: ["Tags", "passive records carry no tags"],
  cpe: ["CPE", "passive records carry no CPE"],
  hop: ["Traceroute hops", "passive records carry no routes"],
  mac: ["The MAC address of a host", "recontype:MAC_ADDRESS value:… finds observed ones"],
};

function refuse(leaf: Leaf, purpose: Purpose): string | null {
  if (purpose !== "passive") {
    const called = ONLY_PASSIVE[leaf.k];
    if (called !== undefined) return `${called} is known for passive records only: use purpose "passive".`;
    if ((leaf.k === "hostname" || leaf.k === "domain") && leaf.dns)
      return 'Names of DNS answers alone (dns) can be asked of passive records only: use purpose "passive", or hostname and domain for all names.';
    return null;
  }
  const reason = NOT_PASSIVE[leaf.k];
  if (reason !== undefined)
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
  about("purpose", () => check(filter, purpose));
}

function check(filter: Filter, purpose: Purpose): void {
  if (!PURPOSES.includes(purpose)) throw new UserError(`Unknown purpose: use ${PURPOSES.join(", ")}.`);
  switch (filter.k) {
    case "and":
    case "or":
      for (const part of filter.of) check(part, purpose);
      return;
    case "not":
      check(filter.of, purpose);
      return;
    default: {
      const sentence = refuse(filter, purpose);
      if (sentence !== null) throw new UserError(sentence);
    }
  }
}
