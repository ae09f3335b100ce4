/** The lock file that names the one writer of a database. */
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
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

/** Writes the lock beside its place and links it there: it appears whole or not at all, and only if free. */
function tryTake(path: string): boolean {
  const draft = `${path}.${process.pid}`;
  const file = openSync(draft, "w", 0o600);
  const holder: Holder = {
    pid: process.pid,
    start: processStart(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
  writeSync(file, JSON.stringify(holder));
  fsyncSync(file);
  closeSync(file);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
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
      // Somebody took it in the meantime; the loser of this race notices at publishing.
    }
  }
  unlinkSync(aside);
}

/**
 * Takes the writer lock; the returned function gives it back.
 * @throws UserError naming the process that holds it.
 */
export function takeLock(path: string): () => void {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (tryTake(path)) {
      return () => {
        const holder = readHolder(path);
        if (holder?.pid === process.pid && holder.host === hostname()) unlinkSync(path);
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
