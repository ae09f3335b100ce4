/**
 * Ports seen open once and looked at again: nmap lists open ports, and sums up most others or leaves them out, so
 * that a port which closed since is often simply not there. A scan looked again at a port that an older one had found
 * open, for all that others said since, when
 *
 * - its run came to its end with success, and found the host up and did not give up on it;
 * - the host's scan ended later than that of the fragment which says last that the port is open, and which is of
 *   another run and the same source;
 * - `scaninfo` has the port's protocol and number, for a type of scan that can tell an open port.
 *
 * Of several such scans the newest counts. Where it does not list the port, that counts as listed with the state that
 * the scan implies. Where the port is shut, listed or not, what was known of it before is of the past. A host found
 * down was not looked at: nmap does not scan its ports.
 */
import type { Fragments, Rows } from "./fragments.ts";

/** Others (ack, window, null, fin …) do not tell whether a port is open, or guess. */
const TELLING_SCANS = "('syn', 'connect', 'udp', 'sctpinit', 'bounce', 'idle')";

/** Longer lists of ports are not read: nmap's default takes 3 KB. */
const MAX_LIST = 32_768;

/** Ids of implied listings are below those of all others. */
const FAR_BELOW = 2 ** 60;

/** Nothing answers: what was known before is of the past. (`open|filtered` is silence that open UDP ports keep, too.) */
const SHUT = "('closed', 'filtered', 'closed|filtered')";

/** "1-3,7" → rows of lo and hi, beside the other columns of a relation whose column `text` it is. */
const ranges = (relation: string): string =>
  `(SELECT * EXCLUDE (text, item), try_cast(split_part(item, '-', 1) AS INTEGER) AS lo,
           try_cast(CASE WHEN contains(item, '-') THEN split_part(item, '-', 2) ELSE item END AS INTEGER) AS hi
    FROM (SELECT *, unnest(string_split(text, ',')) AS item FROM ${relation} WHERE strlen(text) <= ${MAX_LIST})
    WHERE regexp_full_match(item, '[0-9]{1,5}(-[0-9]{1,5})?'))`;

/** The reason of one port, of nmap's for several: "resets", "port-unreaches". */
const ofOne = (reason: string): string => `regexp_replace(${reason}, '(ch)es$|s$', '\\1')`;

/**
 * The statements that make `unlisted(host_id, id, protocol, port, state_state, state_reason)`: what scans imply, and
 * `forgotten` (fold-ports.ts): ports that were looked at again and found shut. Each kind of list that many runs share
 * is taken apart once.
 */
