/** Folding the ports of an address (spec ivre §8.2). */
import { HOST_TABLES } from "../store/tables.ts";
import type { Rows } from "./fragments.ts";

const STATE_COLUMNS = ["state_state", "state_reason", "state_reason_ttl", "state_reason_ip"];
const SERVICE_COLUMNS = Object.keys(HOST_TABLES.port).filter((name) => name.startsWith("service_"));

/**
 * Whether what a fragment says of a port still counts: the temporary table `forgotten(vid, protocol, port, before)`
 * names ports of which everything before a step is lost.
 * @param f alias with vid and step.
 * @param s alias with protocol and port.
 */
export const remembered = (f: string, s: string): string =>
  `NOT EXISTS (FROM forgotten AS g WHERE (g.vid, g.port) = (${f}.vid, ${s}.port)
     AND g.protocol IS NOT DISTINCT FROM ${s}.protocol AND ${f}.step < g.before)`;

/** Apart from all places in the order of merging. */
const FAR = 2 ** 40;

/**
 * How much a listing says of the service: of two that know a fact the greater wins, those with NULL say nothing.
 *
 * IVRE's rule for two: facts that the prevailing side lacks come from the other if both name the same service, or if
 * the prevailing one names none; otherwise the prevailing side stands alone. So a name holds until a newer listing
 * brings another one, which starts anew. From that `start` on, listings of that name tell more the newer they are,
 * those that yield tell the less the later they come. Newer ones without a name (a TLS handshake seen by a sensor)
 * fill gaps like them. Where listings without a name came before the first name, and that yielded to them, they fill
 * its gaps; among themselves, those that yield prevail.
 */
const TOLD = `CASE
  WHEN start IS NULL THEN CASE WHEN newer THEN -n ELSE n END
  WHEN service_name = name AND n >= start THEN
    CASE WHEN newer THEN n WHEN n = start THEN 0 ELSE ${-2 * FAR} - n END
  WHEN service_name IS NOT NULL THEN NULL
  WHEN n > start THEN CASE WHEN newer THEN ${-2 * FAR} - n END
  WHEN NOT start_newer THEN CASE WHEN newer THEN ${-FAR} - n ELSE ${-FAR} + n END END`;

/** Which facts a listing has, as bits. */
const KNOWN = SERVICE_COLUMNS.map(
  (column, i) => `CASE WHEN ${column} IS NULL THEN 0 ELSE ${1 << i} END`,
).join(" + ");

const KEY = "vid, protocol, port";
const sameKey = (a: string, b: string): string =>
  `(${a}.vid, ${a}.port) = (${b}.vid, ${b}.port) AND ${a}.protocol IS NOT DISTINCT FROM ${b}.protocol`;

/**
 * The statements that fill `view.port`. A port has the state that the listing of highest rank gives it. Ports of
 * addresses that have one fragment only are taken as they are, and so are listings that know all that the others of
 * the port know: most of a first import and of a repeated scan, which that makes several times as fast.
 * @param rows the rows of a host table of all sources.
 */
export function foldPorts(rows: Rows): readonly string[] {
  const facts = [...STATE_COLUMNS, ...SERVICE_COLUMNS].join(", ");
  const ofState = (column: string): string =>
    `arg_max_null(${column}, rank) FILTER (state_state IS NOT NULL) AS ${column}`;
  const ofService = (column: string): string => `arg_max(${column}, told) AS ${column}`;
  return [
    `CREATE OR REPLACE TEMP TABLE listing AS
     SELECT *, CASE WHEN newer THEN n ELSE -n END AS rank
     FROM (SELECT vid, protocol, port, newer, id, state_state IS NOT NULL AS stated, service_name, ${KNOWN} AS known,
                  row_number() OVER (PARTITION BY vid ORDER BY step, id) AS n
           FROM fragment JOIN ${rows("port")} AS s USING (host_id)
           WHERE NOT alone AND ${remembered("fragment", "s")})`,
    // The name that holds in the end, and where it began.
    `CREATE OR REPLACE TEMP TABLE naming AS
     WITH named AS (
       SELECT ${KEY}, min(service_name) AS name, max(service_name) AS other, min(n) AS start,
              arg_min(newer, n) AS start_newer
       FROM listing WHERE service_name IS NOT NULL GROUP BY ${KEY}
     ), renamed AS (
       SELECT ${KEY}, list_reduce(list({'name': service_name, 'n': n, 'newer': newer} ORDER BY n),
                lambda held, next: CASE WHEN next.newer AND next.name <> held.name THEN next ELSE held END) AS held
       FROM listing SEMI JOIN (FROM named WHERE name <> other) AS d USING (${KEY})
       WHERE service_name IS NOT NULL GROUP BY ${KEY}
     )
     SELECT ${KEY}, name, start, start_newer FROM named WHERE name = other
     UNION ALL SELECT ${KEY}, held.name, held.n, held.newer FROM renamed`,
    `CREATE OR REPLACE TEMP TABLE ranked AS
     SELECT l.* EXCLUDE (service_name, n, newer), ${TOLD} AS told
     FROM listing AS l LEFT JOIN naming AS s ON ${sameKey("s", "l")}`,
    "DROP TABLE listing",
    `CREATE OR REPLACE TEMP TABLE deciding AS
     SELECT ${KEY}, top.id AS id,
            coalesce(known, 0) = top.known AND (top.known = 0 OR teller = top.id) AS whole
     FROM (SELECT ${KEY}, bit_or(known) FILTER (told IS NOT NULL) AS known, arg_max(id, told) AS teller,
                  coalesce(arg_max({'id': id, 'known': known}, rank) FILTER (stated),
                           arg_max({'id': id, 'known': known}, rank)) AS top
           FROM ranked GROUP BY ${KEY})`,
    `INSERT INTO view.port BY NAME
     WITH folded AS (
       SELECT vid AS host_id, protocol, port, ${facts}
       FROM fragment JOIN ${rows("port")} USING (host_id) WHERE alone
       UNION ALL BY NAME
       SELECT d.vid AS host_id, p.* EXCLUDE (host_id, id) FROM deciding AS d JOIN ${rows("port")} AS p USING (id)
       WHERE d.whole
       UNION ALL BY NAME
       SELECT vid AS host_id, protocol, port,
              ${[...STATE_COLUMNS.map(ofState), ...SERVICE_COLUMNS.map(ofService)].join(", ")}
       FROM (SELECT r.vid, r.rank, r.told, p.*
             FROM ranked AS r JOIN deciding AS d ON ${sameKey("d", "r")} AND NOT d.whole
             JOIN ${rows("port")} AS p ON p.id = r.id)
       GROUP BY ${KEY}
     )
     SELECT *, (SELECT coalesce(max(id), 0) FROM view.port) + row_number() OVER () AS id
     FROM (FROM folded ORDER BY host_id, port = -1, protocol, port)`,
    ...["naming", "ranked", "deciding"].map((table) => `DROP TABLE ${table}`),
  ];
}
