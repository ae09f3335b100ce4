/** What the command line names (files, folders, patterns, `-`) to files, and files to bytes. */
import { constants, type Dirent, type Stats } from "node:fs";
import { access, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { Glob } from "bun";
import { UserError } from "../model/errors.ts";

/** One thing to import. */
export interface Input {
  /** As the user wrote it or would write it; `-` for standard input. */
  path: string;
  stdin: boolean;
  /** Size on disk; null for standard input and for what cannot be read. */
  bytes: number | null;
  /** Found in a folder, not named itself. */
  inFolder?: true;
  /** Why it cannot be imported; the others go on. */
  error?: string;
}

const GLOB_CHARACTERS = /[*?[{]/;

/** What nmap's -oA writes beside the XML: the same scan again, as text. */
const COMPANION = /\.g?nmap$/;

/**
 * Files of the command line, in its order, each once: folders are searched with all below (sorted; hidden files
 * and the text twins of `nmap -oA` left out), patterns (`'more/*.xml'`, quoted from the shell) expanded. What
 * cannot be read is an input with an `error`; this never throws for a path.
 * @param passedOver told of each thing in a folder that is left out: what is hidden, a link to a folder, no file.
 */
export async function expandPaths(
  paths: readonly string[],
  passedOver: (path: string) => void = () => {},
): Promise<Input[]> {
  const expansion = new Expansion(passedOver);
  for (const path of paths) await expansion.add(path);
  return expansion.inputs;
}

class Expansion {
  readonly inputs: Input[] = [];
  /** Real paths of files and folders taken: nothing twice, and no walking in circles. */
  readonly #seen = new Set<string>();

  readonly #passedOver: (path: string) => void;

  constructor(passedOver: (path: string) => void) {
    this.#passedOver = passedOver;
  }

  async add(path: string): Promise<void> {
    if (path === "-") {
      if (this.#seen.has("-")) return;
      this.#seen.add("-");
      this.inputs.push({ path, stdin: true, bytes: null });
      return;
    }
    try {
      await this.#one(path);
    } catch (error) {
      const code = codeOf(error);
      if ((code === "ENOENT" || code === "ENOTDIR") && GLOB_CHARACTERS.test(path)) await this.#pattern(path);
      else this.#refuse(path, reasonOf(error));
    }
  }

  async #one(path: string, inFolder = false): Promise<void> {
    const found = await stat(path);
    if (found.isDirectory()) {
      await this.#folder(path);
      return;
    }
    if (!found.isFile())
      return this.#refuse(path, `is ${kindOf(found)}, not a file: pipe its data in and name it -`);
    const real = await realpath(path);
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    await access(path, constants.R_OK);
    this.inputs.push({ path, stdin: false, bytes: found.size, ...(inFolder ? { inFolder } : {}) });
  }

  async #folder(path: string): Promise<void> {
    const real = await realpath(path);
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    const entries = await readdir(path, { withFileTypes: true });
    const names = new Set(entries.map((entry) => entry.name));
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(path, entry.name);
      if (!this.#wanted(entry, names)) {
        this.#passedOver(inside);
        continue;
      }
      try {
        // Folders behind links may lead anywhere (/proc, the whole disk): they are searched only when named.
        if (entry.isSymbolicLink() && (await stat(inside)).isDirectory()) this.#passedOver(inside);
        else await this.#one(inside, true);
      } catch (error) {
        this.#refuse(inside, reasonOf(error));
      }
    }
  }

  #wanted(entry: Dirent, names: ReadonlySet<string>): boolean {
    if (entry.name.startsWith(".")) return false;
    if (!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink()) return false;
    return !(COMPANION.test(entry.name) && names.has(entry.name.replace(COMPANION, ".xml")));
  }

  async #pattern(path: string): Promise<void> {
    // Bun.Glob takes patterns relative to a folder: the part before the first wildcard.
    const wild = path.search(GLOB_CHARACTERS);
    const slash = path.lastIndexOf("/", wild);
    const folder = slash < 0 ? "" : path.slice(0, slash + 1);
    const matches: string[] = [];
    try {
      const glob = new Glob(path.slice(slash + 1));
      for await (const match of glob.scan({ cwd: folder === "" ? "." : folder, onlyFiles: false })) {
        matches.push(folder + match);
      }
    } catch (error) {
      if (codeOf(error) !== "ENOENT") {
        this.#refuse(path, reasonOf(error));
        return;
      }
    }
    if (matches.length === 0) {
      this.#refuse(path, "no file matches this pattern");
      return;
    }
    for (const match of matches.sort()) {
      try {
        await this.#one(match);
      } catch (error) {
        this.#refuse(match, reasonOf(error));
      }
    }
  }

  #refuse(path: string, error: string): void {
    this.inputs.push({ path, stdin: false, bytes: null, error });
  }
}

/** Bytes of an input, hashed and counted as they go by. */
export interface OpenInput {
  /** Throws UserError when reading fails. */
  stream: AsyncIterable<Uint8Array>;
  /** Raw bytes read so far. */
  bytesRead(): number;
  /** SHA-256 of the raw bytes, hexadecimal; null before they were read to the end. */
  sha256(): string | null;
  /** Reads what the stream left (it may be left early), so that there is a hash; not for endless input. */
  finish(): Promise<void>;
}

/** Opens an input for reading once. */
export function openInput(input: Input): OpenInput {
  const hasher = new Bun.CryptoHasher("sha256");
  let reader: { read(): Promise<{ done: boolean; value?: Uint8Array }> } | null = null;
  let bytes = 0;
  let digest: string | null = null;
  const next = async (): Promise<Uint8Array | null> => {
    try {
      reader ??= (input.stdin ? Bun.stdin : Bun.file(input.path)).stream().getReader();
      const { done, value } = await reader.read();
      if (done || value === undefined) {
        digest ??= hasher.digest("hex");
        return null;
      }
      hasher.update(value);
      bytes += value.length;
      return value;
    } catch (error) {
      throw new UserError(
        `${input.stdin ? "standard input" : input.path} cannot be read: ${reasonOf(error)}`,
      );
    }
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    for (let chunk = await next(); chunk !== null; chunk = await next()) yield chunk;
  }
  return {
    stream: read(),
    bytesRead: () => bytes,
    sha256: () => digest,
    async finish() {
      while ((await next()) !== null);
    },
  };
}

/** SHA-256 of a file, hexadecimal. @throws UserError when it cannot be read. */
export async function hashFile(path: string): Promise<string> {
  const opened = openInput({ path, stdin: false, bytes: null });
  await opened.finish();
  return opened.sha256()!;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "its symbolic links go round in circles",
  ENAMETOOLONG: "the name is too long",
  EISDIR: "it is a folder",
  EIO: "the disk failed to read it",
};

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

function kindOf(found: Stats): string {
  if (found.isFIFO()) return "a named pipe";
  if (found.isSocket()) return "a socket";
  return "a device";
}
