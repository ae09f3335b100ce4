import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { openScan } from "../../src/ingest/open.ts";
import { RECONTYPES } from "../../src/model/passive.ts";
import { inPieces } from "./read-events.ts";
import { type Logs, logs, readLogs, type Told, zeekLog } from "./read-logs.ts";

const fixtures = join(import.meta.dir, "../../fixtures/passive");
const golden: { [name: string]: unknown[] } = await Bun.file(
  join(import.meta.dir, "golden/passiverecon.json"),
).json();

const FIELDS = "ts uid host srvport recon_type source value targetval";

async function rows(...lines: string[]): Promise<Logs> {
  return logs(zeekLog("passive_recon", FIELDS, lines));
}

async function row(line: string): Promise<Told | undefined> {
  return (await rows(line)).observations[0];
}

/** Kinds that only Zeek's own logs give. */
const OF_ZEEK = new Set(["DHCP_CLIENT", "KNOWN_HOST", "SMB_SHARE"]);

describe("fixtures", () => {
  test.each(Object.keys(golden))("%s gives the golden observations", async (name) => {
    const bytes = await Bun.file(join(fixtures, name)).bytes();
    for (const piece of [3, 65_536]) {
      const { observations, others } = await logs(bytes, { piece });
      expect<unknown[]>([...observations, ...others]).toEqual(golden[name]!);
    }
    expect(await openScan(inPieces(bytes, 1000), DEFAULT_LIMITS)).toMatchObject({ format: "zeek-log" });
  });

  test("both forms say the same", async () => {
    const read = (form: string): Promise<Logs> =>
      readLogs(Bun.file(join(fixtures, `handmade-passive-recon.${form}`)).stream());
    expect(await read("json")).toEqual(await read("log"));
  });

  test("every recontype is there", async () => {
    const { observations } = await readLogs(Bun.file(join(fixtures, "handmade-passive-recon.log")).stream());
    const told = new Set(observations.map(({ recontype }) => recontype));
    expect(RECONTYPES.filter((type) => !told.has(type) && !OF_ZEEK.has(type))).toEqual([]);
  });
});

describe("rows", () => {
  test("all columns", async () => {
    expect(
      await row("1700000000.25 C1 192.0.2.1 80 PassiveRecon::HTTP_SERVER_HEADER SERVER nginx -"),
    ).toEqual({
      addr: "192.0.2.1",
      port: 80,
      recontype: "HTTP_SERVER_HEADER",
      source: "SERVER",
      value: "nginx",
      firstseen: 1_700_000_000.25,
      lastseen: 1_700_000_000.25,
      count: 1,
    });
  });

  test("a name without an address", async () => {
    const observation = await row(
      "1 C1 - - PassiveRecon::DNS_ANSWER CNAME-192.0.2.53-53 a.example b.example",
    );
    expect(observation).toMatchObject({ targetval: "b.example", value: "a.example" });
    expect(observation).not.toHaveProperty("addr");
  });

  test("the same again is counted, whatever connection it was in", async () => {
    const { observations } = await rows(
      "3 C1 192.0.2.1 - PassiveRecon::SSH_CLIENT - SSH-2.0-x -",
      "1 C2 192.0.2.1 - PassiveRecon::SSH_CLIENT - SSH-2.0-x -",
      "2.5 C3 192.0.2.1 - PassiveRecon::SSH_CLIENT - SSH-2.0-x -",
    );
    expect(observations).toMatchObject([{ firstseen: 1, lastseen: 3, count: 3 }]);
  });

  test("a time that is not told is none", async () => {
    const observation = await row("XXXXXXXXXX.XXXXXX C1 192.0.2.1 - PassiveRecon::SSH_CLIENT - SSH-2.0-x -");
    expect(observation).toEqual({ addr: "192.0.2.1", recontype: "SSH_CLIENT", value: "SSH-2.0-x", count: 1 });
  });

  test("empty, unset and a value that only looks like it", async () => {
    const value = async (text: string): Promise<string | undefined> =>
      (await row(`1 C1 192.0.2.1 - PassiveRecon::POP_CLIENT PASS ${text} -`))?.value;
    expect(await value("(empty)")).toBe("");
    expect(await value("-")).toBe("");
    expect(await value("\\x2d")).toBe("-");
    expect(await value("\\x28empty)")).toBe("(empty)");
  });

  test("bytes stay as they are written", async () => {
    const observation = await row(
      "1 C1 192.0.2.1 - PassiveRecon::FTP_CLIENT USER \\x00\\xc3\\xa9\\\\x41\\x41 -",
    );
    expect(observation?.value).toBe("\\x00\\xc3\\xa9\\x41A");
  });

  test("a recontype without the prefix, and one that gadwall does not know", async () => {
    expect(await row("1 C1 192.0.2.1 - SSH_CLIENT - SSH-2.0-x -")).toMatchObject({ recontype: "SSH_CLIENT" });
    expect(await row("1 C1 192.0.2.1 - PassiveRecon::NEW_ONE - x -")).toMatchObject({ recontype: "NEW_ONE" });
  });

  test.each([
    ["1 C1 192.0.2.1 - - - x -", "it has no recon_type"],
    ["1 C1 192.0.2.1 - no!type - x -", 'recon_type "no!type" is none'],
    ["1 C1 - - PassiveRecon::SSH_CLIENT - x -", "it has neither host nor targetval"],
    ["1 C1 192.0.2.1 http PassiveRecon::SSH_CLIENT - x -", 'srvport "http" is no port'],
    ["1 C1 192.0.2.1 - PassiveRecon::SSH_CLIENT - x", "it has 7 columns, not the 8 of #fields"],
  ])("%p cannot be read", async (line, reason) => {
    const { observations, others } = await rows(line, "1 C1 192.0.2.1 - PassiveRecon::SSH_CLIENT - x -");
    expect(observations).toHaveLength(1);
    expect(others[0]).toMatchObject({
      kind: "warning",
      message: `1 of 2 lines cannot be read: line 7: ${reason}`,
    });
  });

  test("another separator, and columns that change on the way", async () => {
    const text = [
      "#separator \\x7c",
      "#unset_field|?",
      "#path|passive_recon",
      "#fields|ts|host|recon_type|source|value",
      "1|192.0.2.1|PassiveRecon::SSH_CLIENT|?|SSH-2.0-\tx",
      "#fields|ts|value|recon_type|host",
      "2|SSH-2.0-y|PassiveRecon::SSH_CLIENT|192.0.2.2",
    ].join("\n");
    expect((await logs(text)).observations).toMatchObject([
      { addr: "192.0.2.1", value: "SSH-2.0-\tx" },
      { addr: "192.0.2.2", value: "SSH-2.0-y" },
    ]);
  });
});

const shared = join(import.meta.dir, "../../../shared/data/passive");
test.skipIf(!existsSync(shared))("logs by others: all lines are read", async () => {
  for (const [name, lines] of [
    ["passive_recon_synthetic.log", 258],
    ["passive_recon_synthetic.json", 256],
  ] as const) {
    const { others } = await readLogs(Bun.file(join(shared, name)).stream());
    expect(others).toEqual([{ kind: "log", log: "passive_recon", lines, used: lines, unreadable: 0 }]);
  }
});
