/**
 * The names of the query language: one row a name. Parsing, the list in docs/query-language.md (a test
 * compares) and the help at the terminal all come from these rows.
 */
import type { Filter } from "./ast.ts";
import * as build from "./build.ts";
import { or } from "./combine.ts";
import { readRange } from "./ports.ts";
import type { Term } from "./term.ts";
import {
  asName,
  cpe,
  cve,
  eachAlternative,
  hop,
  inState,
  items,
  ofPort,
  plainText,
  product,
  script,
  service,
  single,
  tag,
  text,
  version,
  wrong,
} from "./term-readers.ts";
import { PASSIVE_TERMS } from "./terms-passive.ts";
import { TIME_TERMS } from "./terms-time.ts";

export const TERMS: readonly Term[] = [
  {
    name: "host",
    aliases: ["addr", "ip"],
    syntax: "host:ADDRESS[,…]",
    example: "host:192.0.2.1,2001:db8::1",
    description: "the address",
    parse: (word) => ({
      k: "host",
      addrs: word.raw.split(",").map((item) => {
        const leaf = build.searchhost({ host: item });
        return leaf.k === "host" ? leaf.addrs[0]! : "";
      }),
    }),
  },
  {
    name: "net",
    aliases: ["cidr"],
    syntax: "net:NETWORK[,…]",
    example: "net:10.0.0.0/8,2001:db8::/32",
    description: "an address inside a network; a bare address or network means the same",
    parse: items((item) => build.searchnet({ net: item })),
  },
  {
    name: "range",
    aliases: [],
    syntax: "range:FIRST-LAST[,…]",
    example: "range:192.0.2.10-192.0.2.20",
    description: "an address between two, inclusive",
    parse: items((item, word) => {
      const [first, last, ...more] = item.split("-");
      if (last === undefined || more.length > 0)
        throw wrong(word, "a range is two addresses with a dash between them: range:192.0.2.10-192.0.2.20.");
      return build.searchrange({ first: first!, last });
    }),
  },
  {
    name: "hostname",
    aliases: ["name"],
    syntax: "hostname:TEXT[,…]",
    example: "hostname:/^www\\./i",
    description: "some host name; of passive records also names in HTTP, TLS, certificates and DNS targets",
    parse: text((name) => ({ k: "hostname", name })),
  },
  {
    name: "domain",
    aliases: [],
    syntax: "domain:TEXT[,…]",
    example: "domain:example.com",
    description: "some such name is this or lies below it",
    parse: text((name) => ({ k: "domain", name })),
  },
  {
    name: "port",
    aliases: ["open"],
    syntax: "port:[tcp/|udp/|sctp/]NUMBER[-NUMBER][,…]",
    example: "port:80,443,8000-8100",
    description: "one of the ports is open; a bare port means the same",
    ...inState("open"),
    alone: { k: "port", state: "open" },
  },
  {
    name: "closed",
    aliases: [],
    syntax: "closed:PORT[,…]",
    example: "closed:udp/53",
    description: "one of the ports is closed",
    ...inState("closed"),
    alone: { k: "port", state: "closed" },
  },
  {
    name: "filtered",
    aliases: [],
    syntax: "filtered:PORT[,…]",
    example: "filtered:22",
    description: "one of the ports is filtered",
    ...inState("filtered"),
    alone: { k: "port", state: "filtered" },
  },
  {
    name: "countports",
    aliases: ["openports"],
    syntax: "countports:N, A-B, >N, >=N, <N, <=N",
    example: "countports:>10",
    description: "the number of open ports",
    parse: items((item, word) => {
      const count = readRange(item);
      if (count === null) throw wrong(word, "a number of ports is written 5, 2-10, >5, >=5, <5 or <=5.");
      return { k: "countports", count };
    }),
  },
  {
    name: "service",
    aliases: ["svc"],
    syntax: "service:NAME[:PORT][,…]",
    example: "service:ssh:2222",
    description: "some port, or the given one, has the service",
    bind: ofPort("service").bind,
    parse: eachAlternative(service),
  },
  {
    name: "product",
    aliases: [],
    syntax: "product:[SERVICE:]NAME[:PORT][,…]",
    example: 'product:http:"Apache httpd":8080',
    description: "one port has the product, and the service and port number where given",
    bind: ofPort("product").bind,
    parse: eachAlternative(product),
  },
  {
    name: "version",
    aliases: [],
    syntax: "version:[[SERVICE:]PRODUCT:]VERSION[,…], version:SERVICE:PRODUCT:VERSION:PORT",
    example: "version:OpenSSH:/^7\\./",
    description: "one port has the version, and the product, service and port number where given",
    bind: ofPort("version").bind,
    parse: eachAlternative(version),
  },
  {
    name: "extrainfo",
    aliases: [],
    syntax: "extrainfo:TEXT[,…]",
    example: "extrainfo:/ubuntu/i",
    description: "some port has the extra service information",
    ...ofPort("extrainfo"),
  },
  {
    name: "ostype",
    aliases: [],
    syntax: "ostype:TEXT[,…]",
    example: "ostype:Windows",
    description: "the service on some port names the operating system",
    ...ofPort("ostype"),
  },
  {
    name: "tunnel",
    aliases: [],
    syntax: "tunnel:TEXT[,…]",
    example: "tunnel:ssl",
    description: "the service on some port is inside a tunnel",
    ...ofPort("tunnel"),
  },
  {
    name: "devicetype",
    aliases: ["devtype"],
    syntax: "devicetype:TEXT[,…]",
    example: "devicetype:router,firewall",
    description: "the service on some port names the type of device",
    ...ofPort("devicetype"),
  },
  {
    name: "os",
    aliases: [],
    syntax: "os:TEXT[,…]",
    example: "os:Windows",
    description: "some detected OS class has it as vendor, family, generation or type",
    parse: text((name) => ({ k: "os", name })),
  },
  {
    name: "script",
    aliases: [],
    syntax: "script:ID[:OUTPUT][,…]",
    example: "script:http-title:/welcome/i",
    description: "some script result, and its output",
    parse: eachAlternative(script),
    alone: { k: "script" },
  },
  {
    name: "cve",
    aliases: ["vuln"],
    syntax: "cve:TEXT[,…]",
    example: "cve:CVE-2021-44228",
    description:
      "found vulnerable (tag Vulnerable, or Likely vulnerable by vulners and vulscan), with this text in the finding",
    parse: (word) => or(...single(word).map(cve)),
    alone: { k: "tag", value: { is: "Vulnerable" } },
  },
  {
    name: "tag",
    aliases: [],
    syntax: "tag:VALUE[:INFO][,…]",
    example: "tag:Scanner:Censys",
    description: "some tag, and a text that its information contains",
    parse: eachAlternative(tag),
    alone: { k: "tag" },
  },
  {
    name: "country",
    aliases: [],
    syntax: "country:CODE[,…]",
    example: "country:DE,FR",
    description: "two-letter code or English name, in any case; UK is GB, EU its members",
    parse: (word) =>
      build.searchcountry({
        country: single(word)
          .map((part) => plainText(word, part))
          .join(","),
      }),
  },
  {
    name: "city",
    aliases: [],
    syntax: "city:TEXT[,…]",
    example: "city:Berlin",
    description: "the city of the address",
    parse: text((name) => ({ k: "city", name })),
  },
  {
    name: "as",
    aliases: [],
    syntax: "as:NUMBER[,…] or as:NAME[,…]",
    example: "as:AS13335",
    description: "the autonomous system, by numbers or by part of its name",
    parse: (word) => {
      const nums = build.asNumbers(word.raw);
      return nums === null ? asName(word) : { k: "asnum", nums };
    },
  },
  {
    name: "asnum",
    aliases: [],
    syntax: "asnum:NUMBER[,…]",
    example: "asnum:13335,15169",
    description: "the number of the autonomous system",
    parse: (word) => {
      const nums = build.asNumbers(word.raw);
      if (nums === null) throw wrong(word, "AS numbers are written 13335 or AS13335; for a name use asname.");
      return { k: "asnum", nums };
    },
  },
  {
    name: "asname",
    aliases: [],
    syntax: "asname:TEXT[,…]",
    example: "asname:cloudflare",
    description: "the name of the autonomous system contains the text, in any case",
    parse: (word) => asName(word),
  },
  {
    name: "category",
    aliases: ["cat"],
    syntax: "category:TEXT[,…]",
    example: "category:LAN",
    description: "a category given at import; of passive records the sensor",
    parse: text((name) => ({ k: "category", name })),
  },
  {
    name: "source",
    aliases: [],
    syntax: "source:TEXT[,…]",
    example: "source:office",
    description: "the source given at import; of passive records the header, algorithm or query",
    parse: text((name) => ({ k: "source", name })),
  },
  {
    name: "cpe",
    aliases: [],
    syntax: "cpe:TYPE[:VENDOR[:PRODUCT[:VERSION]]][,…]",
    example: "cpe:a:apache:http_server",
    description: "some CPE; a part left empty may be anything",
    parse: eachAlternative(cpe),
    alone: { k: "cpe" },
  },
  {
    name: "hop",
    aliases: [],
    syntax: "hop:ADDRESS[@DISTANCE][,…]",
    example: "hop:192.0.2.254@3",
    description: "a traceroute passed through the address",
    parse: items(hop),
    alone: { k: "hop" },
  },
  {
    name: "hopname",
    aliases: [],
    syntax: "hopname:TEXT[,…]",
    example: "hopname:/\\.example\\.net$/",
    description: "a traceroute passed through the host name",
    parse: text((host) => ({ k: "hop", host })),
  },
  {
    name: "mac",
    aliases: [],
    syntax: "mac:ADDRESS[,…] or mac:/REGEX/",
    example: "mac:00:11:22:33:44:55",
    description: "the MAC address",
    parse: (word) => {
      if (word.alternatives[0]![0]!.kind !== "plain") return text((addr) => ({ k: "mac", addr }))(word);
      return items((item) => {
        const addr = item.toLowerCase().replaceAll("-", ":");
        if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5,7}$/.test(addr))
          throw wrong(
            word,
            "a MAC address is written 00:11:22:33:44:55; for a part of it use mac:/^00:11:22/.",
          );
        return { k: "mac", addr: { is: addr } };
      })(word);
    },
  },
  ...TIME_TERMS,
  ...PASSIVE_TERMS,
];

/** Bare words with a meaning of their own. */
export const KEYWORDS: readonly { name: string; description: string; filter: Filter }[] = [
  { name: "openport", description: "at least one open port", filter: { k: "countports", count: { min: 1 } } },
  { name: "ipv4", description: "IPv4 addresses", filter: { k: "family", version: 4 } },
  { name: "ipv6", description: "IPv6 addresses", filter: { k: "family", version: 6 } },
];
