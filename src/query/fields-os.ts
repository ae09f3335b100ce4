/** The catalogue of host records: operating systems, CPE names, traceroutes. */
import { type Field, hostField, tableFields } from "./catalogue-field.ts";
import { CPE, HOP, OS_CLASS_OBJECT, OS_MATCH_OBJECT, PORTUSED_OBJECT, TRACE } from "./objects.ts";

export const OS_FIELDS: readonly Field[] = [
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
  ...tableFields("os.osmatch[]", "os_match", "m", [
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
  ...tableFields("os.osclass[]", "os_class", "k", [
    ["type", "string", "Kind of device"],
    ["vendor", "string", "OS vendor"],
    ["osfamily", "string", "OS family"],
    ["osgen", "string", "OS generation"],
    ["accuracy", "string", "Accuracy in percent"],
  ]),
  hostField("os.portused", "object", "Port that OS detection used", PORTUSED_OBJECT, {
    decode: "json",
    where: "h.os_portused IS NOT NULL",
  }),
  hostField("os.portused.port", "string", "Port that OS detection used, as tcp_22", "h.os_portused"),
  hostField("os.portused.state", "string", "State of that port", "h.os_portused_state"),
  hostField("os.fingerprint", "string", "Fingerprint of OS detection", "h.os_fingerprint"),
  {
    path: "cpes[]",
    type: "object",
    description: "CPE names",
    relation: "cpe",
    value: CPE,
    decode: "json",
  },
  ...tableFields("cpes[]", "cpe", "e", [
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

export const TRACE_FIELDS: readonly Field[] = [
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
  ...tableFields("traces[].hops[]", "trace_hop", "x", [
    ["ttl", "integer", "Distance of the hop"],
    ["host", "string", "Name of the hop"],
  ]),
  {
    path: "traces[].hops[].rtt",
    type: "float",
    description: 'Round-trip time in milliseconds; "--" where there was none',
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
    value: "xd.name",
  },
];
