/**
 * Tags from lists (spec ivre §8.3): hosts whose address is on a list that stands for a tag now get it, with the list in
 * the info; they lose it when they are no longer on it. The rows carry `feed:<name>` as origin.
 *
 * A step of derive.ts for new hosts and the view, and run for all hosts when lists change.
 */
import { BIGINT, type DuckDBConnection } from "@duckdb/node-api";
import type { ActivePurpose } from "../model/purpose.ts";
import { ACTIVE_SCHEMAS } from "../store/tables.ts";

/** How the origin of such rows begins. */
export const FEED_ORIGIN = "feed:";

/** IVRE's words, with the list that it is in our case. */
const INFO = `CASE value
  WHEN 'TOR' THEN 'Exit node listed at <' || coalesce(source_url, name) || '>'
  WHEN 'Scanner' THEN 'Listed as a ' || info || ' scanner'
  WHEN 'GovCloud' THEN info
  ELSE info || ' as listed by ' || CASE WHEN starts_with(name, 'cdncheck_') THEN 'cdncheck (projectdiscovery)'
                                        ELSE coalesce(official_name, name) END
  END`;

const TYPE = "if(value = 'Scanner', 'warning', 'info')";

/** A list may stand for several tags: one a line, as their infos. */
const TAGGING = `
  SELECT id AS feed_id, name, value, ${TYPE} AS type, ${INFO} AS info
  FROM (SELECT id, name, official_name, source_url, unnest(string_split(tag_value, chr(10))) AS value,
               unnest(string_split(coalesce(tag_info, name), chr(10))) AS info
        FROM feed.feed WHERE tag_value IS NOT NULL)`;

/** The tags of hosts by the segments of one family. */
function tagged(s: ActivePurpose, family: 4 | 6): string {
  const address = family === 4 ? "v4" : "addr";
  const hosts = family === 4 ? "v4 IS NOT NULL" : "v4 IS NULL AND addr IS NOT NULL";
  return `
    SELECT h.id AS host_id, t.value, t.type, t.info, '${FEED_ORIGIN}' || t.name AS origin
    FROM (FROM ${s}.host WHERE id >= $from AND ${hosts}) AS h
    ASOF JOIN (FROM feed.segment${family} SEMI JOIN tagged_set USING (set_id)) AS g ON h.${address} >= g.lo
    JOIN feed.set_member AS m ON m.set_id = g.set_id AND h.${address} <= g.hi
    JOIN tagging AS t ON t.feed_id = m.feed_id`;
}

/**
 * Statements over schema `s` for the hosts from the id `$from` on. A tag that has no info of its own keeps its row
 * beside these: it must still be there when the list lets go of the host.
 */
export function feedTagStatements(s: ActivePurpose): readonly string[] {
  return [
    // Rows of the running transaction are not in the statistics.
    "SET asof_loop_join_threshold = 0",
    `DELETE FROM ${s}.tag WHERE starts_with(origin, '${FEED_ORIGIN}') AND host_id >= $from`,
    `INSERT INTO ${s}.tag
     WITH tagging AS MATERIALIZED (${TAGGING}),
     tagged_set AS (SELECT DISTINCT set_id FROM feed.set_member SEMI JOIN tagging USING (feed_id))
     SELECT DISTINCT * FROM (${tagged(s, 4)} UNION ALL ${tagged(s, 6)}) ORDER BY ALL`,
  ];
}

/**
 * Gives hosts the tags of the lists they are on now, and takes away those of lists they left. The segments of the
 * feeds must be up to date.
 * @param hostsFrom the first host id of either schema; all without it.
 */
export async function retagFromFeeds(connection: DuckDBConnection, hostsFrom = 0): Promise<void> {
  for (const schema of ACTIVE_SCHEMAS) {
    for (const statement of feedTagStatements(schema)) {
      if (statement.includes("$from"))
        await connection.run(statement, { from: BigInt(hostsFrom) }, { from: BIGINT });
      else await connection.run(statement);
    }
  }
}
