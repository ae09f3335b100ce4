import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ListFile } from "../../../src/feeds/parse/list-builder.ts";
import { formatAddress, fromV4 } from "../../../src/model/ip.ts";

const FIXTURES = join(import.meta.dir, "../../../fixtures/feeds");

export function fixture(name: string): Buffer {
  return readFileSync(join(FIXTURES, name));
}

/** The bytes in pieces of a size. */
export async function* pieces(bytes: Uint8Array | string, size = 65_536): AsyncGenerator<Uint8Array> {
  const all = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

/** Ranges as "first-last", IPv4 and then IPv6. */
export function ranges({ v4, v6 }: Pick<ListFile, "v4" | "v6">): string[] {
  return [
    ...Array.from(v4.lo, (lo, i) => `${formatAddress(fromV4(lo))}-${formatAddress(fromV4(v4.hi[i]!))}`),
    ...v6.lo.map((lo, i) => `${formatAddress(lo)}-${formatAddress(v6.hi[i]!)}`),
  ];
}

/** A list as JSON. */
export function shown(list: ListFile): unknown {
  const { v4, v6, skipped, ...rest } = list;
  return { ...rest, skipped: Object.fromEntries(skipped), ranges: ranges({ v4, v6 }) };
}
