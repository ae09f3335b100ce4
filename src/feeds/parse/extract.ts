/** Addresses in any text, whatever surrounds them. Linear in the length of the text. */
import { parseAddress, parseV4 } from "../../model/ip.ts";

export interface FoundAddress {
  /** The address, with its prefix length where one was asked for and follows. */
  text: string;
  /** Its place in the text, in code units: [start, end). */
  start: number;
  end: number;
}

export interface ExtractOptions {
  /** Take a prefix length (`/24`) along. */
  prefix?: boolean;
  /** Only IPv4. */
  v4Only?: boolean;
}

/** Longest runs first: `1.2.3.4.5` is no address with something after it. */
const DOTTED = /[0-9.]+/g;
const ANY = /[0-9A-Za-z.:_%-]+/g;
const PREFIX = /\/(\d{1,3})(?!\d|\.\d)/y;

/**
 * All addresses of a text, from left to right. A dotted quad may touch letters or anything else but digits and dots
 * (`host192.0.2.1:80`); an IPv6 address must stand alone or in brackets, or `std::` would be one.
 */
export function* addressesIn(text: string, options: ExtractOptions = {}): Generator<FoundAddress> {
  const runs = options.v4Only ? DOTTED : ANY;
  for (const match of text.matchAll(runs)) {
    const run = match[0];
    if (run.indexOf(".") < 0 && run.indexOf(":") < 0) continue;
    const v6 = options.v4Only ? null : wholeV6(run);
    if (v6 !== null) yield withPrefix(text, match.index + v6.start, match.index + v6.end, 128, options);
    else yield* quads(text, match.index, run, options);
  }
}

/** Punctuation around it is not part of it, a zone is left out. */
function wholeV6(run: string): { start: number; end: number } | null {
  if (run.indexOf(":") === run.lastIndexOf(":")) return null;
  let start = 0;
  while (isPunctuation(run[start])) start++;
  const zone = run.indexOf("%");
  let end = zone < 0 ? run.length : zone;
  while (end > start && (isPunctuation(run[end - 1]) || run[end - 1] === ":")) {
    if (run.startsWith("::", end - 2)) break;
    end--;
  }
  // "::" alone is punctuation in most texts.
  if (end - start <= 2 || end - start > 45) return null;
  return parseAddress(run.slice(start, end)) === null ? null : { start, end };
}

function isPunctuation(character: string | undefined): boolean {
  return character === "." || character === "-" || character === "_";
}

function* quads(text: string, offset: number, run: string, options: ExtractOptions): Generator<FoundAddress> {
  for (const match of run.matchAll(DOTTED)) {
    const digits = match[0];
    let start = 0;
    let end = digits.length;
    while (digits[start] === ".") start++;
    while (end > start && digits[end - 1] === ".") end--;
    if (end - start > 15 || parseV4(digits.slice(start, end)) === null) continue;
    const at = offset + match.index;
    yield withPrefix(text, at + start, at + end, 32, options);
  }
}

function withPrefix(
  text: string,
  start: number,
  end: number,
  most: number,
  options: ExtractOptions,
): FoundAddress {
  PREFIX.lastIndex = end;
  const length = options.prefix ? PREFIX.exec(text)?.[1] : undefined;
  const full = length !== undefined && Number(length) <= most ? end + 1 + length.length : end;
  return { text: text.slice(start, full), start, end: full };
}
