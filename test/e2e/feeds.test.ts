/** Threat feeds as people and agents use them, through the executable: lists in, questions, lists out, gone again. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const BINARY = resolve(import.meta.dir, "../../dist/gadwall");
const FIXTURES = resolve(import.meta.dir, "../../fixtures/feeds");

let folder = "";
let db = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: run "npm run build" first`);
  folder = mkdtempSync(join(tmpdir(), "gadwall-feeds-e2e-"));
  db = join(folder, "feeds.duckdb");
  env = {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    XDG_CACHE_HOME: join(folder, "cache"),
    XDG_CONFIG_HOME: join(folder, "config"),
    GADWALL_DB: db,
  };
  cpSync(FIXTURES, join(folder, "lists"), { recursive: true });
  const { code, stderr } = await gadwall(["feeds", "import", "lists"]);
  expect({ code, end: stderr.trimEnd().split("\n").at(-1) }).toEqual({
    code: 0,
    end: expect.stringMatching(/^5 lists imported, 6 files with facts, 3 other files passed over; /),
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the binary in the test's folder. */
function start(args: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(BINARY, args, { cwd: folder, env: { ...env, ...more } });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((done) => child.on("close", (code) => done({ code, stdout, stderr })));
  return { child, ended };
}

/** Runs it to its end. */
function gadwall(args: readonly string[], input = "", more: Record<string, string> = {}): Promise<Ended> {
  const { child, ended } = start(args, more);
  child.stdin.end(input);
  return ended;
}

async function json(args: readonly string[], input = ""): Promise<{ code: number | null; value: unknown }> {
  const { code, stdout, stderr } = await gadwall(args, input);
  if (stdout === "") throw new Error(stderr);
  return { code, value: JSON.parse(stdout) };
}

