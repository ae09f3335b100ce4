import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configuredAccess, dataFolder, parseConfig, settingsOf } from "../../src/cli/settings.ts";
import { UsageError, UserError } from "../../src/model/errors.ts";

let folder: string;
let config: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-settings-"));
  mkdirSync(join(folder, "gadwall"));
  config = join(folder, "gadwall", "config.yaml");
  writeFileSync(config, "# mine\ndb: /from/config.duckdb\ngeo: off\n");
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

test("nothing comes from the current directory, also through relative XDG folders", () => {
  expect(settings({}, { HOME: "/home/me", XDG_DATA_HOME: "here", XDG_CONFIG_HOME: "." }).db).toBe(
    "/home/me/.local/share/gadwall/gadwall.duckdb",
  );
});

test("an option given twice is a usage error", () => {
  expect(() => settings({ db: ["a", "b"] }, {})).toThrow(UsageError);
});

test("data folders of the platforms", () => {
  expect(dataFolder({ HOME: "/u" }, "darwin")).toBe("/u/Library/Application Support/gadwall");
  expect(dataFolder({ HOME: "/u", LOCALAPPDATA: "/l" }, "win32")).toBe("/l/gadwall");
  expect(dataFolder({ HOME: "/u", XDG_DATA_HOME: "/x" }, "linux")).toBe("/x/gadwall");
});

test("a configuration that is wrong is told with its line", () => {
  expect(() => parseConfig("db: /x\ndbb: /y\n", "c.yaml")).toThrow(
    "c.yaml:2: there is no setting dbb. Did you mean db?",
  );
  expect(() => parseConfig("db: /x\ngeo: [1\n", "c.yaml")).toThrow("c.yaml:2: this is not YAML");
  expect(() => parseConfig("geo: on\ndb: [a]\n", "c.yaml")).toThrow("c.yaml:2: db must be one value");
  expect(() => parseConfig("- a\n", "c.yaml")).toThrow("c.yaml:1: write one");
  expect(parseConfig("# nothing\n", "c.yaml")).toEqual({});
});

test("a huge configuration is refused unread", () => {
  const big = join(folder, "big.yaml");
  writeFileSync(big, `# ${"x".repeat(70_000)}\n`);
  expect(() => settings({ config: big }, {})).toThrow("larger than");
});

test("access filters are a map in the configuration", () => {
  const path = join(folder, "access.yaml");
  const text = `db: /x
access:
  default: noaccess # nobody else!
  "@example.org": category:a,b
  group:red: "!category:DMZ port:443"
  ann@example.org: >-
    !category:DMZ
`;
  writeFileSync(path, text);
  expect(configuredAccess({ config: path }, {}, "linux")).toEqual({
    from: `access in ${path},`,
    filters: {
      default: "noaccess",
      "@example.org": "category:a,b",
      "group:red": "!category:DMZ port:443",
      "ann@example.org": "!category:DMZ",
    },
  });
  expect(settings({ config: path }, {}).db).toBe("/x");
  expect(configuredAccess({}, { HOME: "/nowhere" }, "linux").filters).toEqual({});
});

test.each([
  ["access: full\n", "c.yaml:1: access holds one"],
  ["db: x\naccess:\n", "c.yaml:2: access holds one"],
  ["access: [full]\n", "c.yaml:1: access holds one"],
  ["access:\n  group:red:\n", "access of group:red must be one text"],
  ["access:\n  group:red: 443\n", "access of group:red must be one text"],
  ["access:\n  group:red: [port:22 service:ssh]\n", "access of group:red must be one text"],
])("access filters that are none: %p", (text, sentence) =>
  expect(() => parseConfig(text, "c.yaml")).toThrow(sentence),
);

test.each([
  "access:\n  default: !category:DMZ port:443\n",
  "access:\n  default: # or else\n    !category:DMZ port:443\n",
  'access: {"default":!category:DMZ port:443}\n',
  "access:\n  default: !category:DMZ\n",
  "access:\n  default: &x noaccess\n  group:a: *x\n",
])("a word that YAML would take away from a filter is refused: %p", (text) =>
  expect(() => parseConfig(text, "c.yaml")).toThrow(/a value that begins with [!&] must stand in quotes/),
);

test.each([
  [
    "access:\n  default: noaccess\nport: 0\naccess:\n  bob@example.org: full\n",
    "c.yaml:4: access stands in line 1",
  ],
  ['access:\n  default: noaccess\n"acc\\u0065ss":\n  default: full\n', "each key once"],
  ["access:\n  default: noaccess\n  default: full\n", "each key once"],
  ['access: {"a@b.org": "x #", default: !category:LAN port:22}\n', 'one "key: value" a line below it'],
  ["{access: {default: noaccess}, access: {default: full}}\n", "each key once"],
  ["db: /a\ndb: /b\n", "c.yaml:2: db stands in line 1 already"],
])("no key may stand twice: %p", (text, sentence) =>
  expect(() => parseConfig(text, "c.yaml")).toThrow(sentence),
);
