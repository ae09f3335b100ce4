/** Six lists made by a seed: dense singles, networks in networks, neighbours, and ends of the space. */
import { formatAddress, fromV4 } from "../../../src/model/ip.ts";
import { type Random, seeded } from "../../filter/random.ts";

function address(value: number): string {
  return formatAddress(fromV4(value));
}

function networks(
  random: Random,
  count: number,
  base: number,
  bits: number,
  lengths: readonly number[],
): string[] {
  return Array.from({ length: count }, () => {
    const length = lengths[Math.floor(random() * lengths.length)]!;
    const at = (base + Math.floor(random() * 2 ** bits)) >>> 0;
    return `${address((at - (at % 2 ** (32 - length))) >>> 0)}/${length}`;
  });
}

/** Lines by name; also what `iprange` was given. */
export function generatedLists(): Record<string, string[]> {
  const random = seeded(2026);
  const base = 0xc0a8_0000;
  return {
    singles: networks(random, 5000, base, 15, [32]),
    small: networks(random, 600, base, 16, [28, 29, 30, 31, 32]),
    nested: networks(random, 60, base, 17, [20, 22, 23, 24, 26, 32]),
    wide: ["192.0.0.0/3", "0.0.0.0/9", "191.255.255.255"],
    ends: ["0.0.0.0", "255.255.255.255", "255.255.255.0/25", "192.168.0.0/25", "192.168.0.128/25"],
    whole: ["0.0.0.0/0"],
  };
}
