/**
 * How much memory deriving gets. DuckDB works on 2048 rows at a time and cannot spill the ones in hand: where
 * scripts left long outputs (vulners writes 50 KB a host), the usual limit does not hold a single batch.
 */
import { totalmem } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";

const MiB = 1024 * 1024;
const BATCH_ROWS = 2048;
/** Copies of a batch that sorting and joining hold at once (measured: 4 for one batch, more for several). */
const COPIES = 10;
/** Below this a batch fits the usual limit. */
const SMALL = 16 * MiB;
/** Reading the lengths holds one batch, too. */
const LOOKING_MIB = 1600;

/** The part of the machine's memory that may be used at all. */
const most = (total: number): number => Math.floor((total * 0.75) / MiB);

/** The memory limit in MiB that batches of so many bytes need, or null when the usual limit will do. */
export function neededMiB(batchBytes: number, total: number = totalmem()): number | null {
  if (batchBytes <= SMALL) return null;
  return Math.min(200 + Math.ceil((COPIES * batchBytes) / MiB), most(total));
}

/** Raises the memory limit of a building connection to what the longest script outputs of the file need. */
export async function makeRoom(connection: DuckDBConnection): Promise<void> {
  const settings = await connection.runAndReadAll(
    "SELECT current_setting('memory_limit'), current_setting('threads')",
  );
  const [limit, threads] = settings.getRows()[0] ?? [];
  // Each thread holds batches of its own.
  await connection.run("SET threads = 1");
  await connection.run(`SET memory_limit = '${Math.min(LOOKING_MIB, most(totalmem()))}MiB'`);
  const rows = await connection.runAndReadAll(
    `SELECT coalesce(sum(bytes), 0) FROM (
       SELECT coalesce(strlen(output), 0) + coalesce(strlen(data), 0) AS bytes FROM nmap.script
       ORDER BY bytes DESC LIMIT ${BATCH_ROWS})`,
  );
  const needed = neededMiB(Number(rows.getRows()[0]?.[0]));
  await connection.run(`SET memory_limit = '${needed === null ? limit : `${needed}MiB`}'`);
  if (needed === null) await connection.run(`SET threads = ${threads}`);
}
