/** The suite of the protocol's makers against the executable, in all the revisions that it knows. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Place, type Served } from "../e2e/serving.ts";

const PACKAGES = resolve(import.meta.dir, "../../node_modules");

/** Words of what each expected failure says, by "scenario/check". */
const EXPECTED = Bun.YAML.parse(
  readFileSync(join(import.meta.dir, "expected-failures.yaml"), "utf8"),
) as Record<string, Record<string, string>>;

const place = new Place();
let served: Served;
beforeAll(async () => {
  await place.importScan();
  // It has no way to show a token; and everything it asks is asked within seconds.
  served = await place.serve("--rate-limit", "0");
});
afterAll(() => place.remove());

interface Check {
  id: string;
  status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  errorMessage?: string;
}

test.each([
  // The number of scenarios: a suite that runs none of them has no failures.
  ["package 0.1, --suite all", "conformance-0.1", ["--suite", "all"], 32],
  ["package 0.2, --requirements 2025-11-25", "conformance-0.2", ["--requirements", "2025-11-25"], 33],
  ["package 0.2, --requirements 2026-07-28", "conformance-0.2", ["--requirements", "2026-07-28"], 50],
])("%s", async (name, suite, options, scenarios) => {
  const results = join(place.folder, name);
  const child = Bun.spawn(
    // It wants a newer Node than we ask for.
    [
      process.execPath,
      join(PACKAGES, suite, "dist/index.js"),
      "server",
      "--url",
      served.url,
      ...options,
      "-o",
      results,
    ],
    { cwd: place.folder, stdin: "ignore", stdout: "ignore", stderr: "pipe" },
  );
  const [said] = await Promise.all([child.stderr.text(), child.exited]);
  const folders = readdirSync(results);
  expect({ said, scenarios: folders.length }).toEqual({ said: "", scenarios });

  const expected = EXPECTED[name]!;
  const found: Record<string, string> = {};
  let passed = 0;
  for (const folder of folders) {
    const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT[\dZ-]+$/.exec(folder)![1];
    const checks = JSON.parse(readFileSync(join(results, folder, "checks.json"), "utf8")) as Check[];
    for (const { id, status, errorMessage = "" } of checks) {
      if (status === "SUCCESS") passed++;
      if (status !== "FAILURE" && status !== "WARNING") continue;
      const check = `${scenario}/${id}`;
      const words = expected[check];
      found[check] = words !== undefined && errorMessage.includes(words) ? words : errorMessage;
    }
  }
  expect(found).toEqual(expected);
  expect(passed).toBeGreaterThan(0);
});
