/** What IVRE's describe_schema publishes (spec ivre §6.5) must be in ours. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Purpose } from "../../src/model/purpose.ts";
import { describeSchema } from "../../src/query/schema.ts";

interface Published {
  fields: { path: string; type: string }[];
  pseudo_fields: { pattern: string }[];
}

const QUERIES = resolve(import.meta.dir, "../../../shared/oracle/queries.json");
const published: [Purpose, Published][] = existsSync(QUERIES)
  ? (JSON.parse(readFileSync(QUERIES, "utf8")) as { op: string; purpose: Purpose; result: Published }[])
      .filter(({ op }) => op === "describe_schema")
      .map(({ purpose, result }) => [purpose, result])
  : [];

/** Where IVRE's own records are not of the type that it publishes; ours says what is there. */
const TRUER: Readonly<Record<string, string>> = {
  "view source": "array[string]",
  "nmap os.osmatch[].accuracy": "string",
  "view os.osmatch[].accuracy": "string",
  "nmap os.osclass[].accuracy": "string",
  "view os.osclass[].accuracy": "string",
  "passive infos.subject": "object",
  "passive infos.issuer": "object",
};

/** The patterns that one with optional parts stands for: `a[:<b>][.<c>]` is a, a:<b>, a.<c> and a:<b>.<c>. */
function written(pattern: string): string[] {
  const optional = /\[([^\]]*)\]/.exec(pattern);
  if (optional === null) return [pattern];
  const [before, after] = pattern.split(optional[0]) as [string, string];
  return [...written(before + after), ...written(before + optional[1] + after)];
}

/** What stands in angle brackets is called otherwise here and there. */
const shape = (pattern: string): string => pattern.replace(/<\w+>/g, "<>");

/** Written out here. */
const SPLIT: Readonly<Record<string, readonly string[]>> = {
  "httphdr.<field>": ["httphdr.name", "httphdr.value"],
};

describe.skipIf(published.length === 0).each(published)("%s", (purpose, theirs) => {
  const ours = describeSchema(purpose);

  test("paths, with their types", () => {
    const types = new Map(ours.fields.map(({ path, type }) => [path, type]));
    const expected = theirs.fields.map(
      ({ path, type }) => [path, TRUER[`${purpose} ${path}`] ?? type] as const,
    );
    expect(expected.map(([path]) => [path, types.get(path) as string])).toEqual(
      expected as [string, string][],
    );
  });

  test("patterns", () => {
    const known = new Set(ours.pseudo_fields.map(({ pattern }) => shape(pattern)));
    const expected = theirs.pseudo_fields
      .flatMap(({ pattern }) => SPLIT[pattern] ?? written(pattern))
      .map(shape);
    expect(expected.filter((pattern) => !known.has(pattern))).toEqual([]);
  });
});
