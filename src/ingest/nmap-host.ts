/** One `host` element of nmap's XML to a record: what is kept and how is spec ivre §6.1 and §7.2. */
import type { DownHost, Host, Port, Script, Trace } from "../model/scan.ts";
import type { Findings } from "../nse/treatment.ts";
import { CpeSet } from "./cpe.ts";
import { readService, serviceHostname } from "./nmap-service.ts";
import { type Attributes, address, decimal, derivedName, filled, integer, seconds } from "./nmap-values.ts";

export type Warn = (message: string) => void;

const MAX_INT = 2_147_483_647;

/** Port numbers are 16 bits; so are, generously, the protocol numbers of an IP protocol scan. */
const MAX_PORT = 65_535;

export class HostReader {
  readonly #host: Host;
  readonly #warn: Warn;
  #cpes: CpeSet | null = null;
  #port: Port | null = null;
  /** False inside a port that is skipped, or a service that is only a guess from the port number. */
  #keepPort = false;
  #keepService = false;
  #osLine: string | undefined;
  #trace: Trace | null = null;
  #extra: Host["extraports"][number] | null = null;
  #hostScripts: Script[] = [];
  /** Names that services and scripts told, by type and name; they come after those that nmap was given or looked up. */
  readonly #derivedNames = new Map<string, { name: string; type: string }>();
  /** What messages call the host. */
  #label = "a host";

