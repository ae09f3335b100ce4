/**
 * Bytes to lines, bounded: a line is held until its end is there, and one that is longer than allowed is let go
 * without losing those after it. UTF-8 unless a byte order mark says UTF-16; bytes that are not UTF-8 are read
 * as windows-1252 and counted.
 */
import { mixedText, sniffEncoding } from "./text.ts";

const LF = 0x0a;

/** Lines that ended in one piece of the input. */
export interface LineBlock {
  /** Without their ends; null for a line that is longer than allowed. */
  lines: (string | null)[];
  /** The number of the first one in the file, from 1. */
  first: number;
  /** The byte of the file at which a line of the block begins. */
  byteOf(index: number): number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export class LineReader {
  /** Bytes that were not UTF-8. */
  invalidBytes = 0;
  /** True when the input ended without a line end after its last line. */
  unterminated = false;
  readonly #maxLine: number;
  #line = 1;
  #byte = 0;
  /** Of a line whose end is not there yet: its pieces and their length together. */
  #pieces: Uint8Array[] = [];
  #held = 0;
  /** The line being read is too long: what comes until its end is let go. */
  #dropping = false;
  #begun = false;
  /** For UTF-16, which is turned into UTF-8 first. */
  #wide: TextDecoder | null = null;

  /** @param maxLine bytes that one line may have. */
  constructor(maxLine: number) {
    this.#maxLine = maxLine;
  }

  /** The lines that end in the next chunk, null when there are none. The chunk is not kept. */
  write(chunk: Uint8Array): LineBlock | null {
    let bytes = chunk;
    if (!this.#begun) {
      if (this.#held + chunk.length < 3) {
        this.#hold(chunk);
        return null;
      }
      bytes = this.#begin(this.#join(chunk));
    }
    if (this.#wide !== null) bytes = encoder.encode(this.#wide.decode(bytes, { stream: true }));
    return this.#split(bytes);
  }

  /** The last line, when the input does not end with a line end. */
  finish(): LineBlock | null {
    const rest = this.#begun ? null : this.#begin(this.#join(new Uint8Array(0)));
    const block = rest === null ? null : this.#split(rest);
    if (block !== null) return block;
    if (this.#held === 0 && !this.#dropping) return null;
    this.unterminated = true;
    return this.#block(this.#join(new Uint8Array(0)), 0);
  }

  /** Takes the byte order mark off. */
  #begin(head: Uint8Array): Uint8Array {
    this.#begun = true;
    const { encoding, bom } = sniffEncoding(head);
    if (encoding === "utf-16le" || encoding === "utf-16be") this.#wide = new TextDecoder(encoding);
    this.#byte = bom;
    return head.subarray(bom);
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#held += bytes.length;
    if (this.#held <= this.#maxLine) {
      // A copy; slice() of a Buffer would be none.
      this.#pieces.push(new Uint8Array(bytes));
      return;
    }
    this.#pieces = [];
    this.#dropping = true;
  }

  #join(last: Uint8Array): Uint8Array {
    if (this.#pieces.length === 0) return last;
    const all = Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#held = 0;
    return all;
  }

  #split(bytes: Uint8Array): LineBlock | null {
    const end = bytes.lastIndexOf(LF);
    if (end < 0) {
      this.#hold(bytes);
      return null;
    }
    let lost = 0;
    let whole = bytes.subarray(0, end + 1);
    if (this.#dropping) {
      lost = this.#held;
      this.#held = 0;
    } else whole = this.#join(whole);
    const block = this.#block(whole, lost);
    this.#hold(bytes.subarray(end + 1));
    return block;
  }

  /** @param lost bytes of the first line that were let go. */
  #block(bytes: Uint8Array, lost: number): LineBlock {
    const ends = bytes.length > 0 && bytes[bytes.length - 1] === LF;
    const lines: (string | null)[] = this.#text(ends ? bytes.subarray(0, -1) : bytes).split("\n");
    if (this.#dropping) lines[0] = null;
    if (bytes.length > this.#maxLine) {
      for (let i = 0; i < lines.length; i++)
        if (lines[i] !== null && lines[i]!.length > this.#maxLine) lines[i] = null;
    }
    const start = this.#byte;
    const byteOf = (index: number): number => {
      let at = 0;
      for (let line = 0; line < index; line++) at = bytes.indexOf(LF, at) + 1;
      const position = at + (index > 0 ? lost : 0);
      return start + (this.#wide === null ? position : position * 2);
    };
    const block = { lines, first: this.#line, byteOf };
    this.#line += lines.length;
    const length = bytes.length + lost;
    this.#byte += this.#wide === null ? length : length * 2;
    if (this.#dropping && ends) this.#dropping = false;
    return block;
  }

  #text(bytes: Uint8Array): string {
    try {
      return utf8.decode(bytes);
    } catch {
      const { text, invalid } = mixedText(bytes);
      this.invalidBytes += invalid;
      return text;
    }
  }
}
