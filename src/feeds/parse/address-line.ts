/**
 * One line of a list of addresses: an address, a network (`a/24`, `a/255.255.255.0`) or a range (`a-b`, both ends may
 * be networks), IPv4 or IPv6, with a comment after # or ;. What other programs guess at (octal and hexadecimal
 * numbers, missing parts, host names) is refused and never resolved: a wrong guess blocks somebody.
 */
import { isV4, MAX_ADDRESS, parseAddress, parseV4 } from "../../model/ip.ts";

/** Why a line with something on it gives no range; the text completes "a line that holds …". */
export const SKIP_REASONS = {
  host_name: "a host name, which is never resolved",
  octal: "a number with a leading zero, which some programs read as octal",
  hex: "a hexadecimal number",
  short: "an IPv4 address with missing parts",
  zone: "an IPv6 address with a zone",
  prefix: "a prefix length that does not fit",
  netmask: "a netmask with gaps",
  reversed: "a range that ends before it begins",
  mixed: "a range from IPv4 to IPv6",
  everything: "the whole address space",
  text: "an address with other text after it",
  long: "more than a line may hold",
  no_column: "no such column",
  not_text: "a JSON value that is no text",
  row: "no time with two counts",
  other: "no address",
} as const satisfies Record<string, string>;

export type SkipReason = keyof typeof SKIP_REASONS;

export type LineKind = "v4" | "v6" | "comment" | "blank" | SkipReason;

/** No address, network or range is longer. */
const LONGEST = 160;
const MAX_V4 = 0xffff_ffff;

/** Letters, digits, hyphens and underscores between dots; the last label holds a letter. */
const HOST_NAME = /^(?:[\w-]{1,63}\.)+(?=[\w-]*[a-z])[\w-]{1,63}\.?$/i;
const HEX = /^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*$/i;
const DIGITS = /^\d{1,3}$/;

/** One end of a range, or the address or network that is a whole line. */
type End = { v4: true; lo: number; hi: number } | { v4: false; lo: bigint; hi: bigint } | SkipReason;

/**
 * Reads lines, one after the other; what the last one said stays in the fields until the next one. Plain IPv4
 * addresses and networks, which are nearly all lines there are, never leave numbers.
 */
export class AddressLine {
  /** The range of an IPv4 line, 32-bit integers, both ends included. */
  lo = 0;
  hi = 0;
  /** The range of an IPv6 line, 128-bit integers, both ends included. */
  lo6 = 0n;
  hi6 = 0n;
  /** True for `a-b`, false for an address or network. */
  isRange = false;

  /** The line is bytes[start, end), without its line feed. IPv4-mapped IPv6 addresses are IPv4. */
  read(bytes: Uint8Array, start: number, end: number): LineKind {
    let value = 0;
    let octet = -1;
    let octets = 0;
    let at = start;
    for (; at < end; at++) {
      const code = bytes[at]!;
      if (code >= 48 && code <= 57) {
        // A digit after a leading zero.
        if (octet === 0) return this.#readText(bytes, start, end);
        octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
        if (octet > 255) return this.#readText(bytes, start, end);
      } else if (code === 46) {
        if (octet < 0 || ++octets > 3) return this.#readText(bytes, start, end);
        value = value * 256 + octet;
        octet = -1;
      } else break;
    }
    if (octets !== 3 || octet < 0) return this.#readText(bytes, start, end);
    value = value * 256 + octet;
    if (at === end || (bytes[at] === 13 && at + 1 === end)) {
      this.lo = value;
      this.hi = value;
      this.isRange = false;
      return "v4";
    }
    if (bytes[at] !== 47) return this.#readText(bytes, start, end);
    const first = bytes[++at]! - 48;
    if (at >= end || !(first >= 1 && first <= 9)) return this.#readText(bytes, start, end);
    let length = first;
    at++;
    if (at < end && bytes[at]! >= 48 && bytes[at]! <= 57) length = first * 10 + bytes[at++]! - 48;
    if (at !== end && !(bytes[at] === 13 && at + 1 === end)) return this.#readText(bytes, start, end);
    if (length > 32) return "prefix";
    const host = 2 ** (32 - length) - 1;
    this.lo = (value & ~host) >>> 0;
    this.hi = (value | host) >>> 0;
    this.isRange = false;
    return "v4";
  }

