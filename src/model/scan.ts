/**
 * What an active scan says: the records that `ingest` yields and `store` loads.
 *
 * Times are seconds since the epoch (UTC, fractions kept), addresses 128-bit integers (model/ip.ts).
 * Absent facts are absent (undefined), never empty strings. Names follow Nmap's DTD and IVRE's record
 * model (spec ivre §6.1).
 */
import type { Json } from "./json.ts";
import type { Observation } from "./passive.ts";

export interface Script {
  id: string;
  output: string;
  /** Key under which `data` is stored in the record: the script id or its alias (`vulns`; spec §2.4). */
  key?: string;
  /** Structured output as plain JSON data; leaf values of nmap's own tables are strings. */
  data?: Json;
}

export interface Service {
  name?: string;
  product?: string;
  version?: string;
  extrainfo?: string;
  ostype?: string;
  devicetype?: string;
  hostname?: string;
  tunnel?: string;
  method?: string;
  conf?: number;
  servicefp?: string;
  rpcnum?: number;
  lowver?: number;
  highver?: number;
}

/** A picture of what a port shows. */
export interface Screenshot {
  /** Bare name of a picture file beside the scan, whose content the importer puts into `data`. */
  file?: string;
  /** `field`: there is a picture; `empty`: IVRE found it blank (its exports only). */
  kind?: "field" | "empty";
  /** JPEG, PNG or GIF. */
  data?: Uint8Array;
  /** Words that IVRE read in it, lower case (its exports only). */
  words?: string[];
}

export interface Port {
  /** Absent on the pseudo-port that carries host scripts. */
  protocol?: string;
  /** -1 for the pseudo-port that carries host scripts (spec §6.1). */
  port: number;
  state?: string;
  reason?: string;
  reasonTtl?: number;
  reasonIp?: bigint;
  service?: Service;
  scripts: Script[];
  screenshot?: Screenshot;
}

export interface Cpe {
  /** a, o or h. */
  type: string;
  vendor: string;
  product: string;
  /** Everything after the product; may be "". */
  version: string;
  /** Where it was found, in IVRE's spelling: `ports.port:22`, `os.osmatch.line:67241` … */
  origins: string[];
}

export interface Hop {
  ttl: number;
  /** Milliseconds; absent when nmap printed "--". */
  rtt?: number;
  addr?: bigint;
  host?: string;
}

export interface Trace {
  protocol?: string;
  port?: number;
  hops: Hop[];
}

/** Unlisted ports of one state, summed up. */
export interface ExtraPorts {
  state: string;
  total: number;
  reasons: {
    reason: string;
    count: number;
    protocol?: string /** nmap's port list, e.g. "1,3-7" */;
    ports?: string;
  }[];
}

export interface Host {
  /** Absent for a host known only by its MAC or name. */
  addr?: bigint;
  /** Further addresses, lower case; type as nmap's addrtype (mac, ipv4, ipv6). */
  addresses: { type: string; value: string; vendor?: string }[];
  /** "up"; absent where nobody looked (a host known from answers of DNS only, in IVRE's view). */
  state?: string;
  reason?: string;
  reasonTtl?: number;
  starttime?: number;
  endtime?: number;
  timedout: boolean;
  hostnames: { name: string; type?: string }[];
  ports: Port[];
  extraports: ExtraPorts[];
  os?: {
    portused?: { /** "tcp_22" */ port: string; state: string };
    fingerprint?: string;
    matches: { name: string; accuracy: string; line?: string }[];
    classes: { type?: string; vendor?: string; osfamily?: string; osgen?: string; accuracy?: string }[];
  };
  cpes: Cpe[];
  traces: Trace[];
  /** Seconds since boot as nmap guessed it. */
  uptime?: number;
  /** Network distance in hops. */
  distance?: number;
  /** Only where the input itself says them (IVRE's exports); the others are set for a whole import. */
  sources?: string[];
  categories?: string[];
  tags?: { value: string; type?: string; info?: string[] }[];
}

/** A host that was looked at and found down: not a record of its own, but needed to know what was looked at. */
export interface DownHost {
  addr?: bigint;
  reason?: string;
  starttime?: number;
  endtime?: number;
}

/** One run of a scanner: one XML document. */
export interface Run {
  scanner: string;
  version?: string;
  /** The command line, as the scanner recorded it. */
  args?: string;
  start?: number;
  end?: number;
  /** nmap's `exit` attribute: "success", "error" … */
  exit?: string;
  /** True only when the document says that the run came to its end. */
  finished: boolean;
  /** Seconds. */
  elapsed?: number;
  summary?: string;
  errormsg?: string;
  hostsUp?: number;
  hostsDown?: number;
  hostsTotal?: number;
  scaninfo: { type: string; protocol: string; numservices?: number; services: string }[];
  targets: { specification: string; status?: string; reason?: string }[];
  /** Pre- and postscript results of the whole run. */
  scripts: (Script & { phase: "pre" | "post" })[];
}

/**
 * What a parser yields, in document order. `run` opens a document; every `host` and `down` until its
 * `runEnd` belongs to it. `runEnd` comes also for a document that breaks off (then `finished` is false
 * and a `broken` event follows). A parser never throws for what a file contains.
 */
export type ScanEvent =
  | { kind: "run" }
  | { kind: "observation"; observation: Observation }
  | { kind: "host"; host: Host }
  | { kind: "down"; host: DownHost }
  | { kind: "runEnd"; run: Run }
  /**
   * At the end of a file of logs, once for each kind of log in it: how many lines it has, how many of them gave
   * observations, how many could not be read. With `skip`, nothing was looked for in them, for that reason.
   */
  | { kind: "log"; log: string; lines: number; used: number; unreadable: number; skip?: string }
  | { kind: "warning"; message: string; line?: number; byte?: number }
  | { kind: "broken"; message: string; line: number; byte: number };
