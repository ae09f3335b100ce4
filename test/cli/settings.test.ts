import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsOf } from "../../src/cli/settings.ts";
import { UsageError, UserError } from "../../src/model/errors.ts";

let folder: string;
let config: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-settings-"));
  mkdirSync(join(folder, "gadwall"), { mode: 0o700 });
  config = join(folder, "gadwall", "config.yaml");
  writeFileSync(config, "# mine\ndb: /from/config.duckdb\ngeo: off\n", { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const settings = (args: Record<string, unknown>, env: Record<string, string>) =>
  settingsOf(args, env, "linux");

test("an option wins over a variable, a variable over the file, the file over the default", () => {
  const env = { HOME: "/home/me", XDG_CONFIG_HOME: folder, GADWALL_DB: "/from/variable" };
  expect(settings({ db: "/from/option" }, env).db).toBe("/from/option");
  expect(settings({}, env).db).toBe("/from/variable");
  expect(settings({}, { ...env, GADWALL_DB: "" }).db).toBe("/from/config.duckdb");
  expect(settings({}, { HOME: "/home/me" }).db).toBe("/home/me/.local/share/gadwall/gadwall.duckdb");
});

test("switches: --no-geo, GADWALL_GEO, geo in the file", () => {
  const env = { HOME: "/home/me" };
  expect(settings({}, env).geo).toBe(true);
  expect(settings({ geo: false }, { ...env, GADWALL_GEO: "1" }).geo).toBe(false);
  expect(settings({}, { ...env, GADWALL_GEO: "no" }).geo).toBe(false);
  expect(settings({}, { ...env, XDG_CONFIG_HOME: folder }).geo).toBe(false);
  expect(() => settings({}, { ...env, GADWALL_GEO: "perhaps" })).toThrow("GADWALL_GEO must be true or false");
});

test("a named configuration must be there, the usual one need not", () => {
  expect(() => settings({ config: join(folder, "missing.yaml") }, {})).toThrow(UserError);
  expect(settings({ config }, { HOME: "/x" }).db).toBe("/from/config.duckdb");
  expect(settings({}, { HOME: "/nowhere" }).geo).toBe(true);
});

test("one that is called config.yml is not passed over", () => {
  const other = mkdtempSync(join(folder, "yml-"));
  mkdirSync(join(other, "gadwall"), { mode: 0o700 });
  writeFileSync(join(other, "gadwall", "config.yml"), "access:\n  default: noaccess\n", { mode: 0o600 });
  const env = { HOME: "/home/me", XDG_CONFIG_HOME: other };
  expect(() => settings({}, env)).toThrow("config.yml is not read: call it config.yaml");
  writeFileSync(join(other, "gadwall", "config.yaml"), "geo: off\n", { mode: 0o600 });
  expect(settings({}, env).geo).toBe(false);
});

test("nothing comes from the current directory, also through relative XDG folders", () => {
  expect(settings({}, { HOME: "/home/me", XDG_DATA_HOME: "here", XDG_CONFIG_HOME: "." }).db).toBe(
    "/home/me/.local/share/gadwall/gadwall.duckdb",
  );
});

test("an option given twice is a usage error", () => {
  expect(() => settings({ db: ["a", "b"] }, {})).toThrow(UsageError);
});
