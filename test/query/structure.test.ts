import { describe, expect, test } from "bun:test";
import { commonType, leavesOf, nameable } from "../../src/query/structure.ts";

const LISTS = new Set(["k", "k.files"]);
const leaves = (root: string, structure: Parameters<typeof leavesOf>[1]) =>
  leavesOf(root, structure, LISTS).leaves.map(({ path, type }) => `${path} ${type}`);

describe("leavesOf", () => {
  test("members, with types by what DuckDB calls them", () => {
    const structure = { a: "UBIGINT", b: { c: "DOUBLE", d: "VARCHAR" }, e: "BOOLEAN", f: "JSON", g: {} };
    expect(leaves("x", structure)).toEqual([
      "x.a integer",
      "x.b.c float",
      "x.b.d string",
      "x.e boolean",
      "x.f any",
      "x.g object",
    ]);
  });

  test("what has no value is no field", () => {
    expect(leaves("x", { a: "NULL", b: ["NULL"], c: [] })).toEqual([]);
    expect(leaves("x", "NULL")).toEqual([]);
  });

  test("lists are unwound where questions unwind them, others stay whole", () => {
    expect(leaves("k", [{ bits: "UBIGINT", san: ["VARCHAR"], files: [{ name: "VARCHAR" }] }])).toEqual([
      "k.bits integer",
      "k.san array[string]",
      "k.files.name string",
    ]);
    expect(leaves("x", [{ bits: "UBIGINT", san: ["VARCHAR"] }])).toEqual([
      "x.bits array[integer]",
      "x.san array[any]",
    ]);
    expect(leaves("x", ["VARCHAR"])).toEqual(["x array[string]"]);
    expect(leaves("x", [[{ a: "VARCHAR" }]])).toEqual(["x array[any]"]);
  });

  test("what no path leads to is counted", () => {
    let deep: Parameters<typeof leavesOf>[1] = "VARCHAR";
    for (let i = 0; i < 50; i++) deep = { a: deep };
    const { leaves, unreachable } = leavesOf("x", { "a.b": "VARCHAR", "": "VARCHAR", deep }, LISTS);
    expect(leaves).toEqual([]);
    expect(unreachable).toBe(3);
  });
});

test.each(["a.b", "", " a", "a[]", "a\u202e", "a\u0007", "a\u200b"])("%j cannot be written", (member) => {
  expect(nameable(member)).toBe(false);
});

test("types of one field in several results", () => {
  expect(commonType("integer", "float")).toBe("float");
  expect(commonType("string", "string")).toBe("string");
  expect(commonType("string", "integer")).toBe("any");
});
