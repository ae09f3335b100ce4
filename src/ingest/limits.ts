/** Caps on what one file may make gadwall do: generous for real scans, small enough to stop hostile files. */
export interface ParseLimits {
  /** Nesting of XML elements (nmap's own script tables rarely pass 10). */
  maxDepth: number;
  /** Characters in one tag or one text, which bounds what must be held before it can be judged. */
  maxAttribute: number;
  /** Characters of one host element: a host is held in memory until it is complete. */
  maxHostSize: number;
  /** Host elements in one file. */
  maxHosts: number;
  /** Bytes after decompression. */
  maxSize: number;
  /** Decompressed bytes per compressed byte, judged from the first 64 MiB on. */
  maxRatio: number;
}

export const DEFAULT_LIMITS: Readonly<ParseLimits> = {
  maxDepth: 64,
  maxAttribute: 32 * 1024 * 1024,
  maxHostSize: 256 * 1024 * 1024,
  maxHosts: 20_000_000,
  maxSize: 1024 * 1024 * 1024 * 1024,
  maxRatio: 500,
};

/** The option that raises each cap, for messages and for the command line. */
export const LIMIT_OPTIONS = {
  maxDepth: "--max-depth",
  maxAttribute: "--max-attribute",
  maxHostSize: "--max-host-size",
  maxHosts: "--max-hosts",
  maxSize: "--max-size",
  maxRatio: "--max-ratio",
} as const satisfies Record<keyof ParseLimits, string>;

/**
 * The input itself is bad where it was being read (compressed data that ends early, a decompression bomb):
 * what came before it is good. Parsers turn it into a `broken` event; it never reaches the user as it is.
 */
export class DamagedInput extends Error {
  override readonly name = "DamagedInput";
}
