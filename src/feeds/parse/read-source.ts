/** The body of a source, through its parse steps, to ranges. */
import { decode } from "../../ingest/decompress.ts";
import { DamagedInput, DEFAULT_LIMITS } from "../../ingest/limits.ts";
import { type LineBlock, LineReader } from "../../ingest/lines.ts";
import { byteAmount } from "../../model/amount.ts";
import { UserError } from "../../model/errors.ts";
import { DEFAULT_FEED_LIMITS, type FeedLimits } from "./limits.ts";
import { decodeText, ListBuilder, type ListFile } from "./list-builder.ts";
import { readListFile } from "./list-file.ts";
import type { Give, Step } from "./steps.ts";

/**
 * Reads a body. Lines that give no range are counted by reason, like those of a list.
 * @param steps of parseSteps(); none for a list of addresses.
 * @param path for messages.
 * @throws UserError when the body is not what the steps expect, damaged, or larger than allowed.
 */
export async function readSource(
  chunks: AsyncIterable<Uint8Array>,
  steps: readonly Step[],
  path: string,
  limits: FeedLimits = DEFAULT_FEED_LIMITS,
): Promise<ListFile> {
  try {
    return await read(chunks, steps, path, limits);
  } catch (error) {
    if (error instanceof DamagedInput) throw new UserError(`${path}: ${error.message}.`, { cause: error });
    throw error;
  }
}

async function read(
  chunks: AsyncIterable<Uint8Array>,
  steps: readonly Step[],
  path: string,
  limits: FeedLimits,
): Promise<ListFile> {
  let body = chunks;
  let document: Extract<Step, { kind: "document" }> | null = null;
  const lineSteps: Extract<Step, { kind: "line" }>[] = [];
  for (const step of steps) {
    switch (step.kind) {
      case "unpack":
        body = step.format === "gzip" ? await gunzip(body, limits) : unzipped(body, path, limits);
        break;
      case "document":
        document = step;
        break;
      case "line":
        lineSteps.push(step);
        break;
      case "refused":
        throw new UserError(`${path}: ${step.reason}.`);
    }
  }
  if (document === null && lineSteps.every((step) => step.implied)) return readListFile(body, path, limits);
  const builder = new ListBuilder(path, limits);
  const take = lineSteps.reduceRight<Give>(
    (next, step) => (line, reason) => (reason === undefined ? step.run(line, next) : next(line, reason)),
    (line, reason) => (reason === undefined ? builder.addText(line) : builder.skipText(reason, line)),
  );
  if (document === null) await eachLine(body, builder, take, limits);
  else {
    const text = decodeText(await whole(body, path, limits));
    document.run(text.startsWith("\ufeff") ? text.slice(1) : text, (value, reason) => {
      builder.begin();
      take(value, reason);
    });
  }
  return builder.build();
}

async function eachLine(
  body: AsyncIterable<Uint8Array>,
  builder: ListBuilder,
  take: Give,
  limits: FeedLimits,
): Promise<void> {
  const reader = new LineReader(limits.maxLine);
  const each = (block: LineBlock | null): void => {
    for (const line of block?.lines ?? []) {
      builder.begin();
      if (line === null) builder.skip("long", null);
      else take(line.endsWith("\r") ? line.slice(0, -1) : line);
    }
  };
  for await (const chunk of body) each(reader.write(chunk));
  each(reader.finish());
}

async function gunzip(
  body: AsyncIterable<Uint8Array>,
  limits: FeedLimits,
): Promise<AsyncIterable<Uint8Array>> {
  // A server, or who fetched the file, may have unpacked it already: the content decides.
  const { maxSize, maxRatio } = limits;
  return (await decode(body, { ...DEFAULT_LIMITS, maxSize, maxRatio })).chunks;
}

async function* unzipped(
  body: AsyncIterable<Uint8Array>,
  path: string,
  limits: FeedLimits,
): AsyncGenerator<Uint8Array> {
  const { unzip } = await import("./unzip.ts");
  yield* unzip(await whole(body, path, limits), limits);
}

async function whole(body: AsyncIterable<Uint8Array>, path: string, limits: FeedLimits): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > limits.maxDocument) {
      throw new UserError(
        `${path}: more than ${byteAmount(limits.maxDocument)}, which is more than can be read of a document of this kind.`,
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
