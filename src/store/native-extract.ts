/**
 * Writing an embedded file to the cache folder once, and trusting it afterwards.
 *
 * Length and SHA-256 are checked whenever the file is new or was touched. Hashing 70 MB takes 35 ms, more
 * than the rest of a start, so the result is kept in a stamp: inode, size, modification and change time at
 * the time of the check. The change time (st_ctime) cannot be set by a program, so writing to the file in
 * any way, or putting another in its place, asks for the hash again. Whoever could forge the stamp can
 * already replace the executable itself: folder and stamp are the user's own (cache.ts).
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { UserError } from "../model/errors.ts";
import type { EmbeddedFile } from "./embedded.ts";

function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

/** What the file looks like from outside; null when there is none or it has another length. */
function appearance(path: string, file: EmbeddedFile): string | null {
  const status = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (status === undefined || !status.isFile() || status.size !== BigInt(file.bytes)) return null;
  return `${file.sha256} ${status.ino} ${status.size} ${status.mtimeNs} ${status.ctimeNs}\n`;
}

function readStamp(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Writes beside the target and renames over it, so that nobody ever sees half a file. */
function writeWhole(path: string, content: Uint8Array | string): void {
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The content as it was when the executable was built. */
function content(file: EmbeddedFile): Uint8Array {
  const bytes = Bun.zstdDecompressSync(readFileSync(file.path));
  if (bytes.length !== file.bytes || sha256(bytes) !== file.sha256) {
    throw new UserError(
      `this executable is damaged (${file.name} inside it is not as built): install it again.`,
    );
  }
  return bytes;
}

/**
 * The path of the file in the folder, extracted first when it is missing or is not what was built in.
 * @throws UserError when the executable is damaged; system errors when the folder cannot be written.
 */
export function extract(file: EmbeddedFile, folder: string): string {
  const path = join(folder, file.name);
  const stampPath = `${path}.stamp`;
  const seen = appearance(path, file);
  if (seen !== null && readStamp(stampPath) === seen) return path;
  const good = seen !== null && sha256(readFileSync(path)) === file.sha256;
  if (!good) writeWhole(path, content(file));
  const stamp = good ? seen : appearance(path, file);
  if (stamp !== null) writeWhole(stampPath, stamp);
  return path;
}
