/**
 * Service and product names out of an installed nmap: `nmap-service-probes` (format:
 * https://nmap.org/book/vscan-fileformat.html) and the literals that NSE scripts assign to
 * `port.version.name` and `.product` (spec ivre §9). Read at run time, never shipped.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { nmapFolders, readBounded, serviceProbes } from "../model/nmap-files.ts";

export interface NmapNames {
  /** As written: `ssl/http` is a name of its own. */
  services: Set<string>;
  /** Products by service name; "" for those of scripts, which name no service. */
  products: Map<string, Set<string>>;
}

const MAX_SCRIPT_BYTES = 1 << 20;
const MAX_SCRIPTS = 5000;

/** The product template of a match line's fields (`p/…/`, any delimiter), or null. */
function productOf(fields: string): string | null {
  let at = 0;
  while (at < fields.length) {
    if (fields[at] === " " || fields[at] === "\t") {
      at++;
      continue;
    }
    const head = fields.startsWith("cpe:", at) ? "cpe:" : fields[at]!;
    const delimiter = fields[at + head.length];
    if (delimiter === undefined) return null;
    const start = at + head.length + 1;
    const end = fields.indexOf(delimiter, start);
    if (end < 0) return null;
    if (head === "p") return fields.slice(start, end);
    at = end + 1;
    while (at < fields.length && fields[at] !== " ") at++;
  }
  return null;
}

function add(names: NmapNames, service: string, product: string): void {
  if (product === "" || product.includes("$")) return;
  const known = names.products.get(service);
  if (known) known.add(product);
  else names.products.set(service, new Set([product]));
}

/** Names of the match and softmatch lines of a probes file. */
export function parseProbes(text: string, names: NmapNames): void {
  for (const line of text.split("\n")) {
    const match = /^(?:soft)?match\s+(\S+)\s+m(.)/.exec(line);
    if (!match) continue;
    const [head, service = "", delimiter = ""] = match;
    names.services.add(service);
    const end = line.indexOf(delimiter, head.length);
    if (end < 0) continue;
    const fields = line.slice(end + 1).replace(/^[is]*/, "");
    const product = productOf(fields);
    if (product !== null) add(names, service, product);
  }
}

/** Names that a script assigns. */
export function parseScript(text: string, names: NmapNames): void {
  for (const [, member, double, single] of text.matchAll(
    /\bversion\.(name|product)\s{0,20}=\s{0,20}(?:"([^"\\\n]*)"|'([^'\\\n]*)')/g,
  )) {
    const value = double ?? single ?? "";
    if (member === "product") add(names, "", value);
    else if (value !== "") names.services.add(value);
  }
}

const read = new Map<string, NmapNames | null>();

/** The names of the nmap in a folder, read once a process; null when there is none. */
function namesIn(folder: string): NmapNames | null {
  const known = read.get(folder);
  if (known !== undefined) return known;
  const probes = serviceProbes(folder);
  let names: NmapNames | null = null;
  if (probes !== null) {
    names = { services: new Set(), products: new Map() };
    parseProbes(probes, names);
    for (const script of scriptsOf(folder)) {
      const text = readBounded(script, MAX_SCRIPT_BYTES);
      if (text !== null) parseScript(text, names);
    }
  }
  read.set(folder, names);
  return names;
}

function scriptsOf(folder: string): string[] {
  try {
    return readdirSync(join(folder, "scripts"))
      .filter((file) => file.endsWith(".nse"))
      .slice(0, MAX_SCRIPTS)
      .map((file) => join(folder, "scripts", file));
  } catch {
    return [];
  }
}

/** The names of the installed nmap, the one of GADWALL_NMAP_SHARE when that is set; null when there is none. */
export function nmapNames(share?: string): NmapNames | null {
  for (const folder of nmapFolders(share)) {
    const names = namesIn(folder);
    if (names) return names;
  }
  return null;
}
