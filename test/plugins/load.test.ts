import { afterAll, describe, expect, spyOn, test } from "bun:test";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { OWN, TOOLS } from "../../src/mcp/catalogue.ts";
import { Plugins } from "../../src/plugins/load.ts";
import { keepingConsole, look, Place, TOOL } from "./place.ts";

const place = new Place();
afterAll(() => place.remove());

/** Why a plugin is left out. */
async function problem(path: string): Promise<string | null> {
  const { found, catalogue, formats } = await look([], [path]);
  expect([catalogue.tools.size, formats.length]).toEqual([TOOLS.size, 0]);
  return found[0]!.problem;
}

const tool = (more: string): string =>
  place.plugin(
    `{ api: 1, tools: [{ ${TOOL}, input: {}, output: api.z.string(), handler: () => ({ result: "" }), ${more} }] }`,
  );

test.each<[string, string, RegExp]>([
  ["a mistake in its text", "export default (api) => ({\n  api: 1,,\n});", /\(line 2\)$/],
  ["a throw at the top", 'throw new Error("boom\\n\\u001b[2J");', /^boom \ufffd\[2J$/],
  ["a throw in its function", "export default () => { throw new TypeError('no'); };", /^no$/],
  ["a refused promise", "export default async () => { throw 'text'; };", /^text$/],
  ["no default", "export const plugin = 1;", /no function/],
  ["a default that is none", "export default { api: 1 };", /no function/],
  ["nothing given", "export default () => {};", /gives no object/],
  ["another version", "export default () => ({ api: 2 });", /version 2 .* has version 1/],
  ["no version", "export default () => ({});", /^api: /],
  [
    "a throw that throws again",
    "throw { toString() { throw 1; } };",
    /^something was thrown that cannot be shown$/,
  ],
  ["a throw without a word", "throw new TypeError();", /^TypeError$/],
  [
    "a throw that cannot be looked at",
    "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 1; } });",
    /cannot be shown$/,
  ],
  [
    "a package that is not there",
    'import x from "left-pad-of-nobody"; export default () => x;',
    /Cannot find package .* whose code begins in index\.js; docs\/plugins\.md/,
  ],
])("%s", async (_, text, message) => {
  expect(await problem(place.write(`${crypto.randomUUID()}.ts`, text))).toMatch(message);
});

test.each<[string, RegExp]>([
  ["{ api: 1, acces: () => 'noaccess' }", /^the plugin: Unrecognized key: "acces"/],
  ["{ api: 1, tools: {} }", /^tools: /],
  [
    "{ api: 1, tools: Promise.reject(new Error('no tools')) }",
    /^tools: .* \(a promise must be awaited first\)$/,
  ],
  ["{ api: 1, access: 'noaccess' }", /^access: must be a function/],
  ["{ api: 1, importers: [{ name: 'Acme', sniff() {}, parse() {} }] }", /^importers\[0\]\.name: must be/],
  ["{ api: 1, importers: [{ name: 'nmap-xml', sniff() {}, parse() {} }] }", /importer nmap-xml already/],
])("%s", async (object, message) => expect(await problem(place.plugin(object))).toMatch(message));

test.each<[string, RegExp]>([
  ['name: "count"', /there is a tool count already/],
  ['name: "Find Printers"', /^tools\[0\]\.name: must be a name/],
  ['title: "two\\nlines"', /^tools\[0\]\.title: must be one line/],
  ['description: "hidden \\u202e"', /^tools\[0\]\.description: must be one line/],
  ['description: "x".repeat(1001)', /^tools\[0\]\.description/],
  ["input: { a: 1 }", /^tools\[0\]\.input: must be an object of zod schemas/],
  ['input: { "__proto__x": api.z.string() }', /^tools\[0\]\.input/],
  ["annotations: {}", /^tools\[0\]\.annotations\.readOnlyHint/],
  ["annotations: undefined", /^tools\[0\]\.annotations/],
  ["output: null", /^tools\[0\]\.output: must be a zod schema/],
  ["input: { a: api.z.date() }", /^clients cannot be told the argument a of probe: Date /],
  ["output: api.z.bigint()", /^clients cannot be told the output of probe: BigInt /],
  ["input: { a: api.z.int() }, example: { a: 1.5 }", /^the example of probe is no valid call: argument "a"/],
  ["input: { a: api.z.int() }", /^the example of probe is no valid call: probe needs the argument "a"/],
  [
    "input: { a: api.z.int().refine(async () => { throw new Error('no') }) }, example: { a: 1 }",
    /no valid call: no$/,
  ],
  ["lists: true", /^probe says "lists", so its output must be api\.z\.array\(…\)$/],
  ["handler: 1", /^tools\[0\]\.handler: must be a function/],
])("a tool with %s", async (more, message) => expect(await problem(tool(more))).toMatch(message));

test.each([
  ...["gadwall://x", "IVRE://x", "no address", "acme:", "acme://a b"],
  ...["file:///etc/passwd", "http://x/", "https://x/", "data:text/plain,x", "javascript:x", "ui://x"],
])("a resource %s", async (uri) => {
  const resource = { uri, name: "n", title: "t", description: "d", mimeType: "text/plain" };
  const text = JSON.stringify(resource).replace(/}$/, ", read: () => '' }");
  expect(await problem(place.plugin(`{ api: 1, resources: [${text}] }`))).toMatch(/^resources\[0\]\.uri: /);
});

