import { expect, test } from "bun:test";
import { PAGE, toolsPage } from "../../docs/make-tools.ts";
import { TOOLS } from "../../src/mcp/catalogue.ts";
import { PURPOSES } from "../../src/model/purpose.ts";
import { describeSchema } from "../../src/query/schema.ts";

const text = await Bun.file(PAGE).text();

test("docs/tools.md is what npm run docs writes", () => {
  expect(text === toolsPage() ? "current" : "not current: npm run docs").toBe("current");
});

test("it has every tool with every argument, and every field", () => {
  for (const { tool } of TOOLS.values()) {
    const [, section = ""] = text.split(`\n### ${tool.name}\n`);
    const [part = ""] = section.split("\n#", 1);
    const missing = Object.keys(tool.input).filter((argument) => !part.includes(`\n| \`${argument}\` | `));
    expect({ tool: tool.name, missing }).toEqual({ tool: tool.name, missing: [] });
  }
  for (const purpose of PURPOSES) {
    const { fields, pseudo_fields } = describeSchema(purpose);
    const names = [...fields.map(({ path }) => path), ...pseudo_fields.map(({ pattern }) => pattern)];
    expect(names.filter((name) => !text.includes(`| \`${name.replaceAll("|", "\\|")}\` | `))).toEqual([]);
  }
});
