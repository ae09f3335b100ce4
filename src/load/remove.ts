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

/** Deletes all that one import brought; its addresses go to `touched`. */
export async function deleteImport(connection: DuckDBConnection, id: number): Promise<void> {
  await connection.run(
    "INSERT INTO touched SELECT DISTINCT addr FROM nmap.host WHERE import_id = ? AND addr IS NOT NULL",
    [id],
  );
  for (const table of HOST_TABLE_NAMES) {
    if (table === "host") continue;
    await connection.run(
      `DELETE FROM nmap."${table}" WHERE host_id IN (SELECT id FROM nmap.host WHERE import_id = ?)`,
      [id],
    );
  }
  await connection.run("DELETE FROM nmap.host WHERE import_id = ?", [id]);
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
