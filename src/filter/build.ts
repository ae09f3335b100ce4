/**
 * One pure function for each of IVRE's filter builders, from the tool's arguments to a filter (spec ivre §2.3).
 * The MCP tools and the query language both stand on these. An optional text that is empty counts as not given.
 */
import { about, UserError } from "../model/errors.ts";
import { formatAddress, isV4, parseAddress, parseNetwork } from "../model/ip.ts";
import type { Json } from "../model/json.ts";
import type { Filter, Leaf, Matcher } from "./ast.ts";
import { countryCodes } from "./country.ts";
import { parseMatcher, regexMatcher } from "./matcher.ts";
import { type Values, valuesProblem } from "./values.ts";

type Optional = string | null | undefined;

function shown(text: string): string {
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}

/** What arguments that are texts may be, by argument. */
const EXAMPLES: Readonly<Record<string, string>> = {
  hostname: "www.example.com",
  domain: "example.com",
  service: "http",
  product: "nginx",
  version: "1.18.0",
  devtype: "router",
  os_name: "Linux",
  asname: "/^Example/",
  name: "http-title",
  output: "/login/i",
  category: "dmz",
  tag: "Vulnerable",
  info: "CVE-2021-44228",
  recontype: "DNS_ANSWER",
  sensor: "probe1",
};

/** A required text as a comparison. */
function wanted(text: string, argument: string): Matcher {
  return about(argument, () => {
    const example = Object.hasOwn(EXAMPLES, argument) ? `, for example ${EXAMPLES[argument]}` : "";
    if (text === "") throw new UserError(`'${argument}' is empty: give a text or /regex/${example}.`);
    return parseMatcher(text);
  });
}

/** An optional text as a comparison. */
function optional(text: Optional, argument: string): Matcher | undefined {
  return text === null || text === undefined || text === "" ? undefined : wanted(text, argument);
}

/** A text that is to be contained, or a regular expression. */
function containing(text: string, argument: string): Matcher {
  const matcher = wanted(text, argument);
  return "is" in matcher ? { has: matcher.is } : matcher;
}

/** A port number. Throws UserError outside 0…65535. */
export function checkPort(port: number): number {
  return about("port", () => {
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new UserError(`${port} is not a port number: ports go from 0 to 65535.`);
    return port;
  });
}

function network(text: string): NonNullable<ReturnType<typeof parseNetwork>> {
  const range = parseNetwork(text.trim());
  if (range === null)
    throw new UserError(
      `${shown(text)} is not a network: write for instance 192.168.0.0/16, 2001:db8::/32 or a single address.`,
    );
  return range;
}

/** Address inside a network, given as `address/length`, a bare address, or IPv4 with missing octets (`10.1/16`). */
export function searchnet(args: { net: string }): Filter {
  const range = about("net", () => network(args.net));
  const length = 128 - (range.last - range.first).toString(2).replace(/^0$/, "").length;
  const first = formatAddress(range.first);
  return { k: "net", net: `${first}/${isV4(range.first) && length >= 96 ? length - 96 : length}` };
}

function canonicalAddress(text: string): string {
  const address = parseAddress(text.trim());
  if (address === null)
    throw new UserError(
      `${shown(text)} is not an address: write for instance 192.0.2.1 or 2001:db8::1, or ask for a host name instead.`,
    );
  return formatAddress(address);
}

/** Address equal to one, whatever its spelling. */
export function searchhost(args: { host: string }): Filter {
  return { k: "host", addrs: [about("host", () => canonicalAddress(args.host))] };
}

/** Address between two, inclusive. */
export function searchrange(args: { first: string; last: string }): Filter {
  const first = canonicalAddress(args.first);
  const last = canonicalAddress(args.last);
  if (parseAddress(first)! > parseAddress(last)!)
    throw new UserError(`The address range ${first}-${last} runs backwards: put the lower address first.`);
  return { k: "range", first, last };
}

/** Some host name matches. */
export function searchhostname(args: { hostname: string }): Filter {
  return { k: "hostname", name: wanted(args.hostname, "hostname") };
}

/** Some host name, or a parent of one up to the top-level domain, matches. */
export function searchdomain(args: { domain: string }): Filter {
  return { k: "domain", name: wanted(args.domain, "domain") };
}

/** The port is open. */
export function searchport(args: { port: number; protocol?: string }): Filter {
  return { k: "port", port: [checkPort(args.port)], protocol: args.protocol ?? "tcp", state: "open" };
}

/** Some port has the service, whatever its state; with `port`, that one (the protocol counts only then). */
export function searchservice(args: { service: string; port?: number | null; protocol?: string }): Filter {
  const service = wanted(args.service, "service");
  if (args.port === null || args.port === undefined) return { k: "port", service };
  return { k: "port", port: [checkPort(args.port)], protocol: args.protocol ?? "tcp", service };
}

/** One port satisfies all that is given; the protocol (default tcp) always counts, the state never. */
export function searchproduct(args: {
  product?: Optional;
  version?: Optional;
  service?: Optional;
  port?: number | null;
  protocol?: string;
}): Filter {
  const leaf: Extract<Leaf, { k: "port" }> = { k: "port", protocol: args.protocol ?? "tcp" };
  const product = optional(args.product, "product");
  const version = optional(args.version, "version");
  const service = optional(args.service, "service");
  if (product !== undefined) leaf.product = product;
  if (version !== undefined) leaf.version = version;
  if (service !== undefined) leaf.service = service;
  if (args.port !== null && args.port !== undefined) leaf.port = [checkPort(args.port)];
  return leaf;
}

