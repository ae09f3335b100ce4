/** Random filters over the values of dataset.ts, the same for the same seed. */

import type { Filter, Matcher } from "../../src/filter/ast.ts";
import type { Json } from "../../src/model/json.ts";

export type Random = () => number;

/** A small generator (mulberry32): numbers in [0, 1). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

const TEXTS = [
  "",
  "http",
  "ssh",
  "OpenSSH",
  "nginx",
  "example.com",
  "com",
  "Linux",
  "LAN",
  "CVE-2021-44228",
  "Vulnerable",
  "it's; DROP TABLE --",
  "é\u0000\n",
  "%_",
  "/etc",
];
const PATTERNS = ["", "^s", "e.*o", "\\d+$", "(a|b)\\.", "[^a-z]", "^line2$", "x{2,}"];
const ADDRESSES = [
  "192.0.2.1",
  "192.0.2.130",
  "2001:db8::3",
  "::1",
  "10.0.0.1",
  "255.255.255.255",
  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];
const NETS = ["192.0.2.0/24", "0.0.0.0/0", "::/0", "2001:db8::/32", "192.0.2.1/32", "::/80"];
const PORTS = [22, 53, 80, 443, 0, 65535, [1, 100] as [number, number], [2222, 2222] as [number, number]];
const VALUES: readonly { [path: string]: Json }[] = [
  { bits: 2048 },
  { bits: { $lte: 1024 }, type: "ssh-dss" },
  { "subject.commonName": { $regex: "^x" } },
  { 'odd"key/~.*': { $ne: 1.5 } },
  { tags: ["t1", "t2"] },
  { "volumes.files.size": { $in: [3, null, "a", true] } },
];

function matcher(random: Random): Matcher {
  const kind = random();
  if (kind < 0.4) return { is: pick(random, TEXTS) };
  if (kind < 0.6) return { has: pick(random, TEXTS) };
  const flags = pick(random, ["", "i", "m", "s", "im", "ims"]);
  return flags === "" ? { re: pick(random, PATTERNS) } : { re: pick(random, PATTERNS), flags };
}

/** Each field with even chance. */
function some<T extends object>(random: Random, fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(() => random() < 0.4)) as Partial<T>;
}

/** Times about those of the data sets. */
const INSTANTS = [0, 1_700_000_000, 1_767_700_800, 1_768_564_800, 253_402_300_800];

function seen(r: Random): Filter {
  const since = r() < 0.7 ? { from: pick(r, INSTANTS) } : { ago: pick(r, [0, 86_400, 1_500_000]) };
  return {
    k: "seen",
    ...some(r, { at: pick(r, ["first", "last"] as const), to: pick(r, INSTANTS) }),
    ...since,
  };
}

const LEAVES: readonly ((random: Random) => Filter)[] = [
  () => ({ k: "all" }),
  (r) => ({ k: "net", net: pick(r, NETS) }),
  (r) => ({ k: "host", addrs: [pick(r, ADDRESSES), pick(r, ADDRESSES)] }),
  (r) => ({ k: "range", first: pick(r, ADDRESSES), last: pick(r, ADDRESSES) }),
  (r) => ({ k: "family", version: pick(r, [4, 6] as const) }),
  (r) => ({ k: "hostname", name: matcher(r) }),
  (r) => ({ k: "domain", name: matcher(r) }),
  (r) => ({
    k: "port",
    ...some(r, {
      port: [pick(r, PORTS), pick(r, PORTS)],
      protocol: pick(r, ["tcp", "udp"]),
      state: pick(r, ["open", "closed"]),
      service: matcher(r),
      product: matcher(r),
      version: matcher(r),
      tunnel: matcher(r),
    }),
  }),
  (r) => ({ k: "countports", count: some(r, { min: pick(r, [0, 1, 2]), max: pick(r, [0, 1, 3]) }) }),
  (r) => ({ k: "country", codes: [pick(r, ["DE", "FR"]), pick(r, ["GB", "DE"])] }),
  (r) => ({ k: "city", name: matcher(r) }),
  (r) => ({ k: "asnum", nums: [pick(r, [64500, 1]), 4294967295] }),
  (r) => ({ k: "asname", name: matcher(r) }),
  (r) => ({ k: "os", name: matcher(r) }),
  (r) => ({
    k: "script",
    ...some(r, {
      name: matcher(r),
      output: matcher(r),
      port: pick(r, [-1, 80, 443]),
      protocol: "tcp",
      values: pick(r, VALUES),
    }),
  }),
  (r) => ({ k: "cve", info: matcher(r) }),
  (r) => ({ k: "category", name: matcher(r) }),
  (r) => ({ k: "source", name: matcher(r) }),
  (r) => ({ k: "tag", ...some(r, { value: matcher(r), info: matcher(r) }) }),
  (r) => ({
    k: "cpe",
    ...some(r, { type: matcher(r), vendor: matcher(r), product: matcher(r), version: matcher(r) }),
  }),
  (r) => ({ k: "hop", ...some(r, { addr: pick(r, ADDRESSES), host: matcher(r), ttl: pick(r, [1, 2]) }) }),
  (r) => ({ k: "mac", addr: matcher(r) }),
  seen,
];

/** Leaves that passive records have a meaning for. */
const PASSIVE_LEAVES: typeof LEAVES = [
  ...LEAVES.slice(0, 5),
  (r) => ({ k: "hostname", name: matcher(r), ...(r() < 0.5 && { dns: true as const }) }),
  (r) => ({ k: "domain", name: matcher(r), ...(r() < 0.5 && { dns: true as const }) }),
  (r) => ({
    k: "port",
    ...some(r, {
      port: [pick(r, PORTS), pick(r, PORTS)],
      protocol: "tcp",
      state: "open",
      service: matcher(r),
      product: matcher(r),
      version: matcher(r),
    }),
  }),
  (r) => ({ k: "country", codes: [pick(r, ["DE", "FR"]), pick(r, ["GB", "DE"])] }),
  (r) => ({ k: "asnum", nums: [pick(r, [64500, 1]), 4294967295] }),
  (r) => ({ k: "asname", name: matcher(r) }),
  (r) => ({ k: "category", name: matcher(r) }),
  (r) => ({ k: "source", name: matcher(r) }),
  (r) => ({ k: "recontype", name: matcher(r) }),
  (r) => ({ k: "sensor", name: matcher(r) }),
  (r) => ({ k: "value", text: matcher(r) }),
  (r) => ({ k: "targetval", text: matcher(r) }),
  seen,
];

/** A filter of at most `depth` levels of combination. */
export function randomFilter(
  random: Random,
  depth: number,
  purpose: "active" | "passive" = "active",
): Filter {
  const kind = depth === 0 ? 1 : random();
  if (kind > 0.6) return pick(random, purpose === "active" ? LEAVES : PASSIVE_LEAVES)(random);
  if (kind > 0.45) return { k: "not", of: randomFilter(random, depth - 1, purpose) };
  const of = Array.from({ length: Math.floor(random() * 4) }, () => randomFilter(random, depth - 1, purpose));
  return { k: kind > 0.22 ? "and" : "or", of };
}
