/**
 * Structured script output as rows: `ports.scripts.<key>.<path>` walks the JSON of the script table, with the
 * arrays at list fields unwound (spec ivre §6.4) and other arrays kept whole.
 */

import { allOf, bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { DECODERS } from "./decode.ts";
import type { Column, Rows, Within } from "./rows.ts";

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

/** JSON pointer of one member (RFC 6901). */
function pointer(member: string): SqlText {
  return bind(`/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}

/** A member of a JSON value, as JSON text. */
function member(value: string, step: string): SqlText {
  return sql`json_extract(${name(value)}, ${pointer(step)})::VARCHAR`;
}

/**
 * JSON is stored without spaces, so its first character tells what it is.
 *
 * The relation of a script path: `host_id`, `e` (the element) and `v` (the value), both JSON; rows whose path
 * leads nowhere have a null `v`.
 */
function walk(
  schema: ActivePurpose,
  { key, inner, where = [], element = 0 }: ScriptPath,
  within: Within,
): SqlText {
  const unwind = (from: SqlText): SqlText =>
    sql`SELECT host_id, e, unnest(CASE WHEN starts_with(v::VARCHAR, '[') THEN json_extract(v, '$[*]') WHEN v::VARCHAR <> 'null' THEN [v] ELSE [] END) AS v FROM (${from})`;
  const mark = (from: SqlText): SqlText => sql`SELECT host_id, v AS e, v FROM (${from})`;
  const condition = allOf([sql`c.key = ${bind(key)}`, ...where]);
  let at = sql`SELECT c.host_id AS host_id, NULL::JSON AS e, c.data AS v FROM ${name(`${schema}.script AS c`)} WHERE ${condition} AND c.data IS NOT NULL AND ${within("c.host_id")}`;
  if (LISTS.has(key)) at = unwind(at);
  if (element === 0) at = mark(at);
  let path = key;
  inner.forEach((step, i) => {
    path += `.${step}`;
    // A path through an array that is no list field gives the array of the members (as MongoDB projects).
    at = sql`SELECT host_id, e, CASE WHEN starts_with(v::VARCHAR, '[') THEN to_json(nullif(list_filter(list_transform(json_extract(v, '$[*]'), lambda x: json_extract(x, ${pointer(step)})), lambda x: x IS NOT NULL), [])) ELSE json_extract(v, ${pointer(step)}) END AS v FROM (${at})`;
    if (LISTS.has(path)) at = unwind(at);
    if (element === i + 1) at = mark(at);
  });
  return at;
}

/** Rows of a script path; with `parts`, tuples of members of the element (null where absent). */
export function scriptRows(
  schema: ActivePurpose,
  path: ScriptPath,
  parts?: readonly (string | typeof VALUE)[],
): Rows {
  const value: Column = { value: name("r.v::VARCHAR"), decode: DECODERS.json, json: true };
  return {
    from: (within) => sql`(${walk(schema, path, within)}) AS r`,
    host: "r.host_id",
    where: parts ? [] : [name("r.v IS NOT NULL AND r.v::VARCHAR <> 'null'")],
    columns: parts?.map((part) =>
      part === VALUE ? value : { value: member("r.e", part), decode: DECODERS.json, json: true },
    ) ?? [value],
    tuple: parts !== undefined,
  };
}

/** Stands for the value at the end of the path among the parts of a tuple. */
export const VALUE = Symbol("value");
