import { expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { random } from "../../bench/random.ts";
import type { Host, Port } from "../../src/model/scan.ts";
import { type Doc, type Listing, mergePairwise } from "./pairwise.ts";
import { BY_TIME, load, open, rows, type Scan } from "./world.ts";

const NETWORK = 0xffff_c000_0200n;
type Pick = (below: number) => number;

function randomListing(pick: Pick): Listing {
  const service: Listing["service"] = {};
  if (pick(2) > 0) {
    service.name = `svc${pick(2)}`;
    if (pick(2) === 0) service.product = `p${pick(3)}`;
    if (pick(2) === 0) service.version = `${pick(5)}`;
  }
  if (pick(2) === 0) service.tunnel = `t${pick(3)}`;
  const scripts = Object.fromEntries(
    ["http-title", "banner"].filter(() => pick(3) === 0).map((id) => [id, `out${pick(9)}`]),
  );
  const state = ["open", "open", "closed", "filtered"][pick(4)]!;
  return { state, reason: `r${pick(3)}`, service, scripts };
}

function randomDoc(pick: Pick): Doc {
  const end = pick(8) === 0 ? undefined : pick(5);
  const sums = ["closed", "filtered"].filter(() => pick(3) === 0);
  return {
    start: end,
    end,
    reason: `why${pick(9)}`,
    names: [0, 1, 2].filter(() => pick(3) === 0).map((i) => `n${i}.example.com`),
    os: pick(3) === 0 ? `os${pick(9)}` : undefined,
    traces: pick(2) === 0 ? {} : { [["tcp", "udp"][pick(2)]!]: `${pick(9)}` },
    ports: new Map([20, 21, 22, 23].filter(() => pick(3) > 0).map((n) => [n, randomListing(pick)])),
    sums: Object.fromEntries(
      sums.map((state) => [state, { total: 10 + pick(9), reasons: { r0: 5, resets: 5 } }]),
    ),
  };
}

function asHost(addr: bigint, doc: Doc): Partial<Host> {
  const ports = [...doc.ports].map(
    ([port, { state, reason, service, scripts }]): Port => ({
      protocol: "tcp",
      port,
      state,
      reason,
      service,
      scripts: Object.entries(scripts).map(([id, output]) => ({ id, output })),
    }),
  );
  return {
    addr,
    starttime: doc.start,
    endtime: doc.end,
    reason: doc.reason,
    hostnames: doc.names.map((name) => ({ name, type: "PTR" })),
    os: doc.os === undefined ? undefined : { matches: [{ name: doc.os, accuracy: "100" }], classes: [] },
    traces: Object.entries(doc.traces).map(([protocol, host]) => ({ protocol, hops: [{ ttl: 1, host }] })),
    ports,
    extraports: Object.entries(doc.sums).map(([state, { total, reasons }]) => ({
      state,
      total,
      reasons: Object.entries(reasons).map(([reason, count]) => ({ reason, count })),
    })),
  };
}

/** What the view says of an address, as a record of the model. */
async function viewed(connection: DuckDBConnection, addr: bigint): Promise<Doc> {
  const of = (select: string, table: string, order = "ALL") =>
    rows(
      connection,
      `SELECT ${select} FROM view.${table} WHERE host_id = (SELECT id FROM view.host WHERE addr = ${addr}) ORDER BY ${order}`,
    ) as Promise<(string | number | null)[][]>;
  const [host] = (await rows(
    connection,
    `SELECT epoch(starttime), epoch(endtime), state_reason FROM view.host WHERE addr = ${addr}`,
  )) as [number | null, number | null, string][];
  const facts = ["name", "product", "version", "tunnel"];
  const ports: Doc["ports"] = new Map();
  const listed = await of(
    ["port", "state_state", "state_reason", ...facts.map((fact) => `service_${fact}`)].join(", "),
    "port",
  );
  for (const [port, state, reason, ...values] of listed) {
    const known = facts.flatMap((fact, i) => (values[i] === null ? [] : [[fact, values[i]]]));
    ports.set(Number(port), {
      state: String(state),
      reason: String(reason),
      service: Object.fromEntries(known),
      scripts: {},
    });
  }
  for (const [port, id, output] of await of("port, id, output", "script"))
    ports.get(Number(port))!.scripts[String(id)] = String(output);
  const sums: Doc["sums"] = {};
  for (const [state, total] of await of("state, total", "extraport"))
    sums[String(state)] = { total: Number(total), reasons: {} };
  for (const [state, reason, count] of await of("state, reason, count", "extrareason")) {
    const { reasons } = sums[String(state)]!;
    reasons[String(reason)] = (reasons[String(reason)] ?? 0) + Number(count);
  }
  const hops =
    "(SELECT host FROM view.trace_hop AS h WHERE h.host_id = trace.host_id AND h.trace_seq = trace.seq)";
  return {
    start: host?.[0] ?? undefined,
    end: host?.[1] ?? undefined,
    reason: host![2],
    names: (await of("name", "hostname", "seq")).map(([name]) => String(name)),
    os: ((await of("name", "os_match"))[0]?.[0] as string | undefined) ?? undefined,
    traces: Object.fromEntries(await of(`protocol, ${hops}`, "trace")),
    ports,
    sums,
  };
}

test("the view is what merging two at a time in the order of imports makes", async () => {
  const next = random(7);
  const pick: Pick = (below) => Math.floor(next() * below);
  const addresses = Array.from({ length: 80 }, (_, i) => NETWORK + BigInt(i));
  // The first addresses have few records, the last ones many.
  const docs = addresses.map((_, i) => Array.from({ length: 1 + Math.floor(i / 8) }, () => randomDoc(pick)));
  const scans: Scan[] = Array.from({ length: 10 }, (_, step) => ({
    source: "s",
    hosts: addresses.flatMap((addr, i) => {
      const doc = docs[i]![step];
      return doc === undefined ? [] : [asHost(addr, doc)];
    }),
  }));
  const connection = await load(scans);
  for (const [i, addr] of addresses.entries()) {
    const expected = mergePairwise(docs[i]!);
    const actual = await viewed(connection, addr);
    const sorted = (doc: Doc): Doc => ({
      ...doc,
      ports: new Map([...doc.ports].sort(([a], [b]) => a - b)),
    });
    expect({ i, ...sorted(actual) }).toEqual({ i, ...sorted(expected) });
  }
}, 30_000);

test("a scan that ended before the latest one yields to whatever came first", async () => {
  const scan = (endtime: number, state: string): Scan => ({
    source: "s",
    hosts: [{ endtime, ports: state === "" ? [] : [{ ...open(80), state }] }],
  });
  const scans = [scan(5, ""), scan(3, "open"), scan(4, "closed")];
  const state = async (options?: typeof BY_TIME): Promise<unknown[][]> =>
    rows(await load(scans, options), "SELECT state_state FROM view.port");
  expect(await state()).toEqual([["open"]]);
  expect(await state(BY_TIME)).toEqual([["closed"]]);
});
