import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { DEFAULT_FEED_LIMITS } from "../../../src/feeds/parse/limits.ts";
import { readListFile } from "../../../src/feeds/parse/list-file.ts";
import { pick, seeded } from "../../filter/random.ts";
import { fixture, pieces, ranges, shown } from "./read-fixture.ts";

const FIXTURES = [
  "example_networks.netset",
  "example_merge.ipset",
  "example_v6.netset",
  "example_wrong.netset",
  "plain.txt",
  "refused.txt",
  "hostile.ipset",
  "utf16.txt",
];

describe("fixtures give the golden lists", () => {
  test.each(FIXTURES)("%s", async (name) => {
    const golden = await Bun.file(join(import.meta.dir, "golden", `${name}.json`)).json();
    expect(shown(await readListFile(pieces(fixture(name)), name))).toEqual(golden);
  });

  test.each(FIXTURES)("%s, however it is cut into pieces", async (name) => {
    const whole = await readListFile(pieces(fixture(name)), name);
    for (const size of name === "hostile.ipset" ? [61, 1000] : [1, 2, 3, 17]) {
      expect(await readListFile(pieces(fixture(name), size), name)).toEqual(whole);
    }
  });
});

test("nothing hostile is shown as it is", async () => {
  const list = await readListFile(pieces(fixture("hostile.ipset")), "hostile.ipset");
  const texts = [...Object.values(list.header!), ...list.examples.map((example) => example.text)].join(" ");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(texts).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
  expect(list.header?.maintainerUrl).toBeNull();
  expect(list.header?.sourceUrl).toBeNull();
});

test.each(["", "\n", "\ufeff", "\ufeff\n", "#", "#\n"])("%j is an empty list", async (text) => {
  const list = await readListFile(pieces(text), "x");
  expect(ranges(list)).toEqual([]);
  expect(list.header).toBeNull();
  expect([...list.skipped]).toEqual([]);
});

test("the last line needs no end", async () => {
  expect(ranges(await readListFile(pieces("192.0.2.1\n192.0.2.2"), "x"))).toHaveLength(2);
});

test("comments at the top are no header, and none is looked for further down", async () => {
  expect((await readListFile(pieces("# Category: spam\n# by me\n192.0.2.1\n"), "x")).header).toBeNull();
  const late = await readListFile(
    pieces(Buffer.concat([Buffer.from("192.0.2.1\n"), fixture("example_networks.netset")])),
    "x",
  );
  expect(late.header).toBeNull();
});

describe("limits", () => {
  const limits = { ...DEFAULT_FEED_LIMITS, maxLine: 20, maxLines: 3, maxRanges6: 2 };

  test("a line that is too long is skipped, those around it are not", async () => {
    const text = `192.0.2.1\n${"x".repeat(100)}\n192.0.2.2`;
    for (const size of [1, 7, 1000]) {
      const list = await readListFile(pieces(text, size), "x", limits);
      expect(ranges(list)).toEqual(["192.0.2.1-192.0.2.1", "192.0.2.2-192.0.2.2"]);
      expect(list.examples).toEqual([{ line: 2, reason: "long", text: "" }]);
      expect(list.lines).toBe(3);
    }
  });

  test("a last line that is too long is counted", async () => {
    const list = await readListFile(pieces("x".repeat(100), 30), "x", limits);
    expect([...list.skipped]).toEqual([["long", 1]]);
  });

  test("too many lines are an error", async () => {
    await expect(readListFile(pieces("#\n".repeat(4)), "lists/a.txt", limits)).rejects.toThrow(
      "lists/a.txt: more than 3 lines, which is more than a list may have; split it into several lists.",
    );
    expect((await readListFile(pieces("#\n".repeat(3)), "x", limits)).lines).toBe(3);
  });

  test("too many IPv6 ranges are an error", async () => {
    await expect(readListFile(pieces("::1\n::2\n::3"), "x", limits)).rejects.toThrow(
      "x: more than 2 IPv6 ranges",
    );
  });
});

test("only the first lines skipped for a reason are kept", async () => {
  const list = await readListFile(pieces("a.example\n".repeat(100)), "x");
  expect(list.skipped.get("host_name")).toBe(100);
  expect(list.examples.map((example) => example.line)).toEqual([1, 2, 3]);
});

test("whatever comes in, ranges are ranges and every line is accounted for", async () => {
  const random = seeded(7);
  const parts = [
    "192.0.2.1",
    "2001:db8::1",
    "::ffff:1.2.3.4",
    "/",
    "24",
    "-",
    ".",
    ":",
    "#",
    ";",
    " ",
    "\n",
    "\r\n",
    "0",
    "x",
    "%",
    "\0",
    "\xff",
    "255.255.0.0",
  ];
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 60 }, () => pick(random, parts)).join("");
    const list = await readListFile(pieces(Buffer.from(text, "latin1"), 1 + Math.floor(random() * 40)), "x");
    list.v4.lo.forEach((lo, i) => void expect(lo).toBeLessThanOrEqual(list.v4.hi[i]!));
    list.v6.lo.forEach((lo, i) => void expect(lo <= list.v6.hi[i]!).toBe(true));
    const skipped = [...list.skipped.values()].reduce((sum, count) => sum + count, 0);
    const found = list.v4.lo.length + list.v6.lo.length;
    expect(found + skipped + list.comments + list.blanks).toBe(list.lines);
  }
});
