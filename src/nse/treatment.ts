/** What taking a script result apart means: the interface between nmap's XML and the treatments of this room. */
import type { Json } from "../model/json.ts";
import type { Script } from "../model/scan.ts";

/** A script result as nmap wrote it. */
export interface NseResult {
  id: string;
  output: string;
  /** Its table as plain data, leaf values are texts (spec ivre §7.2); absent when it has none. */
  data?: Json;
  /** Keys of the table as nmap wrote them, by what they are in `data`: only those that had a dot. */
  keys?: ReadonlyMap<string, string>;
}

/** What is stored for a result, and what else it tells of the host. */
export interface Findings {
  /** Usually the one script; several where a result is split, none where it says nothing. */
  scripts: Script[];
  /** Names that the host told of itself, as found; what is no host name is refused later (spec §6.1). */
  hostnames?: { name: string; type: string }[];
  /** CPE names (`cpe:/a:…`). */
  cpes?: string[];
  /** Further addresses of the host. */
  addresses?: { type: string; value: string }[];
  /** What the script says that it saved a picture as: should be the bare name of a file, but may be anything. */
  screenshot?: string;
}

/** Takes one result apart. Pure; never throws: what it cannot read stays as nmap wrote it. */
export type Treatment = (result: NseResult) => Findings;

/** The result as nmap wrote it, under its own name. */
export function asWritten({ id, output, data }: NseResult): Findings {
  return { scripts: [data === undefined ? { id, output } : { id, output, key: id, data }] };
}
