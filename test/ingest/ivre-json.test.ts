import { expect, test } from "bun:test";
import { parseIvreJson } from "../../src/ingest/ivre-json.ts";
import { DamagedInput, DEFAULT_LIMITS, type ParseLimits } from "../../src/ingest/limits.ts";
import { openScan } from "../../src/ingest/open.ts";
import { formatAddress } from "../../src/model/ip.ts";
import type { Json } from "../../src/model/json.ts";
import type { Host, ScanEvent } from "../../src/model/scan.ts";
import { bytesOf, inPieces, kinds } from "./read-events.ts";

const FIXTURES = `${import.meta.dir}/../../fixtures/ivre`;

async function fixture(name: string): Promise<Uint8Array> {
  return Bun.file(`${FIXTURES}/${name}`).bytes();
}

interface Options {
  piece?: number;
  limits?: Partial<ParseLimits>;
}

async function events(input: string | Uint8Array, options: Options = {}): Promise<ScanEvent[]> {
  const bytes = typeof input === "string" ? bytesOf(input) : input;
  const all: ScanEvent[] = [];
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  for await (const batch of parseIvreJson(inPieces(bytes, options.piece ?? 65536), limits))
    all.push(...batch);
  return all;
}

/** Addresses as text, pictures in Base64, absent members left out: what a person would write. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member) => {
      if (typeof member === "bigint") return formatAddress(member);
      return member instanceof Uint8Array ? member.toBase64() : member;
    }),
  );
}

function hostsOf(all: readonly ScanEvent[]): Host[] {
  return all.flatMap((event) => (event.kind === "host" ? [event.host] : []));
}

async function hostOf(document: Json | string): Promise<Host> {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return hostsOf(await events(`${text}\n`))[0]!;
}

function warnings(all: readonly ScanEvent[]): string[] {
  return all.flatMap((event) => (event.kind === "warning" ? [event.message] : []));
}

/** One passive record, with other members. */
function passive(members: { [name: string]: Json }): string {
  return `${JSON.stringify({ addr: "192.0.2.1", recontype: "SSH_SERVER", value: "SSH-2.0-x", firstseen: 1, lastseen: 2, count: 1, ...members })}\n`;
}

