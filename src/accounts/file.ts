/** The accounts file itself: SQLite beside the database, for its owner only. */
import { Database, SQLiteError } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { closeSync, lstatSync, mkdirSync, openSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../model/errors.ts";
import { APPLICATION_ID, STEPS } from "./tables.ts";

/** How long to wait for another process that writes: each does so for milliseconds. */
const BUSY_MS = 5000;

/**
 * Whether there is a file, after looking who can read it.
 * @throws UserError when it is no file, not ours, or open to others: what it says could be anybody's.
 */
function isThere(path: string): boolean {
  let found: Stats;
  try {
    found = lstatSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw new UserError(`the accounts ${path} cannot be read (${code ?? String(error)})`, { cause: error });
  }
  if (!found.isFile()) throw new UserError(`the accounts ${path} are not a file: move that away`);
  const us = process.getuid?.();
  if (us === undefined) return true;
  if (found.uid !== us)
    throw new UserError(
      `the accounts ${path} belong to user id ${found.uid}, and this runs as ${us}: run it as their owner, or give them to this user with chown`,
    );
  if ((found.mode & 0o077) !== 0)
    throw new UserError(`the accounts ${path} are open to other users of this machine: chmod 600 ${path}`);
  return true;
}

/**
 * Better-auth reads before it writes within a transaction. Begun without a lock, one in which another process has written
 * meanwhile fails at once, however long to wait was said (sqlite.org/lang_transaction.html).
 */
function lockAtBegin(database: Database): void {
  const prepare = database.prepare.bind(database) as Database["prepare"];
  database.prepare = ((statement, parameters) =>
    prepare(statement === "begin" ? "begin immediate" : statement, parameters)) as Database["prepare"];
}

/** What failed, in a sentence; anything unknown stays what it is. */
export function explained(path: string, error: unknown): unknown {
  if (!(error instanceof SQLiteError)) return error;
  const why = new Map<string, string>([
    ["SQLITE_NOTADB", "are not an SQLite file: move that away, or restore a backup"],
    ["SQLITE_CORRUPT", "are damaged: restore a backup"],
    ["SQLITE_BUSY", "are locked by another program for too long: try again"],
    ["SQLITE_READONLY", "cannot be written: see to the rights of the file and its folder"],
    ["SQLITE_CANTOPEN", "cannot be opened: see to the rights of the file and its folder"],
    ["SQLITE_FULL", "cannot be written: the disk is full"],
    ["SQLITE_IOERR", "cannot be read or written: see to the disk"],
  ]);
  const code = error.code ?? "";
  const sentence = [...why].find(([name]) => code.startsWith(name))?.[1];
  return sentence === undefined ? error : new UserError(`the accounts ${path} ${sentence}`, { cause: error });
}

/** Runs something on the accounts; what SQLite complains of becomes a sentence. */
export function explaining<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explained(path, error);
  }
}

function numberOf(database: Database, pragma: "user_version" | "application_id"): number {
  const row = database.query<Record<string, number>, []>(`pragma ${pragma}`).get();
  return row?.[pragma] ?? 0;
}

/**
 * The schema version of a file of ours; 0 for a new one.
 * @throws UserError when it is another program's, or newer than this one.
 */
function versionOf(database: Database, path: string): number {
  const version = numberOf(database, "user_version");
  const application = numberOf(database, "application_id");
  const isNew = version === 0 && application === 0 && isEmpty(database);
  if (!isNew && application !== APPLICATION_ID)
    throw new UserError(`the accounts ${path} are another program's SQLite file: move that away`);
  if (version > STEPS.length)
    throw new UserError(`the accounts ${path} were written by a newer gadwall: update this one`);
  return version;
}

function isEmpty(database: Database): boolean {
  return database.query("select 1 from sqlite_schema limit 1").get() === null;
}

function bringUpToDate(database: Database, path: string): void {
  if (versionOf(database, path) === STEPS.length) return;
  database
    .transaction(() => {
      // Another process may have done it while this one waited.
      const version = versionOf(database, path);
      for (const step of STEPS.slice(version)) database.run(step);
      if (version === 0)
        database.run("insert into setting (name, value) values ('secret', ?)", [
          randomBytes(32).toString("base64url"),
        ]);
      database.run(`pragma application_id = ${APPLICATION_ID}`);
      database.run(`pragma user_version = ${STEPS.length}`);
    })
    .immediate();
}

function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Before SQLite would make it with the rights that the umask leaves.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") return;
    throw new UserError(`the accounts ${path} cannot be made (${code ?? String(error)})`, { cause: error });
  }
}

/**
 * Opens the accounts for reading and writing, in the schema of this version; null when there are none and `create` is
 * off.
 * @throws UserError
 */
export function openFile(path: string, create: boolean): Database | null {
  if (!isThere(path)) {
    if (!create) return null;
    makeFile(path);
    isThere(path);
  }
  return explaining(path, () => {
    const database = new Database(path, { readwrite: true, create: false, strict: true });
    try {
      database.run(`pragma busy_timeout = ${BUSY_MS}`);
      versionOf(database, path);
      database.run("pragma trusted_schema = off");
      database.run("pragma foreign_keys = on");
      database.run("pragma journal_mode = wal");
      // What was revoked stays revoked when the power fails.
      database.run("pragma synchronous = full");
      bringUpToDate(database, path);
      lockAtBegin(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Whether a user is known, disabled or not; false without a file. Opens, asks and closes.
 * @throws UserError when the file is there and cannot be asked.
 */
export function hasUsers(path: string): boolean {
  if (!isThere(path)) return false;
  return explaining(path, () => {
    const database = new Database(path, { readonly: true, strict: true });
    try {
      database.run(`pragma busy_timeout = ${BUSY_MS}`);
      return versionOf(database, path) > 0 && database.query('select 1 from "user" limit 1').get() !== null;
    } finally {
      database.close();
    }
  });
}
