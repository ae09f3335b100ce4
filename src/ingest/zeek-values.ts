/** Values of Zeek's logs: escapes, times, and what a column may hold. */

import { parseAddress } from "../model/ip.ts";

/** A value is not what its column should hold: the line counts as unreadable. Never leaves the reader. */
export class BadValue extends Error {
  override readonly name = "BadValue";
}

/** A piece of a line for a message: printable and short. */
export function excerpt(text: string): string {
  const line = text.slice(0, 200).replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, " ");
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

const ESCAPES = /\\\\|(?:\\x[0-9a-fA-F]{2})+/g;
const fatal = new TextDecoder("utf-8", { fatal: true });

/**
 * Zeek's escapes (`\x2c`, `\\`; https://docs.zeek.org/en/master/log-formats.html) undone where that gives
 * text; control characters and bytes that are not UTF-8 stay as they are written, as in Zeek's JSON logs.
 */
export function unescapeText(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPES, (run) => (run === "\\\\" ? "\\" : bytesToText(run, true)));
}

/** The same, but only what is printable ASCII: for values that may be binary. */
export function unescapeAscii(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPES, (run) => (run === "\\\\" ? "\\" : bytesToText(run, false)));
}

/** A run of `\xHH`. */
function bytesToText(run: string, beyondAscii: boolean): string {
  let out = "";
  let from = 0;
  const bytes = run
    .split("\\x")
    .slice(1)
    .map((hex) => Number.parseInt(hex, 16));
  while (from < bytes.length) {
    const byte = bytes[from]!;
    if (byte >= 0x20 && byte < 0x7f) {
      out += String.fromCharCode(byte);
      from++;
      continue;
    }
    const length = byte < 0xc2 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const sequence = bytes.slice(from, from + length);
    const text = beyondAscii && byte >= 0x80 ? decoded(sequence) : null;
    out += text ?? run.slice(from * 4, from * 4 + 4);
    from += text === null ? 1 : length;
  }
  return out;
}

function decoded(bytes: number[]): string | null {
  try {
    return fatal.decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

/** Seconds of the year 10000: no log is of later. */
const MAX_TIME = 253_402_300_800;
/** A number beyond this is of milliseconds (`JSON::TS_MILLIS`): as seconds it would be the year 5138. */
const MILLISECONDS_FROM = 1e11;
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(?:Z|([+-])(\d\d):?(\d\d))?$/;

/**
 * A time as Zeek writes it (seconds, in JSON also milliseconds or ISO 8601) and as `zeek-cut -d` does, in
 * seconds since the epoch; without an offset it is UTC. Null when it is none.
 */
export function parseTime(text: string): number | null {
  const seconds = Number(text);
  if (seconds >= 0 && text !== "") {
    if (seconds > MILLISECONDS_FROM) return seconds / 1000 < MAX_TIME ? seconds / 1000 : null;
    return seconds;
  }
  const found = ISO.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, fraction, sign, hours, minutes] = found;
  const whole = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second!) / 1000;
  // What is out of its range (a 13th month, 25 o'clock) would run over into the next; a leap second may.
  const leap = second === "60" ? 1 : 0;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${leap ? "59" : second}`;
  if (Number.isNaN(whole) || new Date((whole - leap) * 1000).toISOString().slice(0, 19) !== written)
    return null;
  const offset = sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (+hours! * 3600 + +minutes! * 60);
  const time = whole - offset + (fraction === undefined ? 0 : Number(`0.${fraction}`));
  return time >= 0 && time < MAX_TIME ? time : null;
}

/** How Zeek's test baselines mask a time: `XXXXXXXXXX.XXXXXX`. */
const MASKED = /^X+\.?X*$/;

/** The same as `parseTime`, but undefined for a time that is not told: unset or masked. @throws BadValue */
export function toTime(text: string): number | undefined {
  const time = parseTime(text);
  if (time !== null) return time;
  if (text === "-" || MASKED.test(text)) return undefined;
  throw new BadValue(`"${excerpt(text)}" is no time`);
}

/** Clients and servers come again and again, so those read are remembered up to a number. */
const MAX_ADDRESSES = 4096;
let addresses = new Map<string, bigint>();

/** @throws BadValue */
export function toAddress(text: string, column: string): bigint {
  const known = addresses.get(text);
  if (known !== undefined) return known;
  const address = parseAddress(text);
  if (address === null) throw new BadValue(`${column} "${excerpt(text)}" is no address`);
  if (addresses.size >= MAX_ADDRESSES) addresses = new Map();
  addresses.set(text, address);
  return address;
}

/** @throws BadValue */
export function toPort(text: string, column: string): number {
  // Some tools write the protocol with it: 80/tcp.
  const slash = text.indexOf("/");
  const port = text === "" ? -1 : Number(slash < 0 ? text : text.slice(0, slash));
  if (!(port >= 0 && port <= 65_535 && Number.isInteger(port)))
    throw new BadValue(`${column} "${excerpt(text)}" is no port`);
  return port;
}

/** Zeek writes T and F, JSON true and false. @throws BadValue */
export function toFlag(text: string, column: string): boolean {
  if (text === "T" || text === "true") return true;
  if (text === "F" || text === "false") return false;
  throw new BadValue(`${column} "${excerpt(text)}" is neither T nor F`);
}
