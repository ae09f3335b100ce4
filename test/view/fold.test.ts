import { expect, test } from "bun:test";
import type { Port, Screenshot, Script } from "../../src/model/scan.ts";
import { fold } from "../../src/view/fold.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";
import { BY_TIME, load, open, rows, type Scan, snapshot } from "./world.ts";

/** Without those that every test address gets. */
const GIVEN_TAGS = "SELECT value, info FROM view.tag WHERE origin <> 'reserved-address'";

test("state of a port comes from the newest scan, whichever was imported first", async () => {
  const older: Scan = {
    source: "a",
    hosts: [{ endtime: 100, ports: [open(80, { name: "http" }), open(22)] }],
  };
  const newer: Scan = {
    source: "b",
    hosts: [{ endtime: 200, ports: [{ protocol: "tcp", port: 80, state: "closed", scripts: [] }] }],
  };
  for (const scans of [
    [older, newer],
    [newer, older],
  ]) {
    const connection = await load(scans);
    expect(
      await rows(connection, "SELECT port, state_state, service_name FROM view.port ORDER BY port"),
    ).toEqual([
      [22, "open", null],
      [80, "closed", "http"],
    ]);
    expect(await rows(connection, "SELECT openports, openports_tcp FROM view.host")).toEqual([[1, 1]]);
    expect(await rows(connection, "SELECT value FROM view.source ORDER BY 1")).toEqual([["a"], ["b"]]);
  }
});

test("facts of a service are filled up from older scans only while its name stays", async () => {
  const scan = (endtime: number, service?: Port["service"]): Scan => ({
    source: "s",
    hosts: [{ endtime, ports: [open(80, service)] }],
  });
  const service = async (...scans: Scan[]): Promise<unknown[] | undefined> =>
    (
      await rows(
        await load(scans),
        "SELECT service_name, service_product, service_version, service_extrainfo FROM view.port",
      )
    )[0];
  const nginx = { name: "http", product: "nginx", version: "1.0" };
  expect(await service(scan(1, nginx), scan(2))).toEqual(["http", "nginx", "1.0", null]);
  expect(await service(scan(1, nginx), scan(2, { name: "http", version: "1.1" }))).toEqual([
    "http",
    "nginx",
    "1.1",
    null,
  ]);
  expect(await service(scan(1, nginx), scan(2, { name: "ssh" }))).toEqual(["ssh", null, null, null]);
  expect(
    await service(scan(1, nginx), scan(2, { name: "ssh", product: "OpenSSH" }), scan(3, { name: "http" })),
  ).toEqual(["http", null, null, null]);
});

test("scripts: newest per port and id, others kept; host scripts fold too", async () => {
  const script = (id: string, output: string) => ({ id, output });
  const connection = await load([
    {
      source: "a",
      hosts: [
        {
          endtime: 1,
          ports: [
            { port: -1, scripts: [script("clock-skew", "old")] },
            open(80, undefined, [script("http-title", "old"), script("http-methods", "GET")]),
          ],
        },
      ],
    },
    {
      source: "b",
      hosts: [
        {
          endtime: 2,
          ports: [
            { port: -1, scripts: [script("clock-skew", "new")] },
            open(80, undefined, [script("http-title", "new")]),
          ],
        },
      ],
    },
  ]);
  expect(
    await rows(
      connection,
      `SELECT p.port, s.id, s.output, s.seq FROM view.script AS s JOIN view.port AS p ON p.id = s.port_id
       ORDER BY p.id, s.seq`,
    ),
  ).toEqual([
    [80, "http-title", "new", 0],
    [80, "http-methods", "GET", 1],
    [-1, "clock-skew", "new", 0],
  ]);
});

