/**
 * The files carried inside the executable. build.ts puts the real list in place of this module; run from
 * source there are none, and everything is found in node_modules and dist.
 */

/** A zstd-compressed file inside the executable, and what it must be once extracted. */
export interface EmbeddedFile {
  /** File name after extraction; the addon finds the library beside it by this name. */
  name: string;
  /** Where the compressed bytes are (`/$bunfs/...`): readable by this process only. */
  path: string;
  /** Of the extracted file. */
  bytes: number;
  sha256: string;
}

export interface EmbeddedFiles {
  /** DuckDB's Node addon, and the library it is linked against. */
  addon: EmbeddedFile;
  library: EmbeddedFile;
  /** Country and AS reference data (src/view/geo-files.ts). */
  geo: EmbeddedFile[];
  geoVersion: string;
  /** Hash over all of them: two builds with different content never share a cache folder. */
  key: string;
}

export const EMBEDDED: EmbeddedFiles | null = null as EmbeddedFiles | null;
