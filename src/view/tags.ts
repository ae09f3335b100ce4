/**
 * Derive steps for the tags whose evidence is in the record itself (spec ivre §8.3). Their rows carry the step's
 * name as origin. A port in the text of a tag reads `tcp/443`.
 */
import { parseNetwork } from "../model/ip.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { SYNACK_INFO, SYNACK_PORTS } from "./noise.ts";

/** Special networks, most specific first: an address is named after the first it is in. */
const RESERVED: readonly (readonly [network: string, name: string])[] = [
  ["0.0.0.0/32", "Unspecified"],
  ["0.0.0.0/8", "Current-Net"],
  ["10.0.0.0/8", "Private"],
  ["100.64.0.0/10", "CGN"],
  ["127.0.0.0/8", "Loopback"],
  ["169.254.0.0/16", "Link-Local"],
  ["172.16.0.0/12", "Private"],
  ["192.0.0.0/24", "Reserved"],
  ["192.0.2.0/24", "Documentation"],
  ["192.88.99.0/24", "IPv6-to-IPv4"],
  ["192.168.0.0/16", "Private"],
  ["198.18.0.0/15", "Benchmark"],
  ["198.51.100.0/24", "Documentation"],
  ["203.0.113.0/24", "Documentation"],
  ["224.0.0.0/4", "Multicast"],
  ["255.255.255.255/32", "Broadcast"],
  ["240.0.0.0/4", "Reserved"],
  ["::/128", "Unspecified"],
  ["::1/128", "Loopback"],
  ["64:ff9b::/96", "Well-known prefix"],
  ["100::/64", "Discard (RTBH)"],
  ["2001:db8::/32", "Documentation"],
  ["2001::/23", "Protocol assignments"],
  ["2002::/16", "6to4"],
  ["fc00::/7", "Unique Local Unicast"],
  ["fe80::/10", "Link Local Unicast"],
  ["ff00::/8", "Multicast"],
];

const ADDRESS_TYPE = `CASE ${RESERVED.map(([network, name]) => {
  const range = parseNetwork(network);
  if (range === null) throw new Error(`not a network: ${network}`);
  return `WHEN addr BETWEEN ${range.first}::UHUGEINT AND ${range.last}::UHUGEINT THEN '${name}'`;
}).join(" ")} END`;

/** Titles of pages that Tor relays and their SOCKS ports show. */
const TOR_TITLES = [
  "This is a Tor Exit Router",
  "This is a SOCKS Proxy, Not An HTTP Proxy",
  "This is an HTTP CONNECT tunnel, not a full HTTP Proxy",
];
const TOR_NAME = "'^commonName=www\\.[a-z2-7]{8,20}\\.(net|com)$'";
const TOR_SERVICE = `service_name IN ('tor', 'tor-control', 'tor-info', 'tor-orport', 'tor-socks')
  OR (service_name = 'ssl' AND service_product = 'Tor over SSL')
  OR (service_name = 'http' AND service_product IN ('Tor directory', 'Tor directory server', 'Tor built-in httpd'))`;

/** Who scans from addresses with such names. */
const SCANNER_NAMES: readonly (readonly [pattern: string, scanner: string])[] = [
  ["census.*\\.shodan\\.io$", "Shodan"],
  ["\\.binaryedge\\.ninja$", "BinaryEdge"],
  ["\\.probe\\.onyphe\\.net$", "Onyphe"],
];
const SCANNER_OF_NAME = `CASE ${SCANNER_NAMES.map(
  ([pattern, scanner]) => `WHEN regexp_matches(lower(name), '${pattern}') THEN '${scanner}'`,
).join(" ")} END`;

const PORT = "protocol || '/' || port";

/** The certificates of servers: host_id, protocol, port, cert. */
const certificates = (s: ActivePurpose): string =>
  `(SELECT host_id, protocol, port,
           unnest(CASE WHEN starts_with(data::VARCHAR, '[') THEN json_extract(data, '$[*]') ELSE [data] END) AS cert
    FROM ${s}.script WHERE id = 'ssl-cert' AND data IS NOT NULL AND host_id >= $from)`;

/** The findings of Nuclei: host_id, template, and what to say of it. */
const nuclei = (s: ActivePurpose): string =>
  `(SELECT host_id, template, name, concat_ws(' / ', template, CASE WHEN name <> template THEN name END) AS finding
    FROM (SELECT host_id, coalesce(found->>'template', found->>'name') AS template, found->>'name' AS name
          FROM (SELECT host_id, unnest(json_extract(data, '$[*]')) AS found
                FROM ${s}.script WHERE key = 'nuclei' AND host_id >= $from))
    WHERE template IS NOT NULL)`;

/** Nuclei's templates that log in with what everybody knows: how their ids end, and ids that end otherwise. */
const LOGIN_TEMPLATE = [
  "-(default-login|weak-login|weak-password|default-admin)$",
  "^(google-earth-dlogin|oracle-business-intelligence-login|trilithic-viewpoint-default)$",
].join("|");

