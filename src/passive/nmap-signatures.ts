/** Recognising services by the signatures of an installed nmap (spec ivre §7.6). */
import { nmapFolders, serviceProbes } from "../model/nmap-files.ts";
import { type Probe, type ProbeMatch, parseProbes } from "./nmap-probes.ts";
import { type Translated, translate } from "./pcre.ts";
import { fill, type Recognised } from "./template.ts";

/** The signatures of one file. */
export interface NmapSignatures {
  probes: Probe[];
  byName: ReadonlyMap<string, Probe>;
}

/**
 * More of an answer than this is not looked at. Patterns backtrack, and what they are tried on comes from
 * strangers: the cap, and the literal that each pattern demands first, keep the worst case short.
 */
const MAX_SUBJECT = 4096;

interface Ready {
  literal: string;
  insensitive: boolean;
  /** Null when it cannot be used. */
  regex: RegExp | null;
}

const ready = new WeakMap<ProbeMatch, Ready>();

function make(match: ProbeMatch): Ready {
  const translated: Translated = translate(match.pattern, match.flags);
  const made: Ready = {
    literal: translated.literal,
    insensitive: translated.flags === "i",
    regex: compiled(translated),
  };
  ready.set(match, made);
  return made;
}

/** `([\w.]+)+` and the like: takes exponential time on what it does not match. */
const AMBIGUOUS = /\((?:\?:)?(?:\[[^\]]*\]|\\w)\+(?: \?)?\)[+*]/;

function compiled({ source, flags }: Translated): RegExp | null {
  if (AMBIGUOUS.test(source)) return null;
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

/** The signatures of the text of a probes file. */
export function nmapSignatures(text: string): NmapSignatures {
  const probes = parseProbes(text);
  return { probes, byName: new Map(probes.map((probe) => [`${probe.protocol} ${probe.name}`, probe])) };
}

const read = new Map<string, NmapSignatures | null>();

/** The signatures of the installed nmap, read once a process; null when there is none. */
export function installedSignatures(share?: string): NmapSignatures | null {
  for (const folder of nmapFolders(share)) {
    let known = read.get(folder);
    if (known === undefined) {
      const text = serviceProbes(folder);
      known = text === null ? null : nmapSignatures(text);
      read.set(folder, known);
    }
    if (known) return known;
  }
  return null;
}

/**
 * The service that gave an answer (bytes) to a probe, by the probe's own signatures, then those of its
 * fallbacks, then those of the probe that only listens. The first exact match wins, else the first soft one.
 */
export function matchAnswer(signatures: NmapSignatures, probe: string, answer: string): Recognised | null {
  const subject = answer.slice(0, MAX_SUBJECT);
  const lower = subject.toLowerCase();
  let soft: Recognised | null = null;
  for (const { matches } of chainOf(signatures, `TCP ${probe}`)) {
    for (const match of matches) {
      const { literal, insensitive, regex } = ready.get(match) ?? make(match);
      if (!regex || !(insensitive ? lower : subject).includes(literal)) continue;
      const groups = regex.exec(subject);
      if (!groups) continue;
      const recognised = fill(match.service, match.fields, groups);
      if (!match.soft) return recognised;
      soft ??= recognised;
    }
  }
  return soft;
}

function chainOf({ byName }: NmapSignatures, name: string): Set<Probe> {
  const first = byName.get(name);
  const names = [...(first?.fallback ?? []).map((fallback) => `TCP ${fallback}`), "TCP NULL"];
  const chain = new Set<Probe>(first ? [first] : []);
  for (const next of names) {
    const probe = byName.get(next);
    if (probe) chain.add(probe);
  }
  return chain;
}
