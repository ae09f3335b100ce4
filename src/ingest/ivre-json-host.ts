/** A document of IVRE's purposes `nmap` and `view` to a record (spec ivre §6.1). */
import type { Json } from "../model/json.ts";
import type { Cpe, Host, Port, Script, Service, Trace } from "../model/scan.ts";
import type { LeftOut } from "./ivre-json-left-out.ts";
import { ScreenshotMembers } from "./ivre-json-screenshot.ts";
import { isObject, type Members, type Values } from "./ivre-json-values.ts";

const MAX_INT = 2_147_483_647;
const MAX_PORT = 65_535;

/** Stands for the port of host scripts. */
const PSEUDO_PORT = -1;

const SERVICE_TEXTS = [
  "name",
  "product",
  "version",
  "extrainfo",
  "ostype",
  "devicetype",
  "hostname",
  "tunnel",
  "method",
  "servicefp",
] as const satisfies readonly (keyof Service)[];

const SERVICE_NUMBERS = [
  ["conf", 10],
  ["rpcnum", MAX_INT],
  ["lowver", MAX_INT],
  ["highver", MAX_INT],
] as const satisfies readonly (readonly [keyof Service, number])[];

/** Keys under which several scripts keep their data (spec ivre §2.4). */
const ALIASES: ReadonlySet<string> = new Set(["vulns", "ls", "ntlm-info", "nuclei", "ssl-cert"]);

/** Scripts whose `vulns` gadwall itself made from their other output (view/vulners.ts), and makes again. */
const LISTING_VULNS: ReadonlySet<string> = new Set(["vulners", "vulscan"]);

/**
 * Members that are known, whether they are kept or made anew from the others (domains, open ports). `_id` and
 * `schema_version` say nothing of the host.
 */
const KNOWN = {
  host: names(
    "_id schema_version addr state state_reason state_reason_ttl starttime endtime timedout uptime distance source categories addresses hostnames extraports ports openports os cpes traces tags infos",
  ),
  hostname: names("name type domains"),
  extraports: names("total reasons"),
  port: names(
    [
      "protocol port state_state state_reason state_reason_ttl state_reason_ip scripts screenshot screendata screenwords",
      ...SERVICE_TEXTS.map((name) => `service_${name}`),
      ...SERVICE_NUMBERS.map(([name]) => `service_${name}`),
    ].join(" "),
  ),
  masscan: names("raw encoded"),
  os: names("portused osmatch osclass fingerprint"),
  portused: names("port state"),
  osmatch: names("name accuracy line"),
  osclass: names("type vendor osfamily osgen accuracy"),
  cpe: names("type vendor product version origins"),
  trace: names("protocol port hops"),
  hop: names("ttl rtt ipaddr host domains"),
  tag: names("value type info"),
};

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

export class HostDocument {
  readonly #values: Values;
  readonly #left: LeftOut;
  readonly #screenshots: ScreenshotMembers;

  constructor(values: Values, left: LeftOut) {
    this.#values = values;
    this.#left = left;
    this.#screenshots = new ScreenshotMembers(values, left);
  }

