import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { readArguments } from "../../src/mcp/arguments.ts";
import { listed } from "../../src/mcp/catalogue.ts";
import { defineTool } from "../../src/mcp/define.ts";
import { optionalInteger, optionalTexts } from "../../src/mcp/parameters.ts";
import { UserError } from "../../src/model/errors.ts";

const tool = defineTool({
  name: "try",
  title: "",
  description: "",
  input: {
    purpose: z.enum(["nmap", "view"]),
    port: z.int().min(0).max(65535).default(80),
    other: optionalInteger,
    sort: optionalTexts,
    values: z.record(z.string(), z.unknown()).nullable().default(null),
    asnum: z.union([z.int(), z.string()]).default(0),
    flag: z.boolean().default(false),
  },
  output: z.null(),
  example: { purpose: "view" },
  handler: () => ({ result: null }),
});
const read = (given: Record<string, unknown>) => readArguments(listed(tool), given);

async function refusal(given: Record<string, unknown>): Promise<string> {
  try {
    await read(given);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("was accepted");
}

describe("what is meant is taken", () => {
  test.each([
    [{ port: "443" }, { port: 443 }],
    [{ other: "22" }, { other: 22 }],
    [{ other: null }, { other: null }],
    [{ other: "" }, { other: null }],
    [{ port: null }, { port: 80 }],
    [{ sort: '["addr","-starttime"]' }, { sort: ["addr", "-starttime"] }],
    [{ sort: "addr" }, { sort: ["addr"] }],
    [{ values: '{"bits":2048}' }, { values: { bits: 2048 } }],
    [{ asnum: "AS64500" }, { asnum: "AS64500" }],
    [{ asnum: "64500" }, { asnum: "64500" }],
    [{ flag: "true" }, { flag: true }],
  ])("%j", async (given, expected) => {
    expect(await read({ purpose: "view", ...given })).toMatchObject(expected);
  });

  test("defaults are filled in", async () => {
    expect(await read({ purpose: "nmap" })).toEqual({
      purpose: "nmap",
      port: 80,
      other: null,
      sort: null,
      values: null,
      asnum: 0,
      flag: false,
    });
  });
});

describe("what cannot be meant is refused", () => {
  test.each([
    [{}, 'try needs the argument "purpose", for example {"purpose":"view"}'],
    [
      { purpose: "veiw" },
      'argument "purpose" of try must be "nmap" or "view", not "veiw" (did you mean "view"?)',
    ],
    [
      { purpose: "view", prot: 1 },
      'try has no argument "prot" (did you mean "port"?): it takes purpose, port, other',
    ],
    [
      { purpose: "view", port: "http" },
      'argument "port" of try must be an integer from 0 to 65535, not "http"',
    ],
    [
      { purpose: "view", port: 65536 },
      'argument "port" of try must be an integer from 0 to 65535, not 65536',
    ],
    [{ purpose: "view", port: 1.5 }, 'argument "port" of try must be an integer from 0 to 65535, not 1.5'],
    [{ purpose: "view", other: "x" }, 'argument "other" of try must be an integer or null, not "x"'],
    [{ purpose: "view", sort: [1] }, 'argument "sort" of try must be a list of texts or null, not [1]'],
    [
      { purpose: "x" },
      'argument "purpose" of try must be "nmap" or "view", not "x", for example "purpose": "view"',
    ],
    [
      { purpose: "view", prot: 1 },
      'try has no argument "prot" (did you mean "port"?): it takes purpose, port, other, sort, values, asnum, flag, for example "port": 443',
    ],
    [{ purpose: "view", values: [1] }, 'argument "values" of try must be an object or null, not [1]'],
    [{ purpose: "view", asnum: [1] }, 'argument "asnum" of try must be an integer or a text, not [1]'],
  ])("%j", async (given, expected) => {
    expect(await refusal(given)).toStartWith(expected);
  });

  test("arguments that are nested deeper than anything that looks at them can follow", async () => {
    const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const given = (levels: number) => ({ purpose: "view", values: { a: JSON.parse(nested(levels)) } });
    expect(await read(given(63))).toMatchObject({ purpose: "view" });
    const sentence = 'argument "values" of try must not be nested in more than 64 levels';
    expect(await refusal(given(64))).toStartWith(sentence);
    expect(await refusal(given(100_000))).toStartWith(sentence);
    expect(await refusal({ purpose: "view", sort: nested(40_000) })).toContain("must not be nested");
  });

  test("what the caller wrote is quoted short and clean", async () => {
    const sentence = await refusal({ purpose: `\u202e${"x".repeat(500)}` });
    expect(sentence).not.toContain("\u202e");
    expect(sentence.length).toBeLessThan(200);
  });

  test("names of Object.prototype are unknown names", async () => {
    expect(await refusal(JSON.parse('{"purpose":"view","__proto__":1}'))).toContain(
      'no argument "__proto__"',
    );
    expect(await refusal({ purpose: "view", constructor: 1 })).toContain('no argument "constructor"');
  });

  test("no condition is lost without a word", async () => {
    const values = JSON.parse('{"a":1,"__proto__":2}');
    expect(await refusal({ purpose: "view", values })).toContain('cannot hold a member called "__proto__"');
  });
});
