/**
 * The field catalogue: what paths a record has, what they mean and where they live in SQL. It alone drives
 * describe_schema, distinct, raw topvalues paths, `sort` and `fields`, so that they cannot disagree.
 *
 * A path marks what is unwound with `[]` (spec ivre §6.4); in questions the marks may be left out. A segment
 * in angle brackets stands for any name. Expressions are written over the aliases of relations.ts.
 */
import type { Purpose } from "../model/purpose.ts";
import type { Field, FieldType } from "./catalogue-field.ts";
import {
  CPE,
  EXTRAPORT,
  EXTRAPORT_REASONS,
  HOP,
  HOSTNAME,
  INFOS_OBJECT,
  OPENPORTS_OF,
  OS_CLASS_OBJECT,
  OS_MATCH_OBJECT,
  PORT,
  PORTUSED_OBJECT,
  SCRIPT_OBJECT,
  TAG_OBJECT,
  TRACE,
} from "./objects.ts";
import { PASSIVE_FIELDS } from "./passive-fields.ts";
import { portListOf, type RelationName } from "./relations.ts";

const ALWAYS_NAMED: readonly Purpose[] = ["nmap", "view"];

function host(
  path: string,
  type: FieldType,
  description: string,
  value: string,
  more?: Partial<Field>,
): Field {
  return { path, type, description, relation: "host", value, ...more };
}

/** Columns of one table under one path. */
function table(
  path: string,
  relation: RelationName,
  alias: string,
  rows: readonly (readonly [name: string, type: FieldType, description: string])[],
  more?: Partial<Field>,
): Field[] {
  return rows.map(([name, type, description]) => ({
    path: `${path}.${name}`,
    type,
    description,
    relation,
    value: `${alias}.${name}`,
    ...more,
  }));
}

const HOST_FIELDS: readonly Field[] = [
  host("schema_version", "integer", "Version of the record model: 22", "22::INTEGER"),
  host("addr", "IP address", "Host address", "h.addr", { decode: "address" }),
  host("state", "string", "Host state (up)", "h.state"),
  host("state_reason", "string", "Why the host is said to be up", "h.state_reason"),
  host("state_reason_ttl", "integer", "TTL of the answer to the host probe", "h.state_reason_ttl"),
  host("starttime", "datetime", "Start of the scan of this host (earliest one in view)", "h.starttime"),
  host("endtime", "datetime", "End of the scan of this host (latest one in view)", "h.endtime"),
  host("timedout", "boolean", "The scanner gave this host up; printed when named", "h.timedout", {
    named: ALWAYS_NAMED,
  }),
  host("uptime", "integer", "Seconds since boot as guessed by nmap; printed when named", "h.uptime", {
    named: ALWAYS_NAMED,
  }),
  host("distance", "integer", "Network distance in hops; printed when named", "h.distance", {
    named: ALWAYS_NAMED,
  }),
  {
    path: "source",
    type: "string",
    description: "Name given to the scan at import",
    relation: "source",
    value: "f.value",
    only: "nmap",
  },
  {
    path: "source",
    type: "array[string]",
    description: "Names of the scans, as one sorted array",
    relation: "sources",
    value: "f.value",
    only: "view",
  },
  {
    path: "categories[]",
    type: "string",
    description: "Categories given at import",
    relation: "category",
    value: "g.value",
  },
  {
    path: "addresses",
    type: "object",
    description: "Additional addresses by type",
    relation: "addresses",
    value: "a.value",
    decode: "json",
  },
  {
    path: "addresses.<type>",
    type: "array[string]",
    description: "Additional addresses of a type (mac, ipv4, ipv6), as one array",
    relation: "address",
    value: "a.value",
    where: "a.type = ?",
  },
];

const NAME_FIELDS: readonly Field[] = [
  {
    path: "hostnames[]",
    type: "object",
    description: "Host names",
    relation: "hostname",
    value: HOSTNAME,
    decode: "json",
  },
  ...table("hostnames[]", "hostname", "n", [
    ["name", "string", "Host name as it was found"],
    [
      "type",
      "string",
      "Where the name comes from: user (command line), PTR (reverse DNS), service (service detection), and others",
    ],
  ]),
  {
    path: "hostnames[].domains[]",
    type: "string",
    description: "The name and each of its parent domains",
    relation: "domain",
    value: "d.name",
  },
];

