/** Networks (CIDR) that make up ranges: the fewest that hold exactly the same addresses. */
import { formatAddress, fromV4 } from "../model/ip.ts";

/** The networks of an inclusive range of addresses of `bits` bits, in order, each with its prefix length. */
export function* networksOf(
  lo: bigint,
  hi: bigint,
  bits: 32 | 128,
): Generator<{ first: bigint; length: number }> {
  const width = BigInt(bits);
  for (let first = lo; first <= hi; ) {
    // As large as its first address allows, but not beyond the end.
    let hostBits = first === 0n ? bits : trailingZeros(first);
    while (first + (1n << BigInt(hostBits)) - 1n > hi) hostBits--;
    yield { first, length: Number(width) - hostBits };
    first += 1n << BigInt(hostBits);
  }
}

/** Of a number above zero. */
function trailingZeros(value: bigint): number {
  const lowest = value & -value;
  return lowest.toString(2).length - 1;
}

/** The networks of an IPv4 range in CIDR notation; a single address stands without a length where `bare`. */
export function* cidrs4(lo: number, hi: number, bare = false): Generator<string> {
  for (let first = lo; first <= hi; ) {
    // In numbers: lists have millions of these.
    let length = first === 0 ? 0 : 1 + Math.clz32(first & -first);
    while (first + 2 ** (32 - length) - 1 > hi) length++;
    const text = dotted(first);
    yield bare && length === 32 ? text : `${text}/${length}`;
    first += 2 ** (32 - length);
  }
}

/** The same for IPv6. */
export function* cidrs6(lo: bigint, hi: bigint, bare = false): Generator<string> {
  for (const { first, length } of networksOf(lo, hi, 128)) {
    const text = formatAddress(first);
    yield bare && length === 128 ? text : `${text}/${length}`;
  }
}

/** A dotted quad. */
export function dotted(address: number): string {
  return formatAddress(fromV4(address));
}
