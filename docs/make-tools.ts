/**
 * Writes docs/tools.md from the tables that serve the tools: `npm run docs`. test/mcp/tools-page.test.ts fails when
 * the page is not what this gives.
 */
import { join } from "node:path";
import { exampleOf } from "../src/mcp/argument-examples.ts";
import { describe } from "../src/mcp/arguments.ts";
import { type Listed, TOOLS } from "../src/mcp/catalogue.ts";
import type { ParameterSchema } from "../src/mcp/schema.ts";
import type { Purpose } from "../src/model/purpose.ts";
import { KNOWN_INFOS } from "../src/query/infos-path.ts";
import { describeSchema, type Schema } from "../src/query/schema.ts";
import { KNOWN_KEYS } from "../src/query/scripts.ts";

export const PAGE = join(import.meta.dir, "tools.md");

/** Arguments that need no words for an agent, which pays for each, but do for people. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  purpose: "Whose records",
  flt1: "Filter token from the search and flt tools",
  flt2: "Another one",
  flt: "Filter token from the search and flt tools",
  host: "IPv4 or IPv6 address, in any spelling",
  port: "Port number, 0 to 65535",
  protocol: "Of the port",
  product: "Exact or /regex/flags; null = any",
  version: "Exact or /regex/flags; null = any",
  service: "Exact or /regex/flags; null = any",
  skip: "How many to leave out first",
  limit: "How many members of the list are shown",
  format: "How members of the list are written",
  field: "Of which names are listed",
  type: "What the page is about",
  category: "What the feed lists",
  provenance: "Where its addresses come from",
  health: "Whether it is kept up, judged now",
  freshness: "Age of the source's last change: up to an hour, a day, 7 days, 30 days, or older",
  cadence: "How often it changes: observed, else configured",
  uniqueness: "Percent not on the nearest unrelated feed: 50, 20, 5 or more, or less; unknown = not computed",
  redistributable: "Whether its terms let it be handed on",
  critical: "Tier of lists of critical infrastructure",
  size_max: "Unique IPs",
  offset: "How many to leave out first",
  examples: "Add some values of each field, short and clean",
};

const INTRO = `# Tools and fields

<!-- Written by npm run docs from the tables that serve them. Do not edit. -->

What \`gadwall mcp-server\` offers to agents, every argument of it, and every field that can be asked for. The
[query language](query-language.md) is what \`q\` takes; \`gadwall schema\` prints the fields at the terminal, with those of
scripts that your database has.

A tool answers with its value as JSON text and, typed, as \`result\` in \`structuredContent\`; lists also say \`total\`, \`returned\`
and, when they were cut to fit (about 30,000 characters), \`truncated\` and \`next\`: the arguments that give the rest. Tools that
read the database say in \`as_of\` when it last changed. A refusal is a result with \`isError\` and one sentence.

Texts that are "exact or /regex/flags" are compared as they are unless they begin with a slash; regular expressions are
RE2's, unanchored, with the flags i, m and s. Numbers may be sent as texts.
`;

const FIELDS = `## Fields

Paths are what \`fields\`, \`sort\`, \`distinct\` and \`topvalues\` take. \`[]\` marks lists, whose elements are counted one by one; it may be
left out. A name in angle brackets stands for any. \`scripts.\` is short for \`ports.scripts.\`. Only \`topvalues\` takes the
patterns, as it also takes the paths.
`;

const SEVERAL = `### Several fields at once

With \`fields\` instead of \`field\`, \`topvalues\` counts what several fields say together; values are arrays.

- Fields of one list take their values from the same element: \`["port", "product"]\` are facts of one port, \`["tag.value",
  "tag.info"]\` of one tag. An element inside another, such as a script result of a port, goes with it.
- Lists beside each other are combined within a record: \`["service", "tag.value"]\` counts each service of a host with each of
  its tags. Results of different scripts are combined on their port.
- Each value has the form that it has alone, and what is missing is \`null\`: an unknown product is \`[null, null]\`, an unknown
  service \`null\`. A row counts when one of the fields alone would count it, so that \`["service"]\` counts what \`service\` does.
- A field that demands something (\`port:ssh\`, the open ports of \`service\`) leaves out what does not have it.
- The same pattern with another argument is about another element: \`["product:80", "product:443"]\`.
`;

const HOST_SCRIPTS = `### Structured script output

Below \`ports.scripts.<key>\` lies what a script result says, taken apart. \`describe_schema\` lists under \`structured\` which of
these fields your database has, with types and numbers of hosts: all of them in an overview, or a part with
\`field\`, such as \`{"purpose": "view", "field": "ports.scripts.ssl-cert", "examples": true}\`. The key is the script's name, but
for vulnerability scripts (\`vulns\`), file lists (\`ls\`), \`*-ntlm-info\` (\`ntlm-info\`), \`*-nuclei\` (\`nuclei\`) and \`ssl-cacert\`
(\`ssl-cert\`). Keys that are always known:`;

const PASSIVE_INFOS = `### Members of infos

Below \`infos\` lies what was parsed from the value; \`describe_schema\` lists under \`structured\` what your database has.
Members that are always known:`;

/** Text in a cell of a table. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const code = (text: string): string => `\`${cell(text)}\``;

const rows = (lines: readonly (readonly string[])[]): string =>
  lines.map((line) => `| ${line.join(" | ")} |`).join("\n");

const list = (names: readonly string[]): string => `${[...names].sort().map(code).join(", ")}.`;

/** What the schema of a result may say beyond that of an argument. */
interface Result extends ParameterSchema {
  items?: Result;
  properties?: Record<string, Result>;
}

