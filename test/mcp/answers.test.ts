import { describe, expect, test } from "bun:test";
import { errorResult, toolResult } from "../../src/mcp/answers.ts";

const rest = (returned: number) => ({ next: { skip: returned }, advice: "continue" });

function texts(result: { content: { type: string; text?: string }[] }): (string | undefined)[] {
  return result.content.map(({ text }) => text);
}

describe("toolResult", () => {
  test("is the value and nothing else", () => {
    expect(toolResult({ result: 42 }, { empty: false, asOf: "2026-11-20T00:00:00Z" })).toEqual({
      content: [{ type: "text", text: "42" }],
      structuredContent: { result: 42, as_of: "2026-11-20T00:00:00Z" },
    });
  });

  test("a text is not quoted, and has no age when the database was not asked", () => {
    expect(toolResult({ result: "token" })).toEqual({
      content: [{ type: "text", text: "token" }],
      structuredContent: { result: "token" },
    });
  });

  test("says that nothing was imported", () => {
    expect(texts(toolResult({ result: 0 }, { empty: true, asOf: null }))).toEqual([
      "0",
      'nothing imported yet that you may see; "gadwall import FILE" imports',
    ]);
  });

  test("a whole list has its total and no remark", () => {
    const result = toolResult({ result: [1, 2], total: 2, rest });
    expect(texts(result)).toEqual(["[1,2]"]);
    expect(result.structuredContent).toEqual({ result: [1, 2], total: 2, returned: 2 });
  });

  test("a part of a list says so in both forms, and how to go on", () => {
    const result = toolResult({
      result: [3, 4],
      total: 9,
      skipped: 2,
      rest: () => ({ next: { skip: 4 }, advice: "go on" }),
    });
    expect(texts(result)).toEqual(["[3,4]", "3 to 4 of 9: go on"]);
    expect(result.structuredContent).toEqual({
      result: [3, 4],
      total: 9,
      returned: 2,
      truncated: true,
      next: { skip: 4 },
    });
  });

  test("what does not fit is left for the next call", () => {
    const records = Array.from({ length: 100 }, () => ({ output: "x".repeat(1000) }));
    const { structuredContent, content } = toolResult({ result: records, total: 100, rest });
    const { returned } = structuredContent as { returned: number };
    expect(returned).toBeLessThan(30);
    expect(structuredContent).toMatchObject({ total: 100, truncated: true, next: { skip: returned } });
    expect(content).toHaveLength(2);
  });

  test("skipping past the end is an empty list, not a cut one", () => {
    expect(toolResult({ result: [], total: 3, skipped: 10, rest }).structuredContent).toEqual({
      result: [],
      total: 3,
      returned: 0,
    });
  });
});

test("errorResult is one sentence", () => {
  expect(errorResult("no such field")).toEqual({
    content: [{ type: "text", text: "no such field" }],
    isError: true,
  });
});
