/**
 * JSON objects that stand one after the other, in an array or not, on as many lines as they like (`jq .`,
 * `-o json`): each one as text, found by its braces, so that no more than one is in memory.
 */
import { mixedText, sniffEncoding } from "./text.ts";

/** One object. It is whole by its braces; whether it is JSON is for the reader to see. */
export interface JsonObjectText {
  /** Null when it is larger than allowed. */
  text: string | null;
  /** Where it begins: line from 1, byte from 0. */
  line: number;
  byte: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LF = 0x0a;

/** What may stand between objects: blanks, the array's brackets and commas, and a byte order mark. */
const BETWEEN: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, LF, 0x5b, 0x5d, 0x2c, 0xef, 0xbb, 0xbf]);

const utf8 = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

export class JsonObjects {
  /** Bytes between objects that belong to no array. */
  strayBytes = 0;
  /** Bytes that were not UTF-8, read as windows-1252. */
  invalidBytes = 0;
  /** Where reading has come to: line from 1, byte from 0 (of the text as UTF-8). */
  line = 1;
  byte = 0;
  readonly #maxSize: number;
  /** For UTF-16 (told by its byte order mark), which is turned into UTF-8 first; undefined at the beginning. */
  #wide: TextDecoder | null | undefined;
  /** Of the object being read. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #start = { line: 1, byte: 0 };

  /** @param maxSize bytes that one object may have. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Where the object begins that has not ended; null between objects. */
  get open(): { line: number; byte: number } | null {
    return this.#depth === 0 ? null : this.#start;
  }

  /** The objects that end in the next chunk, the first of which must hold a whole byte order mark. */
  write(chunk: Uint8Array): JsonObjectText[] {
    if (this.#wide === undefined) {
      const { encoding } = sniffEncoding(chunk);
      this.#wide = encoding === "utf-16le" || encoding === "utf-16be" ? new TextDecoder(encoding) : null;
    }
    return this.#split(
      this.#wide === null ? chunk : encoder.encode(this.#wide.decode(chunk, { stream: true })),
    );
  }

  #split(bytes: Uint8Array): JsonObjectText[] {
    const found: JsonObjectText[] = [];
    let start = this.#depth > 0 ? 0 : -1;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === LF) this.line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (this.#depth > 0) {
        if (byte === QUOTE) this.#inString = true;
        else if (byte === OPEN) this.#depth++;
        else if (byte === CLOSE && --this.#depth === 0) {
          found.push({ text: this.#text(bytes.subarray(start, i + 1)), ...this.#start });
          start = -1;
        }
      } else if (byte === OPEN) {
        this.#depth = 1;
        this.#start = { line: this.line, byte: this.byte + i };
        start = i;
      } else if (!BETWEEN.has(byte)) {
        this.strayBytes++;
      }
    }
    if (start >= 0) {
      this.#size += bytes.length - start;
      // Copied: whoever gives the chunks may use their memory again.
      if (this.#size <= this.#maxSize) this.#pieces.push(bytes.slice(start));
      else this.#pieces = [];
    }
    this.byte += bytes.length;
    return found;
  }

  #text(last: Uint8Array): string | null {
    const size = this.#size + last.length;
    if (size > this.#maxSize) {
      this.#pieces = [];
      this.#size = 0;
      return null;
    }
    const bytes = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#size = 0;
    try {
      return utf8.decode(bytes);
    } catch {
      const { text, invalid } = mixedText(bytes);
      this.invalidBytes += invalid;
      return text;
    }
  }
}
