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
/** Enough for deriving and folding where outputs are short; loading before it makes do with less. */
const USUAL_MIB = 200;
/** Below this a batch fits the usual limit. */
const SMALL = 16 * MiB;
/**
 * What a passive record takes while it is folded: DuckDB's aggregates over texts and lists do not spill
 * (measured: 270,000 records of 31,000 hosts need 500 MiB).
 */
const RECORD_BYTES = 2048;
/** Reading the lengths holds one batch, too. */
const LOOKING_MIB = 1600;

/** The part of the machine's memory that may be used at all. */
const most = (total: number): number => Math.floor((total * 0.75) / MiB);

/** What the usual limit does not have to be raised for. */
const FEW_HOSTS = 100_000;
/** What a host beyond those takes, with its ports and scripts (measured: a million need 800 MiB). */
const HOST_BYTES = 1024;

/** What there is to derive from. */
export interface Amounts {
  /** Bytes of the script outputs of the largest batch. */
  batch: number;
  /** Records of schema nmap. */
  hosts: number;
  /** Records of schema passive. */
  observed: number;
}

/** The memory limit in MiB for that much; null: the usual will do. */
export function neededMiB({ batch, hosts, observed }: Amounts, total: number = totalmem()): number | null {
  const outputs = batch <= SMALL ? 0 : COPIES * batch;
  const wanted = outputs + observed * RECORD_BYTES + Math.max(0, hosts - FEW_HOSTS) * HOST_BYTES;
  return wanted < MiB ? null : Math.min(USUAL_MIB + Math.ceil(wanted / MiB), most(total));
}

async function numberOf(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
}

/**
 * Raises the memory limit of a building connection to what the longest script outputs and the passive records
 * of the file need.
 */
export async function makeRoom(connection: DuckDBConnection): Promise<void> {
  const threads = await numberOf(connection, "SELECT current_setting('threads')");
  // Each thread holds batches of its own.
  await connection.run("SET threads = 1");
  await connection.run(`SET memory_limit = '${Math.min(LOOKING_MIB, most(totalmem()))}MiB'`);
  const batch = await numberOf(
    connection,
    `SELECT coalesce(sum(bytes), 0) FROM (
       SELECT coalesce(strlen(output), 0) + coalesce(strlen(data), 0) AS bytes FROM nmap.script
       ORDER BY bytes DESC LIMIT ${BATCH_ROWS})`,
  );
  const needed = neededMiB({
    batch,
    hosts: await numberOf(connection, "SELECT count(*) FROM nmap.host"),
    observed: await numberOf(connection, "SELECT count(*) FROM passive.record"),
  });
  await connection.run(`SET memory_limit = '${needed ?? USUAL_MIB}MiB'`);
  if (batch <= SMALL) await connection.run(`SET threads = ${threads}`);
}
