/** The file nmap-service-probes: probes and what their answers look like (https://nmap.org/book/vscan-fileformat.html). */
import { bytesOf } from "./escape.ts";
import { type Fields, readFields } from "./template.ts";

/** One `match` or `softmatch` line. The pattern is made ready when it is first tried. */
export interface ProbeMatch {
  service: string;
  soft: boolean;
  pattern: string;
  flags: string;
  fields: Fields;
}

/** One `Probe` line with what follows it. */
export interface Probe {
  protocol: "TCP" | "UDP";
  name: string;
  /** The bytes sent; "" for the probe that only listens. */
  payload: string;
  fallback: string[];
  matches: ProbeMatch[];
}

const PROBE = /^Probe (TCP|UDP) (\S+) q(.)/;
const MATCH = /^(soft)?match (\S+) m(.)/;

/** The probes of a file, in its order; lines that cannot be read are left out. */
export function parseProbes(text: string): Probe[] {
  const probes: Probe[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("Probe ")) {
      const probe = readProbe(line);
      if (probe) probes.push(probe);
      continue;
    }
    const current = probes.at(-1);
    if (!current) continue;
    if (line.startsWith("match ") || line.startsWith("softmatch ")) {
      const match = readMatch(line);
      if (match) current.matches.push(match);
    } else if (line.startsWith("fallback ")) {
      current.fallback = line.slice("fallback ".length).trim().split(",");
    }
  }
  return probes;
}

function readProbe(line: string): Probe | null {
  const head = PROBE.exec(line);
  if (!head) return null;
  const [opening, protocol, name = "", delimiter = ""] = head;
  const end = line.indexOf(delimiter, opening.length);
  if (end < 0) return null;
  return {
    protocol: protocol === "UDP" ? "UDP" : "TCP",
    name,
    payload: bytesOf(line.slice(opening.length, end)),
    fallback: [],
    matches: [],
  };
}

function readMatch(line: string): ProbeMatch | null {
  const head = MATCH.exec(line);
  if (!head) return null;
  const [opening, soft, service = "", delimiter = ""] = head;
  const end = line.indexOf(delimiter, opening.length);
  if (end < 0) return null;
  const [flags = ""] = /^[is]*/.exec(line.slice(end + 1)) ?? [];
  return {
    service,
    soft: soft !== undefined,
    pattern: line.slice(opening.length, end),
    flags,
    fields: readFields(line.slice(end + 1 + flags.length)),
  };
}
