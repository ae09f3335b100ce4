/** The questions of the command line about passive records, asked of a small file. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { publish } from "../../src/store/publish.ts";
import { hostRow, insertPassive } from "../support/db.ts";

const MAIN = resolve(import.meta.dir, "../../src/main.ts");

let folder = "";
let db = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-passive-"));
  db = join(folder, "observations.duckdb");
  const seen = { firstseen: "2026-01-01 00:00:00", lastseen: "2026-01-02 00:00:00.5", sensor: "odd_lan" };
  await publish(db, async (connection) => {
    await insertPassive(connection, "record", [
      hostRow(1, "192.0.2.1", { ...seen, recontype: "DNS_ANSWER", value: "a.example.com", count: 5 }),
      hostRow(2, "192.0.2.2", { ...seen, recontype: "SSH_SERVER", value: "SSH-2.0-x", port: 22, count: 2 }),
    ]);
    return true;
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function gadwall(...args: string[]): { code: number; stdout: string; stderr: string } {
  const done = Bun.spawnSync([process.execPath, MAIN, ...args, "--db", db], {
    env: { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, "cache") },
  });
  return { code: done.exitCode, stdout: done.stdout.toString(), stderr: done.stderr.toString() };
}

test("counts records, or how often they were seen", () => {
  expect(gadwall("count", "--purpose", "passive", "seen:2026-01-01").stdout).toBe("2\n");
  expect(gadwall("count", "--purpose", "passive", "--sum").stdout).toBe("7\n");
  expect(gadwall("topvalues", "recontype", "--purpose", "passive", "--sum", "-o", "csv").stdout).toBe(
    "recontype,count\r\nDNS_ANSWER,5\r\nSSH_SERVER,2\r\n",
  );
  const refused = gadwall("count", "--sum");
  expect([refused.code === 0, refused.stdout]).toEqual([false, ""]);
  expect(refused.stderr).toContain("use purpose passive");
});

test("prints records as lines, as CSV, as addresses", () => {
  const get = (...args: string[]): string[] =>
    gadwall("get", "--purpose", "passive", ...args)
      .stdout.trimEnd()
      .split(/\r?\n/);
  expect(get("port:22")[1]).toMatch(/^192\.0\.2\.2 +22 +SSH_SERVER +- +2 +2026-01-02T00:00:00Z +SSH-2\.0-x$/);
  expect(get("dns:a.example.com", "-o", "csv")).toEqual([
    "addr,targetval,port,recontype,source,sensor,value,count,firstseen,lastseen",
    "192.0.2.1,,,DNS_ANSWER,,odd_lan,a.example.com,5,2026-01-01T00:00:00Z,2026-01-02T00:00:00.5Z",
  ]);
  expect(get("-o", "ip")).toEqual(["192.0.2.1", "192.0.2.2"]);
});

test("names of the data are printed as they are", () => {
  expect(gadwall("info").stdout).toMatch(/sensors:\n +odd_lan: 2\n +recontypes:\n +DNS_ANSWER: 1\n/);
});

test("a filter that passive records have no meaning for is refused in one sentence", () => {
  const { code, stderr } = gadwall("count", "--purpose", "passive", "os:Linux");
  expect(code).not.toBe(0);
  expect(stderr).toBe(
    'gadwall: The operating system cannot be asked of purpose "passive" (passive records carry no OS detection): use purpose "view" or "nmap".\n',
  );
});
