import { expect, test } from "bun:test";
import { type HostRecord, hostReport } from "../../src/cli/report.ts";

const PIPE = { width: null, colour: false };

const record: HostRecord = {
  addr: "192.0.2.10",
  state: "up",
  starttime: "2023-11-14T22:13:20Z",
  endtime: "2023-11-14T22:15:00Z",
  source: ["office"],
  categories: ["LAN"],
  addresses: { mac: ["00:11:22:aa:bb:cc"] },
  hostnames: [{ name: "www.example.com", type: "PTR", domains: ["www.example.com"] }],
  infos: { country_code: "DE", country_name: "Germany", as_num: 64500, as_name: "EXAMPLE" },
  os: { osmatch: [{ name: "Linux 5.0 - 5.4", accuracy: "100", line: "1" }] },
  tags: [{ value: "Vulnerable", type: "danger", info: ["CVE-2021-44228"] }],
  ports: [
    { port: -1, scripts: [{ id: "smb2-time", output: "\n  date: today" }] },
    {
      protocol: "tcp",
      port: 443,
      state_state: "open",
      service_name: "http",
      service_tunnel: "ssl",
      service_product: "nginx",
      service_version: "1.18.0",
      service_extrainfo: "evil \u001b[31m\u202e",
      scripts: [
        { id: "http-title", output: "Welcome" },
        { id: "long", output: Array.from({ length: 30 }, (_, i) => `line ${i}`).join("\n") },
      ],
    },
  ],
  extraports: { closed: { total: 998, reasons: { resets: 998 } } },
  traces: [
    {
      protocol: "tcp",
      port: 443,
      hops: [
        { ttl: 1, rtt: 0.5, ipaddr: "10.0.0.1", host: "gw" },
        { ttl: 2, rtt: "--" },
      ],
    },
  ],
};

test("a host reads as nmap would have told it", () => {
  expect(hostReport(record, PIPE)).toBe(`192.0.2.10 (www.example.com)
  seen       2023-11-14T22:13:20Z to 2023-11-14T22:15:00Z
  from       office #LAN
  place      DE Germany · AS64500 EXAMPLE
  os         Linux 5.0 - 5.4 (100 %)
  mac        00:11:22:aa:bb:cc
  tag        Vulnerable: CVE-2021-44228
  443/tcp  open  ssl/http  nginx 1.18.0 (evil \ufffd[31m\ufffd)
      http-title: Welcome
      long:
${Array.from({ length: 12 }, (_, i) => `        line ${i}\n`).join("")}        … 18 more lines
  others     998 closed
  Host scripts:
    smb2-time: date: today
  Route (tcp/443):
      1      0.5 ms  10.0.0.1 (gw)
      2              -
`);
});

test("a record with little in it is a short report, whatever its members are", () => {
  expect(hostReport({ addr: "192.0.2.1" }, PIPE)).toBe("192.0.2.1\n");
  expect(hostReport({ addr: null, ports: "x", tags: [1], os: [], infos: null, hostnames: {} }, PIPE)).toBe(
    "-\n",
  );
});
