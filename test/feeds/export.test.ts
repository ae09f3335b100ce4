import { describe, expect, test } from "bun:test";
import { cidrsOf, exportList, rangesOf, setName } from "../../src/feeds/export.ts";
import { cidrs4, cidrs6 } from "../../src/feeds/networks.ts";
import { networks4 } from "../../src/feeds/ranges.ts";
import type { AddressSet } from "../../src/feeds/stored.ts";
import type { ExportFormat } from "../../src/model/export-format.ts";
import { parseNetwork, toV4 } from "../../src/model/ip.ts";
import { seeded } from "../filter/random.ts";
import { byFamily } from "../support/feeds.ts";

function setOf(...texts: string[]): AddressSet {
  const { v4, v6 } = byFamily(texts);
  return {
    v4: { lo: Uint32Array.from(v4, ({ lo }) => lo), hi: Uint32Array.from(v4, ({ hi }) => hi) },
    v6: { lo: v6.map(({ lo }) => lo), hi: v6.map(({ hi }) => hi) },
  };
}

/** Networks in order that leave no gap from lo to hi, none of which could be joined with its neighbour. */
function expectCover(texts: readonly string[], lo: bigint, hi: bigint): void {
  let next = lo;
  const sizes: bigint[] = [];
  for (const text of texts) {
    const { first, last } = parseNetwork(text)!;
    expect(first).toBe(next);
    sizes.push(last - first + 1n);
    next = last + 1n;
  }
  expect(next).toBe(hi + 1n);
  // The fewest: sizes rise and then fall, and where two are the same they are not halves of one network.
  let at = lo;
  for (let i = 1; i < sizes.length; i++) {
    const [a, b] = [sizes[i - 1]!, sizes[i]!];
    if (a === b) expect(at % (2n * a)).not.toBe(0n);
    at += a;
  }
  const peak = sizes.reduce((best, size, i) => (size > sizes[best]! ? i : best), 0);
  for (let i = 1; i < sizes.length; i++)
    if (i <= peak) expect(sizes[i]! >= sizes[i - 1]!).toBe(true);
    else expect(sizes[i]! <= sizes[i - 1]!).toBe(true);
}

describe("networks of ranges are exact and the fewest", () => {
  const random = seeded(5);
  test("IPv4", () => {
    const last = 2 ** 32 - 1;
    const ends = [0, 1, 2, 3, 127, 128, 2 ** 31 - 1, 2 ** 31, last - 2, last - 1, last];
    const more = Array.from({ length: 300 }, () => Math.floor(random() * 2 ** 32));
    const pairs = [
      ...ends.flatMap((a) => ends.map((b) => [a, b])),
      ...more.map((a, i) => [a, more[299 - i]!]),
    ];
    for (const [a, b] of pairs) {
      const [lo, hi] = [Math.min(a!, b!), Math.max(a!, b!)];
      const cidrs = [...cidrs4(lo, hi)];
      const base = parseNetwork("0.0.0.0")!.first;
      expectCover(cidrs, base + BigInt(lo), base + BigInt(hi));
      expect(cidrs.length).toBe(networks4({ lo: Uint32Array.of(lo), hi: Uint32Array.of(hi) }));
    }
  });

  test("IPv6", () => {
    const last = 2n ** 128n - 1n;
    const ends = [0n, 1n, 2n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 127n, last - 1n, last];
    const more = Array.from(
      { length: 60 },
      () => BigInt(Math.floor(random() * 2 ** 50)) << BigInt(Math.floor(random() * 78)),
    );
    const pairs = [
      ...ends.flatMap((a) => ends.map((b) => [a, b])),
      ...more.map((a, i) => [a, more[59 - i]!]),
    ];
    for (const [a, b] of pairs) {
      const [lo, hi] = a! < b! ? [a!, b!] : [b!, a!];
      const cidrs = [...cidrs6(lo, hi)].filter(
        (cidr) => toV4(parseNetwork(cidr)!.first) === null || lo >> 32n === 0xffffn,
      );
      expectCover(cidrs, lo, hi);
    }
  });
});

