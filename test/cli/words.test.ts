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
