/**
 * Members of IVRE's records to values. A member that is absent or null is undefined; so is one of the wrong
 * type, which is told and left out.
 */
import { parseAddress } from "../model/ip.ts";
import type { Json } from "../model/json.ts";
import type { LeftOut } from "./ivre-json-left-out.ts";
import { integer as integerText } from "./nmap-values.ts";

export type Members = { [name: string]: Json };

/** The end of the year 9999. */
const MAX_SECONDS = 253_402_300_799;

const DATE =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(?:Z|UTC|([+-])(\d\d):?(\d\d))?$/;

/** Members of certificates that hold a time (spec ivre §6.3). */
const DATES: ReadonlySet<string> = new Set(["not_before", "not_after"]);

export function isObject(value: Json | undefined): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The arguments of an encoded value, `{"f": name, "a": […]}` (spec ivre §5); undefined when it is none. */
function encoded(value: Json | undefined, name: "datetime" | "bytes"): Json | undefined {
  return isObject(value) && value.f === name && Array.isArray(value.a) ? value.a[0] : undefined;
}

/**
 * A time in any of the ways in which IVRE prints it (spec ivre §5): encoded, seconds, or a text, which is UTC
 * unless it says otherwise. Undefined when it is none.
 */
function toSeconds(value: Json): number | undefined {
  if (typeof value === "number") return value >= 0 && value <= MAX_SECONDS ? value : undefined;
  if (typeof value !== "string") {
    const seconds = encoded(value, "datetime");
    return typeof seconds === "number" ? toSeconds(seconds) : undefined;
  }
  const parts = DATE.exec(value);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = parts;
  const [m, d, h, i, s] = [month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (m < 1 || m > 12 || d < 1 || d > 31 || h > 23 || i > 59 || s > 60) return undefined;
  const zone = sign === undefined ? 0 : (Number(zoneHour) * 60 + Number(zoneMinute)) * 60;
  const whole = Date.UTC(Number(year), m - 1, d, h, i, s) / 1000 + (sign === "-" ? zone : -zone);
  const seconds = whole + (fraction === undefined ? 0 : Number(`0.${fraction}`));
  return seconds >= 0 && seconds <= MAX_SECONDS ? seconds : undefined;
}

function isoText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

export class Values {
  readonly #left: LeftOut;
  readonly #maxDepth: number;

  constructor(left: LeftOut, maxDepth: number) {
    this.#left = left;
    this.#maxDepth = maxDepth;
  }

  text(value: Json | undefined, path: string): string | undefined {
    if (typeof value === "string") return value;
    return this.#absent(value, path, "a text");
  }

  integer(value: Json | undefined, path: string, min: number, max: number): number | undefined {
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    const number = typeof value === "string" ? integerText(value, min, max) : undefined;
    return number ?? this.#absent(value, path, `a number from ${min} to ${max}`);
  }

  number(value: Json | undefined, path: string): number | undefined {
    return typeof value === "number" ? value : this.#absent(value, path, "a number");
  }

  boolean(value: Json | undefined, path: string): boolean | undefined {
    return typeof value === "boolean" ? value : this.#absent(value, path, "true or false");
  }

  /** Seconds since the epoch. */
  seconds(value: Json | undefined, path: string): number | undefined {
    if (value === undefined || value === null) return undefined;
    return toSeconds(value) ?? this.#absent(value, path, "a time");
  }

  address(value: Json | undefined, path: string): bigint | undefined {
    const address = typeof value === "string" ? parseAddress(value) : null;
    return address ?? this.#absent(value, path, "an address");
  }

  object(value: Json | undefined, path: string): Members | undefined {
    return isObject(value) ? value : this.#absent(value, path, "an object");
  }

  /** Elements of a list; none when it is absent. */
  list(value: Json | undefined, path: string): Json[] {
    return Array.isArray(value) ? value : (this.#absent(value, path, "a list") ?? []);
  }

  objects(value: Json | undefined, path: string): Members[] {
    const objects: Members[] = [];
    for (const item of this.list(value, path)) {
      const object = this.object(item, path);
      if (object !== undefined) objects.push(object);
    }
    return objects;
  }

  texts(value: Json | undefined, path: string): string[] {
    const texts: string[] = [];
    for (const item of this.list(value, path)) {
      const text = this.text(item, path);
      if (text !== undefined) texts.push(text);
    }
    return texts;
  }

  /** The Base64 text of an encoded binary value; undefined, without a word, for anything else. */
  bytes(value: Json | undefined): string | undefined {
    const base64 = encoded(value, "bytes");
    return typeof base64 === "string" ? base64 : undefined;
  }

  /**
   * Structured data as it is stored: times as ISO 8601, binary values counted and left out, nesting bounded.
   * Undefined when nothing is left.
   */
  data(value: Json | undefined, path: string, depth = 0): Json | undefined {
    if (typeof value !== "object" || value === null) return value;
    if (depth > this.#maxDepth) return this.#absent(value, path, `nested at most ${this.#maxDepth} deep`);
    if (Array.isArray(value)) {
      const items = value.map((item) => this.data(item, path, depth + 1));
      return items.includes(undefined) ? items.filter((item) => item !== undefined) : (items as Json[]);
    }
    if (encoded(value, "bytes") !== undefined) {
      this.#left.binaries++;
      return undefined;
    }
    const time = encoded(value, "datetime");
    if (typeof time === "number") {
      const seconds = toSeconds(time);
      return seconds === undefined ? this.#absent(value, path, "a time") : isoText(seconds);
    }
    // No prototype: a name may be anything, "__proto__" too.
    const object = Object.create(null) as Members;
    for (const name in value) {
      const member = value[name]!;
      const seconds = DATES.has(name) && typeof member === "string" ? toSeconds(member) : undefined;
      const kept = seconds === undefined ? this.data(member, path, depth + 1) : isoText(seconds);
      if (kept !== undefined) object[name] = kept;
    }
    return object;
  }

  /** Tells of the members that are in none of the lists. */
  rest(members: Members, known: ReadonlySet<string>, prefix: string): void {
    for (const name in members) if (!known.has(name)) this.#left.unknown(prefix + name);
  }

  #absent(value: Json | undefined, path: string, expected: string): undefined {
    if (value !== undefined && value !== null) this.#left.value(path, expected);
    return undefined;
  }
}
