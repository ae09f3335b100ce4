/** Where lists go: standard output, or a file that is there as a whole or not at all. */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
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
  // What a link points to is replaced, not the link.
  const target = found === undefined ? path : realpathSync(path);
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

/** @throws UserError for what the system refuses. */
function failing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(`${path} cannot be written (${code})`, { cause: error });
  }
}