test("names, categories, tags, traces, CPEs, OS and extra ports", async () => {
  const cpe = { type: "a", vendor: "nginx", product: "nginx", version: "1" };
  const connection = await load([
    {
      source: "a",
      categories: ["LAN", "OLD"],
      tags: [{ value: "Seen", info: "first" }],
      hosts: [
        {
          endtime: 1,
          starttime: 0,
          hostnames: [
            { name: "www.example.com", type: "PTR" },
            { name: "x.example.com", type: "user" },
          ],
          cpes: [{ ...cpe, origins: ["ports.port:80"] }],
          os: { matches: [{ name: "Linux 2.6", accuracy: "90" }], classes: [] },
          traces: [
            { protocol: "tcp", port: 80, hops: [{ ttl: 1, addr: 1n }] },
            { protocol: "icmp", hops: [{ ttl: 1, addr: 2n }] },
          ],
          extraports: [{ state: "filtered", total: 5, reasons: [] }],
        },
      ],
    },
    {
      source: "b",
      categories: ["LAN"],
      tags: [{ value: "Seen", info: "second" }],
      hosts: [
        {
          endtime: 5,
          starttime: 4,
          hostnames: [{ name: "www.example.com", type: "PTR" }],
          cpes: [{ ...cpe, origins: ["ports.port:443"] }],
          os: { matches: [{ name: "Linux 5.0", accuracy: "100" }], classes: [{ vendor: "Linux" }] },
          traces: [{ protocol: "tcp", port: 80, hops: [{ ttl: 3, addr: 3n }] }],
        },
      ],
    },
  ]);
  expect(await rows(connection, "SELECT epoch(starttime), epoch(endtime) FROM view.host")).toEqual([[0, 5]]);
  expect(await rows(connection, "SELECT name, type FROM view.hostname ORDER BY seq")).toEqual([
    ["www.example.com", "PTR"],
    ["x.example.com", "user"],
  ]);
  expect(
    await rows(connection, "SELECT name FROM view.domain ORDER BY hostname_seq, level DESC LIMIT 3"),
  ).toEqual([["www.example.com"], ["example.com"], ["com"]]);
  expect(await rows(connection, "SELECT value FROM view.category ORDER BY 1")).toEqual([["LAN"], ["OLD"]]);
  expect(await rows(connection, `${GIVEN_TAGS} ORDER BY ALL`)).toEqual([
    ["Seen", "first"],
    ["Seen", "second"],
  ]);
  expect(await rows(connection, "SELECT origin FROM view.cpe_origin ORDER BY 1")).toEqual([
    ["ports.port:443"],
    ["ports.port:80"],
  ]);
  expect(await rows(connection, "SELECT count(*)::INTEGER FROM view.cpe")).toEqual([[1]]);
  expect(await rows(connection, "SELECT name FROM view.os_match")).toEqual([["Linux 5.0"]]);
  expect(
    await rows(
      connection,
      `SELECT t.protocol, h.ttl, h.addr FROM view.trace AS t
       JOIN view.trace_hop AS h ON h.host_id = t.host_id AND h.trace_seq = t.seq ORDER BY t.seq`,
    ),
  ).toEqual([
    ["tcp", 3, 3n],
    ["icmp", 1, 2n],
  ]);
  expect(await rows(connection, "SELECT state, total FROM view.extraport")).toEqual([["filtered", 5]]);
});

test("a host with more than 200 names keeps none and is tagged CDN", async () => {
  const hostnames = Array.from({ length: 201 }, (_, i) => ({ name: `h${i}.example.com`, type: "PTR" }));
  const connection = await load([{ source: "a", hosts: [{ hostnames }] }]);
  expect(await rows(connection, "SELECT count(*)::INTEGER FROM view.hostname")).toEqual([[0]]);
  expect(await rows(connection, GIVEN_TAGS)).toEqual([["CDN", "Too many hostnames"]]);
});

test("vulns give tags on both purposes; the strongest facts of several scans stay", async () => {
  const vulns = (state: string, id = "CVE-2021-44228") => [
    open(8080, { name: "http" }, [
      {
        id: "log4shell",
        output: state,
        key: "vulns",
        data: [
          { id, state },
          { id: "X", state: "NOT VULNERABLE" },
        ],
      },
    ]),
  ];
  const connection = await load([
    { source: "a", hosts: [{ ports: vulns("VULNERABLE (Exploitable)") }] },
    { source: "a", hosts: [{ addr: 5n, ports: vulns("LIKELY VULNERABLE") }] },
    { source: "a", hosts: [{ addr: 6n, ports: vulns("UNKNOWN (unable to test)") }] },
  ]);
  for (const schema of ["nmap", "view"]) {
    expect(
      await rows(
        connection,
        `SELECT value, type, info FROM ${schema}.tag WHERE origin = 'vulns' ORDER BY ALL`,
      ),
    ).toEqual([
      ["Cannot test vuln", "info", "CVE-2021-44228"],
      ["Likely vulnerable", "warning", "CVE-2021-44228"],
      ["Vulnerable", "danger", "CVE-2021-44228"],
    ]);
  }
});

