import { describe, expect, test } from "bun:test";
import { parseChangesets, parseHistory } from "../../../src/feeds/parse/artifact-csv.ts";
import { artifactOf } from "../../../src/feeds/parse/artifact-files.ts";
import { timeOf } from "../../../src/feeds/parse/artifact-values.ts";
import {
  parseAllFeeds,
  parseComparison,
  parseFeedArtifact,
  parseRetention,
} from "../../../src/feeds/parse/artifacts.ts";
import { fixture } from "./read-fixture.ts";

const text = (name: string): string => fixture(name).toString("utf8");

describe("{feed}.json", () => {
  test("of the older schema", () => {
    expect(parseFeedArtifact(text("example_networks.json"))).toEqual({
      name: "example_networks",
      officialName: null,
      maintainer: "Example Org",
      maintainerUrl: "https://lists.example/",
      description: null,
      info: "Example Org networks that <b> nobody &amp; has reason to hear from",
      category: "attacks",
      provenance: null,
      license: null,
      redistributable: null,
      hash: "net",
      family: "v4",
      frequency: 720,
      aggregation: null,
      sourceUrl: "https://lists.example/drop.txt",
      started: 1500000000,
      updated: 1763054225,
      processed: 1763055285,
      checked: 1763054225,
      wrongDates: [],
      version: 42,
      entries: 3,
      entriesMin: 1,
      entriesMax: 5,
      ips: 401,
      ipsMin: 16,
      ipsMax: 1024,
      averageUpdate: 455,
      minUpdate: 30,
      maxUpdate: 60000,
      errors: 0,
      health: null,
      rotationMedian: null,
      rotationP75: null,
      changeRatioMedian: null,
      changeRatioP75: null,
      changeSamples: null,
      include: [],
      exclude: [],
    });
  });

  test("of the newer schema", () => {
    expect(parseFeedArtifact(text("example_merge.json"))).toMatchObject({
      officialName: "Example Merge",
      description: "Put together of others.",
      maintainerUrl: null,
      sourceUrl: null,
      category: "intrusion",
      provenance: "secondary_merge",
      license: "CC0 1.0",
      redistributable: false,
      aggregation: 10_080,
      // Seconds here, milliseconds in the other one.
      started: 1500000000,
      updated: 1772323199,
      health: "delayed",
      rotationMedian: 12.5,
      changeRatioP75: 2.5,
      changeSamples: 9,
      include: ["example_networks"],
      exclude: ["example_v6", "example_wrong"],
    });
  });

  test.each([
    "",
    "null",
    "[]",
    "{",
    '"name"',
    '{"name":"../x","entries":1}',
    '{"name":7,"entries":1}',
    '{"name":"a_geolite2","countries":[]}',
    '{"provider":"x","feed_ips":1}',
  ])("%p is none", (json) => expect(parseFeedArtifact(json)).toBeNull());

  test("members of a wrong form are not known", () => {
    const odd = parseFeedArtifact(
      '{"name":"a","ips":1,"entries":-1,"frequency":1e300,"started":"x","maintainer":{"a":1},"info":"<<<a","merge_included":{"name":"b"},"errors":1.5,"aggregation":99999999999}',
    )!;
    expect(odd).toMatchObject({
      entries: null,
      frequency: null,
      started: null,
      maintainer: null,
      include: [],
    });
    expect(odd).toMatchObject({ errors: null, aggregation: null, info: "<<<a" });
  });
});

test.each([
  [0, null],
  [1763054225, 1763054225],
  [1763054225999, 1763054225],
  ["1763054225", 1763054225],
  [-1, null],
  [1.5, null],
  [946684799, null],
  [4102444800, null],
  [null, null],
])("time %p", (value, seconds) => expect(timeOf(value)).toBe(seconds));

test("history: in order, the last of the same time, what is no row counted", () => {
  expect(parseHistory(text("example_networks_history.csv"))).toEqual({
    rows: [
      { at: 1763011025, entries: 2, ips: 385 },
      { at: 1763054225, entries: 3, ips: 402 },
    ],
    skipped: 5,
    examples: expect.arrayContaining([{ line: expect.any(Number), reason: "row", text: expect.any(String) }]),
  });
  expect(parseHistory("x\n1763011025,2,385\n")).toBeNull();
});

test("changesets", () => {
  expect(parseChangesets(text("example_networks_changesets.csv"))).toEqual({
    rows: [
      { at: 1763011025, added: 385, removed: 0 },
      { at: 1763054225, added: 17, removed: 1 },
    ],
    skipped: 0,
    examples: [],
  });
  expect(parseChangesets(text("example_networks_history.csv"))).toBeNull();
});

describe("retention", () => {
  test("in order of hours, equal hours together", () => {
    expect(parseRetention(text("example_networks_retention.json"))).toEqual({
      name: "example_networks",
      started: 1500000000,
      updated: 1763054225,
      incomplete: true,
      past: [
        { hours: 0, ips: 29 },
        { hours: 5, ips: 3 },
        { hours: 12, ips: 7 },
      ],
      current: [],
    });
  });

  test.each([
    "{}",
    '{"ipset":"a"}',
    '{"ipset":"a","past":{"hours":[1],"ips":[]},"current":{"hours":[],"ips":[]}}',
    '{"ipset":"a","past":{"hours":[-1],"ips":[1]},"current":{"hours":[],"ips":[]}}',
  ])("%p is none", (json) => expect(parseRetention(json)).toBeNull());
});

test("all-ipsets.json, as an array or by name", () => {
  const rows = parseAllFeeds(text("all-ipsets.json"))!;
  expect(rows[1]).toEqual({
    name: "example_merge",
    category: "reputation",
    maintainer: "Example Org",
    started: null,
    updated: 1772323199,
    checked: null,
    ips: 3,
    errors: 1,
  });
  const byName = parseAllFeeds('{"example_merge":{"ips":3},"__proto__":{"ips":1}}');
  expect(byName?.map(({ name, ips }) => [name, ips])).toEqual([["example_merge", 3]]);
  expect(parseAllFeeds("[]")).toEqual([]);
  expect(parseAllFeeds("[1]")).toBeNull();
});

test("comparison, as an array or by name", () => {
  const rows = [
    { name: "example_merge", category: "attacks", ips: 3, common: 2, related: true },
    { name: "example_wrong", category: "malware", ips: 256, common: 129, related: null },
  ];
  expect(parseComparison(text("example_networks_comparison.json"))).toEqual(rows);
  expect(parseComparison('{"a":{"common":1}}')).toEqual([
    { name: "a", category: null, ips: null, common: 1, related: null },
  ]);
  expect(parseComparison("7")).toBeNull();
});

test.each([
  ["all-ipsets.json", { kind: "all", feed: null }],
  ["a_b.json", { kind: "feed", feed: "a_b" }],
  ["a_b_history.csv", { kind: "history", feed: "a_b" }],
  ["bi_apache-404_0_1d_changesets.csv", { kind: "changesets", feed: "bi_apache-404_0_1d" }],
  ["a_retention.json", { kind: "retention", feed: "a" }],
  ["a_comparison.json", { kind: "comparison", feed: "a" }],
  ["_history.csv", null],
  [".json", null],
  ["a.csv", null],
  ["a b.json", null],
])("%s", (name, artifact) => {
  expect(artifactOf(name)).toEqual(artifact as ReturnType<typeof artifactOf>);
});
