import { expect, test } from "bun:test";
import { fairShare } from "../../src/mcp/fair-share.ts";

const rows = [
  ...Array.from({ length: 50 }, (_, i) => ({ group: "large", weight: 1000 - i })),
  { group: "small", weight: 1 },
  { group: "other", weight: 5 },
];
const share = (limit: number) =>
  fairShare(rows, { group: (row) => row.group, weight: (row) => row.weight, size: () => 1, limit });

test("a large group does not crowd out the others", () => {
  expect(share(4)).toEqual([rows[0]!, rows[1]!, rows[50]!, rows[51]!]);
});

test("all when there is room, none when there is none", () => {
  expect(share(100)).toEqual(rows);
  expect(share(0)).toEqual([]);
  expect(share(-5)).toEqual([]);
});
