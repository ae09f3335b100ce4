/** Structured script output as rows: `ports.scripts.<key>.<path>` walks the JSON of the script table. */

import { allOf, bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import type { Purpose } from "../model/purpose.ts";
import { DECODERS } from "./decode.ts";
import { identityOf, sourceRows } from "./json-source.ts";
import { hasValue, jsonColumn } from "./json-walk.ts";
import type { Inside, Rows, Source, Steps, Values, Within } from "./row-types.ts";
import { membersOf, STRUCTURED_KEYS } from "./script-members.ts";

/** List fields below `ports.scripts.` (spec §6.4). */
export const LISTS: ReadonlySet<string> = new Set([
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
  ...new Set([...[...LISTS].map((path) => path.split(".")[0]!), ...STRUCTURED_KEYS, "ssl-jarm"]),
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

/** Columns of a result that values and joins need. */
const RESULT = "c.host_id, c.port_id, c.seq, c.port, c.id";

/** Results with structured output under a key: first or further ones of a script. */
function resultsOf(schema: Purpose, key: string, where: readonly SqlText[]): Source {
  const conditions = [sql`c.key = ${bind(key)}`, ...where];
  const rows = (table: string, within: Within): SqlText =>
    sql`SELECT ${name(RESULT)}, c.data AS j FROM ${name(`${schema}.${table} AS c`)} WHERE ${allOf([...conditions, name("c.data IS NOT NULL"), within("c.host_id")])}`;
  return {
    identity: identityOf(conditions),
    start: (within) => sql`${rows("script", within)} UNION ALL ${rows("script_more", within)}`,
    shape: { root: key, lists: LISTS },
    alias: "c",
    record: "c.host_id",
    of: "port",
    members: membersOf(key),
  };
}

interface InsideOptions {
  /** Further conditions over the script table, alias `c`. */
  where?: readonly SqlText[];
  /** Among several fields: what has no such result has no row. */
  required?: boolean;
  tuple?: boolean;
}

/** The values at a path of results. */
export function scriptRows(
  schema: Purpose,
  { key, inner, where = [] }: { key: string; inner: Steps; where?: readonly SqlText[] },
): Rows {
  return scriptValues(schema, key, [inner], ([value]) => oneValue(value!), { where });
}

/** Arrays of the values at several paths of results, null where absent. */
export function scriptTuples(schema: Purpose, key: string, paths: readonly Steps[]): Rows {
  return scriptValues(schema, key, paths, (columns) => ({ columns: columns.map(jsonColumn) }), {
    tuple: true,
  });
}

/** What `values` makes of the values at paths of results. */
export function scriptValues(
  schema: Purpose,
  key: string,
  paths: readonly Steps[],
  values: Inside["values"],
  { where = [], required = false, tuple = false }: InsideOptions = {},
): Rows {
  return sourceRows(resultsOf(schema, key, where), { paths, values }, { tuple, required });
}

/** A value that must be there. */
export function oneValue(value: string): Values {
  return { present: [hasValue(value)], columns: [jsonColumn(value)] };
}

/** The outputs of the results that satisfy conditions over the script table, alias `c`. */
export function outputRows(schema: Purpose, where: readonly SqlText[], required: boolean): Rows {
  const source: Source = {
    identity: identityOf(where),
    start: (within) =>
      sql`SELECT ${name(RESULT)}, c.output FROM ${name(`${schema}.script AS c`)} WHERE ${allOf([...where, within("c.host_id")])}`,
    shape: null,
    alias: "c",
    record: "c.host_id",
    of: "port",
    members: [],
  };
  const values = (): Values => ({
    present: [name("c.output IS NOT NULL")],
    columns: [{ value: name("c.output"), decode: DECODERS.plain }],
  });
  return sourceRows(source, { paths: [], values }, { tuple: false, required });
}
