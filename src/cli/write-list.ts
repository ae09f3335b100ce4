/** Where lists go: standard output, or a file that is there as a whole or not at all. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
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
  const draft = `${path}.${process.pid}.part`;
  try {
    const file = openSync(draft, "wx");
    try {
      for (const piece of pieces) writeSync(file, piece);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(`${path} cannot be written (${code})`, { cause: error });
  }
}
