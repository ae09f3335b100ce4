/**
 * The import pipeline: files → ingest → store → view. One command is one change of the database: it is
 * published when all files were read, and a file that fails does not stop the others.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ParseLimits } from "../ingest/limits.ts";
import { UserError } from "../model/errors.ts";
import type { Json, ScanEvent } from "../model/scan.ts";
import { findImport, findSuperseded, nextImportId, recordImport } from "../store/import-log.ts";
import { plain, ScanLoader } from "../store/loader.ts";
import { publish } from "../store/publish.ts";
import { refreshTouched } from "../view/refresh.ts";
import { expandPaths, hashFile, type Input } from "./files.ts";
import { type Document, readDocument } from "./read.ts";
import { createTouched, deleteImport, touchHostsFrom } from "./remove.ts";

export interface ImportOptions {
  /** Path of the database. */
  db: string;
  source?: string;
  categories: string[];
  tags: { value: string; type?: string; info?: string }[];
  /** Parse and show the records, store nothing. */
  test: boolean;
  /** Import again what is already there, replacing its records. */
  force: boolean;
  /** Look up country and AS. */
  geo: boolean;
  limits: ParseLimits;
}

export interface FileResult {
  path: string;
  format: string | null;
  sha256: string | null;
  status: "imported" | "partial" | "skipped" | "failed";
  /** Hosts that were found up. */
  hosts: number;
  message: string | null;
}

export interface ImportSummary {
  files: FileResult[];
  hosts: number;
  elapsed_ms: number;
}

/** Told how it goes; every member is optional. */
export interface ImportReporter {
  fileStarted?(path: string, index: number, count: number, bytes: number | null): void;
  progress?(path: string, bytesRead: number, bytesTotal: number | null, hosts: number): void;
  fileDone?(result: FileResult): void;
  phase?(name: string): void;
  /** With `test`: each record. */
  record?(json: Json): void;
}

/** Collects what the events of one file say beside its records. */
class Outcome {
  hosts = 0;
  down = 0;
  runs = 0;
  broken: string | null = null;
  #warnings: string[] = [];
  #warningCount = 0;

  take(event: ScanEvent): void {
    if (event.kind === "host") this.hosts++;
    else if (event.kind === "down") this.down++;
    else if (event.kind === "run") this.runs++;
    else if (event.kind === "broken") {
      this.broken ??= `${event.message} (line ${event.line}, byte ${event.byte})`;
    } else if (event.kind === "warning") {
      this.#warningCount++;
      if (this.#warnings.length < 3) {
        const where = event.line === undefined ? "" : ` (line ${event.line})`;
        this.#warnings.push(`${event.message}${where}`);
      }
    }
  }

  /** Nothing of the file could be understood. */
  get failed(): boolean {
    return this.broken !== null && this.runs === 0;
  }

  get status(): "imported" | "partial" | "failed" {
    return this.failed ? "failed" : this.broken === null ? "imported" : "partial";
  }