test("documents of purpose nmap", async () => {
  const all = await events(await fixture("handmade-nmap.jsonl"));
  expect(kinds(all)).toEqual({ run: 1, host: 3, runEnd: 1, warning: 1 });
  expect(all[0]).toEqual({ kind: "run" });
  expect(all.at(-2)).toEqual({
    kind: "runEnd",
    run: { scanner: "ivre-export", finished: true, scaninfo: [], targets: [], scripts: [] },
  });
  expect(warnings(all)).toEqual(["1 binary value left out"]);
  const [first, second, third] = hostsOf(all);
  const { ports, ...rest } = plain(first) as { ports: Json[] };
  expect(rest).toEqual({
    addr: "198.51.100.7",
    state: "up",
    reason: "echo-reply",
    reasonTtl: 61,
    starttime: 1767261600,
    endtime: 1767261720.5,
    timedout: false,
    sources: ["office-weekly"],
    categories: ["berlin", "office"],
    addresses: [
      { type: "mac", value: "02:00:5e:10:00:07" },
      { type: "ipv6", value: "2001:db8:7::7" },
    ],
    hostnames: [
      { name: "Files.corp.example", type: "PTR" },
      { name: "files.corp.example", type: "cert-subject-cn" },
    ],
    extraports: [
      {
        state: "closed",
        total: 995,
        reasons: [
          { reason: "reset", count: 900 },
          { reason: "no-response", count: 95 },
        ],
      },
    ],
    os: {
      portused: { port: "tcp_22", state: "open" },
      fingerprint: "SCAN(V=7.95)",
      matches: [{ name: "Linux 5.4 - 6.1", accuracy: "98", line: "70001" }],
      classes: [
        { type: "general purpose", vendor: "Linux", osfamily: "Linux", osgen: "5.X", accuracy: "98" },
      ],
    },
    cpes: [
      { type: "a", vendor: "openbsd", product: "openssh", version: "9.2p1", origins: ["ports.port:22"] },
      {
        type: "o",
        vendor: "linux",
        product: "linux_kernel",
        version: "",
        origins: ["os.osmatch.line:70001"],
      },
    ],
    traces: [
      {
        protocol: "tcp",
        port: 443,
        hops: [
          { ttl: 1, rtt: 0.31, addr: "198.51.100.1", host: "gw.corp.example" },
          { ttl: 2 },
          { ttl: 3, rtt: 4, addr: "198.51.100.7" },
        ],
      },
      { hops: [] },
    ],
  });
  expect(ports).toEqual([
    {
      port: -1,
      scripts: [
        {
          id: "smb-vuln-ms17-010",
          output: "\n  VULNERABLE:\n  (handmade)",
          key: "vulns",
          data: [{ id: "CVE-2017-0143", state: "VULNERABLE", title: "SMBv1", ids: ["CVE:CVE-2017-0143"] }],
        },
        { id: "uptime-note", output: "no data" },
      ],
    },
    {
      protocol: "tcp",
      port: 22,
      state: "open",
      reason: "syn-ack",
      reasonTtl: 61,
      service: {
        name: "ssh",
        product: "OpenSSH",
        version: "9.2p1 Debian 2",
        extrainfo: "protocol 2.0",
        ostype: "Linux",
        method: "probed",
        conf: 10,
        hostname: "files",
        devicetype: "storage-misc",
        servicefp: "SF-Port22",
      },
      scripts: [
        {
          id: "ssh-hostkey",
          output: "\n  256 aa:bb (ED25519)",
          key: "ssh-hostkey",
          data: [{ type: "ssh-ed25519", bits: 256, fingerprint: "aabb", key: "AAAAC3" }],
        },
      ],
    },
    {
      protocol: "tcp",
      port: 443,
      state: "open",
      reason: "syn-ack",
      service: { name: "http", tunnel: "ssl" },
      screenshot: { kind: "field", data: "/9j/4A==", words: ["files", "login"] },
      scripts: [
        {
          id: "ssl-cert",
          output: "Subject: commonName=files.corp.example",
          key: "ssl-cert",
          data: [
            {
              subject: { commonName: "files.corp.example" },
              subject_text: "commonName=files.corp.example",
              self_signed: true,
              not_before: "2025-01-01T00:00:00Z",
              not_after: "2027-01-01T00:00:00Z",
              pubkey: { type: "rsa", bits: 2048, exponent: 65537 },
            },
          ],
        },
        {
          id: "http-ls",
          output: "Volume /",
          key: "ls",
          data: {
            total: { files: 1, bytes: 12 },
            volumes: [{ volume: "/", files: [{ filename: "a.txt", size: 12 }] }],
          },
        },
        { id: "banner", output: "hi" },
      ],
    },
    {
      protocol: "tcp",
      port: 8080,
      state: "filtered",
      reason: "host-prohibited",
      reasonIp: "198.51.100.1",
      service: { rpcnum: 100003, lowver: 3, highver: 4 },
      scripts: [],
    },
    { protocol: "udp", port: 53, state: "open|filtered", reason: "no-response", scripts: [] },
  ]);
  expect(second).toMatchObject({ starttime: 1767261600, endtime: 1767261720.25 });
  expect(formatAddress(second!.addr!)).toBe("2001:db8:7::8");
  expect(third).toMatchObject({
    starttime: 1767261600,
    endtime: 1767261601.25,
    tags: [{ value: "Owner", type: "info", info: ["team a", "team b"] }, { value: "Keep" }],
  });
});

