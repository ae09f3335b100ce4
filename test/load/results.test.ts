import { expect, test } from "bun:test";
import { Outcome } from "../../src/load/results.ts";

test("a few warnings are told in full, the others counted", () => {
  const outcome = new Outcome();
  const warn = (message: string): void => outcome.take({ kind: "warning", message });
  for (const message of ["a", "b", "c"]) warn(message);
  expect(outcome.message).toBe("a; b; c");
  warn("d");
  expect(outcome.message).toBe("a; b; c; and 1 more warning");
  warn("e");
  expect(outcome.message).toBe("a; b; c; and 2 more warnings");
});
