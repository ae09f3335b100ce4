/** How a database file is opened: for answering (hardened, read-only), for building, or an empty stand-in. */
import { availableParallelism, totalmem } from "node:os";
import { DuckDBInstance } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";
import { spillFolder } from "./cache.ts";
import { createSchema } from "./ddl.ts";

const MiB = 1024 * 1024;

/** Order matters: the spill settings are refused once external access is off (tried.md §7). */
function hardening(): Record<string, string> {
  return {
    temp_directory: spillFolder(),
    max_temp_directory_size: "8GiB",
    memory_limit: `${Math.floor(Math.min(totalmem() / 2, 4096 * MiB) / MiB)}MiB`,
    threads: String(availableParallelism()),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    enable_external_access: "false",
    lock_configuration: "true",
  };
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? "";
}

/**
 * Opens a file for answering: nothing can be written, no file or network reached, no setting changed.
 * @throws UserError when the file cannot be read as a DuckDB database.
 */
export async function openServing(path: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path, { access_mode: "READ_ONLY", ...hardening() });
  } catch (error) {
    throw new UserError(`cannot read the database ${path}: ${reason(error)}`);
  }
}

/** An empty database of the current schema in memory: what questions see before anything was imported. */
export async function openEmpty(): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(":memory:", hardening());
  const connection = await instance.connect();
  try {
    await createSchema(connection);
  } finally {
    connection.closeSync();
  }
  return instance;
}

/**
 * Opens (or creates) a file that nobody else sees yet, for loading.
 * @param memory limit in MiB; more is spilled.
 */
export async function openBuilding(path: string, memory = 200): Promise<DuckDBInstance> {
  return DuckDBInstance.create(path, {
    temp_directory: spillFolder(),
    memory_limit: `${memory}MiB`,
    threads: String(availableParallelism()),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    // Rows keep the order they are loaded in: zone maps depend on it.
    preserve_insertion_order: "true",
  });
}
