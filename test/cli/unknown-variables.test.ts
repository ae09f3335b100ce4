import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { unknownVariables } from "../../src/cli/unknown-variables.ts";

test("a misspelt variable is told, with what was meant, and without its value", () => {
  expect(
    unknownVariables({ GADWALL_PORTS: "s3cret", GADWALL_ACCES_PLUGIN: "/x.ts", GADWALL_NOSUCHTHING: "1" }),
  ).toEqual([
    "WARNING: GADWALL_PORTS means nothing here. Did you mean GADWALL_PORT?",
    "WARNING: GADWALL_ACCES_PLUGIN means nothing here. Did you mean GADWALL_ACCESS_PLUGIN?",
    "WARNING: GADWALL_NOSUCHTHING means nothing here.",
  ]);
});

test("what is empty, another program's, or ours is not", () => {
  expect(
    unknownVariables({ GADWALL_X: "", HOME: "/x", MY_GADWALL_PORT: "1", GADWALL_RATE_LIMIT: "1" }),
  ).toEqual([]);
});

test("a name cannot write to the terminal", () => {
  expect(unknownVariables({ "GADWALL_\u001b[2J": "1" })[0]).not.toContain("\u001b");
});

test("every variable that the sources read is known", async () => {
  const read = new Set<string>();
  for await (const path of new Bun.Glob("src/**/*.ts").scan(resolve(import.meta.dir, "../.."))) {
    const text = await Bun.file(resolve(import.meta.dir, "../..", path)).text();
    for (const [name] of text.matchAll(/(?<=\benv\.)GADWALL_[A-Z_]+/g)) read.add(name);
  }
  expect(read.size).toBeGreaterThan(2);
  expect(unknownVariables(Object.fromEntries([...read].map((name) => [name, "x"])))).toEqual([]);
});
