import { expect, test } from "bun:test";
import { toJson } from "../../src/cli/json.ts";

test("what a terminal would obey or hide is escaped, and nothing is lost", () => {
  const value = { banner: "a\u001b[31m\u009b2J\u202eb\u200bc\u{e0041}\ufeff\u007f", ok: "日本 é 👍" };
  const text = toJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toMatch(/^[\u0020-\u007e日本é👍]*$/u);
  expect(text).toContain("\\u009b");
  expect(text).toContain("\\udb40\\udc41");
});

test("lists and numbers stay compact", () => {
  expect(toJson([1, "a", null, { b: [] }])).toBe('[1,"a",null,{"b":[]}]');
});