test("documents of purpose view: several sources, infos left to gadwall", async () => {
  const all = await events(await fixture("handmade-view.jsonl"));
  expect(kinds(all)).toEqual({ run: 1, host: 2, runEnd: 1, warning: 1 });
  expect(warnings(all)[0]).toContain("infos (country, AS, city) of 2 records");
  const [first, second] = hostsOf(all);
  expect(first).toMatchObject({
    sources: ["office-weekly", "tap1"],
    categories: ["office"],
    tags: [
      { value: "CLOUD", type: "info", info: ["example-cloud as listed by cdncheck (projectdiscovery)"] },
      { value: "Vulnerable", type: "danger", info: ["CVE-2017-0143"] },
    ],
  });
  expect(first!.ports.map(({ port }) => port)).toEqual([443, -1]);
  expect(second!.state).toBeUndefined();
  expect(second!.categories).toBeUndefined();
});

test("documents of purpose passive", async () => {
  const all = await events(await fixture("handmade-passive.jsonl"));
  expect(kinds(all)).toEqual({ run: 1, observation: 6, runEnd: 1, warning: 1 });
  expect(warnings(all)).toEqual(["1 binary value left out"]);
  const observations = all.flatMap((event) =>
    event.kind === "observation" ? [plain(event.observation)] : [],
  );
  expect(observations).toEqual([
    {
      addr: "198.51.100.7",
      sensor: "tap1",
      recontype: "HTTP_SERVER_HEADER",
      source: "SERVER",
      port: 80,
      value: "nginx/1.24.0",
      firstseen: 1767261600.5,
      lastseen: 1767348000.25,
      count: 12,
      infos: { service_name: "http", service_product: "nginx", service_version: "1.24.0" },
    },
    {
      addr: "198.51.100.7",
      sensor: "tap1",
      recontype: "DNS_ANSWER",
      source: "A-198.51.100.53-53",
      value: "files.corp.example",
      firstseen: 1767261600.5,
      lastseen: 1767265200,
      count: 3,
    },
    {
      targetval: "edge.cdn.example",
      recontype: "DNS_ANSWER",
      source: "CNAME-198.51.100.53-53",
      value: "www.corp.example",
      firstseen: 1767261600.125,
      lastseen: 1767261600.125,
      count: 1,
    },
    {
      addr: "198.51.100.7",
      recontype: "SSL_SERVER",
      source: "cert",
      port: 443,
      value: "MIIBCDCBuw==",
      firstseen: 1767261600,
      lastseen: 1767261600,
      count: 2,
      infos: {
        subject_text: "commonName=files.corp.example",
        not_before: "2025-01-01T00:00:00Z",
        not_after: "2027-01-01T00:00:00Z",
        san: ["DNS:files.corp.example"],
        pubkey: { type: "rsa", bits: 2048 },
      },
    },
    {
      addr: "203.0.113.9",
      recontype: "TCP_HONEYPOT_HIT",
      source: "tcp/23",
      value: "enable\\r\\n\\x00\\\\\\xff",
      firstseen: 1767261600,
      lastseen: 1767261600,
      count: 1,
    },
    {
      addr: "2001:db8:7::8",
      recontype: "MAC_ADDRESS",
      source: "ARP_REPLY_SRC",
      value: "02:00:5e:10:00:08",
      firstseen: 1767261600,
      lastseen: 1767261600,
      count: 4,
    },
  ]);
});

const RECORDS = ["nmap", "view", "passive"];

test.each([65536, 1000, 7, 1])("an array gives what lines give, in pieces of %d bytes", async (piece) => {
  const lines: ScanEvent[] = [];
  for (const name of RECORDS)
    lines.push(...(await events(await fixture(`handmade-${name}.jsonl`), { piece })));
  const array = await events(await fixture("handmade-array.json"), { piece });
  const told = (all: ScanEvent[]) =>
    plain(all.filter(({ kind }) => kind === "host" || kind === "observation"));
  expect(told(array)).toEqual(told(lines));
  expect(kinds(array)).toEqual({ run: 1, host: 5, observation: 6, runEnd: 1, warning: 2 });
});

