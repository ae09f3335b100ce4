import { describe, expect, test } from "bun:test";
import { catalogue } from "../../../src/feeds/catalogue/catalogue.ts";
import { readUserFeeds } from "../../../src/feeds/catalogue/read.ts";

const read = (text: string) => readUserFeeds(text, "feeds.yaml", catalogue());

describe("feeds of the user", () => {
  test("a new one, with everything", () => {
    const feeds = read(`# mine
feeds:
  - name: office_blocks
    official_name: What the office blocks
    maintainer: Us
    maintainer_url: http://wiki.example:8080/blocks
    description: Networks that the firewall refuses.
    category: policy_risk
    provenance: primary
    redistributable: false
    hash: net
    frequency: 60
    source_url: "https://wiki.example/blocks.csv?x=1#top"
    parse: [comments, csv_column 2]
    tags: {Scanner: Ours}
  - {name: both, category: intrusion, merge: {include: [office_blocks, dshield], exclude: [tor_exits]}}
`);
    expect(feeds.size).toBe(catalogue().size + 2);
    expect(feeds.get("office_blocks")).toMatchObject({
      officialName: "What the office blocks",
      redistributable: false,
      frequency: 60,
      family: "v4",
      sourceUrl: "https://wiki.example/blocks.csv?x=1#top",
      parse: ["comments", "csv_column 2"],
      tags: [{ value: "Scanner", info: "Ours" }],
      licence: null,
    });
    expect(feeds.get("both")).toMatchObject({
      include: ["office_blocks", "dshield"],
      exclude: ["tor_exits"],
      parse: [],
    });
    expect(catalogue().has("both")).toBe(false);
  });

  test("a known one changes what it says; where its content comes from changes as a whole", () => {
    const feeds = read(`feeds:
- name: tor_exits
  frequency: 7
- name: firehol_level1
  source_url: https://mirror.example/level1
`);
    const before = catalogue().get("tor_exits")!;
    expect(feeds.get("tor_exits")).toEqual({ ...before, frequency: 7 });
    expect(feeds.get("firehol_level1")).toMatchObject({
      category: "intrusion",
      include: [],
      parse: [],
      sourceUrl: "https://mirror.example/level1",
    });
  });

  test("none", () => {
    expect(read("feeds: []").size).toBe(catalogue().size);
  });
});

