/** Whose files are believed and whose code is run: they, and the folders through which they are reached, must be nobody else's. */
import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { isOwnPrivateGroup } from "./private-group.ts";

const GROUP_MAY_WRITE = 0o020;
const OTHERS_MAY_WRITE = 0o002;
/** In such a folder nobody can replace what belongs to somebody else: /tmp. */
const STICKY = 0o1000;

/**
 * Why a file must not be believed or run: somebody else than the user and root could have written it, could put
 * another in its place, or could have it find packages of theirs; null when nobody could. Nothing is known of that
 * on Windows.
 *
 * @param path absolute.
 * @param alone nothing but the file itself counts of what its folder holds, so that one like /tmp will do.
 */
export function distrust(path: string, { alone = false } = {}): string | null {
  try {
    // Also what ends links that lead round in a circle.
    if (!statSync(path).isFile()) return "it is not a file";
    const us = process.getuid?.();
    if (us === undefined) return null;
    return unsafe(path, us, alone) ?? (alone ? null : foreignPackages(realpathSync(path), us));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" || code === "ENOTDIR" ? "there is no such file" : `it cannot be read (${code})`;
  }
}

/** Goes the way on which the system finds a file, part by part, and on from each link to where it leads. */
function unsafe(path: string, us: number, alone: boolean): string | null {
  let at = "/";
  let reason = unsafePart(at, lstatSync(at), us, false);
  const left = partsOf(path);
  for (let name = left.shift(); name !== undefined && reason === null; name = left.shift()) {
    const folder = at;
    at = join(folder, name);
    const isLast = left.length === 0;
    // Of what a link's folder or the file's own holds, the file may load more.
    if (isLast && !alone) reason = unsafePart(folder, lstatSync(folder), us, true);
    const found = lstatSync(at);
    reason ??= unsafePart(at, found, us, isLast);
    if (!found.isSymbolicLink()) continue;
    const target = readlinkSync(at);
    at = isAbsolute(target) ? "/" : folder;
    left.unshift(...partsOf(target));
  }
  return reason;
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Packages are looked for in every folder above. In one like /tmp anybody can offer some. */
function foreignPackages(file: string, us: number): string | null {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const packages = join(folder, "node_modules");
    const found = lstatSync(packages, { throwIfNoEntry: false });
    if (found !== undefined) {
      const reason = unsafePart(packages, found, us, true) ?? unsafeBehind(packages, us);
      if (reason !== null) return `it would find packages of others: ${reason}`;
    }
    if (folder === dirname(folder)) return null;
  }
}

function unsafeBehind(folder: string, us: number): string | null {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return `${folder} leads nowhere`;
  return unsafe(folder, us, true);
}

/** @param near others may not even put something into it that is not there yet. */
function unsafePart(path: string, found: Stats, us: number, near: boolean): string | null {
  if (found.uid !== us && found.uid !== 0)
    return `${path} belongs to user id ${found.uid}, neither to you nor to root`;
  // The rights of a link mean nothing.
  if (found.isSymbolicLink()) return null;
  const group = (found.mode & GROUP_MAY_WRITE) !== 0 && !isOwnPrivateGroup(found.gid);
  if (!group && (found.mode & OTHERS_MAY_WRITE) === 0) return null;
  const isSticky = found.isDirectory() && (found.mode & STICKY) !== 0;
  if (!isSticky) return `other users may write to ${path}: chmod go-w it`;
  return near ? `other users may put files into ${path}: move it to a folder of your own` : null;
}

/**
 * Why a file must hold no secret: others may read it; null when nobody else can. One of root's may be readable to its
 * group, as that is how root lets a service read what it cannot change.
 */
export function readableByOthers(path: string): string | null {
  const { uid, mode } = statSync(path);
  if (process.getuid === undefined) return null;
  const theirs = uid === 0 ? "o" : "go";
  return (mode & (uid === 0 ? 0o004 : 0o044)) === 0
    ? null
    : `other users may read it: chmod ${theirs}-r ${path}`;
}