test.each(["utf-16le", "utf-16be"] as const)("an array in %s", async (encoding) => {
  const utf8 = await fixture("handmade-array.json");
  const wide = Buffer.from(`\ufeff${new TextDecoder().decode(utf8)}`, "utf16le");
  if (encoding === "utf-16be") wide.swap16();
  expect(plain(await events(wide, { piece: 4097 }))).toEqual(plain(await events(utf8)));
});

test("compressed, recognised by content", async () => {
  const packed = Bun.gzipSync(Buffer.from(await fixture("handmade-passive.jsonl")));
  const scan = await openScan(inPieces(packed, 100), DEFAULT_LIMITS);
  if ("unknown" in scan || "skip" in scan) throw new Error("not recognised");
  expect(scan).toMatchObject({ format: "ivre-json", compression: "gzip" });
  const all: ScanEvent[] = [];
  for await (const batch of scan.events) all.push(...batch);
  expect(kinds(all)).toMatchObject({ observation: 6, runEnd: 1 });
});

test.each([
  ["2026-01-01T10:00:00Z", 1767261600],
  ["2026-01-01 10:00:00", 1767261600],
  ["2026-01-01 10:00:00.123456", 1767261600.123456],
  ["2026-01-01T10:00:00+00:00", 1767261600],
  ["2026-01-01T04:30:00-05:30", 1767261600],
  ["2026-01-01 10:00:00 UTC", 1767261600],
  [1767261600.5, 1767261600.5],
  [0, 0],
  [{ f: "datetime", a: [1767261600] }, 1767261600],
])("the time %j", async (time, seconds) => {
  expect((await hostOf({ addr: "192.0.2.1", state: "up", starttime: time })).starttime).toBe(seconds);
});

test.each([
  ["2026-13-01 10:00:00"],
  ["2026-01-01"],
  ["yesterday"],
  [-5],
  [1e300],
  [true],
  [{ f: "datetime", a: [] }],
  [{ f: "datetime", a: ["2026-01-01 10:00:00"] }],
  [{ f: "bytes", a: [5] }],
  [[1767261600]],
])("no time: %j", async (time) => {
  const all = await events(`${JSON.stringify({ addr: "192.0.2.1", starttime: time })}\n`);
  expect(hostsOf(all)[0]!.starttime).toBeUndefined();
  expect(warnings(all)).toEqual(["1 value left out: starttime is not a time (line 1)"]);
});

test("values of the wrong type are left out, the rest of the record is kept", async () => {
  const bad = {
    addr: "192.0.2.1",
    state: 1,
    state_reason_ttl: 300,
    categories: "x",
    hostnames: [5, { name: 7 }, { name: "good.example", type: [] }],
    ports: [
      { port: 70000 },
      { port: "80", protocol: "tcp", service_conf: "high", scripts: { id: "x" } },
      null,
    ],
    extraports: { closed: 5, open: { total: 1, reasons: { a: "x", b: 2 } } },
    os: [],
    cpes: [{ type: "z" }, { type: "a", vendor: "v", origins: "p" }],
    traces: [{ hops: [{ ttl: "a" }, { ttl: 1, rtt: "fast", ipaddr: "10.0.0" }] }],
    tags: [{ value: 5 }, { value: "T", info: [1, "i"] }],
    addresses: { mac: "02:00:00:00:00:01", ipv6: ["2001:DB8::1"] },
  };
  const all = await events(`\n${JSON.stringify(bad)}\n`);
  expect(kinds(all)).toEqual({ run: 1, host: 1, runEnd: 1, warning: 1 });
  expect(warnings(all)[0]).toStartWith("20 values left out: addresses.mac is not a list (line 2), ");
  expect(plain(hostsOf(all)[0])).toEqual({
    addr: "192.0.2.1",
    addresses: [{ type: "ipv6", value: "2001:db8::1" }],
    timedout: false,
    hostnames: [{ name: "good.example" }],
    ports: [{ protocol: "tcp", port: 80, scripts: [] }],
    extraports: [{ state: "open", total: 1, reasons: [{ reason: "b", count: 2 }] }],
    cpes: [{ type: "a", vendor: "v", product: "", version: "", origins: [] }],
    traces: [{ hops: [{ ttl: 1 }] }],
    tags: [{ value: "T", info: ["i"] }],
  });
});