describe("importing", () => {
  test("the same again changes nothing; --json tells of every file", async () => {
    const before = statSync(db).ino;
    const { code, value } = await json([
      "feeds",
      "import",
      "lists/example_wrong.netset",
      "lists/hostile.ipset",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(value).toMatchObject({ imported: 0, files: [{ status: "current" }, { status: "current" }] });
    expect(statSync(db).ino).toBe(before);
  });

  test("what fails gives exit code 1, and the rest is imported all the same", async () => {
    writeFileSync(join(folder, "good.txt"), "10.9.0.0/16\n010.0.0.1\n");
    const { code, stdout, stderr } = await gadwall(["feeds", "import", "missing", "good.txt"]);
    expect({ code, stdout, lines: stderr.split("\n").slice(0, 3) }).toEqual({
      code: 1,
      stdout: "",
      lines: [
        "[1/2] missing: failed, there is no such file",
        "[2/2] good: 65536 addresses in 1 range, 1 line left out",
        "    1 holds a number with a leading zero, which some programs read as octal: line 2 (010.0.0.1)",
      ],
    });
    const quiet = await gadwall(["feeds", "import", "-q", "missing", "good.txt"]);
    expect(quiet).toEqual({
      code: 1,
      stdout: "",
      stderr: "[1/2] missing: failed, there is no such file\n",
    });
  });

  test("standard input needs a name; a wrong command line is exit code 2", async () => {
    expect(await gadwall(["feeds", "import", "-"], "10.9.9.9\n")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("name the feed with --name"),
    });
    const { code, value } = await json(
      ["feeds", "import", "-", "--name", "piped", "--column", "ip", "--json", "-q"],
      '[{"ip":"10.9.9.9"},{"ip":"2001:db8::9"}]',
    );
    expect({ code, value }).toMatchObject({
      code: 0,
      value: { files: [{ feed: "piped", entries: 2, ips4: 1, ranges6: 1 }] },
    });
    expect((await gadwall(["feeds", "import"])).code).toBe(2);
    expect((await gadwall(["feeds", "import", "good.txt", "--name", "../x"])).code).toBe(2);
  });

  test("an import that is killed leaves everything as it was, and the next one cleans up", async () => {
    const before = readFileSync(db);
    const names = readdirSync(folder);
    const { child, ended } = start(["feeds", "import", "-", "--name", "piped"]);
    child.stdin.write("10.9.9.10\n");
    const drafts = (): string[] => readdirSync(folder).filter((name) => !names.includes(name));
    while (!drafts().some((name) => /draft|new|part|tmp|build/.test(name))) await Bun.sleep(5);
    child.kill("SIGKILL");
    await ended;
    expect(readFileSync(db).equals(before)).toBe(true);
    expect(drafts().length).toBeGreaterThan(0);
    expect(await gadwall(["feeds", "import", "-q", "-", "--name", "piped"], "10.9.9.11\n")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(drafts().filter((name) => name !== "feeds.duckdb.bak")).toEqual([]);
  });
});

describe("asking", () => {
  test("list, show, find, analysis", async () => {
    const { value } = await json(["feeds", "list", "--json"]);
    expect((value as { name: string }[]).map(({ name }) => name)).toEqual([
      "example_merge",
      "example_networks",
      "example_v6",
      "example_wrong",
      "good",
      "hostile",
      "piped",
    ]);
    const shown = await gadwall(["feeds", "show", "EXAMPLE_wrong"]);
    expect(shown.stdout).toContain("the header promises 3 subnets, but the list has 2 lines of them");
    expect(await gadwall(["feeds", "show", "example_vv"])).toMatchObject({
      code: 1,
      stderr: 'gadwall: there is no feed "example_vv" here. Did you mean example_v6?\n',
    });
    const found = await gadwall(["feeds", "find", "--search", "documentation", "--no-details"]);
    expect(found.stdout.split("\n")[2]).toStartWith("example_v6|");
    expect((await gadwall(["feeds", "find", "--category", "anonymiser"])).code).toBe(2);
    const page = await gadwall(["feeds", "analysis", "feed", "example_networks"]);
    expect(page.stdout).toStartWith("# example_networks\n");
    expect((await gadwall(["feeds", "analysis", "maintainer", "Example", "Org"])).stdout).toStartWith(
      "# Example Org\n",
    );
    for (const { stdout } of [found, page, await gadwall(["feeds", "analysis", "feed", "hostile"])])
      expect(stdout).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e]/u);
  });

  test("look-ups say by exit code whether anything is listed", async () => {
    const listed = await json(["feeds", "lookup", "192.0.2.1", "2001:db8:0:1::5", "--json"]);
    const feeds = (listed.value as { query: string; listings: { feed: string }[] }[]).map(
      ({ query, listings }) => [query, listings.map(({ feed }) => feed).sort()],
    );
    expect({ code: listed.code, feeds }).toEqual({
      code: 0,
      feeds: [
        ["192.0.2.1", ["example_merge", "example_networks", "example_wrong", "hostile"]],
        ["2001:db8:0:1::5", ["example_v6"]],
      ],
    });
    expect((await gadwall(["feeds", "lookup"], "8.8.8.8\n")).code).toBe(1);
    expect((await gadwall(["feeds", "lookup", "no-address"])).code).not.toBe(0);
    const then = await gadwall(["feeds", "lookup", "192.0.2.1", "--at", "2001-01-01"]);
    expect(then).toMatchObject({ code: 1, stderr: expect.stringContaining("nothing is known of that time") });
    expect((await gadwall(["feeds", "lookup", "192.0.2.1", "--at", "2999-01-01"])).code).toBe(2);
    const log = "sshd: refused 203.0.113.77 port 22\nsshd: accepted 8.8.8.8\n";
    const extracted = await gadwall(["feeds", "lookup", "--extract"], log);
    expect(extracted.code).toBe(0);
    expect(extracted.stdout).toContain("203.0.113.77");
  });

  test("compare, compose, export", async () => {
    const compared = await json(["feeds", "compare", "example_networks", "example_wrong", "--json"]);
    expect(compared).toMatchObject({ code: 0, value: { common: { addresses: 129 } } });
    const composed = await gadwall([
      "feeds",
      "compose",
      "example_networks - example_wrong",
      "--format",
      "range",
    ]);
    expect(composed).toMatchObject({
      code: 0,
      stdout: "198.51.100.0-198.51.100.15\n203.0.113.0-203.0.113.255\n",
    });
    expect((await gadwall(["feeds", "compare", "example_v6"])).code).toBe(2);
    expect((await gadwall(["feeds", "compose", "example_v6 |"])).code).toBe(2);
    const critical = await gadwall(["feeds", "compose", "example_v6 -critical"]);
    expect(critical.stderr).toContain("-critical: no list here has a critical tier: nothing was subtracted");
    const exported = await gadwall(["feeds", "export", "example_v6", "--file", "v6.txt"]);
    expect(exported).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(join(folder, "v6.txt"), "utf8")).toBe("2001:db8:0:1::/96\n2001:db8:ffff::1\n");
    // What is written can be read back.
    const again = await json(["feeds", "import", "v6.txt", "--name", "again", "--json", "-q"]);
    expect(again.value).toMatchObject({ files: [{ ranges6: 2, skipped: {} }] });
    expect(await json(["feeds", "remove", "Again", "--json"])).toEqual({
      code: 0,
      value: { removed: "again" },
    });
    expect((await gadwall(["feeds", "remove", "again"])).code).toBe(1);
  });

  test("the catalogue, and what is wrong with a file of one's own", async () => {
    const check = await json(["feeds", "catalogue", "--check", "--json"]);
    expect(check.code).toBe(0);
    expect((check.value as { missing: string }[]).length).toBeGreaterThan(0);
    mkdirSync(join(folder, "config/gadwall"), { recursive: true });
    const own = join(folder, "config/gadwall/feeds.yaml");
    writeFileSync(own, "feeds:\n  - name: ours\n    categry: scanners\n");
    expect(await gadwall(["feeds", "catalogue"])).toMatchObject({
      code: 1,
      stderr: `gadwall: ${own}:3: feed ours: there is no field "categry". Did you mean category?\n`,
    });
    writeFileSync(own, "feeds:\n  - { name: good, category: scanners, licence: MIT }\n");
    expect((await gadwall(["feeds", "import", "-q", "good.txt"])).code).toBe(0);
    const { value } = await json(["feeds", "show", "good", "--json"]);
    expect(value).toMatchObject({ feed: { category: "scanners", license: "MIT" } });
    rmSync(own);
  });
});