  /** The record; null when the document says of no host. */
  read(document: Members): Host | null {
    const values = this.#values;
    const host: Host = {
      addresses: this.#addresses(document.addresses),
      timedout: values.boolean(document.timedout, "timedout") ?? false,
      hostnames: this.#hostnames(document.hostnames),
      ports: values.objects(document.ports, "ports").flatMap((port) => this.#port(port) ?? []),
      extraports: this.#extraports(document.extraports),
      cpes: values.objects(document.cpes, "cpes").flatMap((cpe) => this.#cpe(cpe) ?? []),
      traces: values.objects(document.traces, "traces").map((trace) => this.#trace(trace)),
    };
    const addr = values.address(document.addr, "addr");
    if (addr !== undefined) host.addr = addr;
    else if (host.addresses.length === 0 && host.hostnames.length === 0) return null;
    const state = values.text(document.state, "state");
    if (state !== undefined) host.state = state;
    const reason = values.text(document.state_reason, "state_reason");
    if (reason !== undefined) host.reason = reason;
    const ttl = values.integer(document.state_reason_ttl, "state_reason_ttl", 0, 255);
    if (ttl !== undefined) host.reasonTtl = ttl;
    const starttime = values.seconds(document.starttime, "starttime");
    if (starttime !== undefined) host.starttime = starttime;
    const endtime = values.seconds(document.endtime, "endtime");
    if (endtime !== undefined) host.endtime = endtime;
    const uptime = values.integer(document.uptime, "uptime", 0, Number.MAX_SAFE_INTEGER);
    if (uptime !== undefined) host.uptime = uptime;
    const distance = values.integer(document.distance, "distance", 0, 255);
    if (distance !== undefined) host.distance = distance;
    const os = values.object(document.os, "os");
    if (os !== undefined) host.os = this.#os(os);
    this.#labels(document, host);
    if (document.infos !== undefined && document.infos !== null) this.#left.places++;
    values.rest(document, KNOWN.host, "");
    return host;
  }

  /** Source (a text in `nmap`, a list in `view`), categories and tags. */
  #labels(document: Members, host: Host): void {
    const values = this.#values;
    const { source } = document;
    const sources = typeof source === "string" ? [source] : values.texts(source, "source");
    if (sources.length > 0) host.sources = unique(sources);
    const categories = values.texts(document.categories, "categories");
    if (categories.length > 0) host.categories = unique(categories);
    const tags = values.objects(document.tags, "tags").flatMap((tag) => this.#tag(tag) ?? []);
    if (tags.length > 0) host.tags = tags;
  }

  #tag(members: Members): NonNullable<Host["tags"]>[number] | null {
    const value = this.#values.text(members.value, "tags.value");
    if (value === undefined) return null;
    const tag: NonNullable<Host["tags"]>[number] = { value };
    const type = this.#values.text(members.type, "tags.type");
    if (type !== undefined) tag.type = type;
    const info = this.#values.texts(members.info, "tags.info");
    if (info.length > 0) tag.info = unique(info);
    this.#values.rest(members, KNOWN.tag, "tags.");
    return tag;
  }

  #addresses(member: Json | undefined): Host["addresses"] {
    const addresses: Host["addresses"] = [];
    const byType = this.#values.object(member, "addresses");
    for (const type in byType) {
      for (const value of this.#values.texts(byType[type], `addresses.${type}`)) {
        addresses.push({ type, value: value.toLowerCase() });
      }
    }
    return addresses;
  }

  #hostnames(member: Json | undefined): Host["hostnames"] {
    const hostnames: Host["hostnames"] = [];
    for (const members of this.#values.objects(member, "hostnames")) {
      const name = this.#values.text(members.name, "hostnames.name");
      if (name === undefined || name === "") continue;
      const type = this.#values.text(members.type, "hostnames.type");
      hostnames.push(type === undefined ? { name } : { name, type });
      this.#values.rest(members, KNOWN.hostname, "hostnames.");
    }
    return hostnames;
  }

