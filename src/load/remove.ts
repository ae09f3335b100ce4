/** Taking an import's records out of the purposes it brought them to. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { deletePassive } from "../store/passive-loader.ts";
import { HOST_TABLE_NAMES } from "../store/tables.ts";

const OF_RUN = ["scaninfo", "target", "run_script"] as const;
const OF_IMPORT = ["run", "picture", "import_category", "import_tag"] as const;

/** Makes the temporary table `touched`: the addresses whose view records must be folded anew. */
export async function createTouched(connection: DuckDBConnection): Promise<void> {
  await connection.run("CREATE OR REPLACE TEMP TABLE touched (addr UHUGEINT)");
}

/** Adds the addresses of the hosts from this id on to `touched`. */
export async function touchHostsFrom(connection: DuckDBConnection, hostId: number): Promise<void> {
  await connection.run(
    "INSERT INTO touched SELECT DISTINCT addr FROM nmap.host WHERE id >= ? AND addr IS NOT NULL",
    [BigInt(hostId)],
  );
}

/** Deletes the hosts of a temporary table (id), with their pictures; their addresses go to `touched`. */
export async function deleteHosts(connection: DuckDBConnection, hosts: string): Promise<void> {
  const of = `IN (SELECT id FROM ${hosts})`;
  await connection.run(
    `INSERT INTO touched SELECT DISTINCT addr FROM nmap.host WHERE id ${of} AND addr IS NOT NULL`,
  );
  await connection.run(
    `DELETE FROM main.picture WHERE id IN (SELECT picture FROM nmap.screenshot WHERE host_id ${of})`,
  );
  for (const table of HOST_TABLE_NAMES)
    await connection.run(`DELETE FROM nmap."${table}" WHERE ${table === "host" ? "id" : "host_id"} ${of}`);
}

/** Deletes all that one import brought; its addresses go to `touched`. */
export async function deleteImport(connection: DuckDBConnection, id: number): Promise<void> {
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE imported_host AS SELECT id FROM nmap.host WHERE import_id = ?",
    [id],
  );
  await deleteHosts(connection, "imported_host");
  await connection.run("DROP TABLE imported_host");
  await connection.run("DELETE FROM nmap.down_host WHERE import_id = ?", [id]);
  await deletePassive(connection, id);
  for (const table of OF_RUN) {
    await connection.run(
      `DELETE FROM main."${table}" WHERE run_id IN (SELECT id FROM main.run WHERE import_id = ?)`,
      [id],
    );
  }
  for (const table of OF_IMPORT) {
    await connection.run(`DELETE FROM main."${table}" WHERE import_id = ?`, [id]);
  }
  await connection.run("DELETE FROM main.import WHERE id = ?", [id]);
}