test("members that are not known are counted by name, and shown harmless", async () => {
  const one = `{"addr":"192.0.2.1","state":"up","x\\u001b[2Jy":1,"ports":[{"port":1,"new":1},{"port":2,"new":1}]}\n`;
  const all = await events(one + one);
  expect(warnings(all)).toEqual([
    "members that gadwall does not know left out: ports.new (4), x\ufffd[2Jy (2)",
  ]);
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, 1]));
  const [told] = warnings(await events(`${JSON.stringify({ addr: "192.0.2.1", ...many })}\n`));
  expect(told).toEndWith("m19 (1), and 980 others");
});

test("a record that cannot be read costs itself only", async () => {
  const good = '{"addr":"192.0.2.1","state":"up"}\n';
  const bad = [
    "{oops}\n",
    "[1]\n",
    '"addr"\n',
    '{"schema_version":22}\n',
    '{"addr":"1.2.3"}\n',
    passive({ value: 5 }),
  ];
  const all = await events(good + bad.join(good) + good);
  expect(kinds(all)).toEqual({ run: 1, host: 7, runEnd: 1, warning: 2 });
  expect(warnings(all)).toEqual([
    "6 records could not be read: line 2: it is no JSON, line 4: it is no JSON object, line 6: it is no JSON object, …",
    "2 values left out: addr is not an address (line 10), value is not a text (line 12)",
  ]);
});

test.each([
  [{ recontype: "" }, "no recontype"],
  [{ value: null }, "no value"],
  [{ addr: null }, "neither addr nor targetval"],
  [{ firstseen: null, lastseen: "soon" }, "neither firstseen nor lastseen"],
])("a passive record with %j: %s", async (members, reason) => {
  const all = await events(passive({}) + passive(members));
  expect(kinds(all).observation).toBe(1);
  expect(warnings(all).join()).toContain(`line 2: it has ${reason}`);
});

test.each([{}, { firstseen: null, lastseen: null }])("a passive record without times: %j", async (times) => {
  const { firstseen: _f, lastseen: _l, ...rest } = JSON.parse(passive({})) as Record<string, unknown>;
  const all = await events(JSON.stringify({ ...rest, ...times }));
  const observation = all.find((event) => event.kind === "observation")?.observation;
  expect(observation).toMatchObject({ recontype: "SSH_SERVER", count: 1 });
  expect(observation).not.toHaveProperty("firstseen");
  expect(observation).not.toHaveProperty("lastseen");
  expect(warnings(all)).toEqual([]);
});

test("the domain of infos is left out only where it is the parents of DNS names", async () => {
  const infos = { domain: "CORP", os: "Windows" };
  const [, smb, dns] = await events(
    passive({ recontype: "SMB", infos }) +
      passive({ recontype: "DNS_ANSWER", value: "www.example.com", infos: { domain: ["example.com"] } }),
  );
  expect(smb).toMatchObject({ observation: { infos } });
  expect(dns).not.toHaveProperty("observation.infos");
});

test("a passive record seen backwards is turned round", async () => {
  const [, event] = await events(passive({ firstseen: 9, lastseen: 5 }));
  expect(event).toMatchObject({ observation: { firstseen: 5, lastseen: 9 } });
});

