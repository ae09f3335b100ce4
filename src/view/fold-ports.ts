/** Folding the ports of an address (spec ivre §8.2). */
import { HOST_TABLES } from "../store/tables.ts";
import type { Rows } from "./fragments.ts";

const STATE_COLUMNS = ["state_state", "state_reason", "state_reason_ttl", "state_reason_ip"];
const SERVICE_COLUMNS = Object.keys(HOST_TABLES.port).filter((name) => name.startsWith("service_"));

/**
 * Whether what a fragment says of a port still counts: the temporary table `forgotten(vid, protocol, port, before)`
 * names ports of which everything before a step is lost.
 * @param s an alias with vid, protocol, port and step.
 */
export const remembered = (s: string): string =>
  `NOT EXISTS (FROM forgotten AS g WHERE (g.vid, g.port) = (${s}.vid, ${s}.port)
     AND g.protocol IS NOT DISTINCT FROM ${s}.protocol AND ${s}.step < g.before)`;

/** Apart from all places in the order of merging. */
const FAR = 2 ** 40;

/**
 * How much a listing says of the service: of two that know a fact the greater wins, those with NULL say nothing.
 *
 * IVRE's rule for two: facts that the prevailing side lacks come from the other if both name the same service, or if
 * the prevailing one names none; otherwise the prevailing side stands alone. So a name holds until a newer listing
 * brings another one, which starts anew (`start`). From there on, listings of that name tell more the newer they
 * are, those that yield tell the less the later they come. Newer ones without a name (a TLS handshake seen by a
 * sensor) fill gaps like them. Where listings without a name came before the first name, and that yielded to them,
 * they fill its gaps; among themselves, those that yield prevail.
 */
const SERVICE_PRIORITY = `CASE
  WHEN start IS NULL THEN CASE WHEN newer THEN -n ELSE n END
  WHEN service_name = last_name AND n >= start THEN
    CASE WHEN newer THEN n WHEN n = start THEN 0 ELSE ${-2 * FAR} - n END
  WHEN service_name IS NOT NULL THEN NULL
  WHEN n > start THEN CASE WHEN newer THEN ${-2 * FAR} - n END
  WHEN NOT start_newer THEN CASE WHEN newer THEN ${-FAR} - n ELSE ${-FAR} + n END END`;

/**
 * The statement that fills `view.port`. A port has the state that the listing of highest rank gives it. Ports of
 * addresses that have one fragment only are taken as they are: that saves two thirds of the time of a first import.
 *
 * @param rows the rows of a host table of all sources.
 */
export function foldPorts(rows: Rows): string {
  const facts = [...STATE_COLUMNS, ...SERVICE_COLUMNS];
  const ofState = (column: string): string =>
    `arg_max_null(${column}, rank) FILTER (state_state IS NOT NULL) AS ${column}`;
  const ofService = (column: string): string => `arg_max(${column}, told) AS ${column}`;
  const onePort = "WINDOW one_port AS (PARTITION BY vid, protocol, port)";
  const sets = "service_name IS NOT NULL AND (newer OR n = first_name)";
  return `
    INSERT INTO view.port BY NAME
    WITH source AS (
      SELECT vid, step, newer, alone, t.* FROM fragment JOIN ${rows("port")} AS t USING (host_id)
    ), placed AS (
      SELECT *, row_number() OVER (PARTITION BY vid ORDER BY step, id) AS n
      FROM source AS s WHERE NOT alone AND ${remembered("s")}
    ), listed AS (
      SELECT *, CASE WHEN newer THEN n ELSE -n END AS rank FROM placed
    ), first AS (
      SELECT *, min(n) FILTER (service_name IS NOT NULL) OVER one_port AS first_name FROM listed ${onePort}
    ), latest AS (
      SELECT *, arg_max(service_name, n) FILTER (${sets}) OVER one_port AS last_name FROM first ${onePort}
    ), changes AS (
      SELECT *, coalesce(max(n) FILTER (${sets} AND service_name <> last_name) OVER one_port, 0) AS change
      FROM latest ${onePort}
    ), runs AS (
      SELECT *, min(n) FILTER (${sets} AND n > change) OVER one_port AS start,
             arg_min(newer, n) FILTER (${sets} AND n > change) OVER one_port AS start_newer
      FROM changes ${onePort}
    ), folded AS (
      SELECT vid AS host_id, protocol, port,
             ${[...STATE_COLUMNS.map(ofState), ...SERVICE_COLUMNS.map(ofService)].join(", ")}
      FROM (SELECT *, ${SERVICE_PRIORITY} AS told FROM runs) GROUP BY vid, protocol, port
      UNION ALL
      SELECT vid, protocol, port, ${facts.join(", ")} FROM source WHERE alone
    )
    SELECT *, (SELECT coalesce(max(id), 0) FROM view.port) + row_number() OVER () AS id
    FROM (FROM folded ORDER BY host_id, port = -1, protocol, port)`;
}
