/**
 * What does not need accounts does not load them; what needs only users and keys does not load better-auth; what sends no
 * mail does not load what can.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const MAIN = resolve(import.meta.dir, "../../src/main.ts");
const MARK = "LOADED ";
let folder = "";

/** Says on standard error which files of interest are loaded. */
const WATCH = `
import { readFileSync } from "node:fs";
Bun.plugin({ name: "watch", setup(build) {
  build.onLoad({ filter: /(node_modules\\/(@?better-auth|hono|nodemailer)\\/|src\\/(accounts|http|mail)\\/).*\\.m?[jt]s$/ }, ({ path }) => {
    process.stderr.write("${MARK}" + path + "\\n");
    return { contents: readFileSync(path, "utf8"), loader: path.endsWith("ts") ? "ts" : "js" };
  });
} });
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-lazy-"));
  writeFileSync(join(folder, "watch.ts"), WATCH);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @param env more variables. @param until ends the program when its standard error has this. */
async function loadedBy(
  args: readonly string[],
  input = "",
  { env = {}, until = null }: { env?: Record<string, string>; until?: string | null } = {},
): Promise<string[]> {
  const child = Bun.spawn([process.execPath, "--preload", join(folder, "watch.ts"), MAIN, ...args], {
    cwd: folder,
    env: { HOME: folder, PATH: process.env.PATH, GADWALL_DB: join(folder, "x.duckdb"), ...env },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  child.stdin.write(input);
  child.stdin.end();
  let stderr = "";
  const decoder = new TextDecoder();
  const reading = (async () => {
    for await (const chunk of child.stderr) {
      stderr += decoder.decode(chunk, { stream: true });
      if (until !== null && stderr.includes(until)) child.kill();
    }
  })();
  await Promise.all([reading, child.stdout.text(), child.exited]);
  const lines = stderr.split("\n");
  return lines.filter((line) => line.startsWith(MARK)).map((line) => line.slice(MARK.length));
}

const INITIALIZE = `${JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
})}\n`;

test.each(["--version", "--help", "user --help", "key --help", "count", "info"])(
  "gadwall %s",
  async (words) => expect(await loadedBy(words.split(" "))).toEqual([]),
);

test("stdio", async () => {
  const loaded = await loadedBy(["mcp-server"], INITIALIZE);
  expect(loaded.filter((path) => /better-auth|hono|nodemailer|src\/http/.test(path))).toEqual([]);
});

test("users and keys: only the hash of a password needs better-auth, and of that one file", async () => {
  const add = await loadedBy(["user", "add", "ann@example.org"]);
  expect(add.some((path) => path.endsWith("src/accounts/accounts.ts"))).toBe(true);
  expect(add.filter((path) => path.includes("node_modules"))).toEqual([]);
  const key = await loadedBy(["key", "create", "ann@example.org", "--name", "x"]);
  expect(key.filter((path) => path.includes("node_modules"))).toEqual([]);
  const password = await loadedBy(
    ["user", "password", "ann@example.org", "--password-stdin"],
    "correct horse battery",
  );
  expect(password.filter((path) => path.includes("node_modules"))).toEqual([
    expect.stringContaining("@better-auth/utils/dist/password"),
  ]);
});

test("a server: what sends mail only where there is a mail server", async () => {
  await loadedBy(["user", "add", "bob@example.org"]);
  const serve = ["mcp-server", "--http", "--oauth", "--port", "0"];
  const sendsMail = async (env: Record<string, string>): Promise<boolean> => {
    const loaded = await loadedBy(serve, "", { env, until: "serving MCP" });
    expect(loaded.some((path) => path.includes("better-auth"))).toBe(true);
    return loaded.some((path) => path.includes("node_modules/nodemailer/"));
  };
  expect(await sendsMail({})).toBe(false);
  const mail = { GADWALL_SMTP_URL: "smtp://localhost:25", GADWALL_MAIL_FROM: "gadwall@example.org" };
  expect(await sendsMail({ ...mail, GADWALL_PUBLIC_URL: "https://scans.example.org" })).toBe(true);
});
