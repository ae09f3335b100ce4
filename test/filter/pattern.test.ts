/** What becomes of users' regular expressions in DuckDB. */
import { beforeAll, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { searchscript } from "../../src/filter/build.ts";
import { compile } from "../../src/filter/compile.ts";
import { toRe2 } from "../../src/filter/pattern.ts";
import { emptyDatabase, hostRow, insert } from "../support/db.ts";

let connection: DuckDBConnection;

const LONG = "a".repeat(20_000);

beforeAll(async () => {
  connection = await emptyDatabase();
  await insert(connection, "view", "host", [hostRow(1, "192.0.2.1")]);
  await insert(connection, "view", "port", [
    { id: 1, host_id: 1, protocol: "tcp", port: 80, state_state: "open" },
  ]);
  await insert(connection, "view", "script", [
    {
      host_id: 1,
      port_id: 1,
      seq: 0,
      port: 80,
      id: "odd",
      output: LONG,
      key: "odd",
      data: JSON.stringify({ text: LONG }),
    },
  ]);
});

// DuckDB would make LIKE of the first ones, which goes back and forth, and other functions of literals.
const PATTERNS: readonly (readonly [pattern: string, flags: string])[] = [
  ["a.*a.*a.*a.*b", "s"],
  ["(?s)a.*a.*a.*b", ""],
  ["a(?s:.)*a(?s:.)*a(?s:.)*b", ""],
  ["(?:a.*a.*a.*b)", "s"],
  ["a.*\\Qa.*b", "s"],
  ["aaab", ""],
];

test.each(PATTERNS)("/%s/%s runs as the regular expression that it is", async (pattern, flags) => {
  const parameters = [toRe2(pattern, flags)];
  const plan = "EXPLAIN SELECT count(*) FROM view.script AS c WHERE regexp_matches(c.output, ?)";
  const text = String((await connection.runAndReadAll(plan, parameters)).getRows());
  expect(text).toContain("regexp_matches");
  expect(text).not.toMatch(/~~|contains|prefix|suffix/);
});

test.each([
  ["its output", searchscript({ name: "odd", output: "/a.*a.*a.*a.*b/s" })],
  [
    "its structured output",
    searchscript({ name: "odd", values: { text: { $regex: "a.*a.*a.*a.*b", $options: "s" } } }),
  ],
])("a regular expression on %s ends", async (_, filter) => {
  const { sql, parameters } = compile(filter, "view");
  const reader = await connection.runAndReadAll(
    `SELECT count(*) FROM view.host AS h WHERE ${sql}`,
    parameters,
  );
  expect(reader.getRows()).toEqual([[0n]]);
});

test.each([
  ["\\Qa.b", "a.b", true],
  ["\\Qa.b", "axb", false],
  ["\\Qa.b\\E.", "a.bc", true],
  ["a|b$", "ab", true],
  ["^b|a$", "xa", true],
  ["^b$", "a\nb", false],
])("/%s/ on %p: %p", async (pattern, text, expected) => {
  const reader = await connection.runAndReadAll("SELECT regexp_matches(?, ?)", [text, toRe2(pattern, "")]);
  expect(reader.getRows()).toEqual([[expected]]);
});
