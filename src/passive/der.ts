/**
 * Reading DER (ITU-T X.690): tags, lengths and the few types that certificates are made of. Nothing is trusted:
 * what points outside its parent is a `DerError`.
 */

/** Bytes that are not the DER expected here. */
export class DerError extends Error {}

/** One element; positions are those in the whole. */
export interface Element {
  /** The identifier octet: class, constructed bit and number. */
  tag: number;
  /** Of the identifier octet. */
  from: number;
  /** Of the content. */
  start: number;
  end: number;
}

const MAX_CHILDREN = 4096;

export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
export const UTF8_STRING = 0x0c;
export const T61_STRING = 0x14;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const UNIVERSAL_STRING = 0x1c;
export const BMP_STRING = 0x1e;
export const SEQUENCE = 0x30;

/** The element that starts at `at` and ends at or before `limit`. @throws DerError */
export function elementAt(bytes: Buffer, at: number, limit: number): Element {
  if (at + 2 > limit) throw new DerError("ends early");
  const tag = bytes[at]!;
  if ((tag & 0x1f) === 0x1f) throw new DerError("long tag");
  let length = bytes[at + 1]!;
  let start = at + 2;
  if (length >= 0x80) {
    const octets = length & 0x7f;
    if (octets === 0 || octets > 4 || start + octets > limit) throw new DerError("bad length");
    length = bytes.readUIntBE(start, octets);
    start += octets;
  }
  if (start + length > limit) throw new DerError("points outside");
  return { tag, from: at, start, end: start + length };
}

/** The elements inside one. @throws DerError */
export function childrenOf(bytes: Buffer, parent: Element): Element[] {
  const children: Element[] = [];
  let at = parent.start;
  while (at < parent.end) {
    if (children.length === MAX_CHILDREN) throw new DerError("too many elements");
    const child = elementAt(bytes, at, parent.end);
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The element, checked to be there and of that tag. @throws DerError */
export function expect(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag) throw new DerError(`no element of type ${tag}`);
  return element;
}

export function contentOf(bytes: Buffer, element: Element): Buffer {
  return bytes.subarray(element.start, element.end);
}

/** Longer than any key; keeps the conversion to decimal digits, which is quadratic, short. */
const MAX_INTEGER_BYTES = 4096;

/** A signed integer. @throws DerError */
export function integerOf(bytes: Buffer, element: Element): bigint {
  const content = contentOf(bytes, element);
  if (content.length > MAX_INTEGER_BYTES) throw new DerError("too long a number");
  if (content.length === 0) return 0n;
  return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString("hex")}`));
}

/** An integer as unsigned, whatever its first bit is: some makers forget the leading zero. @throws DerError */
export function unsignedOf(bytes: Buffer, element: Element): bigint {
  return BigInt.asUintN((element.end - element.start) * 8, integerOf(bytes, element));
}

/** Length in bits of a positive integer. */
export function bitsOf(bytes: Buffer, element: Element): number {
  const content = contentOf(bytes, element);
  const first = content.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (content.length - first) * 8 - Math.clz32(content[first]!) + 24;
}

/** `2.5.4.3`. @throws DerError */
export function oidOf(bytes: Buffer, element: Element): string {
  const content = contentOf(bytes, element);
  if (content.length === 0 || content.length > 64 || content.at(-1)! >= 0x80)
    throw new DerError("bad identifier");
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0) {
      const top = arc < 80n ? arc / 40n : 2n;
      arcs.push(top, arc - top * 40n);
    } else arcs.push(arc);
    arc = 0n;
  }
  return arcs.join(".");
}

/** A character string of any of the types that names are made of; what cannot be decoded is replaced. */
export function textOf(bytes: Buffer, element: Element): string {
  const content = contentOf(bytes, element);
  switch (element.tag) {
    case T61_STRING:
      return content.toString("latin1");
    case BMP_STRING:
      return content.length % 2 === 0
        ? Buffer.from(content).swap16().toString("utf16le").toWellFormed()
        : content.toString("latin1");
    case UNIVERSAL_STRING:
      return ucs4(content);
    case UTF8_STRING:
      return content.toString("utf8");
    default: {
      // Printable and IA5 strings are ASCII; makers of devices put anything there.
      const text = content.toString("utf8");
      return text.includes("\ufffd") ? content.toString("latin1") : text;
    }
  }
}

function ucs4(content: Buffer): string {
  let text = "";
  for (let at = 0; at + 4 <= content.length; at += 4) {
    const code = content.readUInt32BE(at);
    text += code <= 0x10ffff && (code & 0xfffff800) !== 0xd800 ? String.fromCodePoint(code) : "\ufffd";
  }
  return text;
}

const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?(?:Z|([+-])(\d\d)(\d\d))?$/;

/** A time in seconds since the epoch. @throws DerError */
export function timeOf(bytes: Buffer, element: Element): number {
  const text = contentOf(bytes, element).toString("latin1");
  const match = TIME.exec(element.tag === UTC_TIME ? century(text) + text : text);
  if (!match || (element.tag !== UTC_TIME && element.tag !== GENERALIZED_TIME))
    throw new DerError("bad time");
  const [, year, month, day, hour, minute, second = "00", sign, hours = "0", minutes = "0"] = match;
  const utc = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(utc)) throw new DerError("bad time");
  const offset = (Number(hours) * 60 + Number(minutes)) * 60;
  return utc / 1000 - (sign === "-" ? -offset : offset);
}

/** Two-digit years from 50 on are of the last century (RFC 5280 §4.1.2.5.1). */
function century(text: string): string {
  return Number(text.slice(0, 2)) >= 50 ? "19" : "20";
}