/** The shape of a value, for people. */
function shape({ type, items, properties, anyOf }: Result): string {
  if (type === "array") return `a list of ${items?.properties ? shape(items) : plural(items)}`;
  if (type === "object" && properties)
    return `{ ${Object.entries(properties)
      .map(([name, of]) => (of.type === "array" || of.type === "object" ? `${name}: ${shape(of)}` : name))
      .join(", ")} }`;
  return anyOf || type === undefined ? "a value" : describe({ type });
}

function plural(items: Result | undefined): string {
  const names: Record<string, string> = { string: "texts", integer: "integers", object: "records" };
  return names[items?.type ?? ""] ?? "values";
}

function tool({ tool, definition }: Listed): string {
  const { properties, required = [] } = definition.inputSchema;
  const parameters = Object.entries(properties).map(([name, schema]) => {
    const words = schema.description ?? ARGUMENTS[name];
    if (words === undefined) throw new Error(`${tool.name}: nothing is said of the argument ${name}`);
    const optional = schema.default === undefined ? "" : code(JSON.stringify(schema.default));
    const value = required.includes(name) ? "required" : optional;
    const example = exampleOf(tool, name);
    return [code(name), cell(describe(schema)), value, cell(words), example === null ? "" : code(example)];
  });
  return [
    `### ${tool.name}`,
    `${tool.title}. ${tool.description}`,
    parameters.length === 0
      ? "No arguments."
      : rows([["argument", "type", "default", "what it is", "example"], Array(5).fill("---"), ...parameters]),
    `Result: ${definition.outputSchema === undefined ? "markdown, text only" : shape(definition.outputSchema.properties.result!)}. Example: \`${tool.name} ${JSON.stringify(tool.example)}\``,
  ].join("\n\n");
}

/** The fields of several purposes in one table: what one lacks or has otherwise says whose it is. */
function fields(purposes: readonly Purpose[]): string {
  const schemas = purposes.map((purpose) => [purpose, describeSchema(purpose)] as const);
  const lines = (rowsOf: (schema: Schema) => readonly (readonly string[])[]): string[][] => {
    const seen = new Map<string, { line: readonly string[]; of: Purpose[] }>();
    for (const [purpose, schema] of schemas)
      for (const line of rowsOf(schema)) {
        const entry = seen.get(line.join("\n")) ?? { line, of: [] };
        entry.of.push(purpose);
        seen.set(line.join("\n"), entry);
      }
    return [...seen.values()].map(({ line, of }) => [
      ...line.slice(0, -1),
      line.at(-1)! + (of.length < purposes.length ? ` (${of.join(", ")})` : ""),
    ]);
  };
  const paths = lines((schema) =>
    schema.fields.map(({ path, type, description }) => [code(path), type, cell(description)]),
  );
  const patterns = lines((schema) =>
    schema.pseudo_fields.map(({ pattern, description }) => [code(pattern), cell(description)]),
  );
  return [
    rows([["path", "type", "what it is"], ["---", "---", "---"], ...paths]),
    `### For topvalues on ${purposes.join(" and ")}`,
    rows([["pattern", "what it counts"], ["---", "---"], ...patterns]),
  ].join("\n\n");
}

/** The whole page. */
export function toolsPage(): string {
  const listed = [...TOOLS.values()];
  return `${[
    INTRO.trimEnd(),
    "## Tools",
    rows([
      ["tool", "what it does"],
      ["---", "---"],
      ...listed.map(({ tool }) => [`[${code(tool.name)}](#${tool.name})`, cell(tool.description)]),
    ]),
    ...listed.map(tool),
    FIELDS.trimEnd(),
    SEVERAL.trimEnd(),
    "### Hosts: view and nmap",
    fields(["view", "nmap"]),
    `${HOST_SCRIPTS} ${list(KNOWN_KEYS)}`,
    "### Observations: passive",
    fields(["passive"]),
    `${PASSIVE_INFOS} ${list(KNOWN_INFOS)}`,
  ].join("\n\n")}\n`;
}

if (import.meta.main) {
  await Bun.write(PAGE, toolsPage());
  console.log(`wrote ${PAGE}`);
}