test("folding only the touched addresses equals folding all", async () => {
  const addresses = Array.from({ length: 40 }, (_, i) => 0xffff_0000_0000n + BigInt(i % 13));
  const scans: Scan[] = addresses.map((addr, i) => ({
    source: `s${i % 3}`,
    categories: [`C${i % 2}`],
    hosts: [
      {
        addr,
        endtime: (i * 7919) % 50,
        hostnames: [{ name: `n${i % 4}.example.net`, type: "PTR" }],
        ports: [open(20 + (i % 5), i % 3 === 0 ? undefined : { name: `svc${i % 2}`, product: `p${i}` })],
      },
    ],
  }));
  const connection = await load(scans);
  const whole = await snapshot(connection);
  await connection.run("INSERT INTO touched SELECT DISTINCT addr FROM nmap.host WHERE addr % 3 = 0");
  await fold(connection, "touched", { ...IMPROVEMENTS_OFF });
  expect(await snapshot(connection)).toBe(whole);
  expect(await rows(connection, "SELECT count(*) = count(DISTINCT id) FROM view.port")).toEqual([[true]]);
});

test("a port shows the picture of its newest fragment that has one, with the words read in it", async () => {
  const shot = (words: string[], bytes: number[]) => ({
    kind: "field" as const,
    data: Uint8Array.from(bytes),
    words,
  });
  const port = (screenshot?: Screenshot) => ({ ...open(80), screenshot });
  const scans = [
    {
      source: "old",
      hosts: [
        { endtime: 1, ports: [port(shot(["old"], [1])), { ...open(81), screenshot: shot(["x"], [9]) }] },
      ],
    },
    { source: "new", hosts: [{ endtime: 2, ports: [port(shot(["two", "words"], [2]))] }] },
    { source: "newest", hosts: [{ endtime: 3, ports: [port()] }] },
  ];
  const connection = await load(scans);
  const shots = `SELECT s.protocol, s.port, kind, hex(data), s.port_id = p.id FROM view.screenshot AS s
    JOIN main.picture ON picture = picture.id JOIN view.port AS p USING (host_id, port) ORDER BY s.port`;
  expect(await rows(connection, shots)).toEqual([
    ["tcp", 80, "field", "02", true],
    ["tcp", 81, "field", "09", true],
  ]);
  const words = "SELECT port, value FROM view.screenword ORDER BY port, seq";
  expect(await rows(connection, words)).toEqual([
    [80, "two"],
    [80, "words"],
    [81, "x"],
  ]);
});

test("too many names once said by a record of IVRE's stay too many", async () => {
  const connection = await load([
    { source: "a", hosts: [{ tags: [{ value: "CDN", type: "info", info: ["Too many hostnames"] }] }] },
    { source: "b", hosts: [{ hostnames: [{ name: "www.example.com", type: "PTR" }] }] },
  ]);
  expect(await rows(connection, "SELECT count(*)::INTEGER FROM view.hostname")).toEqual([[0]]);
  expect(await rows(connection, "SELECT DISTINCT value, info FROM view.tag WHERE value = 'CDN'")).toEqual([
    ["CDN", "Too many hostnames"],
  ]);
});

test("elements that are as new and as far in front as each other stand in an order of their own", async () => {
  const agents = (...data: string[]): Script => ({
    ...{ id: "http-user-agent", key: "http-user-agent", output: "" },
    data,
  });
  const scan = (endtime: number, ...ports: Port[]): Scan => ({ source: "s", hosts: [{ endtime, ports }] });
  // Each was once the first of a list, and the newest has both.
  const port = (n: number, a: string, b: string): Port[] => [
    open(n, undefined, [agents(a)]),
    open(n, undefined, [agents(b)]),
    open(n, undefined, [agents("z", a, b)]),
    open(n, undefined, [agents("old")]),
  ];
  const [one, other] = [port(22, "a", "b"), port(2222, "b", "a")];
  const scans = [3, 0, 1, 2].map((i, n) => scan(n + 1, one[i]!, other[i]!));
  const data = "SELECT port, output FROM view.script ORDER BY port";
  expect(await rows(await load(scans, BY_TIME), data)).toEqual([
    [22, "a\nb\nz\nold"],
    [2222, "a\nb\nz\nold"],
  ]);
});
