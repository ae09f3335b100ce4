import { expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { random } from "../../bench/random.ts";
import type { Observation } from "../../src/model/passive.ts";
import type { ExtraPorts, Host, Port, Run } from "../../src/model/scan.ts";
import { fold } from "../../src/view/fold.ts";
import { BY_TIME, type Log, load, open, rows, type Scan, snapshot } from "./world.ts";

const scans = (services: string, protocol = "tcp", type = "syn"): Run["scaninfo"] => [
  { type, protocol, services },
];
const complete = (services: string): Partial<Run> => ({
  finished: true,
  exit: "success",
  scaninfo: scans(services),
});

const OLDER: Scan = {
  source: "s",
  run: complete("1-1000"),
  hosts: [
    {
      endtime: 100,
      ports: [open(22), open(80, { name: "http", product: "nginx" }, [{ id: "http-title", output: "Hi" }])],
    },
  ],
};
const resets: ExtraPorts = { state: "closed", total: 999, reasons: [{ reason: "resets", count: 999 }] };
/** A newer scan that finds port 80 no longer there. */
const newer = (host: Partial<Host> = {}, run: Partial<Run> = {}, source = "s"): Scan => ({
  source,
  run: { ...complete("1-3,20-1000,8080"), ...run },
  hosts: [{ endtime: 200, ports: [open(22)], extraports: [resets], ...host }],
});

const PORT_80 =
  "SELECT state_state, state_reason, service_name, service_product FROM view.port WHERE port = 80 AND protocol = 'tcp'";
const port80 = async (...inputs: (Scan | Log)[]): Promise<unknown[][]> =>
  rows(await load(inputs, BY_TIME), PORT_80);

const OPEN = [["open", "syn-ack", "http", "nginx"]];
const CLOSED = [["closed", "reset", null, null]];

test("an open port that a newer complete scan of the same source no longer lists is closed", async () => {
  const connection = await load([OLDER, newer()], BY_TIME);
  expect(await rows(connection, PORT_80)).toEqual(CLOSED);
  expect(await rows(connection, "SELECT id FROM view.script")).toEqual([]);
  expect(await rows(connection, "SELECT openports FROM view.host")).toEqual([[1]]);
  expect(await port80(newer(), OLDER)).toEqual(CLOSED);
});

test("as IVRE merges, it stays open", async () => {
  expect(await rows(await load([OLDER, newer()]), PORT_80)).toEqual(OPEN);
});

test("two scans without a source are of the same one", async () => {
  const bare = (scan: Scan): Scan => ({ ...scan, source: null as unknown as string });
  expect(await port80(bare(OLDER), bare(newer()))).toEqual(CLOSED);
  expect(await port80(bare(OLDER), newer())).toEqual(OPEN);
});

test("each of the conditions is needed", async () => {
  const kept: [string, Scan][] = [
    ["not finished", newer({}, { finished: false })],
    ["failed", newer({}, { exit: "error" })],
    ["no word of success", newer({}, { exit: undefined })],
    ["other source", newer({}, {}, "other")],
    ["gave up on the host", newer({ timedout: true })],
    ["host not found up", newer({ state: "down" })],
    ["other protocol", newer({}, { scaninfo: scans("1-1000", "udp", "udp") })],
    ["other ports", newer({}, { scaninfo: scans("1-79,81-1000") })],
    ["nothing said of ports", newer({}, { scaninfo: [] })],
    ["ports that are none", newer({}, { scaninfo: scans("80x,-80,80-,1-2-3,999999,") })],
    ["a list too long to read", newer({}, { scaninfo: scans(`80,${"1,".repeat(20_000)}1`) })],
    ["a scan that cannot tell open ports", newer({}, { scaninfo: scans("1-1000", "tcp", "ack") })],
    ["older", newer({ endtime: 50 })],
    ["no newer", newer({ endtime: 100 })],
    ["no known time", newer({ endtime: undefined })],
    ["unlisted ports said to be open", newer({ extraports: [{ ...resets, state: "open" }] })],
    ["two records of the host in one run", { ...newer(), hosts: [...newer().hosts, ...newer().hosts] }],
    ["listed as open", newer({ ports: [open(80)] })],
  ];
  for (const [why, scan] of kept) {
    expect({ why, port: await port80(OLDER, scan) }).toEqual({ why, port: OPEN });
  }
});

test("of one run, one record of a host does not contradict another", async () => {
  const hosts = [...OLDER.hosts, ...newer().hosts];
  expect(await port80({ ...OLDER, hosts })).toEqual(OPEN);
});

test("what a sensor saw since keeps a port open; what it saw before does not", async () => {
  const seen = (lastseen: number): Log => {
    const observation: Partial<Observation> = { recontype: "OPEN_PORT", port: 80, value: "tcp/80", lastseen };
    return { sensor: "tap", observations: [observation] };
  };
  expect((await port80(OLDER, newer(), seen(300)))[0]?.[0]).toBe("open");
  expect((await port80(OLDER, newer(), seen(90)))[0]?.[0]).toBe("closed");
  // Only a sensor has seen it last: that scans do not see it says nothing of what the sensor sees.
  expect((await port80(OLDER, newer(), seen(150)))[0]?.[0]).toBe("open");
});

test("the state is that of the sum which names the port, else of the only one, else closed", async () => {
  const sum = (state: string, reason: string, ports?: string, protocol?: string): ExtraPorts => ({
    state,
    total: 9,
    reasons: [{ reason, count: 9, ports, protocol }],
  });
  const told = async (...extraports: ExtraPorts[]): Promise<unknown[] | undefined> =>
    (await port80(OLDER, newer({ extraports })))[0]?.slice(0, 2);
  expect(await told()).toEqual(["closed", null]);
  expect(await told(sum("filtered", "no-responses"))).toEqual(["filtered", "no-response"]);
  expect(await told(sum("filtered", "no-responses"), resets)).toEqual(["closed", null]);
  expect(await told(sum("filtered", "port-unreaches", "1-3,79-81", "tcp"), resets)).toEqual([
    "filtered",
    "port-unreach",
  ]);
  expect(await told(sum("filtered", "no-responses", "1-3,81"), sum("closed", "resets", "80"))).toEqual([
    "closed",
    "reset",
  ]);
  expect(await told(sum("filtered", "no-responses", "80x,-,,80-79,9999999999"), resets)).toEqual([
    "closed",
    null,
  ]);
  expect(await told(sum("open|filtered", "no-responses", "80", "udp"), resets)).toEqual(["closed", "reset"]);
  const reasons = [
    { reason: "resets", count: 3 },
    { reason: "conn-refused", count: 3 },
  ];
  expect(await told({ state: "closed", total: 6, reasons })).toEqual(["closed", null]);
});

test("only the newest scan that looked counts", async () => {
  const filtered = newer({ endtime: 300, extraports: [{ ...resets, state: "filtered" }] });
  expect((await port80(OLDER, filtered, newer()))[0]?.[0]).toBe("filtered");
  const elsewhere = newer({ endtime: 300, extraports: [{ ...resets, state: "filtered" }] }, complete("443"));
  expect((await port80(OLDER, elsewhere, newer()))[0]?.[0]).toBe("closed");
  const reopened: Scan = { source: "s", hosts: [{ endtime: 250, ports: [open(80)] }] };
  expect((await port80(OLDER, newer(), reopened))[0]?.[0]).toBe("open");
});

/** Found by an older scan: a service with a vulnerability, and its CPE. */
const VULNERABLE: Scan = {
  source: "s",
  run: complete("1-1000"),
  hosts: [
    {
      endtime: 100,
      ports: [
        open(80, { name: "http", product: "nginx" }, [
          { id: "http-vuln", output: "", key: "vulns", data: [{ id: "CVE-2021-1", state: "VULNERABLE" }] },
        ]),
      ],
      cpes: [
        { type: "a", vendor: "f5", product: "nginx", version: "1", origins: ["ports.port:80"] },
        { type: "o", vendor: "linux", product: "linux_kernel", version: "", origins: ["os.osmatch.line:1"] },
      ],
    },
  ],
};
const listed = (state: string): Partial<Host> => ({ ports: [{ ...open(80), state, reason: "reset" }] });

/** What the view has of port 80: state, product, script, tag, CPE. */
async function found(...inputs: (Scan | Log)[]): Promise<unknown[]> {
  const connection = await load(inputs, BY_TIME);
  const [port] = await rows(connection, "SELECT state_state, service_product FROM view.port WHERE port = 80");
  const [script] = await rows(connection, "SELECT id FROM view.script");
  const [tag] = await rows(connection, "SELECT value FROM view.tag WHERE value = 'Vulnerable'");
  const [cpe] = await rows(connection, "SELECT product FROM view.cpe WHERE type = 'a'");
  return [port?.[0], port?.[1], script?.[0], tag?.[0], cpe?.[0]].map((value) => value ?? null);
}
const KNOWN = ["nginx", "http-vuln", "Vulnerable", "nginx"];
const NOTHING = [null, null, null, null];

test("what was known of a port goes when a scan that looked again finds it shut, listed or not", async () => {
  expect(await found(VULNERABLE, newer())).toEqual(["closed", ...NOTHING]);
  for (const state of ["closed", "filtered"])
    expect(await found(VULNERABLE, newer(listed(state), complete("1-1000")))).toEqual([state, ...NOTHING]);
  expect(await found(VULNERABLE, newer(listed("open|filtered"), complete("1-1000")))).toEqual([
    "open|filtered",
    ...KNOWN,
  ]);
});

test("a scan that is no evidence gives the state of the port that it lists, and nothing is forgotten", async () => {
  const shut = (host: Partial<Host>, run: Partial<Run> = {}, source = "s"): Scan =>
    newer({ ...listed("filtered"), ...host }, run, source);
  const kept: [string, Scan][] = [
    ["not finished", shut({}, { finished: false })],
    ["failed", shut({}, { exit: "error" })],
    ["other source", shut({}, {}, "other")],
    ["gave up on the host", shut({ timedout: true })],
    ["other ports", shut({}, { scaninfo: scans("1-79,81-1000") })],
    ["nothing said of ports", shut({}, { scaninfo: [] })],
    ["a scan that cannot tell open ports", shut({}, { scaninfo: scans("1-1000", "tcp", "ack") })],
    ["two records of the host in one run", { ...shut({}), hosts: [...shut({}).hosts, ...shut({}).hosts] }],
  ];
  for (const [why, scan] of kept)
    expect({ why, found: await found(VULNERABLE, scan) }).toEqual({ why, found: ["filtered", ...KNOWN] });
  // Evidence of scans before and after is not disturbed by it.
  const killed = shut({ endtime: 300 }, { finished: false });
  expect(await found(VULNERABLE, newer(), killed)).toEqual(["filtered", ...NOTHING]);
  expect(await found(VULNERABLE, killed, newer({ endtime: 400 }))).toEqual(["closed", ...NOTHING]);
});

test("a port that was never open, or is open again, keeps what is known of it", async () => {
  const [host] = VULNERABLE.hosts;
  const shut = host!.ports!.map((port) => ({ ...port, state: "filtered" }));
  expect(await found({ ...VULNERABLE, hosts: [{ ...host, ports: shut }] }, newer())).toEqual([
    "filtered",
    ...KNOWN,
  ]);
  const again: Scan = { source: "other", hosts: [{ endtime: 300, ports: [open(80)] }] };
  expect(await found(VULNERABLE, newer(), again)).toEqual(["open", ...KNOWN]);
  const seen: Log = { sensor: "tap", observations: [{ port: 80, value: "tcp/80", lastseen: 150 }] };
  expect(await found(VULNERABLE, seen, newer(listed("closed")))).toEqual(["closed", ...KNOWN]);
});

test("a CPE stays when it was found anywhere else, too", async () => {
  const [host] = VULNERABLE.hosts;
  const origins = async (places: string[], ports = host!.ports!): Promise<unknown[]> => {
    const cpe = { type: "a", vendor: "f5", product: "nginx", version: "1", origins: places } as const;
    const connection = await load(
      [{ ...VULNERABLE, hosts: [{ ...host, ports, cpes: [cpe] }] }, newer()],
      BY_TIME,
    );
    const cpes = await rows(connection, "SELECT count(*) FROM view.cpe");
    const told = await rows(connection, "SELECT origin FROM view.cpe_origin ORDER BY origin");
    return [Number(cpes[0]?.[0]), ...told.flat()];
  };
  expect(await origins(["ports.port:80", "ports{port:80, scripts.id:http-server-header}"])).toEqual([0]);
  expect(await origins([])).toEqual([1]);
  expect(await origins(["ports.port:80", "ports.port:800", "scripts.id:x"])).toEqual([
    1,
    "ports.port:800",
    "scripts.id:x",
  ]);
  // A place names no protocol.
  const both = [...host!.ports!, { ...open(80), protocol: "udp" }];
  expect(await origins(["ports.port:80"], both)).toEqual([1, "ports.port:80"]);
});

type Pick = (below: number) => number;
const NETWORK = 0xffff_c000_0200n;
const LISTS = ["20-23", "1-1000", "20,22", "1-9,21-30", "20-21,23"];
const inList = (list: string, port: number): boolean =>
  list.split(",").some((item) => {
    const [lo, hi] = item.split("-").map(Number);
    return port >= lo! && port <= (hi ?? lo!);
  });

/** Scans that all end at different times. */
function randomScans(pick: Pick): Scan[] {
  return Array.from({ length: 6 }, (_, at): Scan => {
    const maybe = <T>(value: T, other: T): T => (pick(6) === 0 ? other : value);
    const hosts = [0, 1, 2, 3, 4, 5]
      .filter(() => pick(5) > 0)
      .map((i): Partial<Host> => {
        const ports = [20, 21, 22, 23]
          .filter(() => pick(4) === 0)
          .map((port): Port => {
            if (pick(5) === 0) return { ...open(port), state: "closed" };
            return pick(3) === 0 ? open(port) : open(port, { name: "x" });
          });
        const extraports = pick(4) === 0 ? [] : [{ ...resets, state: "filtered" }];
        return {
          addr: NETWORK + BigInt(i),
          endtime: at + 1,
          timedout: maybe(false, true),
          ports,
          extraports,
        };
      });
    const run = {
      ...complete(LISTS[pick(LISTS.length)]!),
      finished: maybe(true, false),
      exit: maybe("success", "error"),
    };
    return { source: maybe("s", "other"), run, hosts };
  });
}

/** The state and the service that the rules give, scan by scan. */
function expectedPort(inputs: readonly Scan[], addr: bigint, number: number): unknown[] | undefined {
  let opener: string | undefined;
  let state: string | undefined;
  let service: string | null = null;
  let forgotten = false;
  for (const { hosts, run, source } of inputs) {
    const host = hosts.find((one) => one.addr === addr);
    const listed = host?.ports?.find(({ port }) => port === number);
    const complete = run?.finished && run.exit === "success" && host?.timedout === false;
    const again = complete && inList(run.scaninfo![0]!.services, number) && opener === source;
    if (listed !== undefined) state = listed.state;
    else if (again) state = host.extraports?.[0]?.state ?? "closed";
    if (listed?.state === "open") {
      opener = source;
      service = listed.service?.name ?? service;
      forgotten = false;
    } else if (again) forgotten = true;
  }
  return state === undefined ? undefined : [state, forgotten ? null : service];
}

const ports = async (connection: DuckDBConnection): Promise<Map<string, unknown[]>> => {
  const found = await rows(
    connection,
    "SELECT h.addr, p.port, p.state_state, p.service_name FROM view.port AS p JOIN view.host AS h ON h.id = p.host_id",
  );
  return new Map(found.map(([addr, port, ...facts]) => [`${addr} ${port}`, facts]));
};

test("random scans: what the rules say scan by scan, whatever the order of imports", async () => {
  let implied = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const next = random(seed);
    const pick: Pick = (below) => Math.floor(next() * below);
    const inputs = randomScans(pick);
    const connection = await load(inputs, BY_TIME);
    const actual = await ports(connection);
    for (let addr = NETWORK; addr < NETWORK + 6n; addr++)
      for (const port of [20, 21, 22, 23]) {
        const expected = expectedPort(inputs, addr, port);
        expect({ seed, addr, port, found: actual.get(`${addr} ${port}`) }).toEqual({
          seed,
          addr,
          port,
          found: expected,
        });
        if (expected?.[0] === "filtered") implied++;
      }
    const whole = await snapshot(connection);
    await connection.run("INSERT INTO touched VALUES (?::UHUGEINT)", [String(NETWORK)]);
    await fold(connection, "touched", BY_TIME);
    expect(await snapshot(connection)).toBe(whole);
    const shuffled = inputs.map((input) => ({ input, at: next() })).sort((a, b) => a.at - b.at);
    const other = await load(
      shuffled.map(({ input }) => input),
      BY_TIME,
    );
    expect(await snapshot(other)).toBe(whole);
  }
  expect(implied).toBeGreaterThan(15);
}, 60_000);
