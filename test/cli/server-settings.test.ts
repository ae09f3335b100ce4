import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { KNOB_NAMES, type KnobName, SERVER_KNOBS } from "../../src/cli/server-knobs.ts";
import { serverSettings } from "../../src/cli/server-settings.ts";
import { UsageError } from "../../src/model/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "gadwall-knobs-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A configuration file with this text, as an option. */
function config(text: string): { config: string } {
  const path = join(folder, `${crypto.randomUUID()}.yaml`);
  writeFileSync(path, text, { mode: 0o600 });
  return { config: path };
}

const settings = (args: Record<string, unknown>, env: Record<string, string> = {}) =>
  serverSettings({ http: true, ...args }, { HOME: folder, ...env }, "linux");

/** For each kind two different values as they are written, and what they mean. */
const EXAMPLES: Record<string, [[string, unknown], [string, unknown]]> = {
  secret: [
    ["s3cret", "s3cret"],
    ["0ther", "0ther"],
  ],
  text: [
    ["/one", "/one"],
    ["/two", "/two"],
  ],
  list: [
    ["a.example,b.example", ["a.example", "b.example"]],
    ["c.example", ["c.example"]],
  ],
  switch: [
    ["true", true],
    ["false", false],
  ],
  number: [
    ["17", 17],
    ["18", 18],
  ],
  period: [
    ["2h", 7200],
    ["90", 90],
  ],
};

describe.each(KNOB_NAMES)("%s", (name) => {
  const { kind } = SERVER_KNOBS[name];
  const [[first, one], [second, two]] = EXAMPLES[kind]!;
  const variable = `GADWALL_${name.toUpperCase().replaceAll("-", "_")}`;
  const value = (args: Record<string, unknown>, env: Record<string, string> = {}): unknown =>
    serverSettings(name === "http" ? args : { http: true, ...args }, { HOME: folder, ...env }, "linux")[name];

  const isSecret = kind === "secret";

  test("is an option (but for a secret), a variable and a key of the configuration", () => {
    if (!isSecret) expect(value({ [name]: kind === "switch" ? one : first })).toEqual(one);
    expect(value({}, { [variable]: first })).toEqual(one);
    expect(value(config(`${name}: ${first}\n`))).toEqual(one);
  });

  test("in this order", () => {
    const file = config(`${name}: ${second}\n`);
    expect(value(file)).toEqual(two);
    expect(value(file, { [variable]: first })).toEqual(one);
    if (!isSecret) expect(value({ ...file, [name]: second }, { [variable]: first })).toEqual(two);
  });

  test("stands in docs/deploy.md", () => {
    const page = readFileSync(resolve(import.meta.dir, "../../docs/deploy.md"), "utf8");
    expect(page).toContain(`\n| \`${name}\` |`);
  });
});

test.each(KNOB_NAMES.filter((name) => SERVER_KNOBS[name].kind === "secret"))(
  "--%s shows a secret",
  (name) => {
    const sentence = `the variable GADWALL_${name.toUpperCase().replaceAll("-", "_")}, or as ${name} in the config`;
    for (const value of ["x", "", ["x", "y"]]) expect(() => settings({ [name]: value })).toThrow(sentence);
    expect(() => serverSettings({ [name]: "x" }, { HOME: folder }, "linux")).toThrow(sentence);
  },
);

test("what is usual", () => {
  expect(settings({})).toEqual({
    http: true,
    bind: "127.0.0.1",
    port: 9100,
    path: "/mcp",
    "public-url": null,
    "allowed-host": [],
    "trusted-proxy": [],
    cors: [],
    "allow-anonymous": false,
    "rate-limit": 240,
    "max-sessions": 1024,
    "session-idle": 1800,
    "max-connections": 1024,
    metrics: false,
    "log-json": false,
    oauth: false,
    "oauth-registration": true,
    "oauth-request-ttl": 600,
    "oauth-code-ttl": 600,
    "oauth-access-ttl": 3600,
    "oauth-refresh-ttl": 2_592_000,
    "openid-issuer": null,
    "openid-client-id": null,
    "openid-client-secret": null,
    "smtp-url": null,
    "mail-from": null,
  });
});

test("lists: repeated options, comma lists, YAML lists", () => {
  expect(settings({ cors: ["https://a.example", "https://b.example, *"] }).cors).toEqual([
    "https://a.example",
    "https://b.example",
    "*",
  ]);
  expect(settings(config("cors:\n  - https://a.example\n  - '*'\n")).cors).toEqual([
    "https://a.example",
    "*",
  ]);
  expect(() => settings(config("cors: [a]\n"))).toThrow("a value that begins with [ must stand in quotes");
  expect(() => settings(config("port:\n  - 1\n"))).toThrow("port must be one value");
});

test("a refresh token may live for ever, others may not", () => {
  expect(settings({ "oauth-refresh-ttl": "never" })["oauth-refresh-ttl"]).toBeNull();
  expect(() => settings({ "oauth-access-ttl": "never" })).toThrow(UsageError);
});

test.each<[KnobName, string | string[], string]>([
  ["port", "65536", "--port must be a whole number from 0 to 65535"],
  ["port", "-1", "--port must be a whole number"],
  ["port", "1e3", "--port must be a whole number"],
  ["port", ["1", "2"], "--port was given more than once"],
  ["bind", "", "--bind must not be empty"],
  ["session-idle", "5 minutes", "--session-idle must be a time"],
  ["oauth-code-ttl", "29", "at least 30 seconds"],
  ["oauth-request-ttl", "29s", "at least 30 seconds"],
  ["oauth-access-ttl", "59", "at least 60 seconds"],
  ["path", "mcp", "is no path of an endpoint"],
  ["path", "/a/../b", "is no path of an endpoint"],
  ["path", "/:id", "is no path of an endpoint"],
  ["path", "/metrics", "is taken by another page"],
  ["path", "/.well-known/x", "is taken by another page"],
  ["path", "/token", "is taken by another page"],
  ["path", "/consent", "is taken by another page"],
  ["path", "/sign-in/x", "is taken by another page"],
])("--%s %p is refused", (name, value, message) => {
  expect(() => settings({ [name]: value })).toThrow(message);
});

test("a wrong value in a variable or in the file is told with its place", () => {
  expect(() => settings({}, { GADWALL_PORT: "many" })).toThrow("GADWALL_PORT must be");
  expect(() => settings({}, { GADWALL_METRICS: "perhaps" })).toThrow("GADWALL_METRICS must be true or false");
  expect(() => settings(config("port: many\n"))).toThrow("port in ");
  expect(() => settings(config("prot: 1\n"))).toThrow("there is no setting prot. Did you mean port?");
});

test("options without --http are a mistake, variables and keys are for when it is on", () => {
  expect(() => serverSettings({ port: "1" }, { HOME: folder }, "linux")).toThrow(
    "--port means something together",
  );
  expect(serverSettings({}, { HOME: folder, GADWALL_PORT: "1" }, "linux").http).toBe(false);
  expect(serverSettings({ port: "1" }, { HOME: folder, GADWALL_HTTP: "1" }, "linux").port).toBe(1);
});

test("a slash at the end of the path does not matter", () => {
  expect(settings({ path: "/team/mcp/" }).path).toBe("/team/mcp");
  expect(settings({ path: "/" }).path).toBe("/");
});
