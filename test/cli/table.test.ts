import { expect, test } from "bun:test";
import { bar, fit, TableInParts, table } from "../../src/cli/table.ts";

const PIPE = { width: null, colour: false };

test("columns are aligned by what a terminal shows, wide characters included", () => {
  const text = table(
    [{ title: "count", align: "right" }, { title: "name" }, { title: "end" }],
    [
      ["7", "日本", "x"],
      ["123", "abcd", "y"],
    ],
    PIPE,
  );
  expect(text.split("\n")).toEqual(["COUNT  NAME  END", "    7  日本  x", "  123  abcd  y", ""]);
});

test("nothing is cut where there is no terminal", () => {
  const long = "x".repeat(500);
  expect(table([{ title: "a" }], [[long]], PIPE)).toContain(long);
});

test("on a terminal no line is wider than it and cut cells end with …", () => {
  const text = table([{ title: "a" }, { title: "b" }], [["short", "日".repeat(100)]], {
    width: 40,
    colour: false,
  });
  for (const line of text.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(40);
  expect(text).toContain("…");
  expect(text).toContain("short");
});

test("in parts, the first says how wide columns are, and only it has the heading", () => {
  const columns = [{ title: "a" }, { title: "b" }];
  const piped = new TableInParts(columns, PIPE);
  expect(piped.part([["xxx", "y"]])).toBe("A    B\nxxx  y\n");
  expect(
    piped.part([
      ["z", "y"],
      ["zzzz", "y"],
    ]),
  ).toBe("z    y\nzzzz  y\n");
  const shown = new TableInParts(columns, { width: 40, colour: false });
  shown.part([["xxx", "y"]]);
  expect(shown.part([["zzzz", "y"]])).toBe("zz…  y\n");
});

test("fit never splits a character", () => {
  expect(fit("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3)).toBe("👩‍👩‍👧‍👦…");
  expect(fit("abc", 3)).toBe("abc");
});

test("headings are bold only with colours", () => {
  expect(table([{ title: "a" }], [], { width: 80, colour: true })).toBe("\u001b[1mA\u001b[22m\n");
  expect(table([{ title: "a" }], [], { width: 80, colour: false })).toBe("A\n");
});

test("bars grow with the value; little is not nothing", () => {
  expect(bar(10, 10, 4)).toBe("████");
  expect(bar(5, 10, 4)).toBe("██");
  expect(bar(1, 10_000, 4)).toBe("▏");
  expect(bar(0, 10, 4)).toBe("");
  expect(bar(0, 0, 4)).toBe("");
});
