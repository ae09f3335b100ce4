import { UserError } from "../model/errors.ts";
import type { ScanEvent } from "../model/scan.ts";
import { type Compression, decode } from "./decompress.ts";
import { detect, type Format } from "./formats.ts";
import { DamagedInput, type ParseLimits } from "./limits.ts";

export interface OpenScan {
  /** Name of the format (formats.ts). */
  format: string;
  compression: Compression | null;
  events: AsyncIterable<ScanEvent[]>;
}

/**
 * Recognises what a stream holds, compressed or not, and begins to parse it. `unknown` is the message for the
 * user when it cannot be read; `skip` says why nothing was looked for in logs that are known. Errors of the
 * stream itself (reading failed) are passed on.
 *
 * @param formats those of plugins.
 */
export async function openScan(
  stream: AsyncIterable<Uint8Array>,
  limits: ParseLimits,
  formats: readonly Format[] = [],
): Promise<OpenScan | { unknown: string } | { skip: string }> {
  const { compression, head, chunks, close } = await decode(stream, limits);
  if (head.length === 0) {
    try {
      for await (const _ of chunks) break;
    } catch (error) {
      if (error instanceof DamagedInput) return { unknown: error.message };
      throw error;
    }
  }
  const format = recognised(head, formats);
  if ("unknown" in format) {
    await close();
    return format;
  }
  const batches = format.parse(chunks, limits)[Symbol.asyncIterator]();
  // Whether logs are all of kinds without facts shows at their end only: several may stand in one file.
  const first = await batches.next();
  if (first.done !== true) {
    const skip = whySkipped(first.value);
    if (skip !== null) return { skip };
  }
  return { format: format.name, compression, events: replay(first, batches) };
}

/** A plugin that fails to look at a file costs that file. */
function recognised(head: Uint8Array, formats: readonly Format[]): Format | { unknown: string } {
  try {
    return detect(head, formats);
  } catch (error) {
    if (error instanceof UserError) return { unknown: error.message };
    throw error;
  }
}

/** The reason when a batch tells of nothing but logs that are skipped. They are told at the end of the file. */
function whySkipped(events: readonly ScanEvent[]): string | null {
  const reasons: string[] = [];
  for (const event of events) {
    if (event.kind === "warning") continue;
    if (event.kind !== "log" || event.skip === undefined) return null;
    reasons.push(
      `Zeek's ${event.log} log: ${event.skip} (${event.lines} ${event.lines === 1 ? "line" : "lines"})`,
    );
  }
  return reasons.length === 0 ? null : reasons.join("; ");
}

async function* replay(
  first: IteratorResult<ScanEvent[]>,
  rest: AsyncIterator<ScanEvent[]>,
): AsyncGenerator<ScanEvent[]> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