test.each([
  ["lines", '{"addr":"192.0.2.1","state":"up"}\n{"addr":"192.0.2.2","sta', 2, 58],
  ["an array", '[\n{"addr":"192.0.2.1","state":"up"},\n{"addr":"192.0.2.2","sta', 3, 37],
])("%s that end inside a record", async (_, text, line, byte) => {
  const all = await events(text);
  expect(kinds(all)).toEqual({ run: 1, host: 1, runEnd: 1, broken: 1 });
  expect(all.find(({ kind }) => kind === "runEnd")).toMatchObject({ run: { finished: false } });
  expect(all.at(-1)).toEqual({
    kind: "broken",
    message: "the file ends inside a record; every one before is kept",
    line,
    byte,
  });
});

test("a last line without its end is read when it is whole", async () => {
  expect(kinds(await events('{"addr":"192.0.2.1","state":"up"}\n{"addr":"192.0.2.2","state":"up"}'))).toEqual(
    {
      run: 1,
      host: 2,
      runEnd: 1,
    },
  );
});

test("damaged input keeps what came before", async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield bytesOf('{"addr":"192.0.2.1","state":"up"}\n{"addr":"192.0.2.2","state":"up"}');
    throw new DamagedInput("the gzip data ends early");
  }
  const all: ScanEvent[] = [];
  for await (const batch of parseIvreJson(chunks(), DEFAULT_LIMITS)) all.push(...batch);
  expect(kinds(all)).toEqual({ run: 1, host: 1, runEnd: 1, broken: 1 });
  expect(all.at(-1)).toMatchObject({ message: "the gzip data ends early", line: 2 });
});

test.each([["{\n"], ["[]"], ["{}\n{}\n"], ['[{"a":1}'], [""]])(
  "nothing in %j: broken, and no run",
  async (text) => {
    expect(kinds(await events(text)).run).toBeUndefined();
    expect(kinds(await events(text)).broken).toBe(1);
  },
);

test("limits: records, their length, their nesting", async () => {
  const one = '{"addr":"192.0.2.1","state":"up"}\n';
  const tooMany = await events(one.repeat(5), { limits: { maxHosts: 3 } });
  expect(kinds(tooMany)).toEqual({ run: 1, host: 3, runEnd: 1, broken: 1 });
  expect(tooMany.at(-1)).toMatchObject({ message: expect.stringContaining("--max-hosts"), line: 4 });

  const long = `{"addr":"192.0.2.2","state":"${"x".repeat(9000)}"}\n`;
  const lines = await events(one + long + one, { limits: { maxHostSize: 100 }, piece: 10 });
  expect(kinds(lines)).toEqual({ run: 1, host: 2, runEnd: 1, warning: 1 });
  expect(warnings(lines)[0]).toContain("line 2: it is longer than 100 bytes");
  const array = await events(`[${one}${long}${one}]`, { limits: { maxHostSize: 100 }, piece: 10 });
  expect(plain(array)).toEqual(plain(lines));

  const deep = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
  const nested = await events(
    `{"addr":"192.0.2.1","state":"up","ports":[{"port":80,"scripts":[{"id":"x","output":"o","x":${deep}}]}]}\n`,
  );
  expect(warnings(nested)[0]).toContain("nested at most 64 deep");
  expect(JSON.stringify(hostsOf(nested)[0]!.ports[0]!.scripts[0]!.data)).toBe(
    `${"[".repeat(65)}${"]".repeat(65)}`,
  );
});

test("names such as __proto__ are names", async () => {
  const scripts = '[{"id":"__proto__","output":"o","__proto__":{"__proto__":{"x":1}}}]';
  const host = await hostOf(
    `{"addr":"192.0.2.1","__proto__":{"state":"up"},"state":"up","ports":[{"port":1,"scripts":${scripts}}]}`,
  );
  expect(JSON.stringify(host.ports[0]!.scripts[0])).toBe(
    '{"id":"__proto__","output":"o","key":"__proto__","data":{"__proto__":{"x":1}}}',
  );
  expect(({} as { x?: number }).x).toBeUndefined();
});

