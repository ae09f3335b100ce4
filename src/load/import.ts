/**
 * The import pipeline: files → ingest → store → view. One command is one change of the database: it is
 * published when all files were read, and a file that fails does not stop the others.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";
import { ImportLog } from "../store/import-log.ts";
import { ScanLoader } from "../store/loader.ts";
import { PassiveLoader } from "../store/passive-loader.ts";
import { publish } from "../store/publish.ts";
import type { DeriveOptions } from "../view/options.ts";
import { nextIds, refreshTouched } from "../view/refresh.ts";
import { type FileOptions, importFile, type Loaders, nothingOf, testFile } from "./file.ts";
import { expandPaths, type Input } from "./files.ts";
import { createTouched, touchHostsFrom } from "./remove.ts";
import type { FileResult, ImportReporter, ImportSummary } from "./results.ts";
import { removeSuperseded } from "./superseded.ts";

export interface ImportOptions extends FileOptions, DeriveOptions {
  /** Path of the database. */
  db: string;
  /** Parse and show the records, store nothing. */
  test: boolean;
}

/**
 * Imports files, folders, globs and `-` (standard input).
 * @throws UserError when the database cannot be written; a file that cannot be read is a result, not an error.
 */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
  reporter: ImportReporter = {},
): Promise<ImportSummary> {
  const started = performance.now();
  const inputs = await expandPaths(paths);
  const files: FileResult[] = [];

  const each = async (one: (input: Input) => Promise<FileResult>): Promise<void> => {
    for (const [index, input] of inputs.entries()) {
      reporter.fileStarted?.(input.path, index, inputs.length, input.bytes);
      let result: FileResult;
      try {
        result = input.error === undefined ? await one(input) : nothingOf(input.path, "failed", input.error);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        result = nothingOf(input.path, "failed", error.message);
      }
      files.push(result);
      reporter.fileDone?.(result);
    }
  };

  if (options.test) await each((input) => testFile(input, options, reporter));
  else
    await publish(options.db, (connection) => {
      const load = async (loaders: Loaders): Promise<FileResult[]> => {
        await each((input) => importFile(loaders, input, options, reporter));
        return files;
      };
      return change(connection, load, options, reporter);
    });
  const total = (of: (file: FileResult) => number): number => files.reduce((sum, file) => sum + of(file), 0);
  return {
    files,
    hosts: total((file) => file.hosts),
    observations: total((file) => file.observations),
    elapsed_ms: performance.now() - started,
  };
}

/**
 * One change of a database, in the caller's transaction: what files bring, what it puts in the place of, and what is
 * derived from it.
 * @param load reads the files.
 * @returns whether they brought anything.
 */
export async function change(
  connection: DuckDBConnection,
  load: (loaders: Loaders) => Promise<readonly FileResult[]>,
  options: DeriveOptions,
  reporter: ImportReporter = {},
): Promise<boolean> {
  await createTouched(connection);
  const log = await ImportLog.open(connection);
  const since = log.lastId + 1;
  const scan = await ScanLoader.open(connection);
  const passive = await PassiveLoader.open(connection);
  const from = await nextIds(connection);
  const files = await load({ connection, log, scan, passive });
  scan.close();
  passive.close();
  if (!files.some((file) => file.status === "imported" || file.status === "partial")) return false;
  await removeSuperseded(connection, since);
  reporter.phase?.("building the view");
  await touchHostsFrom(connection, from.host);
  await refreshTouched(connection, from, options);
  return true;
}
