/** Users and keys through the executable, beside a process that has the accounts open as a running server has. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Accounts, accountsPath } from "../../src/accounts/accounts.ts";
import { AccountsGatekeeper } from "../../src/accounts/gatekeeper.ts";

const BINARY = resolve(import.meta.dir, "../../dist/gadwall");
const AUDIENCE = "http://127.0.0.1:9100/mcp";

const folder = mkdtempSync(join(tmpdir(), "gadwall-e2e-accounts-"));
const db = join(folder, "data", "scans.duckdb");
const server = new AccountsGatekeeper(accountsPath(db));
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function gadwall(args: readonly string[], input = ""): Promise<Ended> {
  const child = Bun.spawn([BINARY, ...args], {
    cwd: folder,
    env: { HOME: folder, PATH: process.env.PATH, GADWALL_DB: db, TZ: "Asia/Tokyo" },
    // A pipe, also when there is nothing to write: an empty Blob would be /dev/null.
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  child.stdin.write(input);
  child.stdin.end();
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, stdout, stderr };
}

/** What a command prints as JSON. */
async function json(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await gadwall([...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

const created = async (...args: string[]) =>
  (await json("key", "create", ...args)) as { id: number; key: string };
const who = async (key: string) => (await server.identify(key, AUDIENCE))?.email ?? null;

describe("before the first user", () => {
  test("lists are empty and nothing is made", async () => {
    expect(await json("user", "list")).toEqual([]);
    expect(await json("key", "list")).toEqual([]);
    expect(await gadwall(["user", "list"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "there is no user yet: gadwall user add EMAIL\n",
    });
    for (const args of [
      ["key", "create", "ann@example.org", "--name", "x"],
      ["key", "revoke", "1"],
      ["user", "disable", "ann@example.org"],
      ["user", "remove", "ann@example.org"],
    ])
      expect(await gadwall(args)).toMatchObject({
        code: 1,
        stderr: "gadwall: there is no user yet: gadwall user add EMAIL\n",
      });
    expect(readdirSync(folder)).toEqual([]);
    expect(server.required).toBe(false);
  });

  test("what is typed in wrong makes no file either", async () => {
    for (const args of [["ann"], ["ann@example.org", "--groups", "a:b"]])
      expect((await gadwall(["user", "add", ...args])).code).toBe(1);
    for (const input of [
      "",
      "short\n",
      "two lines\nof a password\n",
      "\u0000".repeat(20),
      "x".repeat(100_000),
    ])
      expect((await gadwall(["user", "add", "ann@example.org", "--password-stdin"], input)).code).toBe(1);
    expect(await json("user", "list")).toEqual([]);
  });
});

describe("users and keys", () => {
  beforeAll(async () => {
    const added = await Promise.all([
      gadwall(
        ["user", "add", "Ann@Example.org", "--admin", "--groups", "soc,web", "--password-stdin"],
        "correct horse battery\r\n",
      ),
      ...Array.from({ length: 7 }, (_, i) => gadwall(["user", "add", `user${i}@example.org`])),
    ]);
    // All at once on a file that none of them found.
    expect(added.map(({ code, stderr }) => `${code} ${stderr.split(" ")[0]}`)).toEqual(
      Array(8).fill("0 user"),
    );
  });

  test("the folder and all files in it are their owner's", () => {
    const data = join(folder, "data");
    expect(statSync(data).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(data)) expect(statSync(join(data, file)).mode & 0o777).toBe(0o600);
  });

  test("a running server knows that it must ask", () => expect(server.required).toBe(true));

  test("the list in every form", async () => {
    const users = (await json("user", "list")) as { email: string }[];
    expect(users).toHaveLength(8);
    expect(users[0]).toMatchObject({
      email: "ann@example.org",
      admin: true,
      groups: ["soc", "web"],
      disabled: false,
      password: true,
      keys: 0,
      last_seen_at: null,
    });
    const table = (await gadwall(["user", "list"])).stdout.split("\n");
    expect(table[0]).toMatch(/^EMAIL +ADMIN +GROUPS +STATE +PASSWORD +KEYS +CREATED +LAST SEEN$/);
    expect(table[1]).toMatch(/^ann@example\.org +admin +soc,web +active +set +0 +\S+ \S+ +-$/);
    const csv = (await gadwall(["user", "list", "-o", "csv"])).stdout.split("\n");
    expect(csv[1]).toStartWith('ann@example.org,true,"[""soc"",""web""]",false,true,0,');
    const lines = (await gadwall(["user", "list", "-o", "jsonl"])).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(users);
  });

  test("a key alone is on standard output, once", async () => {
    const { code, stdout, stderr } = await gadwall([
      "key",
      "create",
      "ann@example.org",
      "--name",
      "laptop",
      "--expires",
      "90d",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^gadwall_[A-Za-z0-9_-]{43}\n$/);
    expect(stderr).toMatch(
      /^key \d+ of ann@example\.org expires \d{4}-\d\d-\d\d \d\d:\d\d UTC; it is not shown again\n$/,
    );
    expect(await who(stdout.trim())).toBe("ann@example.org");
    const listed = await gadwall(["key", "list", "ann@example.org", "--json"]);
    expect(listed.stdout).not.toContain(stdout.trim().slice(14));
    const [key] = JSON.parse(listed.stdout);
    expect(key).toMatchObject({ name: "laptop", start: stdout.slice(0, 14), state: "active" });
    expect(Date.parse(key.expires_at) - Date.parse(key.created_at)).toBeWithin(
      90 * 86_400_000 - 5000,
      90 * 86_400_000 + 5000,
    );
    expect(key.last_used_at).not.toBeNull();
  });

  test("revoking holds in a running server at once", async () => {
    const { id, key } = await created("user0@example.org", "--name", "ci");
    expect(await who(key)).toBe("user0@example.org");
    expect(await json("key", "revoke", String(id))).toEqual({
      revoked: id,
      email: "user0@example.org",
      name: "ci",
    });
    expect(await who(key)).toBeNull();
    expect((await gadwall(["key", "revoke", String(id)])).code).toBe(1);
  });

  test("so do disabling, enabling, groups and removing", async () => {
    const { key } = await created("user1@example.org", "--name", "ci");
    expect(await json("user", "groups", "user1@example.org", "b,a")).toEqual({
      email: "user1@example.org",
      groups: ["b", "a"],
    });
    expect((await server.identify(key, AUDIENCE))?.groups).toEqual(["b", "a"]);
    expect((await gadwall(["user", "groups", "user1@example.org"])).stdout).toBe("b\na\n");
    expect(await json("user", "disable", "user1@example.org")).toEqual({
      disabled: "user1@example.org",
      keys: 1,
      sessions: 0,
      tokens: 0,
    });
    expect(await who(key)).toBeNull();
    await json("user", "enable", "user1@example.org");
    expect(await who(key)).toBe("user1@example.org");
    expect(await json("user", "remove", "user1@example.org")).toEqual({ removed: "user1@example.org" });
    expect(await who(key)).toBeNull();
  });

  test("a password is taken from standard input or away, never from the command line", async () => {
    const password = ["user", "password", "user2@example.org"];
    expect((await gadwall(password)).code).toBe(2);
    expect((await gadwall([...password, "--remove", "--password-stdin"])).code).toBe(2);
    expect((await gadwall([...password, "correct horse battery"])).code).toBe(2);
    expect((await gadwall([...password, "--password-stdin"], "correct horse battery")).code).toBe(0);
    const has = () => Accounts.open(accountsPath(db)).getUser("user2@example.org").password;
    expect(has()).toBe(true);
    expect((await gadwall([...password, "--remove"])).code).toBe(0);
    expect(has()).toBe(false);
  });

  test.each(
    [
      ["user", "add", "ann@example.org"],
      ["user", "add", "\u001b[2J@example.org"],
      ["user", "add", "eve@example.org", "--groups", "\u202e"],
      ["key", "create", "ann@example.org", "--name", "a\u001b]0;x\u0007"],
      ["key", "create", "ann@example.org", "--name", "x", "--expires", "soon\u009b"],
      ["key", "create", "eve@example.org", "--name", "x"],
      ["key", "revoke", "' or 1=1 --"],
    ].map((args) => ({ args })),
  )("$args is refused in one clean line", async ({ args }) => {
    const { code, stdout, stderr } = await gadwall(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^gadwall: [^\p{Cc}\p{Cf}]+\n$/u);
  });

  test.each(
    [
      ["user"],
      ["key"],
      ["user", "add"],
      ["key", "create", "ann@example.org"],
      ["user", "lst"],
      ["key", "create", "ann@example.org", "--name", "a", "--name", "b"],
    ].map((args) => ({ args })),
  )("$args is a wrong command line", async ({ args }) => expect((await gadwall(args)).code).toBe(2));

  test("commands write while a server reads and notes", async () => {
    const { key } = await created("user3@example.org", "--name", "busy");
    let asked = 0;
    let done = false;
    const asking = (async () => {
      while (!done) {
        expect(await who(key)).toBe("user3@example.org");
        asked++;
        await Bun.sleep(0);
      }
    })();
    const written = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        gadwall(["key", "create", "user4@example.org", "--name", `k${i}`]),
      ),
    );
    done = true;
    await asking;
    expect(written.map(({ code }) => code)).toEqual(Array(10).fill(0));
    expect(asked).toBeGreaterThan(0);
  });
});
