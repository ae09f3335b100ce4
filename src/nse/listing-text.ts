/**
 * What `afp-ls`, `http-ls`, `nfs-ls` and `smb-ls` print (nmap's library `ls`, and the scripts before it existed):
 * volumes, each with a heading and files in columns.
 */
import { bytesOf, type ListedFile, listedFile, listing, type Volume } from "./listed-files.ts";
import type { Table } from "./table.ts";

/** The heading of a volume: of the library, of `nfs-ls` and of `smb-ls` before it. */
const VOLUME = /^(?:Volume|NFS Export:|Directory of) (.+)$/;

/** Headings of columns, by what they are called here. */
const COLUMNS: ReadonlyMap<string, keyof ListedFile> = new Map([
  ["PERMISSION", "permission"],
  ["UID", "uid"],
  ["GID", "gid"],
  ["SIZE", "size"],
  ["TIME", "time"],
  ["MODIFICATION TIME", "time"],
  ["DATE", "time"],
  ["FILENAME", "filename"],
]);

const PERMISSION = /^[-a-zA-Z?][-rwxsStT?]{9}$/;

/** A file of `smb-ls` from before the library, which has no columns: time, size, name. */
const TIMED = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) +(<DIR>|\d+) +(\S.*)$/;

/** A SHA-1, which stands after the name where nmap was asked for it. */
const CHECKSUM = /^ {2}[0-9a-f]{40}$/;

interface Column {
  name: keyof ListedFile;
  start: number;
}

/** The columns that a line of headings starts; undefined when it is none. */
function columnsOf(line: string): Column[] | undefined {
  const columns: Column[] = [];
  for (const { 0: heading, index } of line.matchAll(/\S+(?: \S+)*/g)) {
    const name = COLUMNS.get(heading);
    if (name !== undefined) columns.push({ name, start: index });
    else if (heading !== "CHECKSUM") return undefined;
  }
  return columns.length > 1 && columns.at(-1)!.name === "filename" ? columns : undefined;
}

/** The file in a line below these columns; undefined when there is none. */
function fileIn(line: string, columns: readonly Column[]): Table | undefined {
  const file: ListedFile = { filename: "" };
  for (const [i, { name, start }] of columns.entries()) {
    if (i > 0 && line[start - 1] !== " ") return undefined;
    file[name] = line.slice(start, columns[i + 1]?.start).trim();
  }
  const { permission, size = "", filename } = file;
  const isFile =
    permission === undefined
      ? size === "<DIR>" || size === "-" || bytesOf(size) !== undefined
      : PERMISSION.test(permission);
  if (!isFile || filename === "") return undefined;
  // Names may be wider than their column, so the heading does not say where the sum starts.
  if (!CHECKSUM.test(filename.slice(-42))) return listedFile(file);
  return listedFile({ ...file, filename: filename.slice(0, -42).trimEnd(), checksum: filename.slice(-40) });
}

/** What a listing says; undefined when there is no file in it. */
export function readListing(text: string): Table | undefined {
  const volumes: Volume[] = [];
  let columns: Column[] | undefined;
  /** Before the library, `afp-ls` had no word before the name of a volume: it is the line above the columns. */
  let above = "";
  let named = false;
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    const file = columns && fileIn(line, columns);
    if (file !== undefined) {
      volumes.at(-1)!.files.push(file);
      continue;
    }
    const volume = VOLUME.exec(trimmed)?.[1];
    if (volume !== undefined) {
      named = true;
      columns = undefined;
      volumes.push({ volume, files: [] });
      continue;
    }
    const headings = columnsOf(line);
    if (headings !== undefined) {
      columns = headings;
      if (!named) volumes.push({ volume: above, files: [] });
      continue;
    }
    above = trimmed;
    const timed = named ? TIMED.exec(trimmed) : null;
    if (timed !== null)
      volumes.at(-1)!.files.push(listedFile({ time: timed[1], size: timed[2], filename: timed[3]! }));
  }
  return listing(volumes);
}
