/** The lock file that names the one writer of a database. */
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../model/errors.ts";
import { isRunning, processStart } from "./process.ts";

const holderSchema = z.object({
  pid: z.int(),
  start: z.string().nullable(),
  host: z.string(),
  since: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

function readHolder(path: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

/** What linking says where there are no hard links (FAT, many network and FUSE file systems). */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** Milliseconds in which a lock that was seen half written would have been taken for a stale one. */
const SETTLING_MS = 50;

function isOurs(holder: Holder | null): boolean {
  return holder?.pid === process.pid && holder.host === hostname();
}

/** Throws, leaving nothing behind, when it cannot be written whole. */
function writeNew(path: string, text: string, flags: "w" | "wx"): void {
  const file = openSync(path, flags, 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Writes the lock beside its place and links it there: it appears whole or not at all, and only if free. Without
 * hard links it is made in its place, and looked at again.
 */
function tryTake(path: string, link: typeof linkSync): boolean {
  const draft = `${path}.${process.pid}`;
  const holder: Holder = {
    pid: process.pid,
    start: processStart(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
  const text = JSON.stringify(holder);
  try {
    writeNew(draft, text, "w");
    try {
      link(draft, path);
      return true;
    } catch (error) {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
    writeNew(path, text, "wx");
    Bun.sleepSync(SETTLING_MS);
    return isOurs(readHolder(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a dead process's lock away; harmless when another writer did so first. */
function dropStale(path: string, stale: Holder | null): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  const sameAsJudged = JSON.stringify(moved) === JSON.stringify(stale);
  if (!sameAsJudged) {
    // Between reading and moving, another process took the lock: give it back.
    try {
      linkSync(aside, path);
    } catch {
      // Somebody took it in the meantime; the loser of this race is told at publishing (stillHeld).
    }
  }
  unlinkSync(aside);
}

/**
 * Takes the writer lock; the returned function gives it back.
 * @param link makes a hard link, or throws where there are none.
 * @throws UserError naming the process that holds it.
 */
export function takeLock(path: string, link = linkSync): () => void {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (tryTake(path, link)) {
      return () => {
        if (isOurs(readHolder(path))) unlinkSync(path);
      };
    }
    const holder = readHolder(path);
    if (holder !== null && holder.host !== hostname()) {
      throw new UserError(
        `a gadwall on ${holder.host} (pid ${holder.pid}) is writing this database since ${holder.since}: ` +
          `wait for it, or delete ${path} if that process is gone`,
      );
    }
    if (holder !== null && isRunning(holder.pid, holder.start)) {
      throw new UserError(
        `another gadwall (pid ${holder.pid}) is writing this database since ${holder.since}: wait for it to finish`,
      );
    }
    dropStale(path, holder);
  }
  throw new UserError(`cannot take the lock ${path}: too many processes want it; try again`);
}

/** Removes the drafts of locks that killed processes left beside the lock; those of running ones are in use. */
export function cleanLockDrafts(path: string): void {
  const folder = dirname(path);
  const prefix = basename(path);
  for (const name of readdirSync(folder)) {
    const [, pid] =
      (name.startsWith(prefix) && /^\.(?:stale-)?(\d{1,10})$/.exec(name.slice(prefix.length))) || [];
    if (pid !== undefined && !isRunning(Number(pid), null)) rmSync(join(folder, name), { force: true });
  }
}

/**
 * Called before publishing: another writer may have taken this one's lock for a dead one's.
 * @throws UserError when the lock is not this process's any more.
 */
export function stillHeld(path: string): void {
  if (isOurs(readHolder(path))) return;
  throw new UserError(
    `another gadwall took over ${path} while this one was writing: nothing was changed, try again`,
  );
}
