import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DamagedInput, DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { openScan } from "../../src/ingest/open.ts";
import { sniffZeekLog } from "../../src/ingest/zeek-log.ts";
import { bytesOf, inPieces } from "./read-events.ts";
import { asJson, logs, readLogs, zeekLog } from "./read-logs.ts";

const fixtures = join(import.meta.dir, "../../fixtures/zeek");
const names = readdirSync(fixtures).sort();
const golden: { [name: string]: unknown } = await Bun.file(join(import.meta.dir, "golden/zeek.json")).json();

async function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Bun.file(join(fixtures, name)).bytes();
}

const SERVICES = "ts host port_num port_proto";

function services(...rows: string[]): string {
  return zeekLog("known_services", SERVICES, rows);
}

describe("fixtures", () => {
  test("each has golden observations", () => expect(Object.keys(golden).sort()).toEqual(names));

  test.each(names)("%s gives the golden observations, however it is cut", async (name) => {
    const bytes = await fixture(name);
    const whole = await logs(bytes);
    expect([...whole.observations, ...whole.others]).toEqual(golden[name] as never);
    for (const piece of [1, 7, 64]) expect(await logs(bytes, { piece })).toEqual(whole);
  });

  test.each(names.filter((name) => !/json|rotated|zeek-cut/.test(name)))(
    "%s says the same as JSON lines without _path",
    async (name) => {
      const text = new TextDecoder().decode(await fixture(name));
      const json = asJson(text);
      expect(sniffZeekLog(json.slice(0, 4096))).toBe(true);
      expect(await logs(json)).toEqual(await logs(text));
    },
  );

  test.each(names)("%s is known for what it is, also compressed, with CRLF or in UTF-16", async (name) => {
    const bytes = await fixture(name);
    const expected = await logs(bytes);
    const crlf = new TextDecoder().decode(bytes).replaceAll("\n", "\r\n");
    expect((await logs(crlf)).observations).toEqual(expected.observations);
    const wide = Buffer.from(`\ufeff${crlf}`, "utf16le");
    for (const piece of [5, 4096])
      expect((await logs(wide, { piece })).observations).toEqual(expected.observations);
    for (const form of [bytes, Bun.gzipSync(bytes), Bun.zstdCompressSync(bytes), wide]) {
      const scan = await openScan(inPieces(form, 512), DEFAULT_LIMITS);
      if ("skip" in scan) expect(expected.others.every((event) => "skip" in event)).toBe(true);
      else expect(scan).toMatchObject({ format: "zeek-log" });
    }
  });
});

describe("headers", () => {
  test("a log is told by its columns where its path is unknown", async () => {
    const log = services("1700000000.5 192.0.2.1 80 tcp");
    for (const path of ["known_services", "known-services-second", "x"]) {
      const { others } = await logs(log.replace("#path\tknown_services", `#path\t${path}`));
      expect(others).toEqual([{ kind: "log", log: "known_services", lines: 1, used: 1, unreadable: 0 }]);
    }
  });

  test("columns may come in any order and with underscores", async () => {
    const row = "SF tcp 192.0.2.1 80 1700000000.5";
    const { observations } = await logs(zeekLog("conn", "conn_state proto id_resp_h id_resp_p ts", [row]));
    expect(observations).toMatchObject([{ addr: "192.0.2.1", port: 80, firstseen: 1_700_000_000.5 }]);
  });

  test("what is needed and not there is named", async () => {
    const { others } = await logs(zeekLog("conn", "uid service history", ["C1 - ShAD", "C2 - ShAD"]));
    expect(others[0]).toMatchObject({
      kind: "broken",
      message:
        "none of its 2 lines can be read: the conn log has no column ts, id.resp_h, id.resp_p, proto, conn_state; …",
      line: 7,
    });
  });

  test("a header without lines is a log without lines", async () => {
    expect(await logs(services())).toEqual({
      observations: [],
      others: [{ kind: "log", log: "known_services", lines: 0, used: 0, unreadable: 0 }],
    });
  });

  test("a log that is not in the table is skipped, whatever it holds", async () => {
    const { others } = await logs(zeekLog("app_stats", "ts app", ["x y", "z"]));
    expect(others).toEqual([
      {
        kind: "log",
        log: "app_stats",
        lines: 2,
        used: 0,
        unreadable: 0,
        skip: "gadwall does not know this log",
      },
    ]);
  });
});

describe("skipped", () => {
  const weird = zeekLog("weird", "ts name notice", ["1700000000.5 x F"]);

  test("a file of nothing else is skipped, with the reason", async () => {
    const scan = await openScan(inPieces(bytesOf(weird.repeat(2)), 10), DEFAULT_LIMITS);
    expect(scan).toEqual({ skip: "Zeek's weird log: it tells what happened, not what hosts are (2 lines)" });
  });

  test("what comes after it in the same file is read", async () => {
    const text = weird + services("1700000000.5 192.0.2.1 80 tcp");
    const scan = await openScan(inPieces(bytesOf(text), 10), DEFAULT_LIMITS);
    expect(scan).toMatchObject({ format: "zeek-log" });
    expect((await logs(text)).observations).toHaveLength(1);
  });
});

