/** Whose code is run: plugin files, and the folders through which they are reached, must be nobody else's. */
import { lstatSync, realpathSync, type Stats } from "node:fs";
import { dirname } from "node:path";

const OTHERS_MAY_WRITE = 0o022;
/** In such a folder nobody can replace what belongs to somebody else: /tmp. */
const STICKY = 0o1000;

/**
 * Why a file must not be run: somebody else than the user and root could have written it, or could put another in its
 * place; null when nobody could. Links are looked at on both ends. Nothing is known of that on Windows.
 *
 * @param path absolute.
 */
export function distrust(path: string): string | null {
  try {
    const real = realpathSync(path);
    if (!lstatSync(real).isFile()) return "it is not a file";
    const us = process.getuid?.();
    if (us === undefined) return null;
    return unsafe(path, us) ?? unsafe(real, us);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" || code === "ENOTDIR" ? "there is no such file" : `it cannot be read (${code})`;
  }
}

function unsafe(file: string, us: number): string | null {
  const folder = dirname(file);
  for (let at = file; ; at = dirname(at)) {
    const reason = unsafePart(at, lstatSync(at), us, at === file || at === folder);
    if (reason !== null) return reason;
    if (at === dirname(at)) return null;
  }
}

function unsafePart(path: string, found: Stats, us: number, near: boolean): string | null {
  if (found.uid !== us && found.uid !== 0)
    return `${path} belongs to user id ${found.uid}, neither to you nor to root`;
  // The rights of a link mean nothing.
  if (found.isSymbolicLink() || (found.mode & OTHERS_MAY_WRITE) === 0) return null;
  if (!near && (found.mode & STICKY) !== 0) return null;
  return `other users may write to ${path}: chmod go-w it`;
}
