import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseConfig, readConfig } from "../../src/cli/config.ts";
import { SERVER_KNOBS } from "../../src/cli/server-knobs.ts";
import { configuredAccess, settingsOf } from "../../src/cli/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "gadwall-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const isRoot = process.getuid?.() === 0;

/** A configuration file in a folder of its own. */
function file(text: string, mode = 0o600): string {
  const path = join(mkdtempSync(join(folder, "c-")), "config.yaml");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test("what is wrong is told with its line", () => {
  expect(() => parseConfig("db: /x\ndbb: /y\n", "c.yaml")).toThrow(
    "c.yaml:2: there is no setting dbb. Did you mean db?",
  );
  expect(() => parseConfig("db: /x\nacces:\n  default: full\n", "c.yaml")).toThrow("Did you mean access or");
  expect(() => parseConfig("geo: on\ndb:\n  - a\n", "c.yaml")).toThrow("c.yaml:2: db must be one value");
  expect(() => parseConfig("geo: on\ndb:\n", "c.yaml")).toThrow("c.yaml:2: db must be one value");
  expect(() => parseConfig("cors:\n", "c.yaml")).toThrow("cors must be one value or a list of values");
  expect(() => parseConfig("cors:\n  a: b\n", "c.yaml")).toThrow(
    "cors must be one value or a list of values",
  );
  expect(parseConfig("# nothing\n", "c.yaml")).toEqual({});
});

test.each(["deploy.md", "access.md"])("the examples of docs/%s", (page) => {
  const text = readFileSync(resolve(import.meta.dir, "../../docs", page), "utf8");
  const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)];
  expect(examples.length).toBeGreaterThan(0);
  for (const [, example] of examples) expect(parseConfig(example!, page).access?.default).toBe("noaccess");
});

test("a huge configuration is refused unread", () => {
  expect(() => readConfig(file(`# ${"x".repeat(70_000)}\n`), true)).toThrow("larger than");
});

test("access filters are a map", () => {
  const path = file(`db: /x
access:
  default: noaccess # nobody else!
  "@example.org": category:a,b
  group:red: "!category:DMZ port:443"
`);
  expect(configuredAccess({ config: path }, {}, "linux")).toEqual({
    from: `access in ${path},`,
    filters: {
      default: "noaccess",
      "@example.org": "category:a,b",
      "group:red": "!category:DMZ port:443",
    },
  });
  expect(settingsOf({ config: path }, {}).db).toBe("/x");
  expect(configuredAccess({}, { HOME: "/nowhere" }, "linux").filters).toEqual({});
});

test("no key of a filter gets lost, whatever it means to JavaScript", () => {
  const { access } = parseConfig("access:\n  __proto__: noaccess\n  constructor: full\n", "c.yaml");
  expect(Object.entries(access!)).toEqual([
    ["__proto__", "noaccess"],
    ["constructor", "full"],
  ]);
});

test.each([
  ["access: full\n", "c.yaml:1: access holds one"],
  ["db: x\naccess:\n", "c.yaml:2: access holds one"],
  ["access:\n  - full\n", "c.yaml:1: access holds one"],
  ["access:\n  group:red:\n", "c.yaml:2: write one"],
  ["access:\n  group:red:\n    - port:22\n", "c.yaml:2: write one"],
])("access filters that are none: %p", (text, sentence) =>
  expect(() => parseConfig(text, "c.yaml")).toThrow(sentence),
);

describe("whose file it is", () => {
  test("ours, in a folder of ours or one like /tmp; readable to everybody while it holds no secret", () => {
    expect(readConfig(file("db: /x\n", 0o644), true)?.values).toEqual({ db: "/x" });
    const path = file("db: /x\n");
    chmodSync(join(path, ".."), 0o1777);
    expect(readConfig(path, true)?.values).toEqual({ db: "/x" });
    chmodSync(join(path, ".."), 0o700);
  });

  test.each([0o620, 0o602, 0o666])("one with rights %o is refused", (mode) => {
    const path = file("db: /x\n", mode);
    expect(() => readConfig(path, true)).toThrow(
      `The configuration ${path} is not to be trusted: other users may write to ${path}: chmod go-w it.`,
    );
    // The usual one need not be there, but where it is, it must be good.
    expect(() => readConfig(path, false)).toThrow("chmod go-w it");
  });

  test.each([0o777, 0o770])("one in a folder with rights %o is refused", (mode) => {
    const path = file("db: /x\n");
    chmodSync(join(path, ".."), mode);
    expect(() => readConfig(path, true)).toThrow(
      `other users may write to ${join(path, "..")}: chmod go-w it`,
    );
    chmodSync(join(path, ".."), 0o700);
  });

  test("a link counts for what it leads to", () => {
    const target = file("db: /x\n", 0o606);
    const link = join(mkdtempSync(join(folder, "l-")), "config.yaml");
    symlinkSync(target, link);
    expect(() => readConfig(link, true)).toThrow(`other users may write to ${target}`);
  });

  test("what is no file", () => {
    const path = join(folder, "d.yaml");
    mkdirSync(path);
    expect(() => readConfig(path, false)).toThrow("is not a file");
  });

  test.skipIf(!isRoot)("somebody else's is refused", () => {
    const path = file("db: /x\n");
    chownSync(path, 12_345, 12_345);
    expect(() => readConfig(path, true)).toThrow(
      `${path} belongs to user id 12345, neither to you nor to root`,
    );
  });
});

describe.each(Object.entries(SERVER_KNOBS).filter(([, { kind }]) => kind === "secret"))("%s", (name) => {
  test("in a file that others may read is refused", () => {
    const path = file(`${name}: x\n`, 0o604);
    expect(() => readConfig(path, true)).toThrow(
      new RegExp(
        `^The configuration ${path} holds ${name}, and other users may read it: chmod g?o-r ${path}\\.$`,
      ),
    );
    chmodSync(path, 0o600);
    expect(readConfig(path, true)?.values).toEqual({ [name]: "x" });
  });

  test.skipIf(!isRoot)("may be read by the group of a file of root's", () => {
    expect(readConfig(file(`${name}: x\n`, 0o640), true)?.values).toEqual({ [name]: "x" });
  });
});
