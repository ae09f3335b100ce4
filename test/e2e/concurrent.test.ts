/** Two servers answer while an import goes through, and both show the new data afterwards. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { generate } from "../../bench/generate.ts";

const BINARY = resolve(import.meta.dir, "../../dist/gadwall");
const FIRST = resolve(import.meta.dir, "../../fixtures/nmap/many.xml");
const HOSTS = 6000;

let folder: string;
let db: string;
let big: string;
const clients: Client[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-concurrent-"));
  db = join(folder, "test.duckdb");
  big = join(folder, "big.xml");
  generate(big, HOSTS);
});
afterAll(async () => {
  for (const client of clients) await client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(): Promise<Client> {
  const client = new Client({ name: "concurrent", version: "1" });
  await client.connect(new StdioClientTransport({ command: BINARY, args: ["mcp-server", "--db", db] }));
  clients.push(client);
  return client;
}

async function count(client: Client): Promise<number> {
  const answer = await client.callTool({ name: "count", arguments: { purpose: "nmap" } });
  expect(answer.isError ?? false).toBe(false);
  return (answer.structuredContent as { result: number }).result;
}

function importing(path: string) {
  return Bun.spawn([BINARY, "import", path, "--db", db, "--quiet"], { stdout: "ignore", stderr: "pipe" });
}

test("servers keep answering during an import and show it afterwards without restart", async () => {
  const [one, two] = [await connect(), await connect()];
  expect(await count(one)).toBe(0);
  expect(await importing(FIRST).exited).toBe(0);
  const before = await count(one);
  expect(before).toBeGreaterThan(100);
  expect(await count(two)).toBe(before);

  const writer = importing(big);
  let done = false;
  const exit = writer.exited.then((code) => {
    done = true;
    return code;
  });
  const answers: number[] = [];
  while (!done) answers.push(await count(one), await count(two));
  expect(await exit).toBe(0);
  // Never anything between the old and the new, and the old first: the import takes longer than a question.
  expect(answers[0]).toBe(before);
  expect([...new Set(answers)].sort((a, b) => a - b).every((n) => n === before || n === before + HOSTS)).toBe(
    true,
  );
  expect(await count(one)).toBe(before + HOSTS);
  expect(await count(two)).toBe(before + HOSTS);
});

test("two imports at once: one is told of the other, nothing is lost", async () => {
  const reader = clients[0]!;
  const before = await count(reader);
  const [first, second] = [
    importing(resolve(FIRST, "../reasons.xml")),
    importing(resolve(FIRST, "../os.xml")),
  ];
  const codes = [await first.exited, await second.exited].sort();
  expect([0, 1]).toContain(codes[1] ?? -1);
  expect(codes[0]).toBe(0);
  if (codes[1] === 1) {
    const told = `${await new Response(first.stderr).text()}${await new Response(second.stderr).text()}`;
    expect(told).toContain("another gadwall");
  }
  expect(await count(reader)).toBeGreaterThan(before);
});
