/** What nmap's XML says of a host's operating system: `os`, `portused`, `osmatch`, `osclass`, `osfingerprint`. */
import type { Host } from "../model/scan.ts";
import { type Attributes, filled, integer, MAX_PORT } from "./nmap-values.ts";

type Os = NonNullable<Host["os"]>;

const CLASS_TEXTS = ["type", "vendor", "osfamily", "osgen", "accuracy"] as const;

/** Old versions of nmap write classes beside the matches, newer ones within: both are taken as they come. */
export class OsReader {
  readonly #host: Host;
  #line: string | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Where a CPE comes from that stands here and in no port. */
  get origin(): string {
    return this.#line === undefined ? "os.osclass" : `os.osmatch.line:${this.#line}`;
  }

  /** `os`: there is a guess, even an empty one. */
  start(): Os {
    this.#host.os ??= { matches: [], classes: [] };
    return this.#host.os;
  }

  /** nmap lists several (an open and a closed TCP port, a closed UDP port); IVRE keeps the last. */
  portused(a: Attributes): void {
    if (filled(a.proto) === undefined || integer(a.portid, 0, MAX_PORT) === undefined) return;
    this.start().portused = { port: `${a.proto}_${a.portid}`, state: a.state ?? "" };
  }

  match(a: Attributes): void {
    const line = filled(a.line);
    this.#line = line;
    const match: Os["matches"][number] = { name: a.name ?? "", accuracy: a.accuracy ?? "" };
    if (line !== undefined) match.line = line;
    this.start().matches.push(match);
  }

  endMatch(): void {
    this.#line = undefined;
  }

  osclass(a: Attributes): void {
    const entry: Os["classes"][number] = {};
    for (const key of CLASS_TEXTS) if (filled(a[key]) !== undefined) entry[key] = a[key];
    this.start().classes.push(entry);
  }

  fingerprint(a: Attributes): void {
    if (filled(a.fingerprint) !== undefined) this.start().fingerprint = a.fingerprint;
  }
}