  #extraports(member: Json | undefined): Host["extraports"] {
    const values = this.#values;
    const byState = values.object(member, "extraports");
    const extraports: Host["extraports"] = [];
    for (const state in byState) {
      const members = values.object(byState[state], "extraports");
      const total = values.integer(members?.total, "extraports.total", 0, MAX_INT);
      if (members === undefined || total === undefined) continue;
      const reasons: Host["extraports"][number]["reasons"] = [];
      const counts = values.object(members.reasons, "extraports.reasons");
      for (const reason in counts) {
        const count = values.integer(counts[reason], "extraports.reasons", 0, MAX_INT);
        if (count !== undefined) reasons.push({ reason, count });
      }
      extraports.push({ state, total, reasons });
      values.rest(members, KNOWN.extraports, "extraports.");
    }
    return extraports;
  }

  #port(members: Members): Port | null {
    const values = this.#values;
    const number = values.integer(members.port, "ports.port", PSEUDO_PORT, MAX_PORT);
    if (number === undefined) return null;
    const port: Port = {
      port: number,
      scripts: values.objects(members.scripts, "ports.scripts").flatMap((one) => this.#script(one) ?? []),
    };
    const protocol = values.text(members.protocol, "ports.protocol");
    if (protocol !== undefined) port.protocol = protocol;
    const state = values.text(members.state_state, "ports.state_state");
    if (state !== undefined) port.state = state;
    const reason = values.text(members.state_reason, "ports.state_reason");
    if (reason !== undefined) port.reason = reason;
    const ttl = values.integer(members.state_reason_ttl, "ports.state_reason_ttl", 0, 255);
    if (ttl !== undefined) port.reasonTtl = ttl;
    const ip = values.address(members.state_reason_ip, "ports.state_reason_ip");
    if (ip !== undefined) port.reasonIp = ip;
    const service = this.#service(members);
    if (service !== null) port.service = service;
    const screenshot = this.#screenshots.read(members);
    if (screenshot !== null) port.screenshot = screenshot;
    values.rest(members, KNOWN.port, "ports.");
    return port;
  }

  #service(members: Members): Service | null {
    const service: Service = {};
    for (const name of SERVICE_TEXTS) {
      const text = this.#values.text(members[`service_${name}`], `ports.service_${name}`);
      if (text !== undefined) service[name] = text;
    }
    for (const [name, max] of SERVICE_NUMBERS) {
      const number = this.#values.integer(members[`service_${name}`], `ports.service_${name}`, 0, max);
      if (number !== undefined) service[name] = number;
    }
    for (const _ in service) return service;
    return null;
  }

  /** Structured data lies beside id and output, under the script's id or an alias of it. */
  #script(members: Members): Script | null {
    const { id: givenId, output, masscan, ...rest } = members;
    const id = this.#values.text(givenId, "ports.scripts.id");
    if (id === undefined || id === "") return null;
    const script: Script = { id, output: this.#values.text(output, "ports.scripts.output") ?? "" };
    if (masscan !== undefined) this.#masscan(masscan);
    const keys = Object.keys(rest).filter((name) => !(name === "vulns" && LISTING_VULNS.has(id)));
    const key = keys.find((name) => name === id) ?? keys.find((name) => ALIASES.has(name)) ?? keys[0];
    if (key === undefined) return script;
    for (const name of keys) if (name !== key) this.#left.unknown(`ports.scripts.${name}`);
    const data = this.#values.data(rest[key], `ports.scripts.${key}`);
    if (data !== undefined && data !== null) {
      script.key = key;
      script.data = data;
    }
    return script;
  }

  /** What masscan got, byte for byte: the output says the same. */
  #masscan(member: Json): void {
    if (!isObject(member)) return;
    if (this.#values.bytes(member.raw) !== undefined || typeof member.raw === "string") this.#left.binaries++;
    this.#values.rest(member, KNOWN.masscan, "ports.scripts.masscan.");
  }

  #cpe(members: Members): Cpe | null {
    const values = this.#values;
    const type = values.text(members.type, "cpes.type");
    if (type !== "a" && type !== "o" && type !== "h") {
      if (type !== undefined) this.#left.value("cpes.type", "a, o or h");
      return null;
    }
    values.rest(members, KNOWN.cpe, "cpes.");
    return {
      type,
      vendor: values.text(members.vendor, "cpes.vendor") ?? "",
      product: values.text(members.product, "cpes.product") ?? "",
      version: values.text(members.version, "cpes.version") ?? "",
      origins: unique(values.texts(members.origins, "cpes.origins")),
    };
  }

  #os(members: Members): NonNullable<Host["os"]> {
    const values = this.#values;
    const os: NonNullable<Host["os"]> = { matches: [], classes: [] };
    const portused = values.object(members.portused, "os.portused");
    const port = values.text(portused?.port, "os.portused.port");
    if (portused !== undefined && port !== undefined) {
      os.portused = { port, state: values.text(portused.state, "os.portused.state") ?? "" };
      values.rest(portused, KNOWN.portused, "os.portused.");
    }
    const fingerprint = values.text(members.fingerprint, "os.fingerprint");
    if (fingerprint !== undefined) os.fingerprint = fingerprint;
    for (const entry of values.objects(members.osmatch, "os.osmatch")) {
      const match: (typeof os.matches)[number] = {
        name: values.text(entry.name, "os.osmatch.name") ?? "",
        accuracy: values.text(entry.accuracy, "os.osmatch.accuracy") ?? "",
      };
      const line = values.text(entry.line, "os.osmatch.line");
      if (line !== undefined) match.line = line;
      os.matches.push(match);
      values.rest(entry, KNOWN.osmatch, "os.osmatch.");
    }
    for (const entry of values.objects(members.osclass, "os.osclass")) {
      const osclass: (typeof os.classes)[number] = {};
      for (const name of ["type", "vendor", "osfamily", "osgen", "accuracy"] as const) {
        const text = values.text(entry[name], `os.osclass.${name}`);
        if (text !== undefined) osclass[name] = text;
      }
      os.classes.push(osclass);
      values.rest(entry, KNOWN.osclass, "os.osclass.");
    }
    values.rest(members, KNOWN.os, "os.");
    return os;
  }

  #trace(members: Members): Trace {
    const values = this.#values;
    const trace: Trace = { hops: [] };
    const protocol = values.text(members.protocol, "traces.protocol");
    if (protocol !== undefined) trace.protocol = protocol;
    const port = values.integer(members.port, "traces.port", 0, MAX_PORT);
    if (port !== undefined) trace.port = port;
    for (const entry of values.objects(members.hops, "traces.hops")) {
      const ttl = values.integer(entry.ttl, "traces.hops.ttl", 0, 255);
      if (ttl === undefined) continue;
      const hop: Trace["hops"][number] = { ttl };
      const rtt = entry.rtt === "--" ? undefined : values.number(entry.rtt, "traces.hops.rtt");
      if (rtt !== undefined) hop.rtt = rtt;
      const addr = values.address(entry.ipaddr, "traces.hops.ipaddr");
      if (addr !== undefined) hop.addr = addr;
      const name = values.text(entry.host, "traces.hops.host");
      if (name !== undefined && name !== "") hop.host = name;
      trace.hops.push(hop);
      values.rest(entry, KNOWN.hop, "traces.hops.");
    }
    values.rest(members, KNOWN.trace, "traces.");
    return trace;
  }
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