/** A tag and the SELECTs of (host_id, info) that give it. */
interface TagRule {
  /** Origin of the rows, and name of the step. */
  name: string;
  version: string;
  value: string;
  type: "info" | "warning" | "danger";
  evidence: (s: ActivePurpose) => readonly string[];
}

export const TAG_RULES: readonly TagRule[] = [
  {
    name: "reserved-address",
    version: "1",
    value: "Reserved address",
    type: "info",
    evidence: (s) => [
      `SELECT id AS host_id, 'Address type ' || kind AS info
       FROM (SELECT id, ${ADDRESS_TYPE} AS kind FROM ${s}.host WHERE id >= $from) WHERE kind IS NOT NULL`,
    ],
  },
  {
    name: "organization",
    version: "1",
    value: "Organization",
    type: "info",
    evidence: (s) => [
      `SELECT host_id, trim(cert->'subject'->>'organizationName') AS info FROM ${certificates(s)} WHERE info <> ''`,
    ],
  },
  {
    name: "tor",
    version: "1",
    value: "TOR",
    type: "info",
    evidence: (s) => [
      `SELECT host_id, 'TOR certificate on port ' || ${PORT} AS info
       FROM (SELECT *, cert->>'subject_text' AS subject, cert->>'issuer_text' AS issuer FROM ${certificates(s)})
       WHERE subject <> issuer AND regexp_matches(subject, ${TOR_NAME}) AND regexp_matches(issuer, ${TOR_NAME})`,
      ...TOR_TITLES.map(
        (title) => `SELECT host_id, 'Notice "${title}" found on port ' || ${PORT} AS info
       FROM ${s}.script WHERE id = 'http-title' AND host_id >= $from AND starts_with(output, '${title}')`,
      ),
      `SELECT host_id, 'Service ' || coalesce(service_product, service_name) || ' found on port ' || ${PORT} AS info
       FROM ${s}.port WHERE host_id >= $from AND (${TOR_SERVICE})`,
    ],
  },
  {
    name: "nuclei-cve",
    version: "1",
    value: "Vulnerable",
    type: "danger",
    evidence: (s) => [
      `SELECT host_id, finding AS info FROM ${nuclei(s)}
       WHERE starts_with(template, 'CVE-') OR starts_with(name, 'CVE-')`,
    ],
  },
  {
    name: "default-password",
    version: "1",
    value: "Default password",
    type: "danger",
    evidence: (s) => [
      `SELECT host_id, concat_ws(': ', app->>'name', array_to_string(list_transform(credentials,
                lambda c: concat_ws(' / ', coalesce(c->>'username', ''), coalesce(c->>'password', ''))), ', ')) AS info
       FROM (SELECT host_id, app, json_extract(app, '$.credentials[*]') AS credentials
             FROM (SELECT host_id, unnest(json_extract(data, '$[*]')) AS app
                   FROM ${s}.script WHERE key = 'http-default-accounts' AND host_id >= $from))
       WHERE len(credentials) > 0`,
      `SELECT host_id, finding AS info FROM ${nuclei(s)}
       WHERE regexp_matches(template, '${LOGIN_TEMPLATE}') OR ends_with(name, 'Default Password')`,
    ],
  },
  {
    name: "honeypot",
    version: "1",
    value: "Honeypot",
    type: "warning",
    evidence: (s) => {
      const facts = "service_name, service_product, service_version, service_extrainfo";
      const named = `SELECT host_id, concat_ws(' / ', ${facts}) || ' on port ' || ${PORT} AS info
       FROM ${s}.port WHERE host_id >= $from AND contains(lower(concat_ws(' ', ${facts})), 'honeypot')`;
      const synack = `SELECT id AS host_id, '${SYNACK_INFO}' AS info
       FROM ${s}.host WHERE id >= $from AND openports >= ${SYNACK_PORTS}`;
      // In the view it is given before unreal ports are dropped (noise.ts).
      return s === "view" ? [named] : [named, synack];
    },
  },
  {
    name: "scanner",
    version: "1",
    value: "Scanner",
    type: "warning",
    evidence: (s) => [
      `SELECT host_id, 'Hostname ' || name || ' suggests a ' || scanner || ' scanner' AS info
       FROM (SELECT host_id, name, ${SCANNER_OF_NAME} AS scanner FROM ${s}.hostname WHERE host_id >= $from)
       WHERE scanner IS NOT NULL`,
      `SELECT host_id, unnest(coalesce(nullif(json_extract_string(data, '$.scanners[*].name'), []), [NULL])) AS info
       FROM ${s}.script WHERE id = 'scanner' AND port = -1 AND host_id >= $from`,
    ],
  },
];

/** The statements of a rule: its tags are taken away and given anew. */
export function tagStatements(rule: TagRule, s: ActivePurpose): readonly string[] {
  const { name, value, type, evidence } = rule;
  return [
    `DELETE FROM ${s}.tag WHERE origin = '${name}' AND host_id >= $from`,
    `INSERT INTO ${s}.tag
     SELECT DISTINCT host_id, '${value}', '${type}', info, '${name}' FROM (${evidence(s).join(" UNION ALL ")})
     ORDER BY ALL`,
  ];
}
