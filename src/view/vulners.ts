/**
 * What `vulners` and `vulscan` list, as entries of `vulns` (an improvement over IVRE): vulnerabilities of the
 * version that a service shows, so likely ones. The results themselves stay as they are; the entries are further
 * structured output of theirs, in `script_more`.
 *
 * Of `vulners` every entry counts that is no exploit; a bulletin of some vendor on a CVE counts as that CVE. Of
 * `vulscan` the lines that name a CVE: its other databases number their entries, which says nothing elsewhere.
 */
import type { ActivePurpose } from "../model/purpose.ts";

/** Entries of one result: vulscan lists everything that was ever said of a product. */
const MOST_ENTRIES = 10_000;

/** Longest names and titles that are taken over. */
const MAX_ID = 100;
const MAX_TITLE = 500;

const STATE = "LIKELY VULNERABLE";
const CVE = "CVE-[0-9]{4}-[0-9]{4,10}";
const PLACE = "host_id, port_id, protocol, port, seq, id";

/** The CVE that an id of vulners speaks of, else the id itself. */
const named = (id: string): string => `coalesce(nullif(regexp_extract(upper(${id}), '${CVE}'), ''), ${id})`;

/** A line of what vulners prints, all there is of old versions: id, score and address; behind it, exploits say so. */
const LINE = "^[ \\t]*(\\S+)[ \\t]+([0-9]{1,2}(?:\\.[0-9]+)?)[ \\t]+https?://\\S+[ \\t\\r]*$";

/** SELECTs of a result's place, and an entry's name, score and title. A table has a list for each CPE of a service. */
function entries(s: ActivePurpose): readonly string[] {
  const results = (id: string, of: string, list: string): string =>
    `(SELECT ${PLACE}, unnest(${list}[:${MOST_ENTRIES}]) AS e
      FROM ${s}.script WHERE id = '${id}' AND ${of} AND host_id >= $from)`;
  const table = results("vulners", "json_type(data) = 'OBJECT'", "json_extract(data, '$.*[*]')");
  const text = results(
    "vulners",
    "json_type(data) IS DISTINCT FROM 'OBJECT'",
    `regexp_extract_all(output, '(?m)${LINE}')`,
  );
  const cves = results("vulscan", "true", `regexp_extract_all(output, '(?m)^[ \\t]*\\[${CVE}\\][^\\n]*')`);
  return [
    `SELECT ${PLACE}, ${named("e->>'id'")} AS vuln, try_cast(e->>'cvss' AS DOUBLE) AS score, NULL AS title
     FROM ${table} WHERE (e->>'is_exploit') IS DISTINCT FROM 'true'`,
    `SELECT ${PLACE}, ${named(`regexp_extract(e, '${LINE}', 1)`)}, try_cast(regexp_extract(e, '${LINE}', 2) AS DOUBLE), NULL
     FROM ${text}`,
    `SELECT ${PLACE}, regexp_extract(e, '${CVE}'), NULL,
            nullif(left(trim(substr(e, strpos(e, ']') + 1), ' ' || chr(9) || chr(13)), ${MAX_TITLE}), '')
     FROM ${cves}`,
  ];
}

const ORIGIN = "vulners";

/**
 * The statements that make these entries and the tags "Likely vulnerable" for them, for the hosts from `$from` on;
 * when `on` is false, those that take them away.
 */
export function vulnersStatements(s: ActivePurpose, on: boolean): readonly string[] {
  const remove = [
    `DELETE FROM ${s}.script_more WHERE host_id >= $from`,
    `DELETE FROM ${s}.tag WHERE origin = '${ORIGIN}' AND host_id >= $from`,
  ];
  if (!on) return remove;
  return [
    ...remove,
    `INSERT INTO ${s}.script_more
     SELECT ${PLACE}, 'vulns', row_number() OVER (PARTITION BY host_id, port_id, seq ORDER BY score DESC NULLS LAST, vuln) - 1,
            json_merge_patch('{}', json_object('id', vuln, 'title', title, 'state', '${STATE}', 'score', score))
     FROM (SELECT ${PLACE}, vuln, max(score) FILTER (score BETWEEN 0 AND 10) AS score, min(title) AS title FROM (${entries(s).join(" UNION ALL ")})
           WHERE length(vuln) BETWEEN 1 AND ${MAX_ID} GROUP BY ALL)
     ORDER BY host_id, port_id, seq, 8`,
    `INSERT INTO ${s}.tag
     SELECT DISTINCT host_id, 'Likely vulnerable', 'warning', data->>'id', '${ORIGIN}'
     FROM ${s}.script_more WHERE host_id >= $from ORDER BY ALL`,
  ];
}
