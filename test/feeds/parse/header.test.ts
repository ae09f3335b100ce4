import { describe, expect, test } from "bun:test";
import { minutesOf } from "../../../src/feeds/parse/duration.ts";
import { parseDate, parseHeader, webAddress } from "../../../src/feeds/parse/header.ts";

describe("dates", () => {
  test.each([
    ["Fri Nov 13 17:17:05 UTC 2015", "2015-11-13T17:17:05Z"],
    ["Mon Dec  5 16:00:11 UTC 2022", "2022-12-05T16:00:11Z"],
    ["Thu Feb 29 00:00:00 UTC 2024", "2024-02-29T00:00:00Z"],
    ["Thu Jan  1 00:00:00 UTC 1970", "1970-01-01T00:00:00Z"],
  ])("%s", (text, iso) => expect(parseDate(text)).toBe(Date.parse(iso) / 1000));

  test.each([
    "",
    "Fri Nov 31 17:17:05 UTC 2015",
    "Tue Feb 29 00:00:00 UTC 2023",
    "Fri Nov 13 24:00:00 UTC 2015",
    "Fri Nov 13 17:60:00 UTC 2015",
    "Fri Nov 13 17:17:60 UTC 2015",
    "Fri Nov  0 17:17:05 UTC 2015",
    "Fri Nov 13 17:17:05 CET 2015",
    "Fri Xyz 13 17:17:05 UTC 2015",
    "2015-11-13T17:17:05Z",
    "Fri Nov 13 17:17:05 UTC 20155",
  ])("%p is none", (text) => expect(parseDate(text)).toBeNull());
});

test.each([
  ["1 min", 1],
  ["5 mins", 5],
  ["1 hour", 60],
  ["12 hours ", 720],
  ["1 day", 1440],
  ["7 days", 10_080],
  ["2 weeks", 20_160],
  ["none", null],
  ["", null],
  ["-1 day", null],
  ["9999999 days", null],
  ["5 constructors", null],
])("period %p", (text, minutes) => expect(minutesOf(text)).toBe(minutes));

test.each([
  "javascript:alert(1)",
  "ftp://lists.example/",
  "https://",
  "https://a b.example/",
  "//lists.example",
  "",
])("%p is no web address", (text) => expect(webAddress(text)).toBeNull());

const LINES = [
  "#",
  "# a_feed",
  "#",
  "# ipv4 hash:net ipset",
  "#",
  "# What it is. ",
  "# Maintainers differ: see there.",
  "#",
  "# Maintainer      : Somebody : Co",
  "# Entries         : 6273 subnets, 680864624 unique IPs",
];

describe("robust reading", () => {
  test("texts of the description are no fields unless a key stands there alone", () => {
    const header = parseHeader(LINES)!;
    expect(header.info).toBe("What it is. Maintainers differ: see there.");
    expect(header.maintainer).toBe("Somebody : Co");
    expect([header.subnets, header.uniqueIps]).toEqual([6273, 680_864_624]);
  });

  test("missing, unknown and repeated keys", () => {
    const header = parseHeader([
      ...LINES,
      "# Colour          : red",
      "# Maintainer      : Somebody else",
      "# Category:spam",
    ])!;
    expect(header.maintainer).toBe("Somebody : Co");
    expect(header.category).toBe("spam");
    expect(header.version).toBeNull();
    expect(header.sourceDate).toBeNull();
  });

  test("keys alone are a header, one key or none is not", () => {
    const only = parseHeader(["# Category        : spam", "# Version         : 3"])!;
    expect(only).toMatchObject({ name: null, hash: null, category: "spam", version: 3 });
    expect(parseHeader(["# Category        : spam"])).toBeNull();
    expect(parseHeader(["# just", "# comments"])).toBeNull();
    expect(parseHeader([])).toBeNull();
  });

  test("composition, however it is folded", () => {
    const folded = ["# x (includes: a ", "# b-1  c.2 ", "# a d)"];
    expect(parseHeader(["# ipv4 hash:ip ipset", ...folded])!.includes).toEqual(["a", "b-1", "c.2", "d"]);
    expect(parseHeader(["# ipv4 hash:ip ipset", "# x (includes: a"])!.includes).toEqual([]);
  });

  test("enormous ones are cut", () => {
    const header = parseHeader([
      "# ipv4 hash:ip ipset",
      ...new Array(10_000).fill(`# ${"word ".repeat(500)}`),
    ])!;
    expect(header.info!.length).toBeLessThan(4100);
  });
});
