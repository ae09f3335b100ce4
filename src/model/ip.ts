/**
 * Addresses as integers. Everything inside gadwall is 128 bits: IPv4 is the IPv4-mapped IPv6 address
 * ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), so one order and one comparison serve both families.
 */

const V4_PREFIX = 0xffff_0000_0000n;
export const MAX_ADDRESS = (1n << 128n) - 1n;

/** An inclusive range of 128-bit addresses. */
export interface AddressRange {
  first: bigint;
  last: bigint;
}

/** True for an address of ::ffff:0:0/96. */
export function isV4(address: bigint): boolean {
  return address >> 32n === 0xffffn;
}

/** The 32-bit value of an IPv4 address, null for an IPv6 one. */
export function toV4(address: bigint): number | null {
  return isV4(address) ? Number(address & 0xffff_ffffn) : null;
}

/** The 128-bit form of a 32-bit IPv4 value. */
export function fromV4(value: number): bigint {
  return V4_PREFIX | BigInt(value >>> 0);
}

/** Dotted quad to 32 bits; null when it is not exactly four decimal octets without leading zeros. */
export function parseV4(text: string): number | null {
  let value = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46;
    if (code === 46) {
      if (octet < 0 || ++octets > 4) return null;
      value = value * 256 + octet;
      octet = -1;
    } else {
      const digit = code - 48;
      if (digit < 0 || digit > 9 || octet === 0) return null;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return null;
    }
  }
  return octets === 4 ? value : null;
}

function parseV6(text: string): bigint | null {
  let head = text;
  let tail: number[] = [];
  const dot = text.indexOf(".");
  if (dot >= 0) {
    const colon = text.lastIndexOf(":");
    const v4 = colon < 0 ? null : parseV4(text.slice(colon + 1));
    if (v4 === null) return null;
    tail = [v4 >>> 16, v4 & 0xffff];
    head = text.slice(0, colon);
    if (head === "" || head.endsWith(":")) head += ":";
  }
  const gap = head.indexOf("::");
  if (gap >= 0 && head.indexOf("::", gap + 1) >= 0) return null;
  const groups = (part: string): number[] | null => {
    if (part === "") return [];
    const out: number[] = [];
    for (const group of part.split(":")) {
      if (group.length < 1 || group.length > 4) return null;
      let value = 0;
      for (let i = 0; i < group.length; i++) {
        const code = group.charCodeAt(i) | 0x20;
        const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;
        if (digit < 0) return null;
        value = value * 16 + digit;
      }
      out.push(value);
    }
    return out;
  };
  const before = groups(gap >= 0 ? head.slice(0, gap) : head);
  const after = gap >= 0 ? groups(head.slice(gap + 2)) : [];
  if (before === null || after === null) return null;
  const known = before.length + after.length + tail.length;
  if (gap >= 0 ? known > 7 : known !== 8) return null;
  const all = [...before, ...new Array<number>(8 - known).fill(0), ...after, ...tail];
  // 48 bits are exact in a number, and integers of any size are dear.
  const bits48 = (at: number): bigint =>
    BigInt(all[at]! * 0x1_0000_0000 + all[at + 1]! * 0x1_0000 + all[at + 2]!);
  return (bits48(0) << 80n) | (bits48(3) << 32n) | BigInt(all[6]! * 0x1_0000 + all[7]!);
}

/** Any textual address (RFC 4291 §2.2, dotted quad) to 128 bits; null when it is none. Zones are refused. */
export function parseAddress(text: string): bigint | null {
  if (text.indexOf(":") < 0) {
    const v4 = parseV4(text);
    return v4 === null ? null : fromV4(v4);
  }
  return parseV6(text);
}

/** The canonical text: dotted quad for IPv4, RFC 5952 for IPv6. */
export function formatAddress(address: bigint): string {
  const v4 = toV4(address);
  if (v4 !== null) return `${v4 >>> 24}.${(v4 >>> 16) & 255}.${(v4 >>> 8) & 255}.${v4 & 255}`;
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((address >> shift) & 0xffffn));
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let j = i;
    while (j < 8 && groups[j] === 0) j++;
    if (j - i > length) {
      start = i;
      length = j - i;
    }
    if (j > i) i = j;
  }
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(":");
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/**
 * A network, single address, or IPv4 network with missing octets (`10.1/16`) to its range; host bits are
 * ignored (spec ivre §2.3 searchnet). Null when it is none.
 */
export function parseNetwork(text: string): AddressRange | null {
  const slash = text.indexOf("/");
  if (slash < 0) {
    const address = parseAddress(text);
    return address === null ? null : { first: address, last: address };
  }
  let base = text.slice(0, slash);
  const lengthText = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(lengthText)) return null;
  let length = Number(lengthText);
  if (base.indexOf(":") < 0) {
    if (base.endsWith(".")) base = base.slice(0, -1);
    while (base.split(".").length < 4) base += ".0";
    if (length > 32) return null;
    length += 96;
  }
  const address = parseAddress(base);
  if (address === null || length > 128) return null;
  const hostMask = (1n << BigInt(128 - length)) - 1n;
  return { first: address & ~hostMask, last: address | hostMask };
}
