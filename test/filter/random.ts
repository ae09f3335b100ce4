/** Random filters over the values of dataset.ts or other ones, the same for the same seed. */

import type { Filter, Matcher, PortRange } from "../../src/filter/ast.ts";
import type { Values } from "../../src/filter/values.ts";
import type { Purpose } from "../../src/model/purpose.ts";

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

/** What random filters ask about. */
export interface Vocabulary {
  texts: readonly string[];
  /** Regular expressions that RE2 takes. */
  patterns: readonly string[];
  addresses: readonly string[];
  nets: readonly string[];
  ports: readonly PortRange[];
  /** Single ports, and distances of hops. */
  numbers: readonly number[];
  /** Numbers of autonomous systems. */
  systems: readonly number[];
  countries: readonly string[];
  protocols: readonly string[];
  states: readonly string[];
  /** Of open ports. */
  amounts: readonly number[];
  /** Seconds since the epoch. */
  instants: readonly number[];
  /** Conditions on structured output of scripts. */
  values: readonly Values[];
}

/** The values of dataset.ts, and a few others. */
const DATASET: Vocabulary = {
  texts: [
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
  ],
  patterns: ["", "^s", "e.*o", "\\d+$", "(a|b)\\.", "[^a-z]", "^line2$", "x{2,}"],
  addresses: [
    "192.0.2.1",
    "192.0.2.130",
    "2001:db8::3",
    "::1",
    "10.0.0.1",
    "255.255.255.255",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  ],
  nets: ["192.0.2.0/24", "0.0.0.0/0", "::/0", "2001:db8::/32", "192.0.2.1/32", "::/80"],
  ports: [22, 53, 80, 443, 0, 65535, [1, 100], [2222, 2222]],
  numbers: [1, 2, 80, 443, 65535],
  systems: [64500, 1, 4294967295],
  countries: ["DE", "FR", "GB"],
  protocols: ["tcp", "udp"],
  states: ["open", "closed"],
  amounts: [0, 1, 2, 3, Number.MAX_SAFE_INTEGER],
  instants: [0, 1_700_000_000, 1_767_700_800, 1_768_564_800, 253_402_300_800],
  values: [
    { bits: 2048 },
    { bits: { $lte: 1024 }, type: "ssh-dss" },
    { "subject.commonName": { $regex: "^x" } },
    { 'odd"key/~.*': { $ne: 1.5 } },
    { tags: ["t1", "t2"] },
    { "volumes.files.size": { $in: [3, null, "a", true] } },
  ],
};

function matcher(random: Random, { texts, patterns }: Vocabulary): Matcher {
  const kind = random();
  if (kind < 0.4) return { is: pick(random, texts) };
  if (kind < 0.6) return { has: pick(random, texts) };
  const flags = pick(random, ["", "i", "m", "s", "im", "ims"]);
  const re = pick(random, patterns);
  return flags === "" ? { re } : { re, flags };
}

/** Each field with even chance. */
function some<T extends object>(random: Random, fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(() => random() < 0.4)) as Partial<T>;
}

type MakeLeaf = (random: Random, words: Vocabulary) => Filter;

const name = (k: "city" | "asname" | "os" | "category" | "source" | "recontype" | "sensor"): MakeLeaf => {
  return (r, words) => ({ k, name: matcher(r, words) });
};

/** Leaves that every purpose has a meaning for. */
const LEAVES: readonly MakeLeaf[] = [
  () => ({ k: "all" }),
  (r, words) => ({ k: "net", net: pick(r, words.nets) }),
  (r, { addresses }) => ({ k: "host", addrs: [pick(r, addresses), pick(r, addresses)] }),
  (r, { addresses }) => ({ k: "host", addrs: [pick(r, addresses)] }),
  (r, { addresses }) => ({ k: "range", first: pick(r, addresses), last: pick(r, addresses) }),
  (r) => ({ k: "family", version: pick(r, [4, 6] as const) }),
  (r, { countries }) => ({ k: "country", codes: [pick(r, countries), pick(r, countries)] }),
  (r, { systems }) => ({ k: "asnum", nums: [pick(r, systems), pick(r, systems)] }),
  name("asname"),
  name("category"),
  name("source"),
  (r, { instants }) => {
    const since = r() < 0.7 ? { from: pick(r, instants) } : { ago: pick(r, [0, 86_400, 1_500_000]) };
    return {
      k: "seen",
      ...some(r, { at: pick(r, ["first", "last"] as const), to: pick(r, instants) }),
      ...since,
    };
  },
];

