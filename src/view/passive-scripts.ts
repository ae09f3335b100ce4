/**
 * Which script results passive records stand for in the view (spec ivre §8.1), as a table. Expressions are over
 * the record, alias `o`, of which `output` also sees the `data`.
 */
import { AGENTS } from "../passive/scanners.ts";
import { KNOWN_HELLOS, KNOWN_SYN } from "./scanners.ts";
import { certificateText, hasshText, ja3ServerText, membersText, pem, scannerText } from "./script-text.ts";

export interface PassiveScript {
  id: string;
  /** Key of the data when it is not the id. */
  key?: string;
  when: string;
  /** JSON; absent for scripts that are text only. */
  data?: string;
  output: string;
  /** On the host, whatever the port of the record; otherwise on its port where it has one. */
  host?: boolean;
}

const info = (name: string): string => `(o.infos->>'${name}')`;
const array = (element: string): string => `json_array(${element})`;

/** A JSON object without the members that are null. */
const object = (members: Readonly<Record<string, string>>): string =>
  `json_merge_patch('{}', json_object(${Object.entries(members)
    .map(([name, value]) => `'${name}', ${value}`)
    .join(", ")}))`;

const IS_TLS = "o.recontype IN ('SSL_SERVER', 'SSL_CLIENT')";
const CERTIFICATE = array(`json_merge_patch(coalesce(o.infos, '{}'), json_object('pem', ${pem("o.value")}))`);

const HASHES = { raw: info("raw"), sha1: info("sha1"), sha256: info("sha256") };
const JA3_SERVER = array(`json_merge_patch(coalesce(o.infos, '{}'), json_object(
  'md5', o.value, 'client', json_object('md5', regexp_extract(o.source, '^ja3-(.*)$', 1))))`);

/** The facts of an NTLM exchange that say something of a host. */
const NTLM_FACTS = [
  ...["Target_Name", "NetBIOS_Domain_Name", "NetBIOS_Computer_Name", "DNS_Domain_Name", "DNS_Computer_Name"],
  ...["DNS_Tree_Name", "Product_Version", "User_Name", "Workstation"],
];
const NTLM_PROTOCOL = `CASE
  WHEN starts_with(o.recontype, 'HTTP') OR contains(o.source, 'HTTP') THEN 'http'
  WHEN contains(o.source, 'SMB') THEN 'smb'
  WHEN regexp_matches(o.source, 'DCE.?RPC') THEN 'dce-rpc' ELSE 'unknown' END`;

const KEY_NAME = `CASE WHEN ${info("algo")} = 'ssh-rsa' THEN 'RSA' WHEN ${info("algo")} = 'ssh-dss' THEN 'DSA'
  WHEN starts_with(${info("algo")}, 'ecdsa-') THEN 'ECDSA' WHEN ${info("algo")} = 'ssh-ed25519' THEN 'ED25519'
  ELSE coalesce(${info("algo")}, 'unknown') END`;

/** What a scanner was after: "tcp/80", "GET-1.1-tcp/80", "udp/53-ANY-C_INTERNET". */
const scannedPort = (protocol: "tcp" | "udp"): string =>
  `try_cast(regexp_extract(o.source, '(?:^|-)${protocol}/([0-9]+)(?:-|$)', 1) AS INTEGER)`;
const scannedPorts = (protocol: "tcp" | "udp"): string =>
  `CASE WHEN ${scannedPort(protocol)} IS NOT NULL
        THEN json_object('count', 1, 'ports', [${scannedPort(protocol)}]) END`;
const onlyOf = (recontype: string): string =>
  `CASE WHEN o.recontype = '${recontype}' THEN ${array("o.value")} END`;

const HONEYPOT = "(contains(o.recontype, '_HONEYPOT_'))";
const KNOWN_PROBE = `(${info("service_name")} = 'scanner')`;
const AGENT = `CASE ${AGENTS.map(
  ([pattern, name]) => `WHEN regexp_matches(o.value, '${pattern.source}') THEN '${name}'`,
).join(" ")} END`;
const SYN = `CASE ${KNOWN_SYN.map(
  ({ pattern, name }) => `WHEN regexp_matches(o.value, '${pattern}') THEN '${name}'`,
).join(" ")} END`;
const hello = (what: "name" | "probe"): string =>
  `CASE ${KNOWN_HELLOS.map((known) => `WHEN o.value IN ('${known.ja3}', '${known.ja4}') THEN '${known[what]}'`).join(" ")} END`;
const IS_HELLO = "(o.recontype = 'SSL_CLIENT' AND o.source IN ('ja3', 'ja4'))";
const SCANNER_NAME = `CASE
  WHEN ${KNOWN_PROBE} THEN ${info("service_product")}
  WHEN o.recontype = 'HTTP_CLIENT_HEADER' THEN ${AGENT}
  WHEN ${IS_HELLO} THEN ${hello("name")}
  WHEN o.recontype = 'P0FV3_SYN' THEN ${SYN} END`;
const PROBE = `CASE WHEN ${KNOWN_PROBE} THEN regexp_replace(${info("service_extrainfo")}, '^probe ', '')
  WHEN ${IS_HELLO} THEN ${hello("probe")} END`;
