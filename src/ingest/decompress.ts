/** Compressed input, recognised by content and never by name, to plain bytes within the limits. */
import { byteAmount } from "../model/amount.ts";
import { bunzip2 } from "./bzip2.ts";
import { DamagedInput, type ParseLimits } from "./limits.ts";

export type Compression = "gzip" | "bzip2" | "zstd" | "xz";

const MAGIC: readonly [Compression, readonly number[]][] = [
  ["gzip", [0x1f, 0x8b]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/**
 * Compressed bytes handed to a web stream at once. When the data is damaged, the stream drops what it made of
 * the current piece and was not yet taken, so small pieces save more.
 */
const PIECE_SIZE = 8 * 1024;

/** Output below this is never too much for its input: small files of blanks compress absurdly well. */
const RATIO_FROM = 64 * 1024 * 1024;

/** Bytes of the decompressed beginning that are looked at to recognise the format. */
const HEAD_SIZE = 4096;

/** How the first bytes of a file say that it is compressed; null for not. */
export function sniffCompression(head: Uint8Array): Compression | null {
  for (const [name, magic] of MAGIC) if (magic.every((byte, i) => head[i] === byte)) return name;
  return null;
}

export interface Decoded {
  compression: Compression | null;
  /** The beginning of the plain bytes, up to a few KB; `chunks` gives it again. */
  head: Uint8Array;
  /** Throws DamagedInput, after everything before the damage, for data that ends early or is too much. */
  chunks: AsyncIterable<Uint8Array>;
  /** Lets everything go when `chunks` is not to be read (a generator that never began does not do it itself). */
  close(): Promise<void>;
}

/** Opens a stream: its compression is undone, its beginning read. Nothing is lost of `stream`. */
export async function decode(stream: AsyncIterable<Uint8Array>, limits: ParseLimits): Promise<Decoded> {
  const raw = await peek(stream, 6);
  const compression = sniffCompression(raw.head);
  const plain = compression === null ? raw.chunks : bounded(compression, raw.chunks, limits);
  return { compression, ...(await peek(plain, HEAD_SIZE)) };
}

/** Reads at least `size` bytes ahead, as far as there are. A failure on the way is kept for the reader of `chunks`. */
async function peek(stream: AsyncIterable<Uint8Array>, size: number): Promise<Omit<Decoded, "compression">> {
  const source = stream[Symbol.asyncIterator]();
  const ahead: Uint8Array[] = [];
  let length = 0;
  let failure: { error: unknown } | null = null;
  while (length < size) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await source.next();
    } catch (error) {
      failure = { error };
      break;
    }
    if (next.done) break;
    ahead.push(next.value);
    length += next.value.length;
  }
  const head = new Uint8Array(Math.min(length, HEAD_SIZE));
  let at = 0;
  for (const chunk of ahead) {
    const part = chunk.subarray(0, head.length - at);
    head.set(part, at);
    at += part.length;
  }
  const close = async (): Promise<void> => {
    await source.return?.();
  };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* ahead;
      if (failure !== null) throw failure.error;
      for (;;) {
        const next = await source.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await close();
    }
  }
  return { head, chunks: chunks(), close };
}

async function* bounded(
  compression: Compression,
  stream: AsyncIterable<Uint8Array>,
  limits: ParseLimits,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  let written = 0;
  let inputError: { error: unknown } | null = null;
  async function* counted(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      for await (const chunk of stream) {
        for (let at = 0; at < chunk.length; at += PIECE_SIZE) {
          const piece = chunk.subarray(at, at + PIECE_SIZE);
          read += piece.length;
          yield piece as Uint8Array<ArrayBuffer>;
        }
      }
    } catch (error) {
      inputError = { error };
      throw error;
    }
  }
  try {
    for await (const chunk of decompressor(compression, counted())) {
      written += chunk.length;
      if (written > limits.maxSize) {
        throw new DamagedInput(
          `the ${compression} data decompresses to more than ${byteAmount(limits.maxSize)}; if the file is right, raise --max-size`,
        );
      }
      if (written > RATIO_FROM && written > read * limits.maxRatio) {
        throw new DamagedInput(
          `the ${compression} data grows more than ${limits.maxRatio} times when decompressed; if the file is right, raise --max-ratio`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof DamagedInput) throw error;
    // The type checker does not see that `counted` may have set it.
    const failed = inputError as { error: unknown } | null;
    if (failed !== null) throw failed.error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DamagedInput(
      /unexpected (?:end|input EOF)|truncated|error code 8$/i.test(reason)
        ? `the ${compression} data ends early`
        : `the ${compression} data is damaged (${reason})`,
    );
  }
}

function decompressor(
  compression: Compression,
  input: AsyncGenerator<Uint8Array<ArrayBuffer>>,
): AsyncIterable<Uint8Array> {
  switch (compression) {
    case "gzip":
    case "zstd":
      return throughWeb(compression, input);
    case "bzip2":
      return bunzip2(input);
    case "xz":
      return throughXz(input);
  }
}

/** Bun's DecompressionStream knows zstd too, which the standard's list of formats does not name. */
function throughWeb(
  format: "gzip" | "zstd",
  input: AsyncGenerator<Uint8Array<ArrayBuffer>>,
): AsyncIterable<Uint8Array> {
  return readAll(toStream(input).pipeThrough(new DecompressionStream(format)));
}

async function* throughXz(input: AsyncGenerator<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array> {
  const { XzReadableStream } = await import("xz-decompress");
  yield* readAll(new XzReadableStream(toStream(input)));
}

function toStream(input: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const next = await input.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await input.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
