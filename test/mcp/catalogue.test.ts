import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readArguments } from "../../src/mcp/arguments.ts";
import { DEFINITIONS, TOOLS } from "../../src/mcp/catalogue.ts";
import type { ObjectSchema, ParameterSchema } from "../../src/mcp/schema.ts";

const listed = [...TOOLS.values()];

test("names are legal, titles and descriptions there, and nothing is said twice", () => {
  for (const { name, title, description } of DEFINITIONS) {
    expect(name).toMatch(/^[a-z_]{1,64}$/);
    expect(title).not.toBe("");
    expect(description).toEndWith(".");
  }
  expect(new Set(DEFINITIONS.map(({ title }) => title)).size).toBe(DEFINITIONS.length);
});

// An agent pays for every word in every conversation. About 4 characters are a token.
test("what a client shows its model stays small", () => {
  const shown = DEFINITIONS.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  expect(JSON.stringify(shown).length).toBeLessThan(15_400);
  expect(JSON.stringify(DEFINITIONS).length).toBeLessThan(26_200);
});

test.each(listed.map((one) => [one.tool.name, one] as const))(
  "the example of %s is a valid call",
  async (_name, one) => {
    expect(await readArguments(one, one.tool.example)).toMatchObject(one.tool.example);
  },
);

test("purposes of what is asked and of what is built", () => {
  const purposes = (name: string) => {
    const purpose = TOOLS.get(name)?.definition.inputSchema.properties.purpose;
    return purpose?.enum ?? purpose?.const;
  };
  expect(purposes("count")).toEqual(["nmap", "passive", "view"]);
  expect(purposes("searchport")).toEqual(["nmap", "passive", "view"]);
  expect(purposes("searchos")).toEqual(["nmap", "view"]);
  expect(purposes("searchsensor")).toBe("passive");
});

const IVRE_TOOLS = resolve(import.meta.dir, "../../../shared/spec/ivre-tools.json");

describe.skipIf(!existsSync(IVRE_TOOLS))("beside IVRE's tools", () => {
  interface IvreTool {
    name: string;
    inputSchema: ObjectSchema;
  }
  const ivre: IvreTool[] = existsSync(IVRE_TOOLS) ? JSON.parse(readFileSync(IVRE_TOOLS, "utf8")) : [];
  const additions: Record<string, string[]> = {
    count: ["q", "sum"],
    get: ["q"],
    topvalues: ["fields", "q", "sum"],
    distinct: ["q"],
    describe_schema: ["field", "examples"],
  };

  test("theirs come first, in their order", () => {
    const names = DEFINITIONS.map(({ name }) => name);
    const theirs = ivre.map(({ name }) => name).filter((name) => TOOLS.has(name));
    expect(names.slice(0, theirs.length)).toEqual(theirs);
    expect(names.slice(theirs.length)).toEqual([
      "flt_not",
      "info",
      "find_feeds",
      "fetch_analysis",
      "lookup_ip",
      "compare_feeds",
      "compose_feeds",
    ]);
  });

  const bare = ({ type, enum: values, const: value, items, anyOf }: ParameterSchema): unknown => ({
    ...(type && { type }),
    ...(values && { values }),
    ...(value && { value }),
    ...(items && { items: bare(items) }),
    ...(anyOf && { anyOf: anyOf.map(bare) }),
  });

  test.each(ivre.filter(({ name }) => TOOLS.has(name)).map((tool) => [tool.name, tool] as const))(
    "%s has the same parameters",
    (name, theirs) => {
      const { properties, required } = TOOLS.get(name)!.definition.inputSchema;
      const demanded = (theirs.inputSchema.required ?? []).filter(
        // There may be `fields` in its place.
        (parameter) => name !== "topvalues" || parameter !== "field",
      );
      expect(required ?? []).toEqual(demanded);
      for (const [parameter, schema] of Object.entries(theirs.inputSchema.properties)) {
        expect(bare(properties[parameter]!)).toEqual(bare(schema));
        expect(properties[parameter]?.default).toEqual(schema.default as never);
      }
      const ours = Object.keys(properties).filter(
        (parameter) => !(parameter in theirs.inputSchema.properties),
      );
      expect(ours).toEqual(additions[name] ?? []);
    },
  );
});
