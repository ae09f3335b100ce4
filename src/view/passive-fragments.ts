/**
 * Passive records as fragments of the view (spec ivre §8.1): each record with an address becomes rows of the
 * shape of the host tables, in temporary tables that the fold reads beside those of schema `nmap`. The host id
 * of a record is its own id, negated.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import {
  ALTERNATIVE_NAME_KINDS,
  type AlternativeNameKind,
  SUBJECT_NAME_TYPE,
} from "../passive/certificate-hostnames.ts";
import { HOST_TABLES, type HostTable } from "../store/tables.ts";
import { GREETS, recogniseGreetings } from "./passive-cpes.ts";
import { PASSIVE_SCRIPTS } from "./passive-scripts.ts";

/** The relation of all records to be folded; alias `o` in the expressions below. */
const OBSERVED = "observed";

/** Records that are about a server port which must be open, as something of the server was seen there. */
const SERVES = `o.port IS NOT NULL AND o.recontype IN ('HTTP_SERVER_HEADER', 'NTLM_CHALLENGE', 'NTLM_AUTHENTICATE',
  'OPEN_PORT', 'SMB', 'SSH_SERVER', 'SSH_SERVER_HASSH', 'SSH_SERVER_HOSTKEY', 'SSL_SERVER', 'TCP_SERVER_BANNER')`;

/** How much a record tells of a service: the version, then the product, then the longer text. */
const TOLD = `{'version': (infos->>'service_version') IS NOT NULL, 'product': (infos->>'service_product') IS NOT NULL,
  'length': length(value)}`;

/** Kinds whose infos name the service. */
const BANNERS = "o.recontype IN ('HTTP_SERVER_HEADER', 'SSH_SERVER', 'TCP_SERVER_BANNER')";

const SERVICE_NAME = `CASE
  WHEN ${BANNERS} AND (o.infos->>'service_name') IS NOT NULL THEN (o.infos->>'service_name')
  WHEN o.recontype = 'HTTP_SERVER_HEADER' THEN 'http'
  WHEN o.recontype IN ('SSH_SERVER', 'SSH_SERVER_HASSH', 'SSH_SERVER_HOSTKEY') THEN 'ssh' END`;

const SERVICE_FACTS = ["product", "version", "extrainfo", "ostype", "devicetype", "hostname"] as const;

/** Names in certificates and banners: lower case, no dot at the end, no addresses, no free text (spec §6.1). */
const cleanName = (name: string): string => `lower(rtrim(trim(${name}), '.'))`;
const IS_NAME =
  "regexp_full_match(name, '[a-z0-9_.*-]+') AND NOT regexp_full_match(name, '[0-9]+(\\.[0-9]+){3}')";

/** The name in what follows the prefix of an alternative name; NULL or empty when it names no host. */
function hostOf(rest: string, { patterns, refused }: AlternativeNameKind): string {
  const names = patterns.map((pattern) => `nullif(regexp_extract(${rest}, '${pattern}', 1), '')`);
  const name = `coalesce(${names.join(", ")})`;
  return refused === undefined
    ? name
    : `CASE WHEN NOT regexp_matches(${rest}, '${refused}') THEN ${name} END`;
}

/** SELECTs of host_id, seq, type, name. */
function hostnames(): string {
  const leaf = "o.recontype = 'SSL_SERVER' AND (o.source = 'cert' OR starts_with(o.source, 'cert-'))";
  const san = `(SELECT o.host_id, unnest(json_extract_string(o.infos, '$.san[*]')) AS entry,
                       generate_subscripts(json_extract_string(o.infos, '$.san[*]'), 1) AS seq
                FROM ${OBSERVED} AS o WHERE ${leaf})`;
  const derived = [
    `SELECT o.host_id, 0 AS seq, '${SUBJECT_NAME_TYPE}' AS type, ${cleanName("o.infos->'subject'->>'commonName'")} AS name
     FROM ${OBSERVED} AS o WHERE ${leaf}`,
    ...ALTERNATIVE_NAME_KINDS.map(
      (kind) =>
        `SELECT host_id, seq, '${kind.type}', ${cleanName(hostOf(`substr(entry, ${kind.prefix.length + 1})`, kind))}
         FROM ${san} WHERE starts_with(entry, '${kind.prefix}')`,
    ),
    `SELECT o.host_id, 0, 'ntlm', ${cleanName("(o.infos->>'DNS_Computer_Name')")}
     FROM ${OBSERVED} AS o WHERE (o.infos->>'DNS_Computer_Name') IS NOT NULL
       AND (o.recontype LIKE 'NTLM%' OR o.recontype IN ('HTTP_CLIENT_HEADER', 'HTTP_SERVER_HEADER'))`,
    `SELECT o.host_id, 0, 'service', ${cleanName("(o.infos->>'service_hostname')")}
     FROM ${OBSERVED} AS o WHERE ${BANNERS} AND o.port IS NOT NULL`,
  ];
  return `SELECT o.host_id, 0 AS seq, split_part(o.source, '-', 1) AS type, ${cleanName("o.value")} AS name
    FROM ${OBSERVED} AS o
    WHERE o.recontype = 'DNS_ANSWER' AND split_part(o.source, '-', 1) IN ('A', 'AAAA', 'PTR')
      AND ${cleanName("o.value")} <> ''
    UNION ALL FROM (${derived.join(" UNION ALL ")}) WHERE ${IS_NAME}`;
}

/** The server's port, else the pseudo-port of host scripts. */
const PROTOCOL = `CASE WHEN o.port IS NOT NULL THEN
  CASE WHEN o.recontype = 'OPEN_PORT' THEN coalesce(nullif(regexp_extract(o.value, '^(tcp|udp|sctp)/', 1), ''), 'tcp')
  ELSE 'tcp' END END`;

