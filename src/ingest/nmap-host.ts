/** One `host` element of nmap's XML to a record: what is kept and how is spec ivre §6.1 and §7.2. */
import type { DownHost, Host, Port, Script } from "../model/scan.ts";
import type { Findings } from "../nse/treatment.ts";
import { CpeSet } from "./cpe.ts";
import { ExtraPortsReader } from "./nmap-extraports.ts";
import { OsReader } from "./nmap-os.ts";
import { readService, serviceHostname } from "./nmap-service.ts";
import { TraceReader } from "./nmap-trace.ts";
import {
  type Attributes,
  address,
  derivedName,
  filled,
  integer,
  MAX_PORT,
  type ReadInteger,
  seconds,
} from "./nmap-values.ts";
import { addScript } from "./one-list.ts";

export type Warn = (message: string) => void;

export class HostReader {
  readonly #host: Host;
  readonly #warn: Warn;
  #cpes: CpeSet | null = null;
  #port: Port | null = null;
  /** False inside a port that is skipped, or a service that is only a guess from the port number. */
  #keepPort = false;
  #keepService = false;
  readonly #os: OsReader;
  readonly #extraports: ExtraPortsReader;
  #trace: TraceReader | null = null;
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
    this.#os = new OsReader(this.#host);
    this.#extraports = new ExtraPortsReader(this.#host.extraports, this.#integer);
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
        this.#extraports.open(a);
        return;
      case "extrareasons":
        this.#extraports.reason(a);
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
        this.#os.start();
        return;
      case "portused":
        this.#os.portused(a);
        return;
      case "osmatch":
        this.#os.match(a);
        return;
      case "osclass":
        this.#os.osclass(a);
        return;
      case "osfingerprint":
        this.#os.fingerprint(a);
        return;
      case "trace":
        this.#trace = new TraceReader(a, this.#integer);
        return;
      case "hop":
        this.#trace?.hop(a);
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
        this.#os.endMatch();
        return;
      case "trace":
        if (this.#trace !== null) this.#host.traces.push(this.#trace.trace);
        this.#trace = null;
        return;
      case "extraports":
        this.#extraports.close();
        return;
    }
  }

  cpe(text: string): void {
    let origin: string;
    if (this.#port !== null) {
      if (!this.#keepPort || !this.#keepService) return;
      origin = `ports.port:${this.#port.port}`;
    } else {
      origin = this.#os.origin;
    }
    this.#cpes ??= new CpeSet();
    this.#cpes.add(text, origin);
  }

  /** What a script found; of a port that is skipped, nothing is kept. */
  script({ scripts, hostnames, cpes, addresses, screenshot }: Findings, ofHost: boolean): void {
    const port = ofHost ? null : this.#port;
    if (!ofHost && !this.#keepPort) return;
    const known = port?.scripts ?? this.#hostScripts;
    for (const script of scripts) addScript(known, script);
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

  readonly #integer: ReadInteger = (text, min, max, what) => {
    const value = integer(text, min, max);
    if (value === undefined && text !== undefined && text !== "") {
      this.#warn(`the ${what} "${text}" of ${this.#label} is no number from ${min} to ${max}: left out`);
    }
    return value;
  };

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
}

function byProtocolAndNumber(a: Port, b: Port): number {
  const left = a.protocol ?? "";
  const right = b.protocol ?? "";
  return left === right ? a.port - b.port : left < right ? -1 : 1;
}
