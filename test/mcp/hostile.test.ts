/** Whatever an agent sends, the answer is a value or a sentence: never a bug, never a crash. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { JsonValue } from "../../src/filter/ast.ts";
import type { Reader } from "../../src/mcp/call.ts";
import { TOOLS } from "../../src/mcp/catalogue.ts";
import { clean } from "../../src/model/text.ts";
import { call, world } from "./world.ts";

let store: Reader;
beforeAll(async () => {
  store = await world();
});

const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`) as JsonValue;

const JUNK: JsonValue[] = [
  "",
  " ",
  "\u0000",
  "'; DROP TABLE view.host; --",
  '"',
  "\ud800",
  "a".repeat(100_000),
  "/(a+)+$/",
  "/(?<=x)y/",
  "/[/",
  "/x/q",
  "/(?i)\\C/",
  "[".repeat(5000),
  "(".repeat(5000),
  "port:99999 OR",
  "port:<5",
  "ports..port",
  "ports[].port",
  "product:",
  "tag:\u202e",
  "net:999",
  "-1",
  "1e9",
  -1,
  0,
  2 ** 53,
  1.5,
  true,
  null,
  [],
  {},
  [null],
  { $where: "1" },
  { a: { $regex: "(" } },
  { "a.b.c": 1, __proto__x: [1] },
  deep,
];

const NAMES = [...TOOLS.keys()];

describe("junk in every argument", () => {
  test.each(NAMES)("%s", async (name) => {
    const { tool, definition } = TOOLS.get(name)!;
    const token = (await call(store, "flt_empty", { purpose: "view" })).texts[0]!;
    const good = Object.fromEntries(
      Object.entries(tool.example).map(([key, value]) => [key, value === "<token>" ? token : value]),
    );
    expect((await call(store, name, good)).isError).toBe(false);
    for (const parameter of Object.keys(definition.inputSchema.properties)) {
      for (const junk of JUNK) {
        const { isError, texts } = await call(store, name, { ...good, [parameter]: junk });
        const shown = JSON.stringify(junk).slice(0, 60);
        expect(`${parameter} ${shown}: ${texts[0]}`).not.toContain("internal error");
        if (isError) {
          expect(texts).toHaveLength(1);
          expect(texts[0]!.length).toBeLessThan(1100);
          expect(texts[0]).toBe(clean(texts[0]!));
        }
      }
    }
  });
});
