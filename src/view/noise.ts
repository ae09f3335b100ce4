/**
 * Thinning out what says nothing of a host (spec ivre §8.3): ports of a machine that answers on all of them, and
 * closed or filtered ports by the hundred. Works on the ports and scripts of the folded hosts.
 */
import { BIGINT, type DuckDBConnection } from "@duckdb/node-api";
import type { Order } from "./fragments.ts";

/** So many open ports are those of a machine that answers every SYN. */
export const SYNACK_PORTS = 200;
export const SYNACK_INFO = "SYN+ACK honeypot";

/** So many listed ports of one state are summed up as nmap does; fewer where a sum of that state is there already. */
const LISTED_PORTS = 200;
const SUMMED_STATES = "('closed', 'filtered')";

/** What middle boxes send in place of a server: an empty line, a BIG-IP's reason for its reset, a SonicWall's page. */
const EMPTY_BANNER = "regexp_matches(s.output, '^(?:\\n|\\\\n)$|BIG-?IP|SonicWall')";

const UNREAL = `p.state_state = 'open' AND (p.service_name IS NULL OR p.service_name = 'tcpwrapped') AND NOT EXISTS (
  FROM view.script AS s WHERE s.port_id = p.id AND s.host_id >= $from AND NOT (s.id = 'banner' AND ${EMPTY_BANNER}))`;

/** IVRE never takes the tag back: one scan that saw so many ports open is enough. */
const ONCE_SYNACK = `SELECT vid FROM fragment AS f JOIN nmap.port AS p USING (host_id)
  WHERE NOT f.alone AND p.state_state = 'open' AND p.port >= 0 GROUP BY vid, host_id HAVING count(*) >= ${SYNACK_PORTS}`;

/**
 * Drops unreal ports of hosts that answer on every port, tags those, and sums up long lists of ports.
 * @param from the first host id that was folded.
 * @param order as IVRE merges, every listed port of a state is summed up where a sum of it is there already.
 */
export async function removeNoise(connection: DuckDBConnection, from: number, order: Order): Promise<void> {
  const run = (statement: string) => connection.run(statement, { from: BigInt(from) }, { from: BIGINT });
  const made = async (table: string, statement: string): Promise<boolean> => {
    await run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${statement}`);
    const any = await connection.runAndReadAll(`SELECT EXISTS (FROM ${table})`);
    return any.getRows()[0]?.[0] === true;
  };
  /** Takes the ports of a temporary table (id) out, with all that was found there. */
  const removePorts = async (table: string): Promise<void> => {
    for (const of of ["script", "screenshot", "screenword"])
      await run(`DELETE FROM view.${of} WHERE host_id >= $from AND port_id IN (SELECT id FROM ${table})`);
    await run(`DELETE FROM view.port WHERE host_id >= $from AND id IN (SELECT id FROM ${table})`);
  };

  const synack = `SELECT host_id FROM view.port WHERE host_id >= $from AND state_state = 'open' AND port >= 0
    GROUP BY host_id HAVING count(*) >= ${SYNACK_PORTS}
    UNION SELECT host_id FROM view.tag
    WHERE host_id >= $from AND value = 'Honeypot' AND info = '${SYNACK_INFO}' AND origin = 'import'
    ${order === "import" ? `UNION ${ONCE_SYNACK}` : ""}`;
  if (await made("synack", synack)) {
    await run(
      `CREATE OR REPLACE TEMP TABLE unreal AS
       SELECT p.id FROM view.port AS p SEMI JOIN synack USING (host_id) WHERE p.host_id >= $from AND ${UNREAL}`,
    );
    await removePorts("unreal");
    await connection.run(
      `INSERT INTO view.tag SELECT host_id, 'Honeypot', 'warning', '${SYNACK_INFO}', 'open-ports' FROM synack ORDER BY ALL`,
    );
  }

  const few =
    "OR (host_id, state_state) IN (SELECT (host_id, state) FROM view.extraport WHERE host_id >= $from)";
  const listed = `SELECT host_id, id, state_state AS state, coalesce(state_reason, 'unknown') AS reason FROM view.port
    WHERE host_id >= $from AND port >= 0 AND state_state IN ${SUMMED_STATES}
    QUALIFY count(*) OVER (PARTITION BY host_id, state_state) >= ${LISTED_PORTS} ${order === "import" ? few : ""}`;
  if (await made("listed", listed)) {
    await removePorts("listed");
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE summed AS
       SELECT host_id, state, sum(total)::INTEGER AS total
       FROM (SELECT host_id, state, count(*) AS total FROM listed GROUP BY ALL
             UNION ALL SELECT e.host_id, e.state, e.total FROM view.extraport AS e SEMI JOIN listed USING (host_id, state))
       GROUP BY host_id, state`,
    );
    await run(
      `DELETE FROM view.extraport WHERE host_id >= $from AND (host_id, state) IN (SELECT (host_id, state) FROM listed)`,
    );
    await connection.run("INSERT INTO view.extraport BY NAME FROM summed ORDER BY ALL");
    await connection.run(
      `INSERT INTO view.extrareason BY NAME
       SELECT host_id, state, reason, count(*)::INTEGER AS count FROM listed GROUP BY ALL ORDER BY ALL`,
    );
  }
}