const PORT_FIELDS: readonly Field[] = [
  {
    path: "ports[]",
    type: "object",
    description: "Ports; port -1 carries the host scripts",
    relation: "port",
    value: PORT,
    decode: "port",
  },
  ...table("ports[]", "port", "p", [
    ["port", "integer", "Port number; -1 carries the host scripts"],
    ["protocol", "string", "tcp, udp, sctp or ip"],
    ["state_state", "string", "open, closed, filtered, open|filtered …"],
    ["state_reason", "string", "Why the port is in that state"],
    ["state_reason_ttl", "integer", "TTL of the answer"],
    ["service_name", "string", "Service name"],
    ["service_product", "string", "Product name"],
    ["service_version", "string", "Product version"],
    ["service_extrainfo", "string", "Extra information of service detection"],
    ["service_ostype", "string", "Operating system according to the service"],
    ["service_devicetype", "string", "Kind of device according to the service"],
    ["service_hostname", "string", "Host name according to the service"],
    ["service_tunnel", "string", "ssl when the service is wrapped in TLS"],
    ["service_method", "string", "How the service was found: probed (guesses by port are not kept)"],
    ["service_conf", "integer", "Confidence of service detection, 0 to 10"],
    ["service_servicefp", "string", "Fingerprint of an unknown service"],
    ["service_rpcnum", "integer", "RPC program number"],
    ["service_lowver", "integer", "Lowest RPC version"],
    ["service_highver", "integer", "Highest RPC version"],
  ]),
  {
    path: "ports[].state_reason_ip",
    type: "IP address",
    description: "Who answered, when it was not the host",
    relation: "port",
    value: "p.state_reason_ip",
    decode: "address",
  },
  {
    path: "ports[].scripts[]",
    type: "object",
    description: "Script results",
    relation: "script",
    value: SCRIPT_OBJECT,
    decode: "json",
  },
  ...table("ports[].scripts[]", "script", "c", [
    ["id", "string", "Name of the NSE script"],
    ["output", "string", "Output of the script as text"],
  ]),
  {
    path: "openports",
    type: "object",
    description: "Open ports by protocol, with counts",
    relation: "openports",
    value: "l.ports",
    decode: "openports",
    finish: portListOf,
    nulls: true,
  },
  host("openports.count", "integer", "Number of open ports", "h.openports"),
  ...["tcp", "udp"].flatMap((protocol): Field[] => [
    host(`openports.${protocol}`, "object", `Open ${protocol} ports`, "", {
      value: (schema) => OPENPORTS_OF(schema, protocol),
      decode: "json",
    }),
    host(
      `openports.${protocol}.count`,
      "integer",
      `Number of open ${protocol} ports`,
      `nullif(h.openports_${protocol}, 0)`,
    ),
    {
      path: `openports.${protocol}.ports[]`,
      type: "integer",
      description: `Open ${protocol} ports`,
      relation: "port",
      value: "p.port",
      where: `p.protocol = '${protocol}' AND p.state_state = 'open'`,
    },
  ]),
  {
    path: "extraports",
    type: "object",
    description: "Ports that are not listed one by one, by state",
    relation: "extraports",
    value: "ys.value",
    decode: "json",
  },
  {
    path: "extraports.<state>",
    type: "object",
    description: "Ports of a state that are not listed one by one",
    relation: "extraport",
    value: EXTRAPORT,
    decode: "json",
    where: "y.state = ?",
  },
  {
    path: "extraports.<state>.total",
    type: "integer",
    description: "How many ports of a state are not listed",
    relation: "extraport",
    value: "y.total",
    where: "y.state = ?",
  },
  {
    path: "extraports.<state>.reasons",
    type: "object",
    description: "Why, with counts",
    relation: "extraport",
    value: EXTRAPORT_REASONS,
    decode: "json",
    where: "y.state = ?",
  },
  {
    path: "extraports.<state>.reasons.<reason>",
    type: "integer",
    description: "How many for that reason",
    relation: "extrareason",
    value: "z.count",
    where: "z.state = ? AND z.reason = ?",
  },
];

