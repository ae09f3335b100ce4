/** Files that a host shares, in the form that all scripts listing files are stored in (spec ivre §7.2). */
import type { Table } from "./table.ts";

export interface Volume {
  volume: string;
  files: Table[];
}

/** A file as a script printed it: texts by what they are. */
export type ListedFile = { filename: string } & Partial<
  Record<"permission" | "uid" | "gid" | "size" | "time" | "checksum", string | undefined>
>;

/**
 * The bytes of a size as `ls` writes it: `15364`, or rounded as in `1.5M` and `12.0 K`. Undefined for what is
 * no size, as `<DIR>` and `-`.
 */
export function bytesOf(size: string): number | undefined {
  const [, digits, unit] = /^(\d{1,15}(?:\.\d{1,6})?) ?([KMGTPkmgtp]?)$/.exec(size) ?? [];
  if (digits === undefined) return undefined;
  const power = unit ? "KMGTP".indexOf(unit.toUpperCase()) + 1 : 0;
  const bytes = Math.floor(Number(digits) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Its size as number, and the target of a symbolic link apart. */
export function listedFile({ size, ...texts }: ListedFile): Table {
  const file: Table = {};
  for (const [name, text] of Object.entries(texts)) if (text !== undefined) file[name] = text;
  const bytes = bytesOf(size ?? "");
  if (bytes !== undefined) file.size = bytes;
  const arrow = texts.permission?.startsWith("l") ? texts.filename.indexOf(" -> ") : -1;
  if (arrow > 0) {
    file.filename = texts.filename.slice(0, arrow);
    file.linktarget = texts.filename.slice(arrow + 4);
  }
  return file;
}

/** All volumes with their sums; undefined when there is no file in them. */
export function listing(volumes: readonly Volume[]): Table | undefined {
  const all = volumes.flatMap(({ files }) => files);
  if (all.length === 0) return undefined;
  const bytes = all.reduce((sum, { size }) => sum + (typeof size === "number" ? size : 0), 0);
  return {
    total: { files: all.length, bytes },
    volumes: volumes.map(({ volume, files }) => ({ volume, files })),
  };
}