test("sync goes to this machine only when allowed to, and asks for news only", async () => {
  let requests = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      requests++;
      return request.headers.get("if-none-match") === '"1"'
        ? new Response(null, { status: 304 })
        : new Response("10.8.0.1\n", { headers: { ETag: '"1"' } });
    },
  });
  writeFileSync(
    join(folder, "own.yaml"),
    `feeds:\n  - { name: local, category: scanners, source_url: "http://127.0.0.1:${server.port}/" }\n`,
  );
  const sync = ["feeds", "sync", "local", "--feeds", "own.yaml"];
  expect(await gadwall(sync)).toMatchObject({ code: 1, stderr: expect.stringContaining("is not https") });
  expect(requests).toBe(0);
  expect(await gadwall([...sync, "--allow-private"])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("local: 1 address in 1 range\n"),
  });
  expect(await gadwall([...sync, "--allow-private"])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("local: already current, the server has nothing newer\n"),
  });
  await server.stop(true);
  expect(await gadwall([...sync, "--allow-private", "-q"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("local: failed, it cannot be reached"),
  });
  expect((await gadwall(["feeds", "lookup", "10.8.0.1"])).code).toBe(0);
  expect((await gadwall(["feeds", "sync"])).code).toBe(2);
  expect(await gadwall(["feeds", "sync", "dsheild"])).toMatchObject({
    code: 1,
    stderr: "gadwall: no source of dsheild is known. Did you mean dshield?\n",
  });
});

test("agents ask over stdio: find_feeds, fetch_analysis, lookup_ip; nothing downloads", async () => {
  const client = new Client({ name: "e2e", version: "1" });
  await client.connect(new StdioClientTransport({ command: BINARY, args: ["mcp-server"], env, cwd: folder }));
  const call = async (name: string, args: Record<string, unknown>) => {
    const { content, structuredContent, isError } = (await client.callTool({ name, arguments: args })) as {
      content: { text: string }[];
      structuredContent?: { result: unknown };
      isError?: boolean;
    };
    return { text: content[0]!.text, structuredContent, isError: isError === true };
  };
  try {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).filter((name) => /sync|download|import/.test(name))).toEqual([]);
    const found = await call("find_feeds", { search: "documentation", details: false });
    expect(found.text.split("\n")[2]).toStartWith("example_v6|");
    expect((await call("find_feeds", { search: "nothing has this" })).text).toBe(
      "No feeds matched the given filters.",
    );
    expect(await call("find_feeds", { category: "anonymiser" })).toMatchObject({ isError: true });
    const page = await call("fetch_analysis", { type: "feed", name: "Example_Networks" });
    expect(page.text).toStartWith("# example_networks\n");
    expect(await call("fetch_analysis", { type: "feed", name: "../x" })).toMatchObject({ isError: true });
    const looked = await call("lookup_ip", { ips: ["203.0.113.1"] });
    expect(looked.structuredContent?.result).toMatchObject([
      { query: "203.0.113.1", listed_by: 1, listings: [{ feed: "example_networks" }] },
    ]);
  } finally {
    await client.close();
  }
}, 60_000);
