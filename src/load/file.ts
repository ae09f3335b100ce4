/** Importing one file: read, load, log; or, for a test, read and show. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Format } from "../ingest/formats.ts";
import type { ParseLimits } from "../ingest/limits.ts";
import type { Observation } from "../model/passive.ts";
import { infosOf } from "../passive/infos.ts";
import type { ImportLog, ImportTag, KnownImport } from "../store/import-log.ts";
import { plain, type ScanLoader } from "../store/loader.ts";
import { type PassiveLoader, plainObservation } from "../store/passive-loader.ts";
import { hashFile, type Input } from "./files.ts";
import type { Ignore } from "./ignore.ts";
import { type Document, readDocument } from "./read.ts";
import { deleteImport } from "./remove.ts";
import { type FileResult, type ImportReporter, Outcome } from "./results.ts";
import { Screenshots } from "./screenshots.ts";

export interface FileOptions {
  source?: string;
  /** Sorted, unique. */
  categories: string[];
  tags: ImportTag[];
  /** Name of the sensor, for observations that name none themselves. */
  sensor?: string;
  /** Observations to leave out. */
  ignore?: Ignore;
  /** Import again what is already there, replacing its records. */
  force: boolean;
  limits: ParseLimits;
  /** Formats of plugins. */
  formats?: readonly Format[];
}

/** Where the records of a file go. */
export interface Loaders {
  connection: DuckDBConnection;
  log: ImportLog;
  scan: ScanLoader;
  passive: PassiveLoader;
}

/** A file of which nothing is stored. */
export function nothingOf(
  path: string,
  status: "failed" | "skipped",
  message: string,
  sha256: string | null = null,
): FileResult {
  return { path, format: null, sha256, status, hosts: 0, observations: 0, message };
}

function refused(
  document: { unknown: string } | { skip: string },
  path: string,
  sha256: string | null,
): FileResult {
  return "skip" in document
    ? nothingOf(path, "skipped", document.skip, sha256)
    : nothingOf(path, "failed", document.unknown, sha256);
}

function result(path: string, document: Document, outcome: Outcome, sha256: string | null): FileResult {
  const { status, hosts, observations, message } = outcome;
  return { path, format: document.format, sha256, status, hosts, observations, message };
}

/** What is kept of an observation, labelled; null when it is to be ignored. */
function kept(observation: Observation, options: FileOptions): Observation | null {
  if (options.ignore?.(observation)) return null;
  if (observation.sensor === undefined && options.sensor !== undefined) observation.sensor = options.sensor;
  return observation;
}

/** Parses one file without storing; its records go to the reporter. */
export async function testFile(
  input: Input,
  options: FileOptions,
  reporter: ImportReporter,
): Promise<FileResult> {
  const document = await readDocument(input, options.limits, options.formats);
  if ("unknown" in document || "skip" in document) return refused(document, input.path, null);
  const outcome = new Outcome();
  for await (const events of document.events) {
    for (const event of events) {
      outcome.take(event);
      if (event.kind === "host") await reporter.record?.(plain(event.host));
      if (event.kind !== "observation") continue;
      const observation = kept(event.observation, options);
      if (observation === null) continue;
      outcome.observations += observation.count;
      await reporter.record?.(plainObservation(observation));
    }
    reporter.progress?.(input.path, document.bytesRead(), input.bytes, outcome.hosts);
  }
  return result(input.path, document, outcome, document.sha256());
}

/** Loads the records of one document under a new import id; the caller writes the log entry. */
async function loadDocument(
  loaders: Loaders,
  input: Input,
  document: Document,
  importId: number,
  options: FileOptions,
  reporter: ImportReporter,
): Promise<Outcome> {
  const { scan, passive } = loaders;
  const outcome = new Outcome();
  const screenshots = new Screenshots(input);
  let origin = { importId, runId: 0 };
  for await (const events of document.events) {
    for (const event of events) {
      outcome.take(event);
      if (event.kind === "observation") {
        const observation = kept(event.observation, options);
        if (observation === null) continue;
        outcome.observations += observation.count;
        passive.add(observation);
      } else if (event.kind === "run") origin = { importId, runId: scan.newRun() };
      else if (event.kind === "host") {
        await screenshots.resolve(event.host);
        scan.host(event.host, origin);
      } else if (event.kind === "down") scan.down(event.host, origin);
      else if (event.kind === "runEnd") scan.run(event.run, origin);
    }
    reporter.progress?.(input.path, document.bytesRead(), input.bytes, outcome.hosts);
  }
  scan.flush();
  outcome.note(screenshots.note);
  return outcome;
}

function already(path: string, sha256: string, { id, imported_at, status }: KnownImport): FileResult {
  const part = status === "partial" ? " (a part of it: with a limit raised, more may be read)" : "";
  const message = `already imported at ${imported_at} as import ${id}${part}; --force imports it again`;
  return nothingOf(path, "skipped", message, sha256);
}

/**
 * Reads, loads and logs one file in the open transaction.
 * @throws UserError when it cannot be opened or hashed: nothing of it was loaded then.
 */
export async function importFile(
  loaders: Loaders,
  input: Input,
  options: FileOptions,
  reporter: ImportReporter,
): Promise<FileResult> {
  const { connection, log, passive } = loaders;
  const labels = {
    source: options.source ?? null,
    sensor: options.sensor ?? null,
    categories: options.categories,
    tags: options.tags,
  };
  const known = (sha256: string | null) => (sha256 === null ? null : log.find({ sha256, ...labels }));
  // Files are hashed first, so that those already imported cost no parsing; standard input only afterwards.
  const early = input.stdin ? null : await hashFile(input.path);
  const stored = options.force ? null : known(early);
  if (stored !== null && early !== null) return already(input.path, early, stored);
  const document = await readDocument(input, options.limits, options.formats);
  if ("unknown" in document || "skip" in document) return refused(document, input.path, early);
  const importId = log.nextId();
  const outcome = await loadDocument(loaders, input, document, importId, options, reporter);
  const sha256 = document.sha256() ?? early;
  const undo = async (): Promise<void> => {
    await passive.discard();
    await deleteImport(connection, importId);
  };
  if (outcome.status === "failed") {
    await undo();
    return result(input.path, document, outcome, sha256);
  }
  const same = known(sha256);
  if (same !== null && sha256 !== null && !options.force) {
    await undo();
    return already(input.path, sha256, same);
  }
  if (same !== null) await deleteImport(connection, same.id);
  if (outcome.observations > 0) await passive.merge(importId, infosOf);
  const { status, message, hosts, down, observations } = outcome;
  await log.record({
    ...labels,
    sha256,
    id: importId,
    path: input.path,
    bytes: document.bytesRead(),
    format: document.format,
    status: status === "partial" ? "partial" : "imported",
    message,
    hosts,
    downHosts: down,
    observations,
  });
  return result(input.path, document, outcome, sha256);
}
