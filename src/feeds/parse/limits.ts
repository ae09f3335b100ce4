/** Caps on what one feed may make gadwall hold: generous for real lists, small enough to stop hostile ones. */
import { DEFAULT_LIMITS } from "../../ingest/limits.ts";

export interface FeedLimits {
  /** Bytes of a line; longer ones are skipped and counted. */
  maxLine: number;
  /** Lines of a list. */
  maxLines: number;
  /** IPv6 ranges of a list: each takes about 100 bytes, an IPv4 range 8. */
  maxRanges6: number;
  /** Bytes of what has to be held as a whole to be read: JSON, RSS, ZIP archives. */
  maxDocument: number;
  /** Bytes after decompression. */
  maxSize: number;
  /** Decompressed bytes per compressed byte. */
  maxRatio: number;
}

export const DEFAULT_FEED_LIMITS: Readonly<FeedLimits> = {
  maxLine: 64 * 1024,
  maxLines: 20_000_000,
  maxRanges6: 2_000_000,
  maxDocument: 128 * 1024 * 1024,
  maxSize: 2 * 1024 * 1024 * 1024,
  maxRatio: DEFAULT_LIMITS.maxRatio,
};