/** Text, the line, and a piece of the message. */
const FAULTS: [string, number, string][] = [
  ["", 1, 'this is no list of feeds; it begins with "feeds:"'],
  ["feeds: 7", 1, "this is no list of feeds"],
  ["- name: a", 1, "this is no list of feeds"],
  ["feeds:\n  - name: a\n    category: [", 3, "this is not YAML"],
  ["feeds:\n\t- name: a", 2, "this is not YAML"],
  ["lists: 1\nfeeds: []", 1, 'there is "lists" beside feeds'],
  ["feeds:\n  - 7", 2, 'an entry is "7", not "name: …"'],
  ["feeds:\n  - category: scanners", 2, "name is missing"],
  ["feeds:\n  - category: scanners\n    name: a/b", 3, 'name is "a/b", not a feed name'],
  ["feeds:\n  -\n    name: ../x", 3, 'name is "../x"'],
  ["feeds:\n  - name: a", 2, "feed a lacks category"],
  ["feeds:\n  - name: tor_exit", 2, "feed tor_exit lacks category. Did you mean tor_exits"],
  ["feeds:\n  - name: a\n    category: scaners", 3, 'category is "scaners", not one of'],
  ["feeds:\n  - name: a\n    category: scaners", 3, "Did you mean scanners?"],
  [
    "feeds:\n  - name: a\n    # x\n\n    category: scanners\n    categry: x",
    6,
    'there is no field "categry". Did you mean',
  ],
  ["feeds:\n  - name: a\n    category: scanners\n    __proto__: x", 4, 'there is no field "__proto__"'],
  ["feeds:\n  - name: a\n    category: scanners\n    category: intrusion", 4, "category is there twice"],
  [
    "feeds:\n  - name: a\n    category: scanners\n  - name: a\n    category: scanners",
    4,
    "feed a is there twice",
  ],
  ["feeds:\n  - name: a\n    category: scanners\n    frequency: 1.5", 4, "not a number of minutes"],
  ["feeds:\n  - name: a\n    category: scanners\n    maintainer: 7", 4, "not a text (write it in quotes)"],
  ['feeds:\n  - name: a\n    category: scanners\n    maintainer: "a\\u001bb"', 4, "cannot be seen"],
  ["feeds:\n  - name: a\n    category: scanners\n    redistributable: yes", 4, "not true or false"],
  [
    "feeds:\n  - name: a\n    category: scanners\n    source_url: file:///etc/passwd",
    4,
    "not an address that begins with https://",
  ],
  [
    "feeds:\n  - name: a\n    category: scanners\n    source_url: https://u:secret@x.example/",
    4,
    "must not hold a user name or password",
  ],
  ["feeds:\n  - name: a\n    category: scanners\n    parse: [regex (a+)+$]", 4, 'there is no step "regex"'],
  [
    "feeds:\n  - name: a\n    category: scanners\n    parse: [comments, gunzip]",
    4,
    "gunzip cannot come after comments",
  ],
  ["feeds:\n  - name: a\n    category: scanners\n    parse: comments", 4, "not a list"],
  [
    "feeds:\n  - name: a\n    category: special_use\n    ranges:\n      - 10.0.0.0/8\n      - 010.0.0.1",
    4,
    '"010.0.0.1", which is no address',
  ],
  [
    "feeds:\n  - name: a\n    category: special_use\n    ranges: [10.0.0.0/8]\n    source_url: https://x.example/",
    4,
    "only one can be its content",
  ],
  ["feeds:\n  - name: a\n    category: scanners\n    merge: {include: []}", 4, "merge include is empty"],
  [
    "feeds:\n  - name: a\n    category: scanners\n    merge: {include: [b], plus: [c]}",
    4,
    "only include and exclude are known",
  ],
  ["feeds:\n  - name: a\n    category: scanners\n    merge: {include: [a]}", 4, "feed a is made of itself"],
  [
    "feeds:\n  - name: a\n    category: scanners\n    merge: {include: [b]}\n  - name: b\n    category: scanners\n    merge: {include: [c], exclude: [a]}",
    7,
    "feed b is made of itself",
  ],
  ["feeds:\n  - name: a\n    category: scanners\n    parent: tor_exits", 4, "belong together"],
  ["feeds:\n  - name: a\n    category: scanners\n    critical: hard", 4, "belong together"],
  ["feeds:\n  - name: a\n    category: scanners\n    tags: {VPN: x}", 4, '"VPN" is "VPN", not one of TOR'],
  ["feeds:\n  - name: a\n    category: scanners\n    status: &x [*x]", 4, "is a list"],
  ["feeds: [{name: a, category: x}]", 1, "feed a: category"],
];

describe("what is wrong is told with its line", () => {
  test.each(FAULTS)("%p", (text, line, message) => {
    const lines = new RegExp(`^feeds\\.yaml:${line}: [^\\n]*\\.$`);
    let told = "";
    try {
      read(text);
    } catch (error) {
      told = (error as Error).message;
      expect((error as Error).name).toBe("UserError");
    }
    expect(told).toContain(message);
    expect(told).toContain(`feeds.yaml:${line}: `);
    if (!told.includes("?")) expect(told).toMatch(lines);
  });

  test("all at once, in the order of lines, up to a bound", () => {
    const bad = Array.from({ length: 30 }, (_, i) => `  - name: f${i}\n    category: x\n`).join("");
    let told: string[] = [];
    try {
      read(`feeds:\n${bad}`);
    } catch (error) {
      told = (error as Error).message.split("\n");
    }
    expect(told).toHaveLength(11);
    expect(told[0]).toStartWith("feeds.yaml:3: feed f0: category");
    expect(told[9]).toStartWith("feeds.yaml:21: ");
    expect(told[10]).toBe("feeds.yaml: and 20 more faults.");
  });

  test("hostile values are harmless in messages, and bombs do not go off", () => {
    expect(() => read('feeds:\n  - name: "a\\u001b[2J\\u202e"')).toThrow('name is "a\ufffd[2J\ufffd", not');
    const bomb = Array.from({ length: 30 }, (_, i) => `x${i + 1}: &x${i + 1} [*x${i}, *x${i}]`).join("\n");
    expect(() => read(`x0: &x0 [a]\n${bomb}\nfeeds:\n  - name: a\n    category: *x30`)).toThrow("feeds.yaml");
    expect(() => read(`feeds: ${"[".repeat(100_000)}`)).toThrow("feeds.yaml:1: this is not YAML.");
  });
});
