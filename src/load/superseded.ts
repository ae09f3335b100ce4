/**
 * What was imported of a scan before it ended, once the same scan is imported to its end: records that are there
 * twice are taken out.
 *
 * Record by record, and only those of which the whole scan has one that is the same in all: access filters then hold
 * for both or for neither. A partial scan that gave way to a whole one as such would take records away from somebody
 * who may not see the whole one.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { digestHosts } from "../store/host-digest.ts";
import { makeRoom } from "../view/room.ts";
import { deleteHosts, deleteImport } from "./remove.ts";

async function any(connection: DuckDBConnection, table: string): Promise<boolean> {
  const found = await connection.runAndReadAll(`SELECT EXISTS (FROM ${table})`);
  return found.getRows()[0]?.[0] === true;
}

/**
 * Takes out the hosts of broken-off runs (same scanner, arguments, start and source as one that came to its end) that
 * the whole run has as well, and imports of which nothing is left then; their addresses go to `touched`.
 * @param since the first import that is new: pairs of older ones were looked at before.
 */
export async function removeSuperseded(connection: DuckDBConnection, since: number): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE broken_run AS
     SELECT old.id, old.import_id, new.id AS whole
     FROM main.run AS old
     JOIN main.run AS new ON (new.scanner, new.args, new.starttime) = (old.scanner, old.args, old.starttime)
     JOIN main.import AS o ON o.id = old.import_id
     JOIN main.import AS n ON n.id = new.import_id
     WHERE new.finished AND NOT old.finished AND old.import_id <> new.import_id
       AND greatest(old.import_id, new.import_id) >= $since
       AND o.source IS NOT DISTINCT FROM n.source`,
    { since },
  );
  if (!(await any(connection, "broken_run"))) return;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE twin AS
     SELECT o.id AS old, n.id AS new
     FROM broken_run AS b JOIN nmap.host AS o ON o.run_id = b.id
     JOIN nmap.host AS n ON n.run_id = b.whole AND n.addr IS NOT DISTINCT FROM o.addr`,
  );
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE twin_host AS SELECT old AS id FROM twin UNION SELECT new FROM twin",
  );
  await makeRoom(connection);
  await digestHosts(connection, "twin_host");
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE gone AS
     SELECT DISTINCT t.old AS id FROM twin AS t
     JOIN host_digest AS o ON o.host_id = t.old JOIN host_digest AS n ON n.host_id = t.new
     WHERE o.digest = n.digest`,
  );
  await deleteHosts(connection, "gone");
  await connection.run(
    `UPDATE main.import AS i SET hosts = (SELECT count(*) FROM nmap.host AS h WHERE h.import_id = i.id)
     WHERE id IN (SELECT import_id FROM broken_run)`,
  );
  const empty = await connection.runAndReadAll(
    `SELECT DISTINCT import_id FROM broken_run AS b
     WHERE NOT EXISTS (FROM nmap.host AS h WHERE h.import_id = b.import_id)
       AND NOT EXISTS (FROM passive.seen AS s WHERE s.import_id = b.import_id)
       AND NOT EXISTS (FROM main.run AS r WHERE r.import_id = b.import_id AND r.id NOT IN (SELECT id FROM broken_run))`,
  );
  for (const [id] of empty.getRows()) await deleteImport(connection, Number(id));
  for (const table of ["broken_run", "twin", "twin_host", "host_digest", "gone"])
    await connection.run(`DROP TABLE ${table}`);
}
