/** Opening one input: its bytes, unpacked and recognised, as scan events. */
import type { Format } from "../ingest/formats.ts";
import { DamagedInput, type ParseLimits } from "../ingest/limits.ts";
import { openScan } from "../ingest/open.ts";
import { UserError } from "../model/errors.ts";
import type { ScanEvent } from "../model/scan.ts";
import { type Input, openInput } from "./files.ts";

export interface Document {
  format: string;
  /** Never throws for what the input holds, nor when reading it fails half-way: that is a `broken` event. */
  events: AsyncIterable<ScanEvent[]>;
  /** Raw bytes read so far. */
  bytesRead(): number;
  /** SHA-256 of the raw bytes; null when they were not read to the end. */
  sha256(): string | null;
}

/** A disk or network share that fails half-way leaves the hosts before it, as a file cut off there would. */
async function* failingAsDamage(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    if (error instanceof UserError) throw new DamagedInput(error.message);
    throw error;
  }
}

/**
 * Opens an input for parsing; `unknown` is the message when it is nothing that can be read, `skip`
 * the reason when it is known and holds nothing to store.
 *
 * @param formats those of plugins.
 */
export async function readDocument(
  input: Input,
  limits: ParseLimits,
  formats: readonly Format[] = [],
): Promise<Document | { unknown: string } | { skip: string }> {
  const opened = openInput(input);
  const scan = await openScan(failingAsDamage(opened.stream), limits, formats);
  if ("unknown" in scan || "skip" in scan) return scan;
  return { format: scan.format, events: scan.events, bytesRead: opened.bytesRead, sha256: opened.sha256 };
}
