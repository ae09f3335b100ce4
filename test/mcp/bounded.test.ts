import { describe, expect, test } from "bun:test";
import { ANSWER_LIMIT, boundList, boundValue } from "../../src/mcp/bounded.ts";

const size = (value: unknown): number => JSON.stringify(value).length;

describe("boundList", () => {
  test("keeps what fits as it is", () => {
    const elements = [{ addr: "192.0.2.1" }, null, 3, "x"];
    expect(boundList(elements)).toEqual({ value: elements, texts: 0, lists: 0 });
  });

  test("cuts between elements, at the last one that fits", () => {
    const elements = Array.from({ length: 100 }, (_, i) => `value-${String(i).padStart(4, "0")}`);
    const { value } = boundList(elements, 500);
    expect(value).toEqual(elements.slice(0, value.length));
    expect(size(value)).toBeLessThanOrEqual(500);
    expect(size(elements.slice(0, value.length + 1))).toBeGreaterThan(500);
  });

  test("caps a long text with a mark and counts it", () => {
    const { value, texts } = boundList([{ output: "a".repeat(10_000) }]);
    expect(texts).toBe(1);
    expect(JSON.stringify(value)).toContain("a… [6000 more characters]");
  });

  test("shows something of a first element that is too large by itself", () => {
    const ports = Array.from({ length: 5000 }, (_, port) => ({
      port,
      scripts: [{ output: "x".repeat(3000) }],
    }));
    const { value, texts, lists } = boundList([{ addr: "192.0.2.1", ports }, { addr: "192.0.2.2" }]);
    expect(size(value)).toBeLessThanOrEqual(ANSWER_LIMIT);
    expect(value).toHaveLength(1);
    const [record] = value as { addr: string; ports: unknown[] }[];
    expect(record?.addr).toBe("192.0.2.1");
    expect(record?.ports.length).toBeGreaterThan(50);
    expect(texts).toBeGreaterThan(0);
    expect(lists).toBe(1);
  });

  test("cleans texts and member names", () => {
    const { value } = boundList([{ "na\u202eme": "es\u001b[31mcape\u200b" }]);
    expect(value).toEqual([{ "na\ufffdme": "es\ufffd[31mcape\ufffd" }]);
  });
});

describe("boundValue", () => {
  test("shortens texts before it drops list elements", () => {
    const texts = Array.from({ length: 40 }, () => "y".repeat(2000));
    const bounded = boundValue({ texts });
    expect(bounded.lists).toBe(0);
    expect((bounded.value as { texts: string[] }).texts).toHaveLength(40);
    expect(size(bounded.value)).toBeLessThanOrEqual(ANSWER_LIMIT);
  });

  test("cuts a table of many members", () => {
    const table = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key-${i}`, i]));
    const bounded = boundValue({ addr: "192.0.2.1", table });
    expect(size(bounded.value)).toBeLessThanOrEqual(ANSWER_LIMIT);
    expect(bounded.value).toHaveProperty("addr", "192.0.2.1");
    expect(bounded.lists).toBe(1);
  });

  test("leaves its input alone", () => {
    const list = Array.from({ length: 50_000 }, (_, i) => i);
    boundValue({ list });
    expect(list).toHaveLength(50_000);
  });
});
