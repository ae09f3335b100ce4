import { expect, test } from "bun:test";
import { guarded, unguarded, unguardedArguments } from "../../src/cli/words.ts";

test("a lone dash, quoted texts and what follows -- pass the parser unchanged", () => {
  const words = ["get", "-", '"a b"', "'c'", "--limit", "1", "--", "-x", "y"];
  const passed = guarded(words);
  expect(passed.filter((word) => word.startsWith("-"))).toEqual(["--limit"]);
  expect(passed.map(unguarded)).toEqual(["get", "-", '"a b"', "'c'", "--limit", "1", "-x", "y"]);
  expect(unguardedArguments({ query: passed.slice(1, 3), limit: "1", json: true })).toEqual({
    query: ["-", '"a b"'],
    limit: "1",
    json: true,
  });
});

test("SQL that begins with a comment is no option", () => {
  for (const sql of [
    "-- ports\nSELECT 1",
    "--ports of all\nSELECT 1",
    "--\nSELECT 1",
    "-- a = b\nSELECT 1",
  ]) {
    const [, passed] = guarded(["sql", sql]);
    expect(passed?.startsWith("-")).toBe(false);
    expect(unguarded(passed!)).toBe(sql);
  }
  for (const option of ["--json", "--limit=1", "--db=a b", "--db=a\nb", "--", "--no-geo"])
    expect(guarded(["sql", option]).filter((word) => word.startsWith("\0"))).toEqual([]);
});
