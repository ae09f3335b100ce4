/** Programs of Debian that some tests need. */
import { describe } from "bun:test";
import { existsSync } from "node:fs";

/**
 * Tests that need programs, by path: on a machine of somebody who has not all of them they are skipped, which says
 * why; where CI runs (CI=true) they are run all the same, and fail.
 */
export function describeWith(programs: readonly string[], name: string, tests: () => void): void {
  const missing = programs.filter((program) => !existsSync(program));
  if (missing.length === 0 || process.env.CI === "true") describe(name, tests);
  else describe.skip(`${name} (${missing.join(", ")} missing: apt-get install)`, tests);
}
