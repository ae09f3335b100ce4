import { afterEach, describe, expect, mock, spyOn, test } from "bun:test";
import { EVERYTHING, scopeOf } from "../../src/access/scope.ts";
import { callTool, type Reader } from "../../src/mcp/call.ts";
import { call, world } from "./world.ts";

afterEach(() => mock.restore());

const failing = (error: unknown): Reader => ({ read: () => Promise.reject(error) });

test("an unknown tool is named, with the nearest one", async () => {
  expect(await call(failing(null), "coutn")).toMatchObject({
    isError: true,
    texts: ['there is no tool "coutn", did you mean "count"?'],
  });
  expect((await call(failing(null), "constructor")).texts).toEqual(['there is no tool "constructor"']);
});

test("a bug is told without its details, which go to standard error", async () => {
  const stderr = spyOn(console, "error").mockImplementation(() => {});
  const { isError, texts } = await call(failing(new Error("at /home/someone/secret.ts")), "count", {
    purpose: "view",
  });
  expect(isError).toBe(true);
  expect(texts).toHaveLength(1);
  expect(texts[0]).toStartWith("internal error in count: please report");
  expect(texts[0]).not.toContain("secret");
  expect(String(stderr.mock.calls[0]?.[0])).toContain("secret");
});

describe("cancelling", () => {
  test("reaches the store, and nobody is answered", async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const store: Reader = {
      read: (_work, { signal }) => {
        seen = signal;
        return new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(new Error("INTERRUPT"))),
        );
      },
    };
    const called = callTool(
      "count",
      { purpose: "view" },
      { store, scope: () => EVERYTHING, signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 1);
    expect(called).rejects.toThrow("abort");
    await called.catch(() => {});
    expect(seen?.aborted).toBe(true);
  });
});

test("the access scope holds for every question", async () => {
  const store = await world();
  const scope = scopeOf({ k: "net", net: "192.0.2.11/32" });
  const ask = async (name: string, args: object) =>
    (await call(store, name, { purpose: "view", ...args }, scope)).structured;
  expect(await ask("count", {})).toMatchObject({ result: 1 });
  expect(await ask("count", { q: "service:ssh" })).toMatchObject({ result: 0 });
  expect(await ask("count", { q: "!service:ssh OR service:ssh" })).toMatchObject({ result: 1 });
  expect(await ask("get", { fields: ["addr"] })).toMatchObject({
    result: [{ addr: "192.0.2.11" }],
    total: 1,
  });
  expect(await ask("topvalues", { field: "addr" })).toMatchObject({
    result: [{ value: "192.0.2.11", count: 1 }],
  });
  expect(await ask("distinct", { field: "addr" })).toMatchObject({ result: ["192.0.2.11"] });
});

test("a category as access scope is the sensor of passive records", async () => {
  const store = await world();
  const count = async (category: string) => {
    const scope = scopeOf({ k: "category", name: { is: category } });
    return (await call(store, "count", { purpose: "passive", sum: true }, scope)).structured?.result;
  };
  expect([await count("lan"), await count("dmz")]).toEqual([43, 0]);
});