  constructor(attributes: Attributes, warn: Warn) {
    this.#warn = warn;
    this.#host = {
      addresses: [],
      state: "up",
      timedout: attributes.timedout === "true",
      hostnames: [],
      ports: [],
      extraports: [],
      cpes: [],
      traces: [],
    };
    const starttime = this.#time(attributes.starttime, "start time");
    if (starttime !== undefined) this.#host.starttime = starttime;
    const endtime = this.#time(attributes.endtime, "end time");
    if (endtime !== undefined) this.#host.endtime = endtime;
  }

  open(name: string, a: Attributes): void {
    switch (name) {
      case "status":
        this.#status(a);
        return;
      case "address":
        this.#address(a);
        return;
      case "hostname": {
        const text = filled(a.name);
        if (text === undefined) return;
        const type = filled(a.type);
        this.#host.hostnames.push(type === undefined ? { name: text } : { name: text, type });
        if (this.#label === "a host") this.#label = text;
        return;
      }
      case "extraports":
        this.#extraports(a);
        return;
      case "extrareasons":
        this.#extrareasons(a);
        return;
      case "port":
        this.#openPort(a);
        return;
      case "state":
        this.#state(a);
        return;
      case "service":
        this.#service(a);
        return;
      case "os":
        this.#os();
        return;
      case "portused":
        this.#portused(a);
        return;
      case "osmatch":
        this.#osmatch(a);
        return;
      case "osclass":
        this.#osclass(a);
        return;
      case "osfingerprint":
        if (filled(a.fingerprint) !== undefined) this.#os().fingerprint = a.fingerprint;
        return;
      case "trace":
        this.#openTrace(a);
        return;
      case "hop":
        this.#hop(a);
        return;
      case "uptime": {
        const uptime = this.#integer(a.seconds, 0, Number.MAX_SAFE_INTEGER, "uptime");
        if (uptime !== undefined) this.#host.uptime = uptime;
        return;
      }
      case "distance": {
        const distance = this.#integer(a.value, 0, 255, "distance");
        if (distance !== undefined) this.#host.distance = distance;
        return;
      }
    }
  }

  close(name: string): void {
    switch (name) {
      case "port":
        if (this.#keepPort) this.#host.ports.push(this.#port!);
        this.#port = null;
        this.#keepPort = false;
        this.#keepService = false;
        return;
      case "service":
        this.#keepService = false;
        return;
      case "osmatch":
        this.#osLine = undefined;
        return;
      case "trace":
        if (this.#trace !== null) this.#host.traces.push(this.#trace);
        this.#trace = null;
        return;
      case "extraports":
        this.#extra = null;
        return;
    }
  }

  cpe(text: string): void {
    let origin: string;
    if (this.#port !== null) {
      if (!this.#keepPort || !this.#keepService) return;
      origin = `ports.port:${this.#port.port}`;
    } else {
      origin = this.#osLine === undefined ? "os.osclass" : `os.osmatch.line:${this.#osLine}`;
    }
    this.#cpes ??= new CpeSet();
    this.#cpes.add(text, origin);
  }

  /** What a script found; of a port that is skipped, nothing is kept. */
  script({ scripts, hostnames, cpes, addresses, screenshot }: Findings, ofHost: boolean): void {
    const port = ofHost ? null : this.#port;
    if (!ofHost && !this.#keepPort) return;
    const known = port?.scripts ?? this.#hostScripts;
    for (const script of scripts) if (!addToList(known, script)) known.push(script);
    for (const { name, type } of hostnames ?? []) this.#addDerivedName(name, type);
    for (const address of addresses ?? []) this.#addFurtherAddress(address);
    if (screenshot !== undefined && port !== null) port.screenshot ??= { file: screenshot };
    const id = scripts[0]?.id;
    if (cpes === undefined || id === undefined) return;
    const origin = port === null ? `scripts.id:${id}` : `ports{port:${port.port}, scripts.id:${id}}`;
    this.#cpes ??= new CpeSet();
    for (const cpe of cpes) this.#cpes.add(cpe, origin);
  }

  /** The record of a host that is up, what is known of one that is down, or null for one not looked at. */
  finish(): { host: Host } | { down: DownHost } | null {
    const host = this.#host;
    if (host.state === "down") {
      const down: DownHost = {};
      if (host.addr !== undefined) down.addr = host.addr;
      if (host.reason !== undefined) down.reason = host.reason;
      if (host.starttime !== undefined) down.starttime = host.starttime;
      if (host.endtime !== undefined) down.endtime = host.endtime;
      return { down };
    }
    if (host.state !== "up") return null;
    if (this.#hostScripts.length > 0) host.ports.push({ port: -1, scripts: this.#hostScripts });
    // IVRE's order: by protocol, the pseudo-port (without one) first, then by number (spec §5.1).
    if (host.ports.length > 1) host.ports.sort(byProtocolAndNumber);
    if (this.#cpes !== null) host.cpes = this.#cpes.list();
    for (const { name, type = "" } of host.hostnames) this.#derivedNames.delete(`${type} ${name}`);
    for (const derived of this.#derivedNames.values()) host.hostnames.push(derived);
    return { host };
  }

  #integer(text: string | undefined, min: number, max: number, what: string): number | undefined {
    const value = integer(text, min, max);
    if (value === undefined && text !== undefined && text !== "") {
      this.#warn(`the ${what} "${text}" of ${this.#label} is no number from ${min} to ${max}: left out`);
    }
    return value;
  }

  #time(text: string | undefined, what: string): number | undefined {
    const value = seconds(text);
    if (value === undefined && text !== undefined && text !== "") {
      this.#warn(`the ${what} "${text}" of a host is no time in seconds: left out`);
    }
    return value;
  }

  #status(a: Attributes): void {
    const host = this.#host;
    host.state = filled(a.state) ?? "up";
    if (filled(a.reason) !== undefined) host.reason = a.reason;
    const ttl = this.#integer(a.reason_ttl, 0, 255, "reason TTL");
    if (ttl !== undefined) host.reasonTtl = ttl;
  }

  #address(a: Attributes): void {
    const host = this.#host;
    const text = a.addr ?? "";
    const type = filled(a.addrtype) ?? "ipv4";
    if (type !== "ipv4" && type !== "ipv6") {
      if (text === "") return;
      const vendor = filled(a.vendor);
      const value = text.toLowerCase();
      host.addresses.push(vendor === undefined ? { type, value } : { type, value, vendor });
      if (this.#label === "a host") this.#label = text;
      return;
    }
    const addr = address(text);
    if (addr === undefined) {
      this.#warn(`"${text}" is no address: left out`);
      return;
    }
    if (host.addr === undefined) {
      host.addr = addr;
      this.#label = text;
    } else {
      host.addresses.push({ type, value: text.toLowerCase() });
    }
  }

  #extraports(a: Attributes): void {
    const state = filled(a.state);
    const count = this.#integer(a.count, 0, MAX_INT, "count of unlisted ports");
    if (state === undefined || count === undefined) return;
    const known = this.#host.extraports.find((extra) => extra.state === state);
    if (known !== undefined) {
      known.total += count;
      this.#extra = known;
    } else {
      this.#extra = { state, total: count, reasons: [] };
      this.#host.extraports.push(this.#extra);
    }
  }

  #extrareasons(a: Attributes): void {
    const count = this.#integer(a.count, 0, MAX_INT, "count of unlisted ports");
    if (this.#extra === null || count === undefined) return;
    const reason: Host["extraports"][number]["reasons"][number] = { reason: a.reason ?? "", count };
    if (filled(a.proto) !== undefined) reason.protocol = a.proto;
    if (filled(a.ports) !== undefined) reason.ports = a.ports;
    this.#extra.reasons.push(reason);
  }

  #openPort(a: Attributes): void {
    const port = integer(a.portid, 0, MAX_PORT);
    const protocol = filled(a.protocol);
    this.#keepPort = port !== undefined && protocol !== undefined;
    this.#port = { protocol, port: port ?? 0, scripts: [] };
    if (!this.#keepPort) {
      this.#warn(`"${a.protocol ?? ""}" "${a.portid ?? ""}" is no port (${this.#label}): left out`);
    }
  }

  #state(a: Attributes): void {
    const port = this.#port;
    if (port === null) return;
    if (filled(a.state) !== undefined) port.state = a.state;
    if (filled(a.reason) !== undefined) port.reason = a.reason;
    const ttl = this.#integer(a.reason_ttl, 0, 255, "reason TTL");
    if (ttl !== undefined) port.reasonTtl = ttl;
    if (filled(a.reason_ip) === undefined) return;
    const ip = address(a.reason_ip);
    if (ip === undefined) this.#warn(`"${a.reason_ip}" is no address: left out`);
    else port.reasonIp = ip;
  }

  #service(a: Attributes): void {
    const port = this.#port;
    const service = readService(a, (text, max, what) => this.#integer(text, 0, max, what));
    if (port === null || service === null) return;
    port.service = service;
    this.#keepService = true;
    const name = serviceHostname(service);
    if (name !== undefined && this.#keepPort) this.#addDerivedName(name, "service");
  }

  #addDerivedName(text: string, type: string): void {
    const name = derivedName(text);
    if (name === undefined) return;
    const key = `${type} ${name}`;
    if (!this.#derivedNames.has(key)) this.#derivedNames.set(key, { name, type });
  }

  #addFurtherAddress({ type, value }: { type: string; value: string }): void {
    const text = value.toLowerCase();
    const known = this.#host.addresses.some((other) => other.type === type && other.value === text);
    if (!known) this.#host.addresses.push({ type, value: text });
  }

  #os(): NonNullable<Host["os"]> {
    this.#host.os ??= { matches: [], classes: [] };
    return this.#host.os;
  }

  /** nmap lists several (an open and a closed TCP port, a closed UDP port); IVRE keeps the last. */
  #portused(a: Attributes): void {
    if (filled(a.proto) === undefined || integer(a.portid, 0, MAX_PORT) === undefined) return;
    this.#os().portused = { port: `${a.proto}_${a.portid}`, state: a.state ?? "" };
  }

  #osmatch(a: Attributes): void {
    const line = filled(a.line);
    this.#osLine = line;
    const match: NonNullable<Host["os"]>["matches"][number] = {
      name: a.name ?? "",
      accuracy: a.accuracy ?? "",
    };
    if (line !== undefined) match.line = line;
    this.#os().matches.push(match);
  }

  #osclass(a: Attributes): void {
    const entry: NonNullable<Host["os"]>["classes"][number] = {};
    for (const key of OS_CLASS_TEXTS) if (filled(a[key]) !== undefined) entry[key] = a[key];
    this.#os().classes.push(entry);
  }

  #openTrace(a: Attributes): void {
    const trace: Trace = { hops: [] };
    if (filled(a.proto) !== undefined) trace.protocol = a.proto;
    const port = this.#integer(a.port, 0, MAX_PORT, "trace port");
    if (port !== undefined) trace.port = port;
    this.#trace = trace;
  }

  #hop(a: Attributes): void {
    const ttl = this.#integer(a.ttl, 0, 255, "hop TTL");
    if (this.#trace === null || ttl === undefined) return;
    const hop: Trace["hops"][number] = { ttl };
    const rtt = decimal(a.rtt);
    if (rtt !== undefined) hop.rtt = rtt;
    const addr = address(a.ipaddr);
    if (addr !== undefined) hop.addr = addr;
    if (filled(a.host) !== undefined) hop.host = a.host;
    this.#trace.hops.push(hop);
  }
}

const OS_CLASS_TEXTS = ["type", "vendor", "osfamily", "osgen", "accuracy"] as const;

/** Scripts that several results stand for, and that are one list nevertheless. */
const LISTS: ReadonlySet<string> = new Set(["http-app"]);

/** Adds to the script of the same name where there is one; false when it is a script of its own. */
function addToList(scripts: Script[], script: Script): boolean {
  if (!LISTS.has(script.id) || !Array.isArray(script.data)) return false;
  const known = scripts.find(({ id }) => id === script.id);
  if (known === undefined || !Array.isArray(known.data)) return false;
  for (const element of script.data) known.data.push(element);
  known.output = `${known.output}\n${script.output}`;
  return true;
}

function byProtocolAndNumber(a: Port, b: Port): number {
  const left = a.protocol ?? "";
  const right = b.protocol ?? "";
  return left === right ? a.port - b.port : left < right ? -1 : 1;
}