/** Some port has the device type. */
export function searchdevicetype(args: { devtype: string }): Filter {
  return { k: "port", devicetype: wanted(args.devtype, "devtype") };
}

/** Country by code or English name, in any case, also a comma list; UK is GB, EU its members. */
export function searchcountry(args: { country: string }): Filter {
  return { k: "country", codes: about("country", () => countryCodes(args.country)) };
}

const AS_NUMBER = /^(?:AS)?(\d{1,10})$/i;

function asNumber(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
    throw new UserError(`${value} is not an AS number: they go from 0 to 4294967295.`);
  return value;
}

/** The AS numbers of a comma list such as `AS1234,5678`; null when it is none. Throws UserError out of range. */
export function asNumbers(text: string): number[] | null {
  const found = text.split(",").map((part) => AS_NUMBER.exec(part.trim()));
  return found.every((match) => match !== null) ? found.map((match) => asNumber(Number(match![1]))) : null;
}

/** AS name that contains the text in any case, or matches the regular expression. */
export function searchasname(args: { asname: string }): Filter {
  const matcher = wanted(args.asname, "asname");
  return {
    k: "asname",
    name: "is" in matcher ? regexMatcher(matcher.is.replace(/[!-/:-@[-`{-~]/g, "\\$&"), "i") : matcher,
  };
}

/** AS by number (`1234`, `AS1234`, a comma list) or by name. */
export function searchasnum(args: { asnum: number | string }): Filter {
  return about("asnum", () => autonomousSystem(args.asnum));
}

function autonomousSystem(asnum: number | string): Filter {
  if (typeof asnum === "number") return { k: "asnum", nums: [asNumber(asnum)] };
  const text = asnum.trim();
  if (text === "")
    throw new UserError(
      "'asnum' is empty: give a number or a name, for example 64500, AS64500 or Example Networks.",
    );
  const nums = asNumbers(text);
  return nums === null ? searchasname({ asname: text }) : { k: "asnum", nums };
}

/** Some OS class has it as vendor, family, generation or type. */
export function searchos(args: { os_name: string }): Filter {
  return { k: "os", name: wanted(args.os_name, "os_name") };
}

/** IVRE's own encoding of a regular expression, `{"f": "regexp", "a": ["/pattern/flags"]}`; all else stays as it is. */
function readValue(value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { f, a, ...more } = value;
  if (f !== "regexp" || !Array.isArray(a) || typeof a[0] !== "string" || Object.keys(more).length > 0)
    return value;
  const matcher = parseMatcher(a[0]);
  if (!("re" in matcher)) throw new UserError("A regular expression is written /pattern/flags.");
  return matcher.flags === undefined
    ? { $regex: matcher.re }
    : { $regex: matcher.re, $options: matcher.flags };
}

function conditions(given: readonly (readonly [path: string, value: Json])[]): Values {
  const values = Object.fromEntries(given.map(([path, value]) => [path, readValue(value)]));
  const problem = valuesProblem(values);
  if (problem !== null) throw new UserError(`${problem[0]!.toUpperCase()}${problem.slice(1)}.`);
  return values;
}

/** One script result satisfies name, output and structured values; with nothing given, there is a script result. */
export function searchscript(args: { name?: Optional; output?: Optional; values?: Values | null }): Filter {
  const leaf: Extract<Leaf, { k: "script" }> = { k: "script" };
  const name = optional(args.name, "name");
  const output = optional(args.output, "output");
  if (name !== undefined) leaf.name = name;
  if (output !== undefined) leaf.output = output;
  const given = Object.entries(args.values ?? {});
  if (given.length > 0) {
    about("name", () => {
      if (name === undefined)
        throw new UserError(
          "'name' must be set when 'values' is used: it says which script, for example ssl-cert.",
        );
      if (!("is" in name))
        throw new UserError("'name' cannot be a regular expression when 'values' is used.");
    });
    leaf.values = about("values", () => conditions(given));
  }
  return leaf;
}

/** Tagged as vulnerable, with this text in the tag's information (case-sensitive), or matching /regex/. */
export function searchcve(args: { cve: string }): Filter {
  if (args.cve === "") throw new UserError("'cve' is empty: give for instance CVE-2021-44228.");
  return { k: "cve", info: containing(args.cve, "cve") };
}

/** Some category matches. */
export function searchcategory(args: { category: string }): Filter {
  return { k: "category", name: wanted(args.category, "category") };
}

/** One tag has the value and, in its information, the text (case-sensitive); with neither, there is a tag. */
export function searchtag(args: { tag?: Optional; info?: Optional }): Filter {
  const leaf: Extract<Leaf, { k: "tag" }> = { k: "tag" };
  const value = optional(args.tag, "tag");
  if (value !== undefined) leaf.value = value;
  if (args.info !== null && args.info !== undefined && args.info !== "")
    leaf.info = containing(args.info, "info");
  return leaf;
}

/** Passive records of a kind. */
export function searchrecontype(args: { recontype: string }): Filter {
  return { k: "recontype", name: wanted(args.recontype, "recontype") };
}

/** Passive records of a sensor. */
export function searchsensor(args: { sensor: string }): Filter {
  return { k: "sensor", name: wanted(args.sensor, "sensor") };
}
