/**
 * Bytes of an XML file to text, never losing any: encodings by byte order mark or declaration, and files
 * whose encoding lies (banners with 8-bit bytes in a file that says or implies UTF-8) are read byte by byte
 * where they do.
 */

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** Names that XML declarations use for Latin-1 and its superset; browsers read all as windows-1252 too. */
const LATIN = new Set([
  "iso-8859-1",
  "iso8859-1",
  "latin1",
  "l1",
  "windows-1252",
  "cp1252",
  "us-ascii",
  "ascii",
]);

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin = new TextDecoder("windows-1252");
const utf16le = new TextDecoder("utf-16le", { ignoreBOM: true });

/** Characters that XML 1.0 forbids even as references, but for TAB, LF and CR (XML 1.0 §2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const ALL_FORBIDDEN = new RegExp(FORBIDDEN.source, "g");

/** The encoding of a file, from its first bytes, and how many of these are its byte order mark. */
export function sniffEncoding(head: Uint8Array): { encoding: Encoding; bom: number } {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: "utf-8", bom: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: "utf-16le", bom: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: "utf-16be", bom: 2 };
  if (a === 0x3c && b === 0 && c === 0x3f && d === 0) return { encoding: "utf-16le", bom: 0 };
  if (a === 0 && b === 0x3c && c === 0 && d === 0x3f) return { encoding: "utf-16be", bom: 0 };
  const declared = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(
    latin.decode(head.subarray(0, 256)),
  )?.[1];
  return { encoding: declared && LATIN.has(declared.toLowerCase()) ? "windows-1252" : "utf-8", bom: 0 };
}

/** The beginning of a file as text, for recognising it; damage shows as U+FFFD. */
export function headText(head: Uint8Array): string {
  const { encoding, bom } = sniffEncoding(head);
  return new TextDecoder(encoding).decode(head.subarray(bom));
}

/** Length of the well-formed UTF-8 sequence at `at` (RFC 3629 §4); 0 when there is none, -1 when it is cut off. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if (next === undefined) return -1;
    if ((next & 0xc0) !== 0x80) return 0;
    if (i > 1) continue;
    if (lead === 0xe0 && next < 0xa0) return 0;
    if (lead === 0xed && next > 0x9f) return 0;
    if (lead === 0xf0 && next < 0x90) return 0;
    if (lead === 0xf4 && next > 0x8f) return 0;
  }
  return length;
}

/** UTF-8 where it is, windows-1252 for each byte that is not; how many those were. */
export function mixedText(bytes: Uint8Array): { text: string; invalid: number } {
  let text = "";
  let invalid = 0;
  let good = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += utf8.decode(bytes.subarray(good, at)) + latin.decode(bytes.subarray(at, at + 1));
    invalid++;
    good = ++at;
  }
  return { text: text + utf8.decode(bytes.subarray(good)), invalid };
}

/** A decoder for one file; it also knows at which byte a character stood. */
export class XmlText {
  /** How many bytes were not UTF-8, and characters not XML, and had to be replaced. */
  invalidBytes = 0;
  forbidden = 0;
  /** UTF-16 units given out, and bytes read for them, before the current chunk. */
  #units = 0;
  #bytes = 0;
  #encoding: Encoding | null = null;
  #carry: Uint8Array = new Uint8Array(0);
  #chunk: Uint8Array = new Uint8Array(0);
  #chunkUnits = 0;
  #last = false;

  /** Decodes the next chunk. Bytes of a character that is cut off wait for the next one. */
  decode(chunk: Uint8Array): string {
    let bytes = chunk;
    if (this.#carry.length > 0) {
      bytes = new Uint8Array(this.#carry.length + chunk.length);
      bytes.set(this.#carry);
      bytes.set(chunk, this.#carry.length);
      this.#carry = new Uint8Array(0);
    }
    this.#advance();
    if (this.#encoding === null) {
      // A declaration is recognised in the first 256 bytes, so tiny first chunks wait for each other.
      if (bytes.length < 256 && !this.#last) {
        this.#carry = bytes.slice();
        return "";
      }
      const { encoding, bom } = sniffEncoding(bytes);
      this.#encoding = encoding;
      this.#bytes = bom;
      bytes = bytes.subarray(bom);
    }
    const whole = this.#last ? bytes.length : bytes.length - this.#incomplete(bytes);
    if (whole < bytes.length) this.#carry = bytes.slice(whole);
    this.#chunk = bytes.subarray(0, whole);
    const text = this.#clean(this.#text(this.#chunk));
    this.#chunkUnits = text.length;
    return text;
  }

  /** What was still waiting at the end of the input. */
  finish(): string {
    this.#last = true;
    return this.decode(new Uint8Array(0));
  }

  /** The byte of the file at which a UTF-16 unit of the current (or an earlier) chunk begins. */
  byteAt(unit: number): number {
    const units = Math.min(unit - this.#units, this.#chunkUnits);
    // Only the current chunk is still there; earlier ones are asked for by one or two units at most.
    if (units <= 0)
      return this.#bytes + units * (this.#encoding === "utf-16le" || this.#encoding === "utf-16be" ? 2 : 1);
    switch (this.#encoding) {
      case "utf-16le":
      case "utf-16be":
        return this.#bytes + units * 2;
      case "utf-8": {
        let at = 0;
        for (let seen = 0; seen < units && at < this.#chunk.length; ) {
          const length = Math.max(1, sequenceLength(this.#chunk, at));
          seen += length === 4 ? 2 : 1;
          at += length;
        }
        return this.#bytes + at;
      }
      default:
        return this.#bytes + units;
    }
  }

  #advance(): void {
    this.#units += this.#chunkUnits;
    this.#bytes += this.#chunk.length;
    this.#chunk = new Uint8Array(0);
    this.#chunkUnits = 0;
  }

  /** Bytes at the end that begin a character but do not complete it. */
  #incomplete(bytes: Uint8Array): number {
    switch (this.#encoding) {
      case "utf-16le":
      case "utf-16be":
        return bytes.length % 2;
      case "utf-8":
        for (let back = 1; back <= Math.min(3, bytes.length); back++) {
          const byte = bytes[bytes.length - back]!;
          if (byte < 0x80) return 0;
          if (byte >= 0xc0) return sequenceLength(bytes, bytes.length - back) === -1 ? back : 0;
        }
        return 0;
      default:
        return 0;
    }
  }

  #text(bytes: Uint8Array): string {
    switch (this.#encoding) {
      case "utf-16le":
        return utf16le.decode(bytes);
      case "utf-16be": {
        const swapped = new Uint8Array(bytes.length);
        for (let i = 0; i + 1 < bytes.length; i += 2) {
          swapped[i] = bytes[i + 1]!;
          swapped[i + 1] = bytes[i]!;
        }
        return utf16le.decode(swapped);
      }
      case "windows-1252":
        return latin.decode(bytes);
      default:
        try {
          return utf8.decode(bytes);
        } catch {
          const { text, invalid } = mixedText(bytes);
          this.invalidBytes += invalid;
          return text;
        }
    }
  }

  /** Characters that no XML may hold become U+FFFD, so that a stray NUL costs itself and not the hosts round it. */
  #clean(text: string): string {
    if (!FORBIDDEN.test(text)) return text;
    return text.replace(ALL_FORBIDDEN, () => {
      this.forbidden++;
      return "\ufffd";
    });
  }
}
