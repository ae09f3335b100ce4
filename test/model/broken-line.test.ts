import { expect, test } from "bun:test";
import { brokenLine } from "../../src/model/broken-line.ts";

test.each([
  ["a: [1\n", 1],
  ["a: 1\nb: [1\nc: 2\n", 2],
  ["a: 1\nb: 2\nc: 'x\n", 3],
  ['a: 1\nb: "x\nc: 2\nd: 3\ne: 4\n', 2],
])("%j breaks in line %d", (text, line) => {
  expect(brokenLine(text, Bun.YAML.parse)).toBe(line);
});
