import { expect, test } from "bun:test";
import { dirname, resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "../..");

/** Every module that comes with a module. */
async function loadedWith(module: string): Promise<string[]> {
  const found = new Set<string>();
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const visit = async (path: string): Promise<void> => {
    if (found.has(path)) return;
    found.add(path);
    if (!path.endsWith(".ts")) return;
    for (const { path: name, kind } of transpiler.scanImports(await Bun.file(path).text()))
      if (kind === "import-statement")
        await visit(name.startsWith(".") ? resolve(dirname(path), name) : name);
  };
  await visit(resolve(ROOT, module));
  return [...found].map((path) => path.replace(`${ROOT}/`, "")).sort();
}

test("--version loads nothing but how to print", async () => {
  expect(await loadedWith("src/main.ts")).toEqual([
    "package.json",
    "src/cli/report-error.ts",
    "src/cli/terminal.ts",
    "src/main.ts",
    "src/model/amount.ts",
    "src/model/errors.ts",
    "src/model/others-code.ts",
    "src/model/text.ts",
    "src/model/thrown.ts",
  ]);
});

test("the command line loads neither database nor MCP", async () => {
  const loaded = await loadedWith("src/cli/program.ts");
  // Of feeds only names of values, which options and their help tell, and of reasons.
  const names = [
    "analysis/types.ts",
    "catalogue/vocabulary.ts",
    "find-values.ts",
    "metrics/health-classes.ts",
    "parse/address-line.ts",
    "skipped.ts",
  ];
  const others = loaded.filter((path) => !names.includes(path.replace("src/feeds/", "")));
  const rooms = others.map((path) => path.replace(/^(src\/[^/]+)\/.*$/, "$1"));
  expect([...new Set(rooms)]).toEqual(["node:fs", "node:os", "node:path", "src/cli", "src/model", "yargs"]);
});
