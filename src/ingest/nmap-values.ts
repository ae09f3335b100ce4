/** Attribute texts of nmap's XML to values. Undefined for what is absent or is not what the DTD says. */
import { parseAddress } from "../model/ip.ts";

/** The attributes of one element. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** Port numbers are 16 bits; so are, generously, the protocol numbers of an IP protocol scan. */
export const MAX_PORT = 65_535;

/** A number from `min` to `max`; undefined when the text is none, after a warning that says what it was to be. */
export type ReadInteger = (
  text: string | undefined,
  min: number,
  max: number,
  what: string,
) => number | undefined;

/** A decimal integer within bounds; undefined when it is none. */
export function integer(text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined || text.length === 0 || text.length > 16) return undefined;
  let value = 0;
  const negative = text.charCodeAt(0) === 45;
  for (let i = negative ? 1 : 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (negative) value = text.length > 1 ? -value : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/** A decimal number without sign or exponent; undefined when it is none. */
export function decimal(text: string | undefined): number | undefined {
  return text !== undefined && text.length <= 24 && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Seconds since the epoch, up to the year 9999. */
export function seconds(text: string | undefined): number | undefined {
  const value = integer(text, 0, 253_402_300_799) ?? decimal(text);
  return value !== undefined && value <= 253_402_300_799 ? value : undefined;
}

/** An address; the zone of a link-local one (`fe80::1%eth0`) is dropped, since it means something on one machine only. */
export function address(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const zone = text.indexOf("%");
  return parseAddress(zone < 0 ? text : text.slice(0, zone)) ?? undefined;
}

/** The text, or undefined when it is absent or empty. */
export function filled(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}

/**
 * A host name that a service told of itself, as it is stored: lower case, no trailing dots. Undefined for what
 * is no host name: other characters than letters, digits, `_ . * -`, or an IPv4 address (spec ivre §6.1).
 */
export function derivedName(text: string): string | undefined {
  const name = text.trim().replace(/\.+$/, "").toLowerCase();
  if (name === "" || name.length > 255 || !/^[a-z0-9_.*-]+$/.test(name)) return undefined;
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ? undefined : name;
}