export function lookAgain(fragments: Fragments): readonly string[] {
  return [
    `CREATE OR REPLACE TEMP TABLE looked AS
     SELECT f.vid, f.step, h.id AS host_id, h.endtime, h.run_id,
            coalesce(r.finished AND r.exit = 'success' AND h.state = 'up' AND NOT h.timedout, false)
              AND count(*) OVER (PARTITION BY f.vid, h.run_id) = 1 AS complete,
            (SELECT string_agg(s.value, chr(0) ORDER BY s.value) FROM nmap.source AS s WHERE s.host_id = h.id) AS source
     FROM fragment AS f JOIN nmap.host AS h ON h.id = f.host_id LEFT JOIN main.run AS r ON r.id = h.run_id
     WHERE NOT f.alone`,
    // Ports that a scan found open, by the last that says so; not those that a sensor saw open since.
    `CREATE OR REPLACE TEMP TABLE last_open AS
     SELECT p.* EXCLUDE (host_id), l.endtime, l.run_id, l.source
     FROM (SELECT vid, protocol, port, max(step) AS step, arg_max(host_id, step) AS host_id
           FROM ${fragments("port")} WHERE NOT alone AND port >= 0 AND state_state = 'open'
           GROUP BY vid, protocol, port) AS p
     JOIN looked AS l USING (host_id)`,
    `CREATE OR REPLACE TEMP TABLE scanned AS
     SELECT run_id, protocol, services AS text, dense_rank() OVER (ORDER BY services) AS list
     FROM main.scaninfo
     WHERE type IN ${TELLING_SCANS} AND run_id IN (SELECT run_id FROM looked WHERE complete)`,
    `CREATE OR REPLACE TEMP TABLE candidate AS
     SELECT o.vid, o.protocol, o.port, c.step, c.host_id, s.list
     FROM last_open AS o
     JOIN looked AS c ON c.vid = o.vid AND c.complete AND c.step > o.step AND c.endtime > o.endtime
       AND c.run_id <> o.run_id AND c.source IS NOT DISTINCT FROM o.source
     JOIN scanned AS s ON s.run_id = c.run_id AND s.protocol = o.protocol`,
    // The range that begins last before the port; its end is that of the longest so far.
    `CREATE OR REPLACE TEMP TABLE again AS
     WITH ranges AS (
       SELECT list, lo, max(hi) OVER (PARTITION BY list ORDER BY lo, hi) AS hi
       FROM ${ranges("(SELECT DISTINCT list, text FROM scanned)")}
     ), asked AS (SELECT DISTINCT list, port FROM candidate),
     covered AS (
       SELECT a.list, a.port FROM asked AS a ASOF JOIN ranges AS r ON r.list = a.list AND a.port >= r.lo
       WHERE a.port <= r.hi
     )
     SELECT vid, protocol, port, max(step) AS step, arg_max(host_id, step) AS host_id
     FROM candidate SEMI JOIN covered USING (list, port) GROUP BY vid, protocol, port`,
    `CREATE OR REPLACE TEMP TABLE relisted AS
     SELECT a.vid, a.protocol, a.port, a.step, a.host_id, arg_max(p.state_state, p.id) AS state_state
     FROM again AS a JOIN nmap.port AS p USING (host_id, protocol, port) GROUP BY ALL`,
    "CREATE OR REPLACE TEMP TABLE missing AS FROM again ANTI JOIN relisted USING (vid, protocol, port)",
    // Sums of unlisted ports tell the state: that which names the port, else the only one there is.
    `CREATE OR REPLACE TEMP TABLE unlisted AS
     WITH sums AS (
       SELECT a.host_id, a.protocol, a.port, e.state, r.reason, r.ports AS text
       FROM missing AS a JOIN nmap.extraport AS e USING (host_id)
       LEFT JOIN nmap.extrareason AS r ON r.host_id = e.host_id AND r.state = e.state
       WHERE r.protocol IS NULL OR r.protocol = a.protocol
     ), named AS (
       SELECT host_id, protocol, port, said.state, said.reason
       FROM (SELECT host_id, protocol, port, min({'state': state, 'reason': reason}) AS said
             FROM ${ranges("sums")} WHERE port BETWEEN lo AND hi GROUP BY ALL)
     ), single AS (
       SELECT host_id, protocol, port, any_value(state) AS state,
              CASE WHEN count(DISTINCT reason) = 1 THEN any_value(reason) END AS reason
       FROM sums GROUP BY ALL HAVING count(DISTINCT state) = 1
     )
     SELECT a.host_id, -row_number() OVER () - ${FAR_BELOW} AS id, a.protocol, a.port, coalesce(n.state, o.state, 'closed') AS state_state,
            ${ofOne("CASE WHEN n.state IS NULL THEN o.reason ELSE n.reason END")} AS state_reason
     FROM missing AS a LEFT JOIN named AS n USING (host_id, protocol, port)
     LEFT JOIN single AS o USING (host_id, protocol, port)
     WHERE state_state <> 'open'`,
    `CREATE OR REPLACE TEMP TABLE forgotten AS
     SELECT vid, protocol, port, step AS before
     FROM (SELECT vid, protocol, port, step, state_state FROM relisted
           UNION ALL SELECT m.vid, m.protocol, m.port, m.step, u.state_state
           FROM missing AS m JOIN unlisted AS u USING (host_id, protocol, port))
     WHERE state_state IN ${SHUT}`,
    ...["last_open", "looked", "scanned", "candidate", "again", "relisted", "missing"].map(
      (table) => `DROP TABLE ${table}`,
    ),
  ];
}

/** The rows of all sources, and of ports those that are implied. */
export const withUnlisted =
  (rows: Rows): Rows =>
  (table) =>
    table === "port" ? `(FROM ${rows(table)} UNION ALL BY NAME FROM temp.unlisted)` : rows(table);
