/** Structured script output as rows: `ports.scripts.<key>.<path>` walks the JSON of the script table. */

import { allOf, bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import type { Purpose } from "../model/purpose.ts";
import { endValue, hasValue, memberColumn, walk } from "./json-walk.ts";
import type { Rows, Within } from "./rows.ts";

/** List fields below `ports.scripts.` (spec §6.4). */
const LISTS: ReadonlySet<string> = new Set([
  "dns-domains",
  "dns-domains.parents",
  "dns-zone-transfer",
  "dns-zone-transfer.records",
  "fcrdns",
  "fcrdns.addresses",
  "http-app",
  "http-citrix-netscaler-triage.rdx_en_gzip_datetime.tls_names",
  "http-headers",
  "http-httpx.technologies",
  "http-server-header",
  "http-user-agent",
  "ike-info.transforms",
  "ike-info.vendor_ids",
  "ls.volumes",
  "ls.volumes.files",
  "ms-sql-info",
  "mongodb-databases.databases",
  "mongodb-databases.databases.shards",
  "nuclei",
  "nuclei.extracted-results",
  "nuclei.classification.cve-id",
  "nuclei.classification.cwe-id",
  "nuclei.reference",
  "nuclei.tags",
  "rpcinfo",
  "rpcinfo.version",
  "scanner.http_uris",
  "scanner.ports.tcp.ports",
  "scanner.ports.udp.ports",
  "scanner.probes",
  "scanner.scanners",
  "scanner.scanners.probes",
  "smb-enum-shares.shares",
  "ssh-hostkey",
  "ssl-cert",
  "ssl-ja3-client",
  "ssl-ja3-server",
  "ssl-ja4-client",
  "vulns",
  "vulns.check_results",
  "vulns.description",
  "vulns.extra_info",
  "vulns.ids",
  "vulns.refs",
]);

/** Keys that have structured output by the record model, whether or not the data holds any. */
export const KNOWN_KEYS: readonly string[] = [
  ...new Set([...LISTS].map((path) => path.split(".")[0]!)),
  "http-title",
  "modbus-discover",
  "enip-info",
  "ntlm-info",
  "s7-info",
  "smb-os-discovery",
  "ssh2-enum-algos",
  "ssl-jarm",
];

/** Script names that hold a dot themselves. */
const DOTTED_KEYS: readonly string[] = ["http-robots.txt"];

/** `http-robots.txt.x.y` → key and the path inside its value. */
export function splitKey(path: string): { key: string; inner: string[] } {
  const dotted = DOTTED_KEYS.find((key) => path === key || path.startsWith(`${key}.`));
  const key = dotted ?? path.split(".")[0]!;
  const rest = path.slice(key.length + 1);
  return { key, inner: rest === "" ? [] : rest.split(".") };
}

interface ScriptPath {
  key: string;
  inner: readonly string[];
  /** Further conditions over the script table, alias `c`. */
  where?: readonly SqlText[];
  /** How many segments of `inner` lead to the element that tuples take their parts from; default 0. */
  element?: number;
}

/** Rows of a script path; with `parts`, tuples of members of the element (null where absent). */
export function scriptRows(
  schema: Purpose,
  { key, inner, where = [], element }: ScriptPath,
  parts?: readonly (string | typeof VALUE)[],
): Rows {
  const condition = allOf([sql`c.key = ${bind(key)}`, ...where]);
  const table = name(`${schema}.script AS c`);
  const start = (within: Within): SqlText =>
    sql`SELECT c.host_id AS record_id, NULL::JSON AS e, c.data AS v FROM ${table} WHERE ${condition} AND c.data IS NOT NULL AND ${within("c.host_id")}`;
  const value = endValue("j");
  return {
    from: (within) => sql`(${walk(start(within), { root: key, inner, lists: LISTS, element })}) AS j`,
    record: "j.record_id",
    where: parts ? [] : [hasValue("j")],
    columns: parts?.map((part) => (part === VALUE ? value : memberColumn("j.e", part))) ?? [value],
    tuple: parts !== undefined,
  };
}

/** Stands for the value at the end of the path among the parts of a tuple. */
export const VALUE = Symbol("value");