const OS_FIELDS: readonly Field[] = [
  {
    path: "os",
    type: "object",
    description: "Operating systems; topvalues and distinct give [vendor, family, generation], once a host",
    relation: "os",
    value: ["k.vendor", "k.osfamily", "k.osgen"],
  },
  {
    path: "os.osmatch[]",
    type: "object",
    description: "Matches of OS detection",
    relation: "os_match",
    value: OS_MATCH_OBJECT,
    decode: "json",
  },
  ...table("os.osmatch[]", "os_match", "m", [
    ["name", "string", "Name of the OS match"],
    ["accuracy", "string", "Accuracy in percent"],
    ["line", "string", "Line of nmap's OS database"],
  ]),
  {
    path: "os.osclass[]",
    type: "object",
    description: "Classes of OS detection",
    relation: "os_class",
    value: OS_CLASS_OBJECT,
    decode: "json",
  },
  ...table("os.osclass[]", "os_class", "k", [
    ["type", "string", "Kind of device"],
    ["vendor", "string", "OS vendor"],
    ["osfamily", "string", "OS family"],
    ["osgen", "string", "OS generation"],
    ["accuracy", "string", "Accuracy in percent"],
  ]),
  host("os.portused", "object", "Port that OS detection used", PORTUSED_OBJECT, {
    decode: "json",
    where: "h.os_portused IS NOT NULL",
  }),
  host("os.portused.port", "string", "Port that OS detection used, as tcp_22", "h.os_portused"),
  host("os.portused.state", "string", "State of that port", "h.os_portused_state"),
  host("os.fingerprint", "string", "Fingerprint of OS detection", "h.os_fingerprint"),
  {
    path: "cpes[]",
    type: "object",
    description: "CPE names",
    relation: "cpe",
    value: CPE,
    decode: "json",
  },
  ...table("cpes[]", "cpe", "e", [
    ["type", "string", "a (application), o (operating system) or h (hardware)"],
    ["vendor", "string", "Vendor"],
    ["product", "string", "Product"],
    ["version", "string", "All that follows the product; may be empty"],
  ]),
  {
    path: "cpes[].origins[]",
    type: "string",
    description: "Where in the record the CPE was found",
    relation: "cpe_origin",
    value: "o.origin",
  },
];

const TRACE_FIELDS: readonly Field[] = [
  {
    path: "traces[]",
    type: "object",
    description: "Traceroutes",
    relation: "trace",
    value: TRACE,
    decode: "trace",
  },
  {
    path: "traces[].protocol",
    type: "string",
    description: "Protocol of the traceroute; null when unknown",
    relation: "trace",
    value: "t.protocol",
    nulls: true,
  },
  {
    path: "traces[].port",
    type: "integer",
    description: "Port of the traceroute",
    relation: "trace",
    value: "t.port",
  },
  {
    path: "traces[].hops[]",
    type: "object",
    description: "Hops",
    relation: "trace_hop",
    value: HOP,
    decode: "hop",
  },
  ...table("traces[].hops[]", "trace_hop", "x", [
    ["ttl", "integer", "Distance of the hop"],
    ["host", "string", "Name of the hop"],
  ]),
  {
    path: "traces[].hops[].rtt",
    type: "any",
    description: 'Round-trip time in milliseconds, or "--"',
    relation: "trace_hop",
    value: `coalesce(to_json(x.rtt), '"--"'::JSON)`,
    decode: "json",
  },
  {
    path: "traces[].hops[].ipaddr",
    type: "IP address",
    description: "Address of the hop",
    relation: "trace_hop",
    value: "x.addr",
    decode: "address",
  },
  {
    path: "traces[].hops[].domains[]",
    type: "string",
    description: "The name of the hop and each of its parent domains",
    relation: "hop_domain",
    value: "x.name",
  },
];

const TAG_FIELDS: readonly Field[] = [
  {
    path: "tags[]",
    type: "object",
    description: "Tags",
    relation: "tag",
    value: TAG_OBJECT,
    decode: "json",
  },
  ...table("tags[]", "tag", "w", [
    ["value", "string", "Tag"],
    ["type", "string", "danger, warning, info …"],
  ]),
  {
    path: "tags[].info[]",
    type: "string",
    description: "Details of the tag",
    relation: "tag_info",
    value: "w.info",
  },
  host("infos", "object", "Country and AS of the address", INFOS_OBJECT, {
    decode: "json",
    where: "(h.country_code IS NOT NULL OR h.as_num IS NOT NULL)",
    named: ["nmap"],
  }),
  host("infos.country_code", "string", "Country code", "h.country_code", { named: ["nmap"] }),
  host("infos.country_name", "string", "Country name", "h.country_name", { named: ["nmap"] }),
  host("infos.city", "string", "City", "h.city", { named: ["nmap"] }),
  host("infos.as_num", "integer", "Number of the autonomous system", "h.as_num", { named: ["nmap"] }),
  host("infos.as_name", "string", "Name of the autonomous system", "h.as_name", { named: ["nmap"] }),
];

/** Fields of hosts. */
const FIELDS: readonly Field[] = [
  ...HOST_FIELDS,
  ...NAME_FIELDS,
  ...PORT_FIELDS,
  ...OS_FIELDS,
  ...TRACE_FIELDS,
  ...TAG_FIELDS,
];

/** The fields that a purpose has. */
export function fieldsOf(purpose: Purpose): readonly Field[] {
  if (purpose === "passive") return PASSIVE_FIELDS;
  return FIELDS.filter((field) => field.only === undefined || field.only === purpose);
}