  get message(): string | null {
    const more = this.#warningCount - this.#warnings.length;
    const warnings = more > 0 ? [...this.#warnings, `and ${more} more warnings`] : this.#warnings;
    const parts = this.broken === null ? warnings : [this.broken, ...warnings];
    return parts.length === 0 ? null : parts.join("; ");
  }
}

function failure(path: string, message: string, sha256: string | null = null): FileResult {
  return { path, format: null, sha256, status: "failed", hosts: 0, message };
}

/** Parses one file without storing; its records go to the reporter. */
async function testFile(input: Input, options: ImportOptions, reporter: ImportReporter): Promise<FileResult> {
  const document = await readDocument(input, options.limits);
  if ("unknown" in document) return failure(input.path, document.unknown, null);
  const outcome = new Outcome();
  for await (const events of document.events) {
    for (const event of events) {
      outcome.take(event);
      if (event.kind === "host") reporter.record?.(plain(event.host));
    }
    reporter.progress?.(input.path, document.bytesRead(), input.bytes, outcome.hosts);
  }
  const { status, hosts, message } = outcome;
  return { path: input.path, format: document.format, sha256: document.sha256(), status, hosts, message };
}

/** Loads the records of one document under a new import id; the caller writes the log entry. */
async function loadDocument(
  loader: ScanLoader,
  input: Input,
  document: Document,
  importId: number,
  reporter: ImportReporter,
): Promise<Outcome> {
  const outcome = new Outcome();
  let origin = { importId, runId: 0 };
  for await (const events of document.events) {
    for (const event of events) {
      outcome.take(event);
      if (event.kind === "run") origin = { importId, runId: loader.newRun() };
      else if (event.kind === "host") loader.host(event.host, origin);
      else if (event.kind === "down") loader.down(event.host, origin);
      else if (event.kind === "runEnd") loader.run(event.run, origin);
    }
    reporter.progress?.(input.path, document.bytesRead(), input.bytes, outcome.hosts);
  }
  loader.flush();
  return outcome;
}

function already(path: string, sha256: string, found: { id: number; imported_at: string }): FileResult {
  const message = `already imported at ${found.imported_at} as import ${found.id}; --force imports it again`;
  return { path, format: null, sha256, status: "skipped", hosts: 0, message };
}

/** Reads, loads and logs one file in the open transaction. */
async function importFile(
  connection: DuckDBConnection,
  loader: ScanLoader,
  input: Input,
  options: ImportOptions,
  reporter: ImportReporter,
): Promise<FileResult> {
  const labels = { source: options.source ?? null, categories: options.categories };
  const known = async (sha256: string | null) =>
    sha256 === null ? null : findImport(connection, { sha256, ...labels });
  // Files are hashed first, so that those already imported cost no parsing; standard input only afterwards.
  const early = input.stdin ? null : await hashFile(input.path);
  const stored = options.force ? null : await known(early);
  if (stored !== null && early !== null) return already(input.path, early, stored);
  const document = await readDocument(input, options.limits);
  if ("unknown" in document) return failure(input.path, document.unknown, early);
  const importId = await nextImportId(connection);
  const outcome = await loadDocument(loader, input, document, importId, reporter);
  const sha256 = document.sha256() ?? early;
  const { status, hosts, message } = outcome;
  const result: FileResult = { path: input.path, format: document.format, sha256, status, hosts, message };
  if (status === "failed") {
    await deleteImport(connection, importId);
    return result;
  }
  const same = await known(sha256);
  if (same !== null && sha256 !== null && !options.force) {
    await deleteImport(connection, importId);
    return already(input.path, sha256, same);
  }
  if (same !== null) await deleteImport(connection, same.id);
  await recordImport(connection, {
    ...labels,
    sha256,
    id: importId,
    path: input.path,
    bytes: document.bytesRead(),
    format: document.format,
    status,
    message,
    tags: options.tags,
    hosts,
    downHosts: outcome.down,
  });
  for (const superseded of await findSuperseded(connection, importId)) {
    await deleteImport(connection, superseded);
  }
  return result;
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
        result = input.error === undefined ? await one(input) : failure(input.path, input.error);
      } catch (error) {
        // Opening or hashing it failed: nothing of it was loaded yet.
        if (!(error instanceof UserError)) throw error;
        result = failure(input.path, error.message);
      }
      files.push(result);
      reporter.fileDone?.(result);
    }
  };

  if (options.test) {
    await each((input) => testFile(input, options, reporter));
  } else {
    await publish(options.db, async (connection) => {
      await createTouched(connection);
      const loader = await ScanLoader.open(connection);
      const from = loader.nextHostId;
      await each((input) => importFile(connection, loader, input, options, reporter));
      loader.close();
      if (!files.some((file) => file.status === "imported" || file.status === "partial")) return false;
      reporter.phase?.("building the view");
      await touchHostsFrom(connection, from);
      await refreshTouched(connection, from, options);
      return true;
    });
  }
  const hosts = files.reduce((sum, file) => sum + (file.status === "skipped" ? 0 : file.hosts), 0);
  return { files, hosts, elapsed_ms: performance.now() - started };
}
