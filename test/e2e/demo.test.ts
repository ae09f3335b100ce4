/** What `npm run demo` runs: a demo that fails would be the first thing a new user sees. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pkg from "../../package.json" with { type: "json" };

const ROOT = resolve(import.meta.dir, "../..");

let folder = "";

beforeAll(() => {
  if (!existsSync(join(ROOT, "dist/gadwall")))
    throw new Error('dist/gadwall is missing: run "npm run build" first');
  folder = mkdtempSync(join(tmpdir(), "gadwall-demo-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script of the fixtures to its end. */
function script(...args: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      XDG_CACHE_HOME: join(folder, "cache"),
      TMPDIR: folder,
    },
  });
  return { exitCode, out: `${stdout}${stderr}` };
}

test("the demo's answers are right", () => {
  const [, command] = pkg.scripts.demo.split(" && bun ");
  const { exitCode, out } = script(command!);
  expect(out).toContain("5 of 5 answers equal fixtures/expected.json");
  expect(exitCode).toBe(0);
});

test("the answers expected are those computed from the XML", async () => {
  const made = join(folder, "expected.json");
  expect(script("fixtures/make-expected.ts", made).exitCode).toBe(0);
  expect(await Bun.file(made).json()).toEqual(await Bun.file(join(ROOT, "fixtures/expected.json")).json());
});
