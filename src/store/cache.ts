/**
 * The private per-version cache folder: extracted parts of the executable, DuckDB's spill files, downloads. Nothing
 * in it is precious.
 *
 * Code is loaded from it, so a folder counts only when nobody else can write to it: it and its parent belong
 * to this user (the parent may be root's, like /tmp), and others have no write permission.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { version } from "../../package.json" with { type: "json" };
import { UserError } from "../model/errors.ts";
import { EMBEDDED } from "./embedded.ts";
import { isRunning } from "./process.ts";

const DAY_MS = 86_400_000;
/** A version that nobody started for so long is removed when another one moves in. */
const UNUSED_MS = 30 * DAY_MS;
const VERSION_FOLDER = `${version}-${EMBEDDED?.key ?? "source"}`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Folders that may hold the cache, best first. Relative values are ignored, as the XDG specification wants:
 * the current directory may be somebody else's.
 */
export function cacheRoots(env: Environment, platform: NodeJS.Platform, temporary: string): string[] {
  const below = (base: string | undefined, ...rest: string[]): string[] =>
    base !== undefined && isAbsolute(base) ? [join(base, ...rest)] : [];
  const user = process.getuid?.();
  const shared = below(temporary, user === undefined ? "gadwall" : `gadwall-${user}`);
  const chosen = below(env.XDG_CACHE_HOME, "gadwall");
  if (platform === "win32") return [...chosen, ...below(env.LOCALAPPDATA, "gadwall", "cache"), ...shared];
  const home = platform === "darwin" ? ["Library", "Caches"] : [".cache"];
  return [...chosen, ...below(env.HOME, ...home, "gadwall"), ...shared];
}

/** Whether only this user can put something into the folder. */
function isPrivate(folder: string): boolean {
  const status = lstatSync(folder);
  if (!status.isDirectory()) return false;
  const user = process.getuid?.();
  if (user === undefined) return true;
  const parent = lstatSync(dirname(folder));
  return status.uid === user && (parent.uid === user || parent.uid === 0) && (status.mode & 0o022) === 0;
}

/** Creates and checks `<root>/<version>`; null when this root cannot be used. */
function versionFolder(root: string): string | null {
  const folder = join(root, VERSION_FOLDER);
  try {
    mkdirSync(dirname(root), { recursive: true });
    const created = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isPrivate(root) || !isPrivate(folder)) return null;
    accessSync(folder, constants.W_OK | constants.X_OK);
    for (const path of [root, folder]) if ((lstatSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
    if (created !== undefined) removeUnusedVersions(root);
    tidyDaily(folder);
    return folder;
  } catch {
    return null;
  }
}

/** Milliseconds since the last change; 0 when another process was quicker to remove it. */
function age(path: string): number {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status === undefined ? 0 : Date.now() - status.mtimeMs;
}

/** Keeps the folder's time of last use, to the day, and removes what a killed extraction left behind. */
function tidyDaily(folder: string): void {
  if (age(folder) <= DAY_MS) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.endsWith(".tmp") && age(path) > DAY_MS) rmSync(path, { force: true });
  }
  const now = Date.now() / 1000;
  utimesSync(folder, now, now);
}

/** Called when a version moves in: removes the others that nobody started for 30 days. */
function removeUnusedVersions(root: string): void {
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    const isVersion = name !== VERSION_FOLDER && /^\d+\.\d+\.\d+-[0-9a-z]+$/.test(name);
    if (isVersion && age(folder) > UNUSED_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * All folders that can be used now, best first; the last is a fresh one that is removed at exit. A caller
 * takes the next when one does not serve (a file system mounted noexec).
 */
export function* cacheFolders(): Generator<string> {
  for (const root of cacheRoots(process.env, process.platform, tmpdir())) {
    const folder = versionFolder(root);
    if (folder !== null) yield folder;
  }
  let fresh: string;
  try {
    fresh = mkdtempSync(join(tmpdir(), "gadwall-"));
  } catch {
    return;
  }
  process.once("exit", () => rmSync(fresh, { recursive: true, force: true }));
  yield fresh;
}

let first: string | undefined;

/**
 * The cache folder of this version: absolute, exists, 0700, writable.
 * @throws UserError when there is no place for one.
 */
export function cacheFolder(): string {
  for (const folder of first === undefined ? cacheFolders() : []) {
    first = folder;
    break;
  }
  if (first === undefined) throw noCacheFolder();
  return first;
}

/**
 * A path that no other process uses, for files that are removed at the end; what killed processes left under this kind
 * is removed now.
 * @param kind folder in the cache folder.
 * @throws UserError when there is no cache folder.
 */
function ownPath(kind: string): string {
  const parent = join(cacheFolder(), kind);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    const [where = "", pid = ""] = name.split("-");
    // What a killed process left. Processes of another container are not seen here: theirs is kept for a day.
    const abandoned = where === machine ? !isRunning(Number.parseInt(pid, 10), null) : age(folder) > DAY_MS;
    if (abandoned) rmSync(folder, { recursive: true, force: true });
  }
  return join(parent, `${machine}-${process.pid}-${randomBytes(6).toString("hex")}`);
}

/**
 * A path for one DuckDB instance to spill to. DuckDB creates it when it must, and removes it at close. Never
 * shared: its temporary files have fixed names, and two instances would write over each other's.
 * @throws UserError when there is no cache folder.
 */
export function spillFolder(): string {
  return ownPath("spill");
}

/**
 * A new folder for downloads, which the caller removes.
 * @throws UserError when there is no cache folder.
 */
export function downloadFolder(): string {
  const folder = ownPath("download");
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** The error for "no place at all", also when code could be loaded from none of them. */
export function noCacheFolder(reason = "none can be written"): UserError {
  const tried = [...cacheRoots(process.env, process.platform, tmpdir()), tmpdir()].join(", ");
  return new UserError(
    `found no usable cache folder (tried ${tried}; ${reason}): set XDG_CACHE_HOME to a folder of your own.`,
  );
}
