/** Scans and what sensors saw, through the executable: one record an address, and each import can be taken back. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const BINARY = resolve(import.meta.dir, "../../dist/gadwall");

const SCAN = `<nmaprun scanner="nmap" args="nmap -sV" start="1700000000" version="7.93">
<host starttime="1700000000" endtime="1700000100"><status state="up" reason="syn-ack"/>
<address addr="198.51.100.7" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/><service name="ssh" method="probed"/></port></ports>
</host><runstats><finished time="1700000100" exit="success"/></runstats></nmaprun>
`;

const LOG = [
  "#separator \\x09",
  "#set_separator\t,",
  "#empty_field\t(empty)",
  "#unset_field\t-",
  "#path\tdns",
  "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tqtype_name\trcode_name\tanswers\tTTLs\trejected",
  "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tstring\tstring\tvector[string]\tvector[interval]\tbool",
  "1700000200.5\tC1\t192.0.2.1\t4000\t192.0.2.53\t53\tudp\twww.example.com\tA\tNOERROR\t198.51.100.7\t60\tF",
  "1700000300.0\tC2\t192.0.2.2\t4001\t192.0.2.53\t53\tudp\twww.example.com\tA\tNOERROR\t198.51.100.7\t60\tF",
  "1700000400.0\tC3\t192.0.2.2\t4002\t192.0.2.53\t53\tudp\tmail.example.com\tA\tNOERROR\t203.0.113.9\t60\tF",
  "",
].join("\n");

let folder: string;
let client: Client;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-passive-"));
  writeFileSync(join(folder, "scan.xml"), SCAN);
  writeFileSync(join(folder, "dns.log"), LOG);
});
afterAll(async () => {
  await client?.close();
  rmSync(folder, { recursive: true, force: true });
});

const db = (): string => join(folder, "test.duckdb");

function gadwall(...args: string[]): { code: number; stdout: string; stderr: string } {
  const done = Bun.spawnSync([BINARY, ...args, "--db", db()], { cwd: folder });
  return { code: done.exitCode, stdout: done.stdout.toString(), stderr: done.stderr.toString() };
}

async function ask(name: string, args: Record<string, unknown>): Promise<unknown> {
  const answer = await client.callTool({ name, arguments: args });
  if (answer.isError) throw new Error(JSON.stringify(answer.content));
  return (answer.structuredContent as { result: unknown }).result;
}

test("a log and a scan of one address become one record, and each can be taken back", async () => {
  expect(gadwall("import", "dns.log", "--sensor", "office", "--quiet").code).toBe(0);
  expect(gadwall("import", "scan.xml", "--source", "lab", "--quiet").code).toBe(0);
  client = new Client({ name: "passive", version: "1" });
  await client.connect(new StdioClientTransport({ command: BINARY, args: ["mcp-server", "--db", db()] }));

  expect(await ask("count", { purpose: "passive" })).toBe(2);
  expect(await ask("count", { purpose: "passive", sum: true })).toBe(3);
  expect(await ask("count", { purpose: "view" })).toBe(2);
  const flt = await ask("searchdomain", { purpose: "passive", domain: "example.com" });
  expect(await ask("count", { purpose: "passive", flt })).toBe(2);
  expect(await ask("distinct", { purpose: "passive", field: "addr", q: "answer:198.51.100.7" })).toEqual([
    "198.51.100.7",
  ]);
  expect(await ask("get", { purpose: "view", q: "198.51.100.7" })).toMatchObject([
    {
      addr: "198.51.100.7",
      source: ["lab", "office"],
      hostnames: [{ name: "www.example.com", type: "A" }],
      ports: [{ port: 22, state_state: "open", state_reason: "syn-ack", service_name: "ssh" }],
    },
  ]);
  expect(await ask("get", { purpose: "passive", q: "value:www.example.com" })).toMatchObject([
    { count: 2, firstseen: "2023-11-14T22:16:40.5Z", lastseen: "2023-11-14T22:18:20Z", sensor: "office" },
  ]);

  expect(gadwall("imports", "remove", "1").code).toBe(0);
  expect(await ask("count", { purpose: "passive" })).toBe(0);
  expect(await ask("get", { purpose: "view" })).toMatchObject([{ addr: "198.51.100.7", source: ["lab"] }]);
});

test("the same log again is skipped; under another sensor it is another observation", () => {
  expect(gadwall("import", "dns.log", "--sensor", "office", "--quiet").code).toBe(0);
  const again = JSON.parse(gadwall("import", "dns.log", "--sensor", "office", "--json", "--quiet").stdout);
  expect(again.files[0].status).toBe("skipped");
  const other = JSON.parse(gadwall("import", "dns.log", "--sensor", "branch", "--json", "--quiet").stdout);
  expect(other).toMatchObject({ observations: 3, files: [{ status: "imported", observations: 3 }] });
  expect(gadwall("count", "--purpose", "passive", "--json").stdout.trim()).toBe("4");
  expect(gadwall("count", "--purpose", "passive", "sensor:branch", "--json").stdout.trim()).toBe("2");
});
