import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PLUGIN_KNOB_NAMES } from "../../src/cli/plugin-knobs.ts";
import { pluginFiles } from "../../src/cli/plugins.ts";
import { UsageError } from "../../src/model/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "gadwall-plugin-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

function config(text: string): { config: string } {
  const path = join(folder, `${crypto.randomUUID()}.yaml`);
  writeFileSync(path, text, { mode: 0o600 });
  return { config: path };
}

const files = (args: Record<string, unknown>, env: Record<string, string> = {}) =>
  pluginFiles(args, { HOME: folder, ...env }, "linux");

test("none", () => expect(files({})).toBeNull());

describe.each(PLUGIN_KNOB_NAMES)("%s", (name) => {
  const variable = `GADWALL_${name.toUpperCase().replaceAll("-", "_")}`;
  const of = (found: ReturnType<typeof files>) => (name === "plugin" ? found?.others : found?.access);

  test("is an option, a variable and a key of the configuration", () => {
    const file = config(`${name}:\n  - /c/one.ts\n  - ~/two.ts\n`);
    expect(of(files(file))).toEqual(["/c/one.ts", join(homedir(), "two.ts")]);
    expect(of(files(config(`${name}: /c/one.ts\n`)))).toEqual(["/c/one.ts"]);
    expect(of(files({}, { [variable]: "/e/one.ts, /e/two.ts" }))).toEqual(["/e/one.ts", "/e/two.ts"]);
    expect(of(files({ [name]: ["/o/one.ts", "/o/two.ts"] }))).toEqual(["/o/one.ts", "/o/two.ts"]);
  });

  test("only an option may mean the current directory", () => {
    expect(of(files({ [name]: "./a.ts" }))).toEqual([resolve("a.ts")]);
    for (const path of ["a.ts", "./a.ts", "~a.ts"]) {
      expect(() => files({}, { [variable]: path })).toThrow(`${variable} must be a whole path`);
      expect(() => files(config(`${name}: ${path}\n`))).toThrow("must be a whole path");
    }
  });

  test("a name that got lost is a mistake", () => {
    for (const value of ["", " ", ","]) expect(() => files({ [name]: value })).toThrow(UsageError);
    expect(() => files({}, { [variable]: "," })).toThrow(`${variable} must name a file`);
    expect(() => files(config(`${name}: ""\n`))).toThrow("must name a file");
  });

  test("stands in docs/plugins.md", async () => {
    expect(await Bun.file(resolve(import.meta.dir, "../../docs/plugins.md")).text()).toContain(`\`--${name}`);
  });
});

test("of option, variable and key the first names the plugins, but access plugins add up", () => {
  const named = (name: string) =>
    files(
      { [name]: "/o.ts", ...config(`${name}: /c.ts\n`) },
      {
        [`GADWALL_${name.toUpperCase().replace("-", "_")}`]: "/e.ts",
      },
    );
  expect(named("plugin")).toEqual({ access: [], others: ["/o.ts"] });
  // An option that took the place of the configured ones would lift what they restrict.
  expect(named("access-plugin")).toEqual({ access: ["/o.ts", "/e.ts", "/c.ts"], others: [] });
  expect(() => files({ "access-plugin": "", ...config("access-plugin: /c.ts\n") })).toThrow(UsageError);
});

test("the folder: .ts and .js, sorted, after what is named", () => {
  const home = join(folder, "xdg");
  const plugins = join(home, "gadwall/plugins");
  mkdirSync(plugins, { recursive: true });
  for (const name of ["b.ts", "a.js", "gadwall.d.ts", ".hidden.ts", "notes.md", "c.json"])
    writeFileSync(join(plugins, name), "");
  expect(files({ plugin: "/x.ts" }, { XDG_CONFIG_HOME: home })).toEqual({
    access: [],
    others: ["/x.ts", join(plugins, "a.js"), join(plugins, "b.ts")],
  });
  // As the specification of these folders has it, a relative one is none: it would be the current directory's.
  expect(files({}, { XDG_CONFIG_HOME: "xdg" })).toBeNull();
});
