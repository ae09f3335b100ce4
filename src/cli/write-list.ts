/** Where lists go: standard output, or a file that is there as a whole or not at all. */
import {
  closeSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../model/errors.ts";
import { stdout } from "./terminal.ts";

/**
 * Writes the pieces of a list.
 * @param path a file, replaced when all is written; undefined for standard output.
 * @throws UserError when the file cannot be written.
 */
export async function writeList(pieces: Iterable<string>, path: string | undefined): Promise<void> {
  if (path === undefined || path === "-") {
    for (const piece of pieces) await stdout.write(piece);
    return;
  }
  // A device or a pipe is written to, not replaced: a draft renamed over /dev/null would be a file in its place.
  const found = failing(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found !== undefined && !found.isFile()) {
    failing(path, () => write(path, "w", pieces));
    return;
  }
  // What a link points to is replaced, not the link, or made where nothing is yet.
  const target = failing(path, () => (found === undefined ? linked(path) : realpathSync(path)));
  const draft = `${target}.${process.pid}.part`;
  failing(path, () => {
    try {
      write(draft, "wx", pieces);
      renameSync(draft, target);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  });
}

function write(path: string, flag: "w" | "wx", pieces: Iterable<string>): void {
  const file = openSync(path, flag);
  try {
    for (const piece of pieces) writeSync(file, piece);
  } finally {
    closeSync(file);
  }
}

/** Where a link leads that leads to nothing, or the path itself. */
function linked(path: string): string {
  const seen = new Set<string>();
  let target = path;
  while (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) {
    if (seen.has(target)) throw Object.assign(new Error("a circle of links"), { code: "ELOOP" });
    seen.add(target);
    target = resolve(dirname(target), readlinkSync(target));
  }
  return target;
}

/** What the system refuses, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder: make it first",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder: name a file",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "that file system can only be read",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ELOOP: "its links go round in a circle",
  ENAMETOOLONG: "the name is too long",
  EEXIST: "another program is writing it: try again",
};

/** @throws UserError for what the system refuses. */
function failing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(`${path} cannot be written: ${REASONS[code] ?? code}`, { cause: error });
  }
}