describe("JSON lines", () => {
  test("unset members do not make another log of a line", async () => {
    const rest = { "id.orig_h": "192.0.2.1", "id.resp_h": "192.0.2.2", "id.resp_p": 5060, trans_depth: 0 };
    const lines = [
      { ts: 1, ...rest, method: "OPTIONS", uri: "sip:x", call_id: "1", seq: "1 OPTIONS", request_path: [] },
      { ts: 2, ...rest, method: "OPTIONS", uri: "sip:x", seq: "1 OPTIONS", request_path: [] },
    ];
    const { others } = await logs(lines.map((line) => JSON.stringify(line)).join("\n"));
    expect(others).toMatchObject([{ log: "sip", lines: 2, unreadable: 0 }]);
  });

  test("another log after the first is another log", async () => {
    const id = { "id.orig_h": "192.0.2.1", "id.resp_h": "192.0.2.2", "id.resp_p": 80 };
    const lines = [
      { ts: 1, ...id, proto: "tcp", conn_state: "SF", history: "ShADadFf" },
      { ts: 2, ...id, trans_depth: 1, host: "www.example.com", uri: "/", request_body_len: 0 },
    ];
    const { others } = await logs(lines.map((line) => JSON.stringify(line)).join("\n"));
    expect(others).toMatchObject([
      { log: "conn", used: 1 },
      { log: "http", used: 1 },
    ]);
  });

  test.each([
    ['{"ts":1,"host":"192.0.2.1","port_num":80,"port_proto":"tcp"', "it is no JSON object"],
    ['{"host":"192.0.2.1","port_num":80,"port_proto":"tcp"}', "it has no ts"],
    ['{"ts":[1],"host":"192.0.2.1","port_num":80,"port_proto":"tcp"}', "it has no ts"],
    ['{"ts":1,"host":"192.0.2.999","port_num":80,"port_proto":"tcp"}', 'host "192.0.2.999" is no address'],
    ['{"ts":1,"host":"192.0.2.1","port_num":8.5,"port_proto":"tcp"}', 'port_num "8.5" is no port'],
    ['["ts",1]', '"["ts",1]" is no JSON object'],
  ])("a line that cannot be read costs itself: %s", async (line, reason) => {
    const good = '{"ts":1,"host":"192.0.2.1","port_num":80,"port_proto":"tcp"}';
    const { observations, others } = await logs(`${good}\n${line}\n${good}\n`);
    expect(observations).toMatchObject([{ count: 2 }]);
    expect(others).toEqual([
      { kind: "warning", message: `1 of 3 lines cannot be read: line 2: ${reason}` },
      { kind: "log", log: "known_services", lines: 3, used: 2, unreadable: 1 },
    ]);
  });
});

