/** Every argument of every tool, given wrongly: one sentence that names it and shows how it is given. */
import { beforeAll, describe, expect, test } from "bun:test";
import { exampleOf } from "../../src/mcp/argument-examples.ts";
import { readArguments } from "../../src/mcp/arguments.ts";
import type { Reader } from "../../src/mcp/call.ts";
import { TOOLS } from "../../src/mcp/catalogue.ts";
import type { Json } from "../../src/model/json.ts";
import { call, world } from "./world.ts";

let store: Reader;
beforeAll(async () => {
  store = await world();
});

const REGEX = ["/(/", "/(?=x)/", "/a/y"];

/** Values that no tool can use, by argument; what is readable but wrong comes after what has another type. */
const BAD: Readonly<Record<string, readonly unknown[]>> = {
  purpose: ["veiw", 7, ""],
  flt: ["nonsense", [1], "gAAAA"],
  flt1: ["nonsense", null, "gAAAA"],
  flt2: ["nonsense", {}, "gAAAA"],
  net: ["10.0.0.0/99", "example.com", "", 10],
  host: ["300.1.1.1", "example.com", "", 10],
  hostname: ["", ...REGEX, 1],
  domain: ["", ...REGEX, 1],
  port: ["http", 1.5, 70000, -1, [80]],
  protocol: ["icmp", 6, "TCP "],
  service: [[1], ...REGEX],
  product: [["nginx"], ...REGEX],
  version: [1, ...REGEX],
  devtype: ["", ...REGEX, 1],
  country: ["Atlantis", "D", "", 49],
  asnum: ["", 99999999999, -1, 1.5, "/(/", [1]],
  os_name: ["", ...REGEX, 1],
  name: [1, ...REGEX],
  output: [1, ...REGEX],
  values: ["x", [1], { "": 1 }, { bits: { $foo: 1 } }, { bits: { $lt: null } }],
  cve: ["", ...REGEX, 1],
  category: ["", ...REGEX, 1],
  tag: [1, ...REGEX],
  info: [1, ...REGEX],
  recontype: ["", ...REGEX, 1],
  sensor: ["", ...REGEX, 1],
  q: [1, "foo:bar", "port:", "(a", "net:x", "hostname:/(/"],
  limit: ["many", 1.5, [1]],
  skip: ["x", -1, 1.5],
  sort: [["strattime"], ["openports"], "adr", [1], {}],
  fields: [
    ["adr"],
    ["ports.service_nmae"],
    ["ports", "ports.port"],
    ["ports.scripts.x"],
    ["extraports.x"],
    [1],
    {},
  ],
  field: ["servce", "ports.service_nmae", "prot:open", "", "net:99", [1]],
  topnbr: [0, -1, "many", 1.5],
  sum: ["maybe", true, 1],
  examples: ["maybe", 1],
  ips: [[], ["192.0.2.300"], ["example.com"], "10.0.0.0/99", 7, [1], Array(1001).fill("192.0.2.1")],
  at: ["yesterday", "2026-02-30", "2026-13-01", 7],
  feeds: [
    [],
    ["dshield"],
    ["dshield", "spamhaus_dorp"],
    ["dshield", "DShield"],
    7,
    Array(11).fill("dshield"),
  ],
  expression: [
    "",
    "dshield |",
    "(dshield",
    "dshield feodo",
    "spamhaus_dorp",
    "dshield -privat",
    "dshield -feodo",
    7,
  ],
  format: ["xml", 7],
  type: ["feeds page", "", 7],
  search: [7, ["ssh"]],
  maintainer: [7, {}],
  license: [7, []],
  provenance: ["secondary", 7],
  health: ["fine", 7],
  freshness: ["minute", 7],
  cadence: ["often", 7],
  uniqueness: ["very hihg", 7],
  redistributable: ["perhaps", 7],
  critical: ["very", 7],
  size_min: ["many", -1, 1.5],
  size_max: ["many", -1, 1.5],
  offset: ["many", -1, 1.5],
  details: ["perhaps", 7],
};

/** What is wrong for some tools only. */
const FITS: Readonly<Record<string, readonly unknown[]>> = {
  // Without a field describe_schema tells of all; nothing can be asked of networks of one length there.
  "describe_schema.field": ["", "net:99"],
  // Whole objects can be counted beside parts of them.
  "topvalues.fields": [["ports", "ports.port"]],
  // Any text may be the name of a service.
  "nmap_service_values.service": REGEX,
  // Nothing asks for nothing.
  "find_feeds.category": [""],
};

const cases = [...TOOLS.values()].flatMap(({ tool }) =>
  Object.keys(tool.input).flatMap((argument) =>
    (BAD[argument] ?? [])
      .filter((bad) => !FITS[`${tool.name}.${argument}`]?.some((fits) => Bun.deepEquals(fits, bad)))
      .map((bad) => [tool.name, argument, bad] as const),
  ),
);

test("every argument has bad values here", () => {
  const known = new Set(cases.map(([tool, argument]) => `${tool}.${argument}`));
  const all = [...TOOLS.values()].flatMap(({ tool }) =>
    Object.keys(tool.input).map((a) => `${tool.name}.${a}`),
  );
  expect(all.filter((argument) => !known.has(argument))).toEqual([]);
});

/** A call of the tool that would be answered. */
async function good(tool: string, argument: string): Promise<Record<string, unknown>> {
  const token = (await call(store, "searchport", { purpose: "view", port: 443 })).structured?.result;
  const { example } = TOOLS.get(tool)!.tool;
  return Object.fromEntries(
    Object.entries(example)
      .filter(([name]) => !(tool === "topvalues" && argument === "fields" && name === "field"))
      .map(([name, value]) => [name, /^flt/.test(name) ? token : value]),
  );
}

describe.each(cases)("%s", (tool, argument, bad) => {
  test(`${argument} ${JSON.stringify(bad)}`, async () => {
    const { isError, texts } = await call(store, tool, {
      ...(await good(tool, argument)),
      ...(argument === "values" && { name: "ssh-hostkey" }),
      [argument]: bad,
    });
    const [sentence = ""] = texts;
    expect({ isError, texts: isError ? 1 : texts }).toEqual({ isError: true, texts: 1 });
    expect(sentence).toMatch(new RegExp(`\\b${argument}\\b`));
    expect(sentence).toMatch(/\bfor (?:example|instance)\b|did you mean|use purpose|must be "/i);
    expect(sentence).not.toMatch(/\n|undefined|\bInvalid (?:input|option)/);
    expect(sentence.length).toBeLessThan(500);
  });
});

describe.each([...TOOLS.values()].map((listed) => [listed.tool.name, listed] as const))("%s", (_, listed) => {
  test.each(Object.keys(listed.tool.input))("the example of %s can be used", async (argument) => {
    const example = exampleOf(listed.tool, argument);
    expect(example).not.toBeNull();
    if (/^flt/.test(argument)) return;
    const value = JSON.parse(example!) as Json;
    const read = await readArguments(listed, { ...listed.tool.example, [argument]: value });
    expect(read[argument]).toEqual(value);
  });
});
