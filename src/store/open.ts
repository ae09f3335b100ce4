/** How a database file is opened: for answering (hardened, read-only), for building, or an empty stand-in. */
import { realpathSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { StoreError } from "../model/errors.ts";
import { spillFolder } from "./cache.ts";
import { createSchema } from "./ddl.ts";

const MiB = 1024 * 1024;

const CLOSED = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" };

function resources(): Record<string, string> {
  return {
    ...CLOSED,
    temp_directory: spillFolder(),
    max_temp_directory_size: "8GiB",
    memory_limit: `${Math.floor(Math.min(totalmem() / 2, 4096 * MiB) / MiB)}MiB`,
    threads: String(availableParallelism()),
  };
}

/**
 * Joins of ranges are sorted at any size: the planner thinks the loops cheaper for a few dozen rows, which compare
 * each with a million.
 */
const SORTED_JOINS = {
  asof_loop_join_threshold: "0",
  nested_loop_join_threshold: "0",
  merge_join_threshold: "0",
};

/** After this no file or network is reached and no setting changed. */
const LOCKDOWN = ["SET enable_external_access = false", "SET lock_configuration = true"];

/** An instance that only answers. */
export interface Serving {
  /** A connection that sees the database's schemas under their plain names. */
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

/**
 * The file is attached under a name of ours: DuckDB would name it after the file, and `nmap.duckdb` would make
 * every `nmap.host` ambiguous.
 */
const CATALOG = "gadwall";

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? "";
}

/**
 * Opens a file for answering: nothing can be written to it.
 * @throws UserError when the file cannot be read as a DuckDB database.
 */
export async function openServing(path: string): Promise<Serving> {
  const instance = await DuckDBInstance.create(":memory:", { ...resources(), ...SORTED_JOINS });
  const setup = await instance.connect();
  try {
    // What a symbolic link names: DuckDB may touch what lies beside the name it was given only.
    const file = realpathSync(path);
    await setup.run(`ATTACH '${file.replaceAll("'", "''")}' AS ${CATALOG} (TYPE duckdb, READ_ONLY)`);
    for (const statement of LOCKDOWN) await setup.run(statement);
  } catch (error) {
    instance.closeSync();
    throw new StoreError(`cannot read the database ${path}: ${reason(error)}`);
  }
  setup.closeSync();
  return {
    async connect() {
      const connection = await instance.connect();
      await connection.run(`USE ${CATALOG}`);
      return connection;
    },
    close: () => instance.closeSync(),
  };
}

/** An empty database of the current schema in memory: what questions see before anything was imported. */
export async function openEmpty(): Promise<Serving> {
  const instance = await DuckDBInstance.create(":memory:", resources());
  const setup = await instance.connect();
  await createSchema(setup);
  for (const statement of LOCKDOWN) await setup.run(statement);
  setup.closeSync();
  return { connect: () => instance.connect(), close: () => instance.closeSync() };
}

/**
 * Opens (or creates) a file that nobody else sees yet, for loading.
 * @param path whose base name is not that of a schema, as DuckDB names the catalog after it.
 * @param memory limit in MiB; more is spilled.
 */
export async function openBuilding(path: string, memory = 128): Promise<DuckDBInstance> {
  return DuckDBInstance.create(path, {
    temp_directory: spillFolder(),
    memory_limit: `${memory}MiB`,
    threads: String(availableParallelism()),
    ...CLOSED,
    // Rows keep the order they are loaded in: zone maps depend on it.
    preserve_insertion_order: "true",
  });
}
