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

test("a listed closed port loses its service the same way", async () => {
  const shut = newer({ ports: [{ ...open(80), state: "closed", reason: "reset" }] }, { finished: false });
  const connection = await load([OLDER, shut], BY_TIME);
  expect(await rows(connection, PORT_80)).toEqual(CLOSED);
  expect(await rows(connection, "SELECT id FROM view.script")).toEqual([]);
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
          .map((port): Port => ({ ...open(port, { name: "x" }), state: pick(5) === 0 ? "closed" : "open" }));
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

/** The state that the rules give, scan by scan. */
function expectedState(inputs: readonly Scan[], addr: bigint, number: number): string | undefined {
  let last: { state: string | undefined; source: string } | undefined;
  let implied: string | undefined;
  for (const { hosts, run, source } of inputs) {
    const host = hosts.find((one) => one.addr === addr);
    const listed = host?.ports?.find(({ port }) => port === number);
    const complete = run?.finished && run.exit === "success" && host?.timedout === false;
    if (listed !== undefined) {
      last = { state: listed.state, source };
      implied = undefined;
    } else if (complete && inList(run.scaninfo![0]!.services, number)) {
      if (last?.state === "open" && last.source === source) implied = host.extraports?.[0]?.state ?? "closed";
    }
  }
  return implied ?? last?.state;
}

const states = async (connection: DuckDBConnection): Promise<Map<string, unknown>> => {
  const found = await rows(
    connection,
    "SELECT h.addr, p.port, p.state_state FROM view.port AS p JOIN view.host AS h ON h.id = p.host_id",
  );
  return new Map(found.map(([addr, port, state]) => [`${addr} ${port}`, state]));
};

test("random scans: what the rules say scan by scan, whatever the order of imports", async () => {
  let implied = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const next = random(seed);
    const pick: Pick = (below) => Math.floor(next() * below);
    const inputs = randomScans(pick);
    const connection = await load(inputs, BY_TIME);
    const actual = await states(connection);
    for (let addr = NETWORK; addr < NETWORK + 6n; addr++)
      for (const port of [20, 21, 22, 23]) {
        const expected = expectedState(inputs, addr, port);
        expect({ seed, addr, port, state: actual.get(`${addr} ${port}`) }).toEqual({
          seed,
          addr,
          port,
          state: expected,
        });
        if (expected === "filtered") implied++;
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
