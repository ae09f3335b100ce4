/** The tools about threat feeds, on the four lists of world.ts. */
import { beforeAll, expect, test } from "bun:test";
import type { Reader } from "../../../src/mcp/call.ts";
import { AS_OF, call, world } from "../world.ts";

let store: Reader;
beforeAll(async () => {
  store = await world();
});

test("lookup_ip: text and structure say the same, as old as the feeds", async () => {
  const { texts, structured } = await call(store, "lookup_ip", { ips: ["192.0.2.10", "203.0.113.9"] });
  expect(structured).toMatchObject({
    result: [
      { query: "192.0.2.10", listed_by: 2, listings: [{ feed: "dshield" }, { feed: "spamhaus_drop" }] },
      { query: "203.0.113.9", listed_by: 0, listings: [] },
    ],
    total: 2,
    returned: 2,
    as_of: AS_OF,
  });
  expect(texts).toEqual([JSON.stringify(structured?.result)]);
});

test("lookup_ip: many in short, the rest by skip, another time", async () => {
  const ips = Array.from({ length: 600 }, (_, i) => `192.0.2.${i % 32}`);
  const first = await call(store, "lookup_ip", { ips });
  const { returned, next, total } = first.structured as {
    returned: number;
    next: { skip: number };
    total: number;
  };
  expect([total, next.skip]).toEqual([600, returned]);
  expect(returned).toBeGreaterThan(100);
  const second = await call(store, "lookup_ip", { ips, ...next });
  expect(second.structured).toMatchObject({ result: { 0: { query: ips[returned]! } } });
  const before = await call(store, "lookup_ip", { ips: "192.0.2.1", at: "2025-12-31" });
  expect(before.structured?.result).toMatchObject([{ listings: [] }]);
  expect(before.texts[1]).toContain("the oldest list that was imported is of 2026-01-01");
  expect(before.structured?.result).toMatchObject([{ feeds_not_known: 4, feeds: 4 }]);
  const future = await call(store, "lookup_ip", { ips: "192.0.2.1", at: "2999-01-01" });
  expect(future).toMatchObject({
    isError: true,
    texts: [expect.stringContaining("2999-01-01 is still to come")],
  });
  const behind = await call(store, "lookup_ip", { ips: "192.0.2.1", skip: 7 });
  expect(behind.texts).toEqual(["[]", "skip 7 is behind the last of 1 address"]);
});

test("lookup_ip: the short form says since when, or earlier, and how healthy the list is", async () => {
  const ips = Array.from({ length: 21 }, (_, i) => `192.0.2.${i}`);
  const { structured } = await call(store, "lookup_ip", { ips });
  const [, , , , , , , , , , one] = structured!.result as { listings: object[] }[];
  expect(one!.listings.map((listing) => Object.keys(listing))).toEqual([
    ["feed", "category", "health", "since", "or_earlier", "weight"],
    ["feed", "category", "health", "since", "or_earlier", "weight"],
  ]);
});

test("lists in one text, and of the wrong length", async () => {
  const compared = await call(store, "compare_feeds", { feeds: "dshield, feodo" });
  expect(compared.structured?.result).toMatchObject({ feeds: [{ feed: "dshield" }, { feed: "feodo" }] });
  const looked = await call(store, "lookup_ip", { ips: "192.0.2.1 192.0.2.2" });
  expect(looked.structured).toMatchObject({ total: 2 });
  const say = async (tool: string, given: Record<string, unknown>) =>
    (await call(store, tool, given)).texts[0];
  expect(await say("compare_feeds", { feeds: "dshield" })).toBe(
    'argument "feeds" of compare_feeds must be 2 to 10 names; you gave 1, for example "feeds": ["spamhaus_drop","dshield"]',
  );
  expect(await say("lookup_ip", { ips: Array(1001).fill("192.0.2.1") })).toStartWith(
    'argument "ips" of lookup_ip must be 1 to 1,000 addresses; you gave 1,001: ask in parts',
  );
});

test("compare_feeds", async () => {
  const { structured } = await call(store, "compare_feeds", {
    feeds: ["spamhaus_drop", "DSHIELD"],
    limit: 1,
  });
  const { pairs } = structured!.result as { pairs: { share_pct: number[] }[] };
  const [tiny = 0] = pairs[0]!.share_pct;
  expect(tiny > 0 && tiny < 1e-15).toBe(true);
  expect(structured?.result).toMatchObject({
    feeds: [
      { feed: "spamhaus_drop", ipv4: 16, ipv6: "18446744073709551616", only: { ipv4: 15, more_cidrs: 4 } },
      { feed: "dshield", addresses: 257, redistributable: false, only: { cidrs: ["198.51.100.0/24"] } },
    ],
    common: { addresses: 1, cidrs: ["192.0.2.10"] },
    pairs: [{ feeds: ["spamhaus_drop", "dshield"], share_pct: [tiny, 0.4] }],
    drift: [],
  });
});

test("compose_feeds: counts, what was removed, a part of the list, whose terms forbid to pass it on", async () => {
  const { structured, texts } = await call(store, "compose_feeds", {
    expression: "(dshield | feodo) - tor_exits",
    limit: 2,
    skip: 1,
  });
  expect(structured?.result).toMatchObject({
    addresses: 257,
    removed: [{ subtracted: "tor_exits", addresses: 1 }],
    not_redistributable: ["dshield"],
    list: ["198.51.100.0/30", "198.51.100.4/31"],
    list_total: 10,
  });
  expect(structured?.truncated).toBe(true);
  expect(texts[1]).toBe(
    "not to be passed on: the terms of dshield forbid it\nlist: 2 to 3 of 10, ask with skip 3 for more",
  );
  const behind = await call(store, "compose_feeds", { expression: "feodo -critical", skip: 99 });
  expect(behind.texts[1]).toBe(
    "no list here has a critical tier: nothing was subtracted\nskip 99 is behind the last of 1 member of the list",
  );
});

test("without feeds they say how to get some, and scans do not count", async () => {
  const empty: Reader = {
    read: (work, options) => store.read((reading) => work({ ...reading, feedsAsOf: null }), options),
  };
  const { texts, structured } = await call(empty, "lookup_ip", { ips: ["192.0.2.10"] });
  expect(texts[1]).toBe('no feeds imported yet: run "gadwall feeds import PATH"');
  expect(structured?.as_of).toBeNull();
});
