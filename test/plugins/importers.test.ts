import { afterAll, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { detect, type Format } from "../../src/ingest/formats.ts";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { openScan } from "../../src/ingest/open.ts";
import type { ScanEvent } from "../../src/model/scan.ts";
import { look, Place, unhandled } from "./place.ts";

const place = new Place();
afterAll(() => place.remove());

async function formats(
  parse: string,
  sniff = "(head) => head.startsWith('acme')",
): Promise<readonly Format[]> {
  const plugins = await look(
    [],
    [place.plugin(`{ api: 1, importers: [{ name: "acme", sniff: ${sniff}, parse: ${parse} }] }`)],
  );
  expect(plugins.found[0]!.problem).toBeNull();
  return plugins.formats;
}

async function* chunks(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

/** All events of a file. */
async function events(
  parse: string,
  input: AsyncIterable<Uint8Array> = chunks("acme\n"),
  limits = DEFAULT_LIMITS,
): Promise<ScanEvent[]> {
  const scan = await openScan(input, limits, await formats(parse));
  if (!("events" in scan)) throw new Error(JSON.stringify(scan));
  const all: ScanEvent[] = [];
  for await (const batch of scan.events) all.push(...batch);
  return all;
}

const HOST = '{ host: { addr: "192.0.2.1" } }';
const kinds = (all: ScanEvent[]) => all.map(({ kind }) => kind);

test("gadwall's own formats come first, strangers may be taken", async () => {
  const greedy = await formats("function* () {}", "() => true");
  const head = (text: string) => Buffer.from(text);
  const named = (text: string) => (detect(head(text), greedy) as { name?: string }).name;
  expect(named('<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" args="">')).toBe(
    "nmap-xml",
  );
  expect(named("#masscan\n")).toBe("acme");
  expect(named("PK\u0003\u0004")).toBe("acme");
  expect(named("anything")).toBe("acme");
  expect(detect(new Uint8Array(), greedy)).toEqual({ unknown: "the file is empty" });
  expect(detect(head("#masscan\n"))).toHaveProperty("unknown");
});

test("it sees bytes as well", async () => {
  const [format] = await formats("function* () {}", "(_, bytes) => bytes[0] === 0xd4");
  expect(format?.sniff("", Uint8Array.of(0xd4))).toBe(true);
  expect(format?.sniff("", Uint8Array.of(0xd5))).toBe(false);
});

test.each([
  ["() => { throw new Error('boom\\nbang'); }", "boom bang"],
  ["async () => { throw new Error('lost'); }", "what sniff finds must be given at once, not as a promise"],
  ["async () => true", "what sniff finds must be given at once, not as a promise"],
  ["() => { throw { toString() { throw 1; } }; }", "something was thrown that cannot be shown"],
])("one that fails to look at a file costs that file: %s", async (sniff, reason) => {
  const lost = await unhandled(async () => {
    const known = await formats("function* () {}", sniff);
    const { unknown } = (await openScan(chunks("x"), DEFAULT_LIMITS, known)) as { unknown: string };
    expect(unknown).toMatch(/^acme of the plugin \S+ failed to look at it: /);
    expect(unknown).toEndWith(`: ${reason}`);
  });
  expect(lost).toEqual([]);
});

test("hosts and observations, whole", async () => {
  const all = await events(`function* () {
    yield { host: { addr: "2001:db8:0::1", starttime: 10.5, hostnames: [{ name: "WWW.Example.com", type: "PTR" }],
      ports: [{ port: 53, protocol: "udp", service: { name: "domain" }, scripts: [{ id: "x", output: "o", data: { a: [1] } }] },
              { port: 80, protocol: "tcp", state: "closed" }],
      scripts: [{ id: "host", output: "h" }], os: [{ vendor: "Acme" }], macs: [{ addr: "00:11:22:AA:BB:CC" }],
      tags: [{ value: "Seen", info: ["i"] }], categories: ["c"], sources: ["s"] } };
    yield { observation: { addr: "192.0.2.1", recontype: "DNS_ANSWER", value: "a.example", firstseen: 1, lastseen: 2 } };
    yield { observation: { targetval: "b.example", recontype: "DNS_ANSWER", value: "a.example", count: 7 } };
    yield { warning: "odd", line: 3 };
  }`);
  expect(kinds(all)).toEqual(["run", "host", "observation", "observation", "warning", "runEnd"]);
  expect(all[1]).toMatchObject({
    host: {
      addr: 0x20010db8000000000000000000000001n,
      state: "up",
      starttime: 10.5,
      endtime: 10.5,
      hostnames: [{ name: "www.example.com", type: "PTR" }],
      ports: [
        { port: 53, state: "open", scripts: [{ id: "x", output: "o", key: "x", data: { a: [1] } }] },
        { port: 80, state: "closed", scripts: [] },
        { port: -1, scripts: [{ id: "host", output: "h" }] },
      ],
      os: { matches: [], classes: [{ vendor: "Acme" }] },
      addresses: [{ type: "mac", value: "00:11:22:aa:bb:cc" }],
    },
  });
  expect(all[2]).toMatchObject({ observation: { count: 1, value: "a.example" } });
  expect(all[3]).toMatchObject({ observation: { count: 7, targetval: "b.example" } });
  expect(all.at(-1)).toMatchObject({ run: { scanner: "acme", finished: true } });
});

test.each([
  ["{ host: {} }", "host.addr: "],
  ['{ host: { addr: "192.0.2" } }', "host.addr: must be an IPv4 or IPv6 address"],
  ['{ host: { addr: "192.0.2.1", port: 1 } }', "host: Unrecognized key"],
  ['{ host: { addr: "192.0.2.1", ports: [{ port: 70000, protocol: "tcp" }] } }', "host.ports.0.port: "],
  [
    '{ host: { addr: "192.0.2.1", hostnames: [{ name: "a b" }] } }',
    "host.hostnames.0.name: must be a host name",
  ],
  ['{ host: { addr: "192.0.2.1", starttime: NaN } }', "host.starttime: "],
  ['{ observation: { addr: "192.0.2.1", recontype: "NONE", value: "" } }', "observation.recontype: "],
  ['{ observation: { recontype: "DNS_ANSWER", value: "" } }', "observation: needs addr or targetval"],
  [
    '{ observation: { addr: "192.0.2.1", recontype: "SSH_SERVER", value: "", count: 0 } }',
    "observation.count: ",
  ],
  ["null", "it is none of"],
  ["{ hosts: [] }", "it is none of"],
  ["{ host: { get addr() { throw new Error('no'); } } }", "no"],
  [
    `{ host: { addr: "192.0.2.1", scripts: [{ id: "x", output: "", data: cyclic }] } }`,
    "host.scripts.0.data: must be JSON, and not hold itself",
  ],
  [`{ host: { addr: "192.0.2.1", scripts: [{ id: "x", output: "", data: deep }] } }`, ""],
  ["{ host: { addr: Promise.reject(new Error('lost')) } }", "host.addr: "],
])("%s is left out and told of", async (record, message) => {
  const setUp =
    "const cyclic = {}; cyclic.self = cyclic; let deep = {}; for (let i = 0; i < 200_000; i++) deep = { deep };";
  let all: ScanEvent[] = [];
  const lost = await unhandled(async () => {
    all = await events(`function* () { ${setUp} yield ${record}; yield ${HOST}; }`);
  });
  expect(lost).toEqual([]);
  expect(kinds(all)).toEqual(["warning", "run", "host", "runEnd"]);
  expect(all[0]).toMatchObject({ message: expect.stringContaining(`record 1 is left out: ${message}`) });
});

test("what came before an error is kept, and the place is told", async () => {
  const all = await events(
    `async function* (chunks) { for await (const line of api.lines(chunks)) { if (line === "bad") throw new Error("no\\u202e"); yield ${HOST}; } }`,
    chunks("acme\r\na\n", "b\nbad\n", "c\n"),
  );
  expect(kinds(all)).toEqual(["run", "host", "host", "host", "broken", "runEnd"]);
  expect(all[4]).toMatchObject({ message: expect.stringMatching(/acme of the plugin .* failed: no\ufffd$/) });
  expect(all.at(-1)).toMatchObject({ run: { finished: false } });
});

const NO_RECORDS = "write async *parse(chunks) { … yield … }";

test.each([
  ["() => undefined", `parse gave nothing to go through: ${NO_RECORDS}`],
  ["() => 'text'", `parse gave nothing to go through: ${NO_RECORDS}`],
  ["async () => []", `parse gave a promise: ${NO_RECORDS}`],
  ["async () => { throw new Error('lost'); }", `parse gave a promise: ${NO_RECORDS}`],
  ["() => { throw new Error('x'); }", "x"],
  ["() => { throw { toString() { throw 1; } }; }", "something was thrown that cannot be shown"],
  ["function* () {}", "there is no record in this file"],
  ["() => [{ warning: 'w' }]", "there is no record in this file"],
])("%s: the file failed", async (parse, reason) => {
  const lost = await unhandled(async () => {
    const all = (await events(parse)).filter(({ kind }) => kind !== "warning");
    expect(all).toMatchObject([{ kind: "broken", message: expect.stringContaining(reason) }]);
  });
  expect(lost).toEqual([]);
});

test("too many records are cut off", async () => {
  const all = await events(`function* () { for (;;) yield ${HOST}; }`, chunks("acme"), {
    ...DEFAULT_LIMITS,
    maxHosts: 1200,
  });
  expect(all.filter(({ kind }) => kind === "host")).toHaveLength(1200);
  expect(all.at(-2)).toMatchObject({ kind: "broken", message: expect.stringContaining("--max-hosts") });
});

test("damage that a plugin swallows is told nevertheless", async () => {
  const whole = gzipSync(Buffer.from(`acme\n${"line\n".repeat(100_000)}`));
  const all = await events(
    `async function* (chunks) { yield ${HOST}; try { for await (const _ of chunks); } catch {} }`,
    chunks(whole.subarray(0, whole.length - 20)),
  );
  expect(kinds(all)).toEqual(["run", "host", "broken", "runEnd"]);
});

test("lines: any line end, none at the end, long ones left out", async () => {
  const all = await events(
    "async function* (chunks) { for await (const line of api.lines(chunks)) yield { warning: line.slice(0, 9) }; }",
    chunks("acme\r\ntw", "o\n\n", "x".repeat(700_000), `${"x".repeat(700_000)}\nlast`),
  );
  expect(all.flatMap((event) => (event.kind === "warning" ? [event.message] : []))).toEqual([
    "acme",
    "two",
    "",
    "last",
  ]);
});