/** Their ids tell them apart. */
function ports(): string {
  const facts = SERVICE_FACTS.map(
    (fact) => `CASE WHEN ${BANNERS} THEN (o.infos->>'service_${fact}') END AS service_${fact}`,
  );
  return `SELECT o.host_id, 2 * o.host_id AS id, ${PROTOCOL} AS protocol, o.port, 'open' AS state_state,
      'passive' AS state_reason, ${SERVICE_NAME} AS service_name, ${facts.join(", ")},
      CASE WHEN o.recontype = 'SSL_SERVER' THEN 'ssl' ELSE CASE WHEN ${BANNERS} THEN (o.infos->>'service_tunnel') END END
        AS service_tunnel
    FROM ${OBSERVED} AS o WHERE ${SERVES}
    UNION ALL BY NAME
    SELECT DISTINCT host_id, 2 * host_id - 1 AS id, NULL AS protocol, -1 AS port FROM passive_script WHERE port = -1`;
}

/** The data of each first, so that the text can be written from it. */
function scripts(): string {
  const each = PASSIVE_SCRIPTS.map(
    ({ id, key, when, data, output, host }) =>
      `SELECT o.host_id, ${host ? "NULL" : PROTOCOL} AS protocol, ${host ? "-1" : "coalesce(o.port, -1)"} AS port,
         0 AS seq, '${id}' AS id, ${output} AS output, ${data ? `'${key ?? id}'` : "NULL"} AS key, o.data
       FROM (SELECT o.*, ${data ?? "NULL"} AS data FROM ${OBSERVED} AS o WHERE ${when}) AS o`,
  );
  return each.join(" UNION ALL ");
}

/** Of what servers were recognised as, and of SharePoint by its own header. */
function cpes(): string {
  const part = (n: number): string => `coalesce(split_part(g.cpe, ':', ${n}), '')`;
  return `SELECT o.host_id, g.seq, ltrim(${part(2)}, '/') AS type, ${part(3)} AS vendor, ${part(4)} AS product,
      array_to_string(string_split(g.cpe, ':')[5:], ':') AS version
    FROM ${OBSERVED} AS o JOIN greeting_cpe AS g USING (recontype, value) WHERE ${GREETS}
    UNION ALL
    SELECT o.host_id, 0, 'a', 'microsoft', 'sharepoint_server', coalesce(regexp_extract(o.value, '^[0-9.]+'), '')
    FROM ${OBSERVED} AS o WHERE o.recontype = 'HTTP_SERVER_HEADER' AND o.source = 'MICROSOFTSHAREPOINTTEAMSERVICES'`;
}

/** How the rows of each table come about. `port` reads what `script` made. */
const PIECES: readonly (readonly [HostTable, () => string])[] = [
  [
    "host",
    () => `SELECT host_id AS id, addr, v4, CASE WHEN recontype <> 'DNS_ANSWER' THEN 'up' END AS state,
             'passive' AS state_reason, lastseen AS starttime, lastseen AS endtime FROM ${OBSERVED}`,
  ],
  ["source", () => `SELECT host_id, sensor AS value FROM ${OBSERVED} WHERE sensor IS NOT NULL`],
  [
    "address",
    () =>
      `SELECT host_id, 'mac' AS type, lower(value) AS value FROM ${OBSERVED} WHERE recontype = 'MAC_ADDRESS'`,
  ],
  ["hostname", hostnames],
  ["script", scripts],
  ["port", ports],
  ["cpe", cpes],
  [
    "cpe_origin",
    () => `SELECT c.host_id, c.seq AS cpe_seq, 'ports.port:' || o.port AS origin
           FROM ${OBSERVED} AS o JOIN passive_cpe AS c USING (host_id) WHERE o.port IS NOT NULL`,
  ],
];

const MADE: ReadonlySet<HostTable> = new Set(PIECES.map(([table]) => table));

/** The rows of a host table that all sources have; `passive` when there are passive fragments. */
export function sourceRows(table: HostTable, passive: boolean): string {
  if (!passive || !MADE.has(table)) return `nmap."${table}"`;
  return `(FROM nmap."${table}" UNION ALL BY NAME FROM temp.passive_${table})`;
}

/**
 * Makes the tables `passive_<table>` for the addresses.
 * @param where condition on `addr` that picks them.
 * @returns false when there is nothing passive of them; then no table is made.
 */
export async function makePassiveFragments(connection: DuckDBConnection, where: string): Promise<boolean> {
  const any = await connection.runAndReadAll(
    `SELECT EXISTS (FROM passive.record WHERE addr IS NOT NULL AND ${where})`,
  );
  if (any.getRows()[0]?.[0] !== true) return false;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${OBSERVED} AS
     SELECT -id AS host_id, key, addr, v4, recontype, source, value, sensor, port, firstseen, lastseen, infos, ${TOLD} AS told
     FROM passive.record WHERE addr IS NOT NULL AND ${where}`,
  );
  await recogniseGreetings(connection, OBSERVED);
  for (const [table, select] of PIECES) {
    const columns = Object.entries(HOST_TABLES[table]).map(([name, type]) => `"${name}" ${type}`);
    await connection.run(`CREATE OR REPLACE TEMP TABLE passive_${table} (${columns.join(", ")})`);
    await connection.run(`INSERT INTO passive_${table} BY NAME ${select()}`);
  }
  return true;
}

/** Gives back what the fragments took, once the view is folded. */
export async function dropPassiveFragments(connection: DuckDBConnection): Promise<void> {
  for (const table of [OBSERVED, "greeting_cpe"]) await connection.run(`DROP TABLE ${table}`);
  for (const [table] of PIECES) await connection.run(`DROP TABLE passive_${table}`);
}
