import { expect, test } from "bun:test";
import { csvLine } from "../../src/cli/csv.ts";

test("a record ends with CRLF and quotes only what needs it (RFC 4180)", () => {
  expect(csvLine(["a", 'say "x"', "b,c", "line\nend", 7, null, true])).toBe(
    'a,"say ""x""","b,c","line\nend",7,,true\r\n',
  );
});

test("texts that a spreadsheet would take for a formula get a quote in front, numbers do not", () => {
  for (const formula of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
    expect(csvLine([formula]).replace(/^"/, "").startsWith("'")).toBe(true);
  expect(csvLine([-1])).toBe("-1\r\n");
  expect(csvLine(["a=b"])).toBe("a=b\r\n");
});

test("a record of one empty cell is not an empty line", () => {
  expect(csvLine([null])).toBe('""\r\n');
  expect(csvLine([null, null])).toBe(",\r\n");
});
