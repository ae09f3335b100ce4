/**
 * A corpus of lists shaped like the real ones: a few huge lists and many small ones, histories that grow from their
 * parents, lists of networks, addresses in crowded networks, and addresses that many lists share.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { random } from "./random.ts";

/** Addresses of one group are on the same lists, as those of one botnet are. */
const GROUP = 64;
/** One list and its histories of so many hold networks. */
const NETWORKS = 8;
const HOST_BITS = 4;
/** What a history holds, in sizes of its parent. */
const HISTORIES = [
  ["_1d", 1.3],
  ["_7d", 2.2],
  ["_30d", 4],
] as const;

/** Writes `feeds` lists with about `lines` lines in all into a folder; gives the number of lines. */
export function generateFeeds(folder: string, feeds: number, lines: number): number {
  mkdirSync(folder, { recursive: true });
  const next = random(7);
  const below = (limit: number): number => Math.floor(next() * limit);
  const bases = Math.ceil(feeds / (HISTORIES.length + 1));
  const shared = Array.from({ length: Math.ceil(lines / 40 / GROUP) }, () => group(below));
  // Sizes fall by rank, as those of the real lists do (half of them are below 1/500 of the largest); a base and its
  // histories are 8.5 times the base.
  const weights = Array.from({ length: bases }, (_, rank) => Math.exp(-9 * (rank / bases) ** 0.6));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let [written, count] = [0, 0];
  for (let base = 0; base < bases; base++) {
    const size = Math.max(1, Math.round(((weights[base]! / sum) * lines) / 8.5));
    const all: number[] = [];
    const sizes = [["", 1] as const, ...HISTORIES];
    for (const [suffix, times] of sizes) {
      if (count === feeds) break;
      while (all.length < size * times) {
        const some = next() < 0.5 ? shared[below(shared.length)]! : group(below);
        all.push(...some.slice(0, Math.max(1, Math.ceil(size * times) - all.length)));
      }
      const networks = base % NETWORKS === 0;
      const sorted = Uint32Array.from(new Set(networks ? all.map(networkOf) : all)).sort();
      const lines = Array.from(sorted, (address) => dotted(address) + (networks ? `/${32 - HOST_BITS}` : ""));
      const name = `made_${base}${suffix}`;
      writeFileSync(
        join(folder, `${name}.${networks ? "netset" : "ipset"}`),
        header(name, sorted.length, networks) + lines.join("\n"),
      );
      written += sorted.length;
      count++;
    }
  }
  return written;
}

/** Addresses of a few neighbouring networks. */
function group(below: (limit: number) => number): number[] {
  const start = (below(200) + 11) * 2 ** 24 + below(2 ** 16) * 256;
  return Array.from({ length: GROUP }, () => start + below(2048));
}

function networkOf(address: number): number {
  return address - (address % 2 ** HOST_BITS);
}

function dotted(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

function header(name: string, lines: number, networks: boolean): string {
  const entries = networks ? `${lines} subnets, ${lines * 2 ** HOST_BITS} unique IPs` : `${lines} unique IPs`;
  return `#
# ${name}
#
# ipv4 hash:${networks ? "net" : "ip"} ipset
#
# made up
#
# Maintainer      : ${name.split("_").slice(0, 2).join(" ")}
# Source File Date: Thu Mar 23 06:55:02 UTC 2023
#
# Category        : attacks
#
# This File Date  : Thu Mar 23 07:00:48 UTC 2023
# Update Frequency: 1 day${" "}
# Aggregation     : none
# Entries         : ${entries}
#
`;
}