  #readText(bytes: Uint8Array, start: number, end: number): LineKind {
    let from = start;
    while (from < end && isSpace(bytes[from]!)) from++;
    let to = from;
    while (to < end && bytes[to] !== 35 && bytes[to] !== 59) to++;
    const commented = to < end;
    while (to > from && isSpace(bytes[to - 1]!)) to--;
    if (from === to) return commented ? "comment" : "blank";
    if (to - from > LONGEST) return "other";
    return this.#take(latin1(bytes, from, to));
  }

  #take(text: string): LineKind {
    const dash = text.indexOf("-");
    this.isRange = false;
    if (dash < 0 || HOST_NAME.test(text)) return this.#keep(end(text));
    const left = end(text.slice(0, dash).trimEnd());
    if (typeof left === "string") return left;
    const right = end(text.slice(dash + 1).trimStart());
    if (typeof right === "string") return right;
    this.isRange = true;
    if (left.v4 && right.v4)
      return left.lo > right.hi ? "reversed" : this.#keep({ v4: true, lo: left.lo, hi: right.hi });
    if (left.v4 || right.v4) return "mixed";
    return left.lo > right.hi ? "reversed" : this.#keep({ v4: false, lo: left.lo, hi: right.hi });
  }

  #keep(range: End): LineKind {
    if (typeof range === "string") return range;
    if (range.v4) {
      if (range.lo === 0 && range.hi === MAX_V4) return "everything";
      this.lo = range.lo;
      this.hi = range.hi;
      return "v4";
    }
    if (range.lo === 0n && range.hi === MAX_ADDRESS) return "everything";
    this.lo6 = range.lo;
    this.hi6 = range.hi;
    return "v6";
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

function end(text: string): End {
  const slash = text.indexOf("/");
  const base = slash < 0 ? text : text.slice(0, slash);
  const mask = slash < 0 ? null : text.slice(slash + 1);
  if (base.indexOf(":") < 0) {
    const value = parseV4(base);
    return value === null ? refusal(base) : network4(value, mask);
  }
  if (base.indexOf("%") > 0) return "zone";
  const address = parseAddress(base);
  if (address === null) return refusal(base);
  return network6(address, mask);
}

function network4(value: number, mask: string | null): End {
  let host = 0;
  if (mask !== null && mask.indexOf(".") < 0) {
    const length = prefixLength(mask, 32);
    if (length === null) return wrongMask(mask, "prefix");
    host = 2 ** (32 - length) - 1;
  } else if (mask !== null) {
    const bits = parseV4(mask);
    if (bits === null) return wrongMask(mask, "netmask");
    host = MAX_V4 - bits;
    // A netmask is ones and then zeros: one more than the rest is a power of two.
    if ((host & (host + 1)) !== 0) return "netmask";
  }
  return { v4: true, lo: (value & ~host) >>> 0, hi: (value | host) >>> 0 };
}

function network6(address: bigint, mask: string | null): End {
  const length = mask === null ? 128 : prefixLength(mask, 128);
  if (length === null) return wrongMask(mask ?? "", "prefix");
  const host = (1n << BigInt(128 - length)) - 1n;
  const lo = address & ~host;
  const hi = address | host;
  if (!isV4(address)) return { v4: false, lo, hi };
  // `::ffff:192.0.2.0/24` means 192.0.2.0/24 to who wrote it, and a 2^104th of everything to who reads it.
  if (length < 96) return "prefix";
  return { v4: true, lo: Number(lo & 0xffff_ffffn), hi: Number(hi & 0xffff_ffffn) };
}

function prefixLength(text: string, most: number): number | null {
  if (!DIGITS.test(text) || (text.length > 1 && text.startsWith("0"))) return null;
  const length = Number(text);
  return length <= most ? length : null;
}

/** Why what follows the slash is no length or netmask. */
function wrongMask(mask: string, numeric: SkipReason): SkipReason {
  if (/^[\d.]+$/.test(mask)) return numeric;
  return /^[\d.]+\s/.test(mask) ? "text" : "other";
}

/** Why a text is no address. */
function refusal(text: string): SkipReason {
  if (/^[\d.]+$/.test(text)) {
    const parts = text.split(".");
    if (parts.length > 4 || parts.includes("")) return "other";
    if (parts.some((part) => part.length > 1 && part.startsWith("0"))) return "octal";
    return parts.length < 4 ? "short" : "other";
  }
  if (HEX.test(text)) return "hex";
  if (HOST_NAME.test(text)) return "host_name";
  const blank = text.search(/\s/);
  return blank > 0 && parseAddress(text.slice(0, blank)) !== null ? "text" : "other";
}
