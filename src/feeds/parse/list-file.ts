/**
 * A list of addresses, one a line (.ipset, .netset, plain text), from bytes. Nothing but the ranges is kept, so
 * memory is 8 bytes a line.
 */

import { HEADER_LINE, HEADER_LINES, parseHeader } from "./header.ts";
import { DEFAULT_FEED_LIMITS, type FeedLimits } from "./limits.ts";
import { decodeText, ListBuilder, type ListFile } from "./list-builder.ts";

const LF = 0x0a;
const HASH = 0x23;
const encoder = new TextEncoder();

/**
 * Reads a list. Lines that give no range are counted by reason; a byte order mark (also of UTF-16) and CR LF are
 * understood.
 * @param path for messages.
 * @throws UserError when the list has more lines than allowed.
 */
export async function readListFile(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  limits: FeedLimits = DEFAULT_FEED_LIMITS,
): Promise<ListFile> {
  const reader = new ListReader(path, limits);
  for await (const chunk of chunks) reader.write(chunk);
  return reader.finish();
}

/** The same piece by piece. */
export class ListReader {
  readonly #builder: ListBuilder;
  readonly #maxLine: number;
  /** The beginning of a line whose end is not there yet. */
  #rest: Uint8Array = new Uint8Array(0);
  /** The line being read is too long: what comes until its end is let go. */
  #dropping = false;
  #begun = false;
  #wide: TextDecoder | null = null;
  /** Lines of the header as far as it was read; null once it is over. */
  #header: string[] | null = [];

  constructor(path: string, limits: FeedLimits = DEFAULT_FEED_LIMITS) {
    this.#builder = new ListBuilder(path, limits);
    this.#maxLine = limits.maxLine;
  }

  /** The chunk is not kept. */
  write(chunk: Uint8Array): void {
    let bytes = chunk;
    if (!this.#begun) {
      bytes = join(this.#rest, chunk);
      this.#rest = bytes.slice();
      if (bytes.length < 3) return;
      bytes = this.#begin();
    }
    this.#lines(this.#wide === null ? bytes : encoder.encode(this.#wide.decode(bytes, { stream: true })));
  }

  finish(): ListFile {
    if (!this.#begun) this.#lines(this.#begin());
    if (this.#dropping || this.#rest.length > 0) this.#line(this.#rest, 0, this.#rest.length);
    this.#endHeader();
    return this.#builder.build();
  }

  /** Takes the byte order mark off what was read so far. */
  #begin(): Uint8Array {
    const bytes = this.#rest;
    this.#begun = true;
    this.#rest = new Uint8Array(0);
    const [a, b, c] = bytes;
    if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
      this.#wide = new TextDecoder(a === 0xff ? "utf-16le" : "utf-16be");
    }
    return bytes;
  }

  #lines(bytes: Uint8Array): void {
    let at = 0;
    let end = bytes.indexOf(LF);
    if (end >= 0 && (this.#dropping || this.#rest.length > 0)) {
      const first = this.#dropping ? this.#rest : join(this.#rest, bytes.subarray(0, end));
      this.#rest = new Uint8Array(0);
      this.#line(first, 0, first.length);
      at = end + 1;
      end = bytes.indexOf(LF, at);
    }
    for (; end >= 0; end = bytes.indexOf(LF, at)) {
      this.#line(bytes, at, end);
      at = end + 1;
    }
    this.#hold(bytes.subarray(at));
  }

  #hold(bytes: Uint8Array): void {
    if (this.#dropping || bytes.length === 0) return;
    this.#dropping = this.#rest.length + bytes.length > this.#maxLine;
    this.#rest = this.#dropping ? new Uint8Array(0) : join(this.#rest, bytes.slice());
  }

  #line(bytes: Uint8Array, start: number, end: number): void {
    const builder = this.#builder;
    builder.begin();
    if (this.#dropping || end - start > this.#maxLine) {
      this.#dropping = false;
      builder.skip("long", null);
      return;
    }
    if (this.#header !== null && end > start) {
      if (bytes[start] !== HASH) this.#endHeader();
      else if (this.#header.length < HEADER_LINES)
        this.#header.push(decodeText(bytes.subarray(start, Math.min(end, start + HEADER_LINE))));
    }
    builder.add(bytes, start, end);
  }

  #endHeader(): void {
    if (this.#header !== null) this.#builder.header = parseHeader(this.#header);
    this.#header = null;
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
