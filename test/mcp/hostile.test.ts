/** Whatever an agent sends, the answer is a value or a sentence: never a bug, never a crash. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { Reader } from "../../src/mcp/call.ts";
import { TOOLS } from "../../src/mcp/catalogue.ts";
import type { Json } from "../../src/model/json.ts";
import { clean } from "../../src/model/text.ts";
import { call, world } from "./world.ts";

let store: Reader;
beforeAll(async () => {
  store = await world();
});

const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`) as Json;

const JUNK: Json[] = [
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
  "seen:>99999",
  "timeago:1e9d",
  "answer:/x",
  "infos.domain[0]",
  "infos.$where",
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

/** What passive records have in place of what the examples name. */
const PASSIVE_ARGUMENTS: Record<string, Record<string, Json>> = {
  count: { q: "recontype:DNS_ANSWER" },
  get: { q: "port:22", fields: ["addr", "value"] },
  topvalues: { field: "recontype" },
  distinct: { field: "sensor" },
  describe_schema: {},
  searchhostname: {},
};

/** Each tool with its example, and once more for passive where the same arguments are taken. */
const CALLS: readonly (readonly [name: string, purpose: string | undefined])[] = [...TOOLS].flatMap(
  ([name, { tool }]) => {
    const own = tool.example.purpose as string | undefined;
    return name in PASSIVE_ARGUMENTS
      ? [[name, own] as const, [name, "passive"] as const]
      : [[name, own] as const];
  },
);

describe("junk in every argument", () => {
  test.each(CALLS)("%s %s", async (name, purpose) => {
    const { tool, definition } = TOOLS.get(name)!;
    const token = (await call(store, "flt_empty", { purpose: "view" })).texts[0]!;
    const example = { ...tool.example, ...(purpose && { purpose }) };
    if (purpose === "passive") Object.assign(example, PASSIVE_ARGUMENTS[name]);
    const good = Object.fromEntries(
      Object.entries(example).map(([key, value]) => [key, value === "<token>" ? token : value]),
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
