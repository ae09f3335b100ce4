/** The catalogue of host records: the host itself, its names, tags and place. */

import type { Purpose } from "../model/purpose.ts";
import { type Field, hostField, tableFields } from "./catalogue-field.ts";
import { HOSTNAME, INFOS_OBJECT, TAG_OBJECT } from "./objects.ts";

const ALWAYS_NAMED: readonly Purpose[] = ["nmap", "view"];

export const HOST_FIELDS: readonly Field[] = [
  hostField("schema_version", "integer", "Version of the record model: 22", "22::INTEGER"),
  hostField("addr", "IP address", "Host address", "h.addr", { decode: "address" }),
  hostField("state", "string", "Host state (up)", "h.state"),
  hostField("state_reason", "string", "Why the host is said to be up", "h.state_reason"),
  hostField("state_reason_ttl", "integer", "TTL of the answer to the host probe", "h.state_reason_ttl"),
  hostField("starttime", "datetime", "Start of the scan of this host (earliest one in view)", "h.starttime"),
  hostField("endtime", "datetime", "End of the scan of this host (latest one in view)", "h.endtime"),
  hostField("timedout", "boolean", "The scanner gave this host up; printed when named", "h.timedout", {
    named: ALWAYS_NAMED,
  }),
  hostField("uptime", "integer", "Seconds since boot as guessed by nmap; printed when named", "h.uptime", {
    named: ALWAYS_NAMED,
  }),
  hostField("distance", "integer", "Network distance in hops; printed when named", "h.distance", {
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
    names: [{ column: "a.type", known: ["ipv4", "ipv6", "mac"] }],
  },
];

export const NAME_FIELDS: readonly Field[] = [
  {
    path: "hostnames[]",
    type: "object",
    description: "Host names",
    relation: "hostname",
    value: HOSTNAME,
    decode: "json",
  },
  ...tableFields("hostnames[]", "hostname", "n", [
    ["name", "string", "Host name as it was found"],
    [
      "type",
      "string",
      "Where the name comes from: user (command line), PTR (reverse DNS), service (service detection), cert-subject-cn, cert-san-dns and other cert-… (certificates), smb, ntlm, A, AAAA, CNAME, NS, MX (DNS answers), and others",
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

export const TAG_FIELDS: readonly Field[] = [
  {
    path: "tags[]",
    type: "object",
    description: "Tags",
    relation: "tag",
    value: TAG_OBJECT,
    decode: "json",
  },
  ...tableFields("tags[]", "tag", "w", [
    ["value", "string", "Tag"],
    ["type", "string", "danger, warning, info …"],
  ]),
  {
    path: "tags[].info[]",
    type: "string",
    description: "Details of the tag",
    relation: "tag_info",
    value: "wi.info",
  },
  hostField("infos", "object", "Country and AS of the address", INFOS_OBJECT, {
    decode: "json",
    where: "(h.country_code IS NOT NULL OR h.as_num IS NOT NULL)",
    named: ["nmap"],
  }),
  hostField("infos.country_code", "string", "Country code", "h.country_code", { named: ["nmap"] }),
  hostField("infos.country_name", "string", "Country name", "h.country_name", { named: ["nmap"] }),
  hostField("infos.city", "string", "City", "h.city", { named: ["nmap"] }),
  hostField("infos.as_num", "integer", "Number of the autonomous system", "h.as_num", { named: ["nmap"] }),
  hostField("infos.as_name", "string", "Name of the autonomous system", "h.as_name", { named: ["nmap"] }),
];