test("bytes that are not UTF-8 cost nothing but themselves", async () => {
  for (const [before, after] of [
    ["", "\n"],
    ["[\n", "]"],
  ]) {
    const text = Buffer.from(
      `${before}{"addr":"192.0.2.1","state":"up","state_reason":"caf\xe9"}${after}`,
      "latin1",
    );
    const all = await events(text);
    expect(hostsOf(all)[0]!.reason).toBe("café");
    expect(warnings(all)).toEqual(["1 byte not UTF-8: read as windows-1252"]);
  }
});

test("a host that is down is no record but was looked at", async () => {
  const all = await events('{"addr":"192.0.2.1","state":"down","state_reason":"no-response","endtime":5}\n');
  expect(kinds(all)).toEqual({ run: 1, down: 1, runEnd: 1 });
  expect(plain(all[1])).toEqual({
    kind: "down",
    host: { addr: "192.0.2.1", reason: "no-response", endtime: 5 },
  });
});

test("a file cut off anywhere gives whole records only, and never throws", async () => {
  for (const name of ["handmade-array.json", "handmade-nmap.jsonl"]) {
    const bytes = await fixture(name);
    const whole = (plain(await events(bytes)) as { kind: string }[]).filter(
      ({ kind }) => kind === "host" || kind === "observation",
    );
    for (let length = 0; length < bytes.length; length += 37) {
      const part = (plain(await events(bytes.subarray(0, length))) as { kind: string }[]).filter(
        ({ kind }) => kind === "host" || kind === "observation",
      );
      expect(part).toEqual(whole.slice(0, part.length));
    }
  }
});

test("pictures are bounded, and none of them is anything else", async () => {
  const shot = (members: { [name: string]: Json }) =>
    `${JSON.stringify({ addr: "192.0.2.1", schema_version: 22, ports: [{ protocol: "tcp", port: 80, ...members }] })}\n`;
  const jpeg = (length: number) => {
    const bytes = new Uint8Array(length);
    bytes.set([0xff, 0xd8, 0xff]);
    return bytes.toBase64();
  };
  const all = await events(
    [
      shot({ screenshot: "field", screendata: jpeg(10) }),
      shot({
        screenshot: "field",
        screendata: { f: "bytes", a: [Buffer.from("<html>").toString("base64")] },
      }),
      shot({ screenshot: "field", screendata: jpeg(5 * 1024 * 1024 + 1) }),
      shot({ screenshot: "field", screendata: 7 }),
      shot({ screenshot: "empty" }),
      shot({ screenwords: ["x".repeat(1000), ...Array.from({ length: 6000 }, (_, i) => `w${i}`)] }),
      shot({ screenshot: null, screendata: null, screenwords: null }),
    ].join(""),
  );
  const shots = hostsOf(all).map(({ ports }) => ports[0]!.screenshot);
  expect(shots.map((one) => one?.kind)).toEqual([
    "field",
    "field",
    "field",
    "field",
    "empty",
    undefined,
    undefined,
  ]);
  expect(shots.map((one) => one?.data?.length)).toEqual([10, ...new Array<undefined>(6)]);
  expect(shots[5]?.words?.length).toBe(5000);
  expect(shots[5]?.words?.[0]).toBe("x".repeat(200));
  expect(shots[6]).toBeUndefined();
  expect(warnings(all)).toEqual(["3 screenshots left out: no JPEG, PNG or GIF in Base64, or too large"]);
});

test("what gadwall made of vulners is made anew", async () => {
  const scripts = [{ id: "vulners", output: "o", vulners: { cpe: [] }, vulns: [{ id: "CVE-2020-1" }] }];
  const all = await events(
    `${JSON.stringify({ addr: "192.0.2.1", schema_version: 22, ports: [{ protocol: "tcp", port: 80, scripts }] })}\n`,
  );
  expect(plain(hostsOf(all)[0]!.ports[0]!.scripts)).toEqual([
    { id: "vulners", output: "o", key: "vulners", data: { cpe: [] } },
  ]);
  expect(warnings(all)).toEqual([]);
});