describe("broken files", () => {
  const good = "1700000000.5 192.0.2.1 80 tcp";

  test.each([
    ["1700000000.5 192.0.2.1 80", "it has 3 columns, not the 4 of #fields"],
    ["1700000000.5 192.0.2.1 80 tcp x", "it has 5 columns, not the 4 of #fields"],
    ["garbage", "it has 1 columns, not the 4 of #fields"],
    ["XXXXXXXXXX.XXXXXX 192.0.2.1 80 tcp", '"XXXXXXXXXX.XXXXXX" is no time'],
    ["- 192.0.2.1 80 tcp", '"-" is no time'],
    ["-5.0 192.0.2.1 80 tcp", '"-5.0" is no time'],
    ["1e300 192.0.2.1 80 tcp", '"1e300" is no time'],
    ["1700000000.5 fe80::1%eth0 80 tcp", 'host "fe80::1%eth0" is no address'],
    ["1700000000.5 192.0.2.1 65536 tcp", 'port_num "65536" is no port'],
    ["1700000000.5 192.0.2.1 80 t\0p", "it holds NUL bytes"],
  ])("%p costs itself", async (row, reason) => {
    const { observations, others } = await logs(services(good, row, good));
    expect(observations).toMatchObject([{ addr: "192.0.2.1", count: 2 }]);
    expect(others).toMatchObject([
      { kind: "warning", message: `1 of 3 lines cannot be read: line 8: ${reason}` },
      { kind: "log", lines: 3, used: 2, unreadable: 1 },
    ]);
  });

  test("the first of each reason is told, all are counted", async () => {
    const { others } = await logs(services(good, "a", "b", "c d", "e f g h", "i j k l m", "n"));
    expect(others).toMatchObject([
      {
        kind: "warning",
        message:
          "6 of 7 lines cannot be read: line 8: it has 1 columns, not the 4 of #fields; " +
          'line 10: it has 2 columns, not the 4 of #fields; line 11: "e" is no time; …',
      },
      { kind: "log", lines: 7, unreadable: 6 },
    ]);
  });

  test("a file of which no line can be read is broken", async () => {
    const { others } = await logs(services("a"));
    expect(others[0]).toEqual({
      kind: "broken",
      message: "its one line cannot be read: it has 1 columns, not the 4 of #fields",
      line: 7,
      byte: services().length,
    });
  });

  test("a last line that is cut off is told as such", async () => {
    const { observations, others } = await logs(services(good, good).slice(0, -8));
    expect(observations).toMatchObject([{ count: 1 }]);
    expect(others).toContainEqual({
      kind: "warning",
      message: "the file ends in the middle of its last line",
      line: 8,
    });
    expect((await logs(services(good).trimEnd())).others).toMatchObject([{ kind: "log", used: 1 }]);
  });

  test("a line that is too long is let go, in pieces too", async () => {
    const text = services(good, `1700000000.5 192.0.2.1 80 ${"x".repeat(3000)}`, good);
    for (const piece of [100, 5000]) {
      const { observations, others } = await logs(text, { piece, limits: { maxAttribute: 1000 } });
      expect(observations).toMatchObject([{ count: 2 }]);
      expect(others[0]).toMatchObject({
        message:
          "1 of 3 lines cannot be read: line 8: it is longer than 1000 bytes; if it is right, raise --max-attribute",
      });
    }
  });

  test("bytes that are not UTF-8 do not cost their line", async () => {
    const bytes = bytesOf(
      zeekLog("known_certs", "ts host port_num subject issuer_subject", ["1 192.0.2.1 443 CN=x? -"]),
    );
    bytes[bytes.lastIndexOf(0x3f)] = 0xe9;
    const { observations, others } = await logs(bytes);
    expect(observations[1]).toMatchObject({ value: "CN=xé" });
    expect(others[0]).toMatchObject({ message: "1 bytes are not UTF-8: read as windows-1252" });
  });

  test("damaged input keeps the lines before the damage", async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield bytesOf(services(good, good).slice(0, -8));
      throw new DamagedInput("the gzip data ends early");
    }
    const { observations, others } = await readLogs(chunks());
    expect(observations).toMatchObject([{ count: 1 }]);
    expect(others.at(-1)).toMatchObject({
      kind: "broken",
      message: "the gzip data ends early; every line before is kept",
      line: 8,
    });
  });

  test("errors of reading are passed on", async () => {
    // biome-ignore lint/correctness/useYield: it fails at once
    async function* chunks(): AsyncGenerator<Uint8Array> {
      throw new TypeError("x");
    }
    expect(readLogs(chunks())).rejects.toThrow(TypeError);
  });

  test("random damage never throws", async () => {
    let seed = 1;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (const name of names) {
      const bytes = await fixture(name);
      for (let round = 0; round < 20; round++) {
        const damaged = bytes.slice(0, 1 + next(bytes.length));
        for (let i = 0; i < 8; i++) damaged[next(damaged.length)] = next(256);
        const { observations } = await logs(damaged, { piece: 1 + next(500) });
        for (const { recontype, value, addr, targetval, firstseen } of observations) {
          expect(recontype).not.toBe("");
          expect(typeof value).toBe("string");
          expect(addr ?? targetval).toBeString();
          expect(firstseen).toBeNumber();
        }
      }
    }
  });
});

test.each([
  ["#separator \\x09\n#fields\tts\tx", true],
  ["\ufeff#fields\tts\tx", true],
  ["### a comment\n#separator \\x09", true],
  ["ts\tuid\tid.orig_h\n1\tC\t192.0.2.1", true],
  ['{"_path":"conn","x":1}', true],
  ['{"ts":1,"id.orig_h":"192.0.2.1","conn_state":"SF"}', true],
  ['{"name":"/opt/zeek/x.zeek"}', true],
  ['{"conn_state":"SF"}', false],
  ['{"addr":"192.0.2.1","schema_version":3}', false],
  ["a,b,c\n1,2,3", false],
  ["# Nmap 7.93 scan", false],
  ["", false],
])("%p is a Zeek log: %p", (head, expected) => expect(sniffZeekLog(head)).toBe(expected));

const captures = ["d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a"];
test.each(captures)("a packet capture (%s) wants zeek first, also compressed", async (magic) => {
  const bytes = Buffer.from(`${magic}02000400`, "hex");
  for (const form of [bytes, Bun.gzipSync(bytes)]) {
    expect(await openScan(inPieces(form, 100), DEFAULT_LIMITS)).toEqual({
      unknown: expect.stringContaining("run zeek -r FILE"),
    });
  }
});

const shared = join(import.meta.dir, "../../../shared/data/zeek");
test.skipIf(!existsSync(shared))("logs by others: every line is counted once", async () => {
  for (const name of readdirSync(shared)) {
    const bytes = await Bun.file(join(shared, name)).bytes();
    const text = new TextDecoder().decode(bytes);
    if (!sniffZeekLog(text.slice(0, 4096))) continue;
    const { others } = await logs(bytes);
    const counted = others.reduce((sum, event) => sum + (event.kind === "log" ? event.lines : 0), 0);
    const header = text.includes("\n#fields") || text.startsWith("{") ? 0 : 1;
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length - header;
    expect([name, counted]).toEqual([name, lines]);
  }
});