const ACTIVE_LEAVES: readonly MakeLeaf[] = [
  ...LEAVES,
  (r, words) => ({ k: "hostname", name: matcher(r, words) }),
  (r, words) => ({ k: "domain", name: matcher(r, words) }),
  (r, words) => ({
    k: "port",
    ...some(r, {
      port: [pick(r, words.ports), pick(r, words.ports)],
      protocol: pick(r, words.protocols),
      state: pick(r, words.states),
      service: matcher(r, words),
      product: matcher(r, words),
      version: matcher(r, words),
      tunnel: matcher(r, words),
    }),
  }),
  (r, words) => ({
    k: "port",
    ...some(r, {
      state: pick(r, words.states),
      extrainfo: matcher(r, words),
      devicetype: matcher(r, words),
      ostype: matcher(r, words),
    }),
  }),
  (r, { amounts }) => ({
    k: "countports",
    count: some(r, { min: pick(r, amounts), max: pick(r, amounts) }),
  }),
  name("city"),
  name("os"),
  (r, words) => ({
    k: "script",
    ...some(r, {
      name: matcher(r, words),
      output: matcher(r, words),
      port: pick(r, [-1, ...words.numbers]),
      protocol: pick(r, words.protocols),
      values: pick(r, words.values),
    }),
  }),
  (r, words) => ({ k: "script", values: pick(r, words.values) }),
  (r, words) => ({ k: "cve", info: matcher(r, words) }),
  (r, words) => ({ k: "tag", ...some(r, { value: matcher(r, words), info: matcher(r, words) }) }),
  (r, words) => ({
    k: "cpe",
    ...some(r, {
      type: matcher(r, words),
      vendor: matcher(r, words),
      product: matcher(r, words),
      version: matcher(r, words),
    }),
  }),
  (r, words) => ({
    k: "hop",
    ...some(r, { addr: pick(r, words.addresses), host: matcher(r, words), ttl: pick(r, words.numbers) }),
  }),
  (r, words) => ({ k: "mac", addr: matcher(r, words) }),
];

const PASSIVE_LEAVES: readonly MakeLeaf[] = [
  ...LEAVES,
  (r, words) => ({ k: "hostname", name: matcher(r, words), ...(r() < 0.5 && { dns: true as const }) }),
  (r, words) => ({ k: "domain", name: matcher(r, words), ...(r() < 0.5 && { dns: true as const }) }),
  (r, words) => ({
    k: "port",
    ...some(r, {
      port: [pick(r, words.ports), pick(r, words.ports)],
      protocol: "tcp",
      state: "open",
      service: matcher(r, words),
      product: matcher(r, words),
      version: matcher(r, words),
    }),
  }),
  name("recontype"),
  name("sensor"),
  (r, words) => ({ k: "value", text: matcher(r, words) }),
  (r, words) => ({ k: "targetval", text: matcher(r, words) }),
];

/** A filter of one condition. */
export function randomLeaf(random: Random, purpose: Purpose = "view", words = DATASET): Filter {
  return pick(random, purpose === "passive" ? PASSIVE_LEAVES : ACTIVE_LEAVES)(random, words);
}

/** A filter of at most `depth` levels of combination. */
export function randomFilter(
  random: Random,
  depth: number,
  purpose: Purpose = "view",
  words = DATASET,
): Filter {
  const kind = depth === 0 ? 1 : random();
  if (kind > 0.6) return randomLeaf(random, purpose, words);
  const inside = () => randomFilter(random, depth - 1, purpose, words);
  if (kind > 0.45) return { k: "not", of: inside() };
  const of = Array.from({ length: Math.floor(random() * 4) }, inside);
  return { k: kind > 0.22 ? "and" : "or", of };
}
