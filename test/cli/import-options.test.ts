import { expect, test } from "bun:test";
import { limitsOf, parseSize, parseTag } from "../../src/cli/import-options.ts";
import { DEFAULT_LIMITS, LIMIT_OPTIONS } from "../../src/ingest/limits.ts";

test("tags: a value, a type, an info that may hold colons", () => {
  expect(parseTag("CDN")).toEqual({ value: "CDN" });
  expect(parseTag("CDN:info")).toEqual({ value: "CDN", type: "info" });
  expect(parseTag("CDN::see https://x")).toEqual({ value: "CDN", info: "see https://x" });
  expect(() => parseTag(":info")).toThrow("has no value");
});

test("sizes take units, and nothing else", () => {
  expect(parseSize("max-size", "5")).toBe(5);
  expect(parseSize("max-size", "2K")).toBe(2048);
  expect(parseSize("max-size", "3 GiB")).toBe(3 * 1024 ** 3);
  for (const wrong of ["", "0", "-1", "1.5", "5X", "1e3"])
    expect(() => parseSize("max-size", wrong)).toThrow("--max-size");
});

test("every limit of the parsers can be set", () => {
  expect(limitsOf({}, DEFAULT_LIMITS)).toEqual(DEFAULT_LIMITS);
  const names = Object.entries(LIMIT_OPTIONS) as [keyof typeof DEFAULT_LIMITS, string][];
  for (const [key, option] of names)
    expect(limitsOf({ [option.slice(2)]: "77" }, DEFAULT_LIMITS)).toEqual({ ...DEFAULT_LIMITS, [key]: 77 });
});