const SCANNER = object({
  ports: `CASE WHEN ${scannedPort("tcp")} IS NOT NULL OR ${scannedPort("udp")} IS NOT NULL
    THEN json_object('count', 1, 'tcp', ${scannedPorts("tcp")}, 'udp', ${scannedPorts("udp")}) END`,
  http_uris: onlyOf("HTTP_HONEYPOT_REQUEST"),
  dns_queries: onlyOf("DNS_HONEYPOT_QUERY"),
  stun_queries: onlyOf("STUN_HONEYPOT_REQUEST"),
  scanners: `CASE WHEN ${SCANNER_NAME} IS NOT NULL THEN json_array(${object({
    name: SCANNER_NAME,
    probes: `CASE WHEN ${PROBE} IS NOT NULL THEN ${array(PROBE)} END`,
  })}) END`,
  probes: `CASE WHEN ${PROBE} IS NOT NULL THEN ${array(PROBE)} END`,
});

export const PASSIVE_SCRIPTS: readonly PassiveScript[] = [
  {
    id: "http-user-agent",
    when: "o.recontype = 'HTTP_CLIENT_HEADER' AND o.source = 'USER-AGENT'",
    data: array("o.value"),
    output: "o.value",
  },
  {
    id: "http-server-header",
    when: "o.recontype = 'HTTP_SERVER_HEADER' AND o.source = 'SERVER'",
    data: array("o.value"),
    output: "o.value",
  },
  {
    id: "http-app",
    when: "o.recontype = 'HTTP_SERVER_HEADER' AND o.source = 'MICROSOFTSHAREPOINTTEAMSERVICES'",
    data: array("json_object('path', '/UNKNOWN/', 'application', 'SharePoint', 'version', o.value)"),
    output: "'SharePoint: path /UNKNOWN/, version ' || o.value",
  },
  {
    id: "ntlm-info",
    when: `(starts_with(o.recontype, 'NTLM_') OR o.recontype IN ('HTTP_CLIENT_HEADER', 'HTTP_SERVER_HEADER'))
      AND coalesce(${NTLM_FACTS.map(info).join(", ")}) IS NOT NULL`,
    data: `json_merge_patch(o.infos, json_object('protocol', ${NTLM_PROTOCOL}))`,
    output: membersText("o.data"),
  },
  {
    id: "ssl-cert",
    when: `${IS_TLS} AND o.source = 'cert'`,
    data: CERTIFICATE,
    output: certificateText("(o.data->0)"),
  },
  {
    id: "ssl-cacert",
    key: "ssl-cert",
    when: `${IS_TLS} AND o.source = 'cacert'`,
    data: CERTIFICATE,
    output: certificateText("(o.data->0)"),
  },
  {
    id: "ssl-ja3-server",
    when: "o.recontype = 'SSL_SERVER' AND starts_with(o.source, 'ja3-')",
    data: JA3_SERVER,
    output: ja3ServerText("(o.data->0)"),
  },
  {
    id: "ssl-ja3-client",
    when: "o.recontype = 'SSL_CLIENT' AND o.source = 'ja3'",
    data: array(object({ md5: "o.value", ...HASHES })),
    output: "o.value",
  },
  {
    id: "ssl-ja4-client",
    when: "o.recontype = 'SSL_CLIENT' AND o.source = 'ja4'",
    data: array("json_merge_patch(coalesce(o.infos, '{}'), json_object('ja4', o.value))"),
    output: "o.value",
  },
  {
    id: "banner",
    when: "o.recontype IN ('SSH_SERVER', 'TCP_SERVER_BANNER')",
    output: "o.value",
  },
  {
    id: "ssh-hostkey",
    when: "o.recontype = 'SSH_SERVER_HOSTKEY'",
    data: array(
      object({ type: info("algo"), bits: "o.infos->'bits'", fingerprint: info("md5"), key: "o.value" }),
    ),
    output: `chr(10) || '  ' || concat_ws(' ', ${info("bits")}, ${info("md5")}, '(' || ${KEY_NAME} || ')')`,
  },
  {
    id: "ssh2-enum-algos",
    when: "o.recontype IN ('SSH_SERVER_HASSH', 'SSH_CLIENT_HASSH')",
    data: object({
      hassh: object({
        version: "nullif(regexp_extract(o.source, '-v([0-9.]+)$', 1), '')",
        md5: "o.value",
        ...HASHES,
      }),
    }),
    output: hasshText("o.data"),
  },
  {
    id: "smb-os-discovery",
    when: "o.recontype = 'SMB' AND o.infos IS NOT NULL",
    data: "o.infos",
    output: membersText("o.data"),
  },
  {
    id: "scanner",
    host: true,
    when: `${HONEYPOT} OR (o.recontype = 'TCP_CLIENT_BANNER' AND ${KNOWN_PROBE})
      OR (o.recontype = 'HTTP_CLIENT_HEADER' AND o.source = 'USER-AGENT' AND ${AGENT} IS NOT NULL)
      OR (${IS_HELLO} AND ${hello("name")} IS NOT NULL)
      OR (o.recontype = 'P0FV3_SYN' AND ${SYN} IS NOT NULL)`,
    data: SCANNER,
    output: scannerText("o.data"),
  },
];
