/** What the server says of itself must be true: every example in its texts is tried. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { Reader } from "../../src/mcp/call.ts";
import { DEFINITIONS } from "../../src/mcp/catalogue.ts";
import { INSTRUCTIONS } from "../../src/mcp/instructions.ts";
import { RESOURCES, readResource } from "../../src/mcp/resources.ts";
import { SCOPE_DISCOVERY } from "../../src/mcp/scope-discovery.ts";
import { call, world } from "./world.ts";

let store: Reader;
beforeAll(async () => {
  store = await world();
});

const accepted = async (name: string, args: object) => {
  const { isError, texts } = await call(store, name, { purpose: "view", ...args });
  expect({ isError, texts: isError ? texts : [] }).toEqual({ isError: false, texts: [] });
};

const spans = SCOPE_DISCOVERY.split(/^(?=## )/m).flatMap((section) =>
  [...section.matchAll(/`([^`]+)`/g)].map(([, span]) => ({
    purpose: section.startsWith("## 6. Passive") ? "passive" : "view",
    span: span!,
  })),
);
const after = (word: string) =>
  spans
    .filter(({ span }) => span.startsWith(`${word} `))
    .map(({ purpose, span }) => [purpose, span.slice(word.length + 1)] as const);

describe("the guide", () => {
  test.each(after("topvalues"))("topvalues %s %s", (purpose, field) =>
    accepted("topvalues", { purpose, field }),
  );
  test.each(after("distinct"))("distinct %s %s", (purpose, field) =>
    accepted("distinct", { purpose, field }),
  );
  test.each(
    spans
      .filter(({ span }) => /^(!|\[)?[a-z]+:[^/ ]/.test(span))
      .map(({ purpose, span }) => [purpose, span] as const),
  )("filter %s %s", (purpose, q) => accepted("count", { purpose, q }));

  test("is short enough to be read first", () => {
    expect(SCOPE_DISCOVERY.length).toBeGreaterThan(3000);
    expect(SCOPE_DISCOVERY.length).toBeLessThan(5000);
  });

  test("is the same under both addresses", async () => {
    expect([...RESOURCES.keys()].map((uri) => uri.split(":")[0])).toEqual(["gadwall", "ivre"]);
    const unasked = { signal: new AbortController().signal, read: () => Promise.reject(new Error("asked")) };
    for (const [uri, { resource }] of RESOURCES) {
      const { contents } = await readResource(uri, RESOURCES, unasked);
      expect(contents).toEqual([{ uri, mimeType: "text/markdown", text: SCOPE_DISCOVERY }]);
      expect(resource).toMatchObject({ uri, size: Buffer.byteLength(SCOPE_DISCOVERY) });
    }
  });
});

describe("descriptions", () => {
  const parameter = (tool: string, name: string) =>
    DEFINITIONS.find((definition) => definition.name === tool)?.inputSchema.properties[name]?.description ??
    "";

  const [view = "", passive = ""] = parameter("topvalues", "field").split("; ");
  const fields = (list: string) => list.split(", ").map((field) => field.replace(/ .*/, ""));
  test.each(fields(view))("topvalues %s", (field) => accepted("topvalues", { field }));
  test.each(fields(passive.replace("passive: ", "")))("topvalues passive %s", (field) =>
    accepted("topvalues", { purpose: "passive", field }),
  );

  test.each([
    parameter("count", "q").split("flt: ")[1]!,
    INSTRUCTIONS.match(/in words \(([^;]+);/)?.[1] ?? "missing",
  ])("filter %s", (q) => accepted("count", { q }));

  test("the instructions name tools that exist", () => {
    for (const name of ["topvalues", "info", "flt_and", "flt_or", "flt_not"]) {
      expect(INSTRUCTIONS).toContain(name);
      expect(DEFINITIONS.map((definition) => definition.name)).toContain(name);
    }
  });
});
