/**
 * Changing the database: every change is made on a new file beside the current one and renamed over it, so
 * readers never see half of it and a killed writer leaves the current file as it was.
 */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../model/errors.ts";
import { createSchema, migrate, readVersion } from "./ddl.ts";
import { changeFailure } from "./failure.ts";
import { fileOf } from "./file-of.ts";
import { cleanLockDrafts, stillHeld, takeLock } from "./lock.ts";
import { openBuilding, openServing } from "./open.ts";
import { checkOwner } from "./owner.ts";

/** The steps at which a crash test may stop the process; in order. */
export const PUBLISH_STEPS = [
  "locked",
  "copied",
  "changed",
  "committed",
  "checkpointed",
  "verified",
  "kept",
  "published",
] as const;
export type PublishStep = (typeof PUBLISH_STEPS)[number];

export interface PublishOptions {
  /** Told after each step; tests kill the process here. */
  onStep?: (step: PublishStep) => void;
}

function syncPath(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } catch {
    // Folders cannot be synced on every system; the rename is still atomic.
  } finally {
    closeSync(file);
  }
}

/** What the drafts of a database are called; DuckDB names the catalog after the part before the first dot. */
function draftPrefix(path: string): string {
  return join(dirname(path), `gadwall-build~${basename(path)}~`);
}

/** Removes what killed writers left: only called with the lock held. */
function cleanLitter(path: string): void {
  const folder = dirname(path);
  const prefix = basename(draftPrefix(path));
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true });
  }
  cleanLockDrafts(`${path}.lock`);
}

/** The previous file stays readable as `.bak`; the current name never goes missing on the way. */
function keepPrevious(path: string): void {
  const backup = `${path}.bak`;
  rmSync(backup, { force: true });
  try {
    linkSync(path, backup);
  } catch {
    // No hard links here (some network and FAT file systems): copy.
    copyFileSync(path, backup, constants.COPYFILE_FICLONE);
  }
}

async function verify(path: string): Promise<void> {
  const serving = await openServing(path);
  try {
    const connection = await serving.connect();
    await readVersion(connection, path);
    await connection.run("SELECT count(*) FROM nmap.host");
    connection.closeSync();
  } finally {
    serving.close();
  }
}

/** The writer lock; a folder that cannot be written is told as such. */
function lock(path: string, draft: string): () => void {
  try {
    return takeLock(`${path}.lock`);
  } catch (error) {
    throw changeFailure(error, path, draft);
  }
}

/**
 * Commits what a change did so far, which gives back the memory that undoing it would take. Nobody sees it before all
 * of it is published.
 */
export async function commitPart(connection: DuckDBConnection): Promise<void> {
  for (const statement of ["COMMIT", "CHECKPOINT", "BEGIN TRANSACTION"]) await connection.run(statement);
}

/**
 * Runs `change` in one transaction on a copy of the database (or a new one) and publishes the copy. When
 * `change` returns false, nothing is published; when it throws, the current file stays as it was.
 * @returns whether a new file was published.
 * @throws UserError when another writer is at work, or the file is not ours or too new.
 */
export async function publish(
  named: string,
  change: (connection: DuckDBConnection) => Promise<boolean>,
  options: PublishOptions = {},
): Promise<boolean> {
  const step = options.onStep ?? (() => {});
  const path = fileOf(named);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UserError(`cannot make the folder of the database ${path}: ${(error as Error).message}`);
  }
  const draft = `${draftPrefix(path)}${process.pid}`;
  const unlock = lock(path, draft);
  try {
    step("locked");
    cleanLitter(path);
    const exists = existsSync(path);
    checkOwner(path);
    if (exists) copyFileSync(path, draft, constants.COPYFILE_FICLONE);
    step("copied");
    const instance = await openBuilding(draft);
    chmodSync(draft, 0o600);
    try {
      const connection = await instance.connect();
      const version = exists ? await readVersion(connection, path) : null;
      await connection.run("BEGIN TRANSACTION");
      if (version === null) await createSchema(connection);
      else await migrate(connection, version);
      if (!(await change(connection))) return false;
      step("changed");
      await connection.run("COMMIT");
      step("committed");
      await connection.run("CHECKPOINT");
      connection.closeSync();
    } finally {
      instance.closeSync();
    }
    step("checkpointed");
    await verify(draft);
    syncPath(draft);
    step("verified");
    stillHeld(`${path}.lock`);
    if (exists) keepPrevious(path);
    step("kept");
    renameSync(draft, path);
    syncPath(dirname(path));
    step("published");
    return true;
  } catch (error) {
    throw changeFailure(error, path, draft);
  } finally {
    rmSync(draft, { force: true });
    rmSync(`${draft}.wal`, { force: true });
    unlock();
  }
}