test("a plugin is taken as a whole or not at all, and the first of two with one name stays", async () => {
  const two = `[{ ${TOOL}, input: {}, output: api.z.string(), handler: () => ({ result: "" }) }]`;
  const first = place.plugin(`{ api: 1, tools: ${two} }`);
  const second = place.plugin(
    `{ api: 1, filters: [{ name: "searchnone", title: "t", description: "d", input: {}, example: {}, build: () => "port:1" }], tools: ${two} }`,
  );
  const plugins = await look([], [first, second]);
  expect(plugins.found.map(({ problem }) => problem)).toEqual([null, "there is a tool probe already"]);
  expect([...plugins.catalogue.tools.keys()].slice(TOOLS.size)).toEqual(["probe"]);
  expect(plugins.catalogue.resources).toBe(OWN.resources);
  expect(OWN.tools.has("probe")).toBe(false);
});

test("one file is loaded once, however it is named", async () => {
  const path = place.plugin("{ api: 1, access: () => 'full' }");
  const link = join(place.folder, "link.ts");
  symlinkSync(path, link);
  const { found } = await look([link], [path]);
  expect(found.map(({ path, problem }) => [path, problem])).toEqual([[link, null]]);
});

test("zod, gadwall and files beside it can be imported, and what it prints is not for standard output", async () => {
  place.write("beside.ts", 'import { z } from "zod";\nexport const word: z.ZodType = z.string();\n');
  const path = place.write(
    "imports.ts",
    `import { z } from "zod";
     import api from "gadwall";
     import { word } from "./beside.ts";
     console.log("loading");
     export default (given: unknown) => {
       if (given !== api || z !== api.z || !(word instanceof z.ZodType)) throw new Error("not the same");
       return { api: 1 };
     };`,
  );
  const told: unknown[] = [];
  const spy = spyOn(process.stderr, "write").mockImplementation((line) => told.push(line) > 0);
  try {
    expect((await look([], [path])).found[0]?.problem).toBeNull();
  } finally {
    spy.mockRestore();
  }
  expect(told).toEqual(["loading\n"]);
});

test("files that are none, or that an import would not find", async () => {
  for (const [name, message] of [
    ["a.json", "it is no TypeScript"],
    ["a", "it is no TypeScript"],
    ["what?.ts", "question mark"],
  ] as const)
    expect(await problem(place.write(name, "export default () => ({ api: 1 });"))).toContain(message);
  for (const name of ["a b.mjs", "h#x.ts", "p%20x.js", "ü.mts"]) {
    const { found } = await look([], [place.write(name, "export default () => ({ api: 1 });")]);
    expect(found[0]?.problem).toBeNull();
  }
});

describe("who may restrict", () => {
  const restricting = () => place.plugin("{ api: 1, access: () => 'full' }");
  const load = async (access: string[], others: string[]) => {
    const told: string[] = [];
    await keepingConsole(() => Plugins.load({ access, others }, (line) => void told.push(line)));
    return told;
  };

  test("a plugin that fails is named and left out", async () => {
    const path = place.write("fails.ts", "throw new Error('boom');");
    expect(await load([], [path])).toEqual([`gadwall: the plugin ${path} is left out: boom`]);
  });

  test("an access plugin that does not work stops everything", async () => {
    const good = restricting();
    expect(await load([good], [])).toEqual([]);
    for (const path of [
      place.write("broken.ts", "export default ((("),
      join(place.folder, "not-there.ts"),
      place.plugin("{ api: 1 }"),
      place.plugin("{ api: 1, access: () => 'full', tools: [{}] }"),
    ])
      await expect(load([path], [good])).rejects.toThrow(
        `the access plugin ${path} must work for anything to start`,
      );
    const open = restricting();
    chmodSync(open, 0o622);
    await expect(load([open], [])).rejects.toThrow("other users may write");
  });

  test("one that restricts and is not named as such does, too", async () => {
    await expect(load([], [restricting()])).rejects.toThrow("must be named with --access-plugin");
  });
});
