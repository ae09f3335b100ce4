import type { ScanEvent } from "../model/scan.ts";
import { type Compression, decode } from "./decompress.ts";
import { detect } from "./formats.ts";
import { DamagedInput, type ParseLimits } from "./limits.ts";

export interface OpenScan {
  /** Name of the format (formats.ts). */
  format: string;
  compression: Compression | null;
  events: AsyncIterable<ScanEvent[]>;
}

/**
 * Recognises what a stream holds, compressed or not, and begins to parse it. `unknown` is the message for the
 * user when it cannot be read. Errors of the stream itself (reading failed) are passed on.
 */
export async function openScan(
  stream: AsyncIterable<Uint8Array>,
  limits: ParseLimits,
): Promise<OpenScan | { unknown: string }> {
  const { compression, head, chunks, close } = await decode(stream, limits);
  if (head.length === 0) {
    try {
      for await (const _ of chunks) break;
    } catch (error) {
      if (error instanceof DamagedInput) return { unknown: error.message };
      throw error;
    }
  }
  const format = detect(head);
  if ("unknown" in format) {
    await close();
    return format;
  }
  return { format: format.name, compression, events: format.parse(chunks, limits) };
}
