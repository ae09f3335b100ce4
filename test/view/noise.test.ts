import { expect, test } from "bun:test";
import type { Port } from "../../src/model/scan.ts";
import { BY_TIME, load, open, rows } from "./world.ts";

const ports = (count: number, port: (number: number) => Port): Port[] =>
  Array.from({ length: count }, (_, i) => port(1000 + i));
const TAGS = "SELECT value, type, info FROM view.tag WHERE origin <> 'reserved-address' ORDER BY ALL";

test("a machine that answers on every port keeps the ports that say something", async () => {
  const banner = (output: string): Port["scripts"] => [{ id: "banner", output }];
  const connection = await load([
    { source: "s", hosts: [{ endtime: 1, ports: ports(150, (n) => open(n)) }] },
    {
      source: "s",
      hosts: [
        {
          endtime: 2,
          ports: [
            ...ports(60, (n) => open(n + 1000, { name: "tcpwrapped" })),
            open(22, { name: "ssh" }),
            open(23, undefined, banner("\n")),
            open(24, undefined, banner("login:")),
            open(25, undefined, [{ id: "http-title", output: "x" }]),
          ],
        },
      ],
    },
  ]);
  expect(await rows(connection, "SELECT port FROM view.port ORDER BY port")).toEqual([[22], [24], [25]]);
  expect(await rows(connection, "SELECT port, id FROM view.script ORDER BY port")).toEqual([
    [24, "banner"],
    [25, "http-title"],
  ]);
  expect(await rows(connection, TAGS)).toEqual([["Honeypot", "warning", "SYN+ACK honeypot"]]);
  expect(await rows(connection, "SELECT openports FROM view.host")).toEqual([[3]]);
  // Of a single scan nothing is taken away.
  expect(await rows(connection, "SELECT openports FROM nmap.host ORDER BY 1")).toEqual([[64], [150]]);
});

test("199 open ports are no honeypot", async () => {
  const connection = await load([{ source: "s", hosts: [{ ports: ports(199, (n) => open(n)) }] }]);
  expect(await rows(connection, "SELECT count(*)::INTEGER FROM view.port")).toEqual([[199]]);
  expect(await rows(connection, TAGS)).toEqual([]);
});

test("long lists of closed ports are summed up, short ones only where a sum is there", async () => {
  const shut = (state: string, reason: string) => (port: number) => ({ ...open(port), state, reason });
  const connection = await load([
    {
      source: "s",
      hosts: [
        {
          ports: [
            ...ports(200, shut("closed", "reset")),
            ...ports(3, (n) => shut("closed", "refused")(n + 1000)),
            ...ports(5, (n) => shut("filtered", "no-response")(n + 2000)),
            ...ports(199, (n) => shut("open|filtered", "no-response")(n + 3000)),
          ],
          extraports: [
            { state: "filtered", total: 10, reasons: [{ reason: "no-responses", count: 10, ports: "1-10" }] },
          ],
        },
      ],
    },
  ]);
  expect(await rows(connection, "SELECT DISTINCT state_state FROM view.port")).toEqual([["open|filtered"]]);
  expect(await rows(connection, "SELECT state, total FROM view.extraport ORDER BY 1")).toEqual([
    ["closed", 203],
    ["filtered", 15],
  ]);
  expect(await rows(connection, "SELECT state, reason, count FROM view.extrareason ORDER BY ALL")).toEqual([
    ["closed", "refused", 3],
    ["closed", "reset", 200],
    ["filtered", "no-response", 5],
    ["filtered", "no-responses", 10],
  ]);
});

test("once a machine that answers on every port, always one for IVRE; by time only while it is", async () => {
  const scans = [
    { source: "s", hosts: [{ endtime: 1, ports: ports(200, (n) => open(n)) }] },
    { source: "s", hosts: [{ endtime: 2, ports: ports(50, (n) => ({ ...open(n), state: "closed" })) }] },
  ];
  const count = "SELECT state_state, count(*)::INTEGER FROM view.port GROUP BY ALL ORDER BY ALL";
  const asIvre = await load(scans);
  expect(await rows(asIvre, TAGS)).toEqual([["Honeypot", "warning", "SYN+ACK honeypot"]]);
  expect(await rows(asIvre, count)).toEqual([["closed", 50]]);
  const byTime = await load(scans, BY_TIME);
  expect(await rows(byTime, TAGS)).toEqual([]);
  expect(await rows(byTime, count)).toEqual([
    ["closed", 50],
    ["open", 150],
  ]);
});

test("by time, a few closed ports stay listed though other scans summed theirs up", async () => {
  const summed = { source: "s", hosts: [{ extraports: [{ state: "closed", total: 9, reasons: [] }] }] };
  const listed = { source: "s", hosts: [{ ports: ports(2, (n) => ({ ...open(n), state: "closed" })) }] };
  const total = "SELECT total FROM view.extraport";
  expect(await rows(await load([summed, listed]), total)).toEqual([[11]]);
  const byTime = await load([summed, listed], BY_TIME);
  expect(await rows(byTime, total)).toEqual([[9]]);
  expect(await rows(byTime, "SELECT state_state FROM view.port")).toEqual([["closed"], ["closed"]]);
});