const text = (set: AddressSet, format: ExportFormat, name = "my_list"): string =>
  [...exportList(set, format, name)].join("");

const SET = setOf("192.0.2.0-192.0.2.4", "198.51.100.7", "2001:db8::/127");

test("CIDRs, ranges, addresses", () => {
  expect(text(SET, "cidr")).toBe("192.0.2.0/30\n192.0.2.4\n198.51.100.7\n2001:db8::/127\n");
  expect(text(SET, "range")).toBe("192.0.2.0-192.0.2.4\n198.51.100.7\n2001:db8::-2001:db8::1\n");
  expect(text(SET, "ip")).toBe(
    "192.0.2.0\n192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4\n198.51.100.7\n2001:db8::\n2001:db8::1\n",
  );
  expect(() => text(setOf("10.0.0.0/7"), "ip")).toThrow(/33554432 single addresses/);
  expect(() => text(setOf("::/0"), "ip")).toThrow(/--format cidr or range/);
  expect([...cidrsOf(setOf("255.255.255.255"))]).toEqual(["255.255.255.255"]);
  expect([...rangesOf(setOf())]).toEqual([]);
});

test("ipset: one set a family, whole spaces in halves", () => {
  expect(text(SET, "ipset")).toBe(
    [
      "create my_list hash:net family inet hashsize 1024 maxelem 65536 -exist",
      "flush my_list",
      ...["192.0.2.0/30", "192.0.2.4", "198.51.100.7"].map((network) => `add my_list ${network}`),
      "create my_list_6 hash:net family inet6 hashsize 1024 maxelem 65536 -exist",
      "flush my_list_6",
      "add my_list_6 2001:db8::/127\n",
    ].join("\n"),
  );
  expect(text(setOf("0.0.0.0/0"), "ipset")).toContain("add my_list 0.0.0.0/1\nadd my_list 128.0.0.0/1\n");
  expect(text(setOf("::/0"), "ipset")).toEndWith("add my_list_6 ::/1\nadd my_list_6 8000::/1\n");
  // An empty list still empties its set.
  expect(text(setOf(), "ipset")).toContain("flush my_list\n");
});

test("nft: intervals, a command for some hundred", () => {
  const script = text(SET, "nft");
  expect(script).toContain("set my_list {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t}");
  expect(script).toContain("flush set inet gadwall my_list\n");
  expect(script).toContain("add element inet gadwall my_list { 192.0.2.0-192.0.2.4, 198.51.100.7 }\n");
  expect(script).toContain("add element inet gadwall my_list_6 { 2001:db8::-2001:db8::1 }\n");
  const many = setOf(...Array.from({ length: 1200 }, (_, i) => `10.${i >> 7}.${(i & 127) * 2}.1`));
  expect(text(many, "nft").match(/^add element/gm)).toHaveLength(3);
});

test("JSON", () => {
  const found = JSON.parse(text(SET, "json"));
  expect(found).toEqual({
    name: "my_list",
    ipv4: 6,
    ipv6: 2,
    cidrs: ["192.0.2.0/30", "192.0.2.4", "198.51.100.7", "2001:db8::/127"],
  });
  expect(JSON.parse(text(setOf("::/0"), "json", '"\n')).ipv6).toBe(String(2n ** 128n));
  expect(JSON.parse(text(setOf(), "json")).cidrs).toEqual([]);
});

test("names of sets are ones that the kernel takes, and differ", () => {
  expect(setName("firehol_level1")).toBe("firehol_level1");
  const names = [
    ...["a-b", "a.b", "a_b", "bi_apache-404_0_1d", "404", "x".repeat(31), "x".repeat(32), "x".repeat(128)],
    ...["a; flush ruleset", "a\nb", '"', "", "é"],
  ];
  for (const suffix of ["", "_6"]) {
    const made = names.map((name) => setName(name, suffix));
    for (const name of made) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,30}$/);
    expect(new Set(made).size).toBe(names.length);
  }
});
