/**
 * Bytes written as text. Zeek's logs and nmap write what is not printable as `\x0d`; signatures want the bytes.
 * Bytes are strings whose characters are 0–255 here.
 */

const SHORT: { [letter: string]: string } = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\" };
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([nrt0\\]))/g;
/** What is not printable ASCII. */
const NOT_PLAIN = /[^ -~]/;
const EACH_NOT_PLAIN = /[^ -~]/g;
const NAMES: { [char: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** The bytes of escaped text; characters above 255 (from JSON logs) as the bytes of their UTF-8 form. */
export function bytesOf(text: string): string {
  const bytes = text.includes("\\")
    ? text.replace(ESCAPE, (_, hex?: string, short = "") =>
        hex === undefined ? SHORT[short]! : String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : text;
  return latin1(bytes);
}

function latin1(text: string): string {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 255) return Buffer.from(text, "utf8").toString("latin1");
  }
  return text;
}

/** Bytes as nmap writes them: `\n`, `\r`, `\t`, `\\` and `\x00`. */
export function escapeBytes(bytes: string): string {
  let out = "";
  for (const char of bytes) {
    const code = char.charCodeAt(0);
    out += NAMES[char] ?? (code >= 0x20 && code < 0x7f ? char : hex(code));
  }
  return out;
}

/** Text with its control characters and what is not ASCII written as Zeek's logs write them (`\x0d\x0a`). */
export function plain(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  return Buffer.from(text, "utf8")
    .toString("latin1")
    .replace(EACH_NOT_PLAIN, (byte) => hex(byte.charCodeAt(0)));
}

function hex(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}
