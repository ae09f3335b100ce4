/** Records put into the tables by hand, so that what `get` returns can be compared with what was put in. */

import type { DuckDBConnection } from "@duckdb/node-api";
import { EVERYTHING } from "../../src/access/scope.ts";
import type { Json } from "../../src/model/json.ts";
import type { ActivePurpose } from "../../src/model/purpose.ts";
import type { QueryContext } from "../../src/query/context.ts";
import type { HostTable } from "../../src/store/tables.ts";
import { emptyDatabase, hostRow, insert, type Row } from "../support/db.ts";

interface Script {
  id: string;
  output: string;
  [key: string]: Json;
}
interface Port {
  port: number;
  protocol?: string;
  scripts?: Script[];
  [column: string]: Json | Script[] | undefined;
}
/** A record in the shape of spec ivre §5.1, as far as these tests need it. */
export interface Host {
  addr?: string;
  state?: string;
  state_reason?: string;
  state_reason_ttl?: number;
  starttime?: string;
  endtime?: string;
  source?: string | string[];
  categories?: string[];
  addresses?: Record<string, string[]>;
  hostnames?: { name: string; type?: string; domains?: string[] }[];
  extraports?: Record<string, { total: number; reasons: Record<string, number> }>;
  ports?: Port[];
  os?: {
    portused?: { port: string; state: string };
    osmatch?: Record<string, string>[];
    osclass?: Record<string, string>[];
    fingerprint?: string;
  };
  cpes?: { type: string; vendor: string; product: string; version: string; origins?: string[] }[];
  traces?: {
    protocol: string | null;
    port?: number;
    hops: { ttl: number; rtt: number | "--"; ipaddr?: string; host?: string; domains?: string[] }[];
  }[];
  tags?: { value: string; type?: string; info?: string[]; origin?: string }[];
  infos?: { country_code?: string; country_name?: string; city?: string; as_num?: number; as_name?: string };
}

function parents(name: string): string[] {
  const labels = name.split(".");
  return labels.map((_, i) => labels.slice(i).join("."));
}

/** Rows of all tables for these hosts; ids are given in order from `firstId`. */
export async function store(
  connection: DuckDBConnection,
  schema: ActivePurpose,
  hosts: readonly Host[],
  firstId = 1,
): Promise<void> {
  const rows: [HostTable, Row][] = [];
  const add = (table: HostTable, row: Record<string, Json | undefined>): void => {
    const given = Object.entries(row).filter(([, value]) => value !== undefined);
    rows.push([table, Object.fromEntries(given) as Row]);
  };
  let portId = firstId * 1000;
  hosts.forEach((host, index) => {
    const host_id = firstId + index;
    const open = (host.ports ?? []).filter((port) => port.state_state === "open");
    const openOf = (protocol: string): number => open.filter((port) => port.protocol === protocol).length;
    const { state, state_reason, state_reason_ttl, starttime, endtime } = host;
    add("host", {
      ...(hostRow(host_id, host.addr ?? null) as Record<string, Json>),
      ...{ state, state_reason, state_reason_ttl },
      starttime: starttime?.replace("Z", ""),
      endtime: endtime?.replace("Z", ""),
      openports: open.length,
      openports_tcp: openOf("tcp"),
      openports_udp: openOf("udp"),
      os_portused: host.os?.portused?.port,
      os_portused_state: host.os?.portused?.state,
      os_fingerprint: host.os?.fingerprint,
      ...host.infos,
    });
    for (const value of [host.source ?? []].flat()) add("source", { host_id, value });
    for (const value of host.categories ?? []) add("category", { host_id, value });
    for (const [type, values] of Object.entries(host.addresses ?? {}))
      for (const value of values) add("address", { host_id, type, value });
    host.hostnames?.forEach(({ name, type }, seq) => {
      add("hostname", { host_id, seq, name, type });
      const names = parents(name);
      names.forEach((parent, i) => {
        add("domain", { host_id, hostname_seq: seq, level: names.length - i, name: parent });
      });
    });
    for (const { scripts, ...port } of host.ports ?? []) {
      const id = portId++;
      add("port", { host_id, id, ...(port as Record<string, Json>) });
      scripts?.forEach(({ id: script, output, ...structured }, seq) => {
        const [key] = Object.keys(structured);
        const data = key === undefined ? undefined : JSON.stringify(structured[key]);
        add("script", {
          ...{ host_id, port_id: id, seq, id: script, output, key, data },
          protocol: port.protocol,
          port: port.port,
        });
      });
    }
    for (const [state, { total, reasons }] of Object.entries(host.extraports ?? {})) {
      add("extraport", { host_id, state, total });
      for (const [reason, count] of Object.entries(reasons))
        add("extrareason", { host_id, state, reason, count });
    }
    host.os?.osmatch?.forEach((match, seq) => {
      add("os_match", { host_id, seq, ...match });
    });
    host.os?.osclass?.forEach((osclass, seq) => {
      add("os_class", { host_id, seq, ...osclass });
    });
    host.cpes?.forEach(({ origins, ...cpe }, seq) => {
      add("cpe", { host_id, seq, ...cpe });
      for (const origin of origins ?? []) add("cpe_origin", { host_id, cpe_seq: seq, origin });
    });
    host.traces?.forEach(({ protocol, port, hops }, trace_seq) => {
      add("trace", { host_id, seq: trace_seq, protocol, port });
      hops.forEach(({ ttl, rtt, ipaddr, host: name }, seq) => {
        add("trace_hop", {
          ...{ host_id, trace_seq, seq, ttl, addr: ipaddr, host: name },
          rtt: rtt === "--" ? undefined : rtt,
        });
      });
    });
    for (const { value, type, info, origin = "import" } of host.tags ?? [])
      for (const entry of info ?? [undefined]) add("tag", { host_id, value, type, info: entry, origin });
  });
  for (const [table, row] of rows) await insert(connection, schema, table, [row]);
}

/** A context that may see everything. */
export async function contextOf(schema: ActivePurpose, hosts: readonly Host[]): Promise<QueryContext> {
  const connection = await emptyDatabase();
  await store(connection, schema, hosts);
  return { connection, scope: EVERYTHING };
}

/** The two hosts of spec ivre §3.4. */
export const WORKED_EXAMPLE: readonly Host[] = [
  {
    addr: "192.0.2.10",
    ports: [
      {
        protocol: "tcp",
        port: 22,
        state_state: "open",
        service_name: "ssh",
        service_product: "OpenSSH",
        service_version: "8.9p1",
      },
      { protocol: "tcp", port: 80, state_state: "open", service_name: "http", service_product: "nginx" },
      { protocol: "tcp", port: 443, state_state: "open", service_name: "http", service_product: "nginx" },
    ],
    tags: [{ value: "CLOUD", type: "info", info: ["aws"] }],
  },
  { addr: "192.0.2.11", ports: [{ protocol: "tcp", port: 80, state_state: "open" }] },
];

/** A record with every kind of member, after spec ivre §5.1. */
export const COMPLETE: Host = {
  addr: "192.0.2.10",
  state: "up",
  state_reason: "echo-reply",
  state_reason_ttl: 54,
  starttime: "2023-11-14T22:13:20Z",
  endtime: "2023-11-14T22:15:00.5Z",
  source: "SCAN-1",
  categories: ["TEST"],
  addresses: { mac: ["00:11:22:aa:bb:cc"] },
  hostnames: [
    { name: "www.Example.com", type: "user", domains: ["www.Example.com", "Example.com", "com"] },
    { name: "srv.example.net", type: "PTR", domains: ["srv.example.net", "example.net", "net"] },
  ],
  extraports: { filtered: { total: 996, reasons: { "no-response": 996 } } },
  ports: [
    {
      port: -1,
      scripts: [
        { id: "smb2-time", output: "\n  date: …", "smb2-time": { date: "2023-11-14T22:13:20" } },
        {
          id: "smb-vuln-ms17-010",
          output: "\n  VULNERABLE…",
          vulns: [
            {
              id: "CVE-2017-0143",
              state: "VULNERABLE",
              title: "Remote Code Execution",
              ids: ["CVE:CVE-2017-0143", "BID:96707"],
            },
          ],
        },
      ],
    },
    {
      protocol: "tcp",
      port: 22,
      state_state: "open",
      state_reason: "syn-ack",
      state_reason_ttl: 54,
      service_name: "ssh",
      service_product: "OpenSSH",
      service_version: "8.9p1 Ubuntu 3",
      service_ostype: "Linux",
      service_method: "probed",
      service_conf: 10,
      scripts: [
        {
          id: "ssh-hostkey",
          output: "\n  256 a7:5e:… (ECDSA)",
          "ssh-hostkey": [
            { type: "ecdsa-sha2-nistp256", bits: 256, fingerprint: "a75e" },
            { type: "ssh-rsa", bits: 2048, fingerprint: "b75e" },
          ],
        },
      ],
    },
    { protocol: "tcp", port: 80, state_state: "closed", state_reason: "reset", state_reason_ttl: 54 },
    {
      protocol: "tcp",
      port: 443,
      state_state: "open",
      service_name: "http",
      service_tunnel: "ssl",
      service_product: "nginx",
      service_devicetype: "router",
      scripts: [
        { id: "http-title", output: "Welcome", "http-title": { title: "Welcome" } },
        { id: "banner", output: "hello" },
      ],
    },
    { protocol: "udp", port: 53, state_state: "open", service_name: "domain" },
  ],
  os: {
    portused: { port: "tcp_22", state: "open" },
    osmatch: [
      { name: "Linux 5.0 - 5.4", accuracy: "100", line: "67241" },
      { name: "Linux 5.0 - 5.3", accuracy: "98", line: "67200" },
    ],
    osclass: [
      { type: "general purpose", vendor: "Linux", osfamily: "Linux", osgen: "5.X", accuracy: "100" },
      { type: "general purpose", vendor: "Linux", osfamily: "Linux", osgen: "5.X", accuracy: "98" },
      { type: "WAP", vendor: "Linux", osfamily: "Linux", osgen: "4.X", accuracy: "98" },
    ],
  },
  cpes: [
    { type: "a", vendor: "igor_sysoev", product: "nginx", version: "1.18.0", origins: ["ports.port:443"] },
    { type: "o", vendor: "linux", product: "linux_kernel", version: "5", origins: ["os.osmatch.line:67241"] },
  ],
  traces: [
    {
      protocol: "tcp",
      port: 443,
      hops: [
        {
          ttl: 1,
          rtt: 0.5,
          ipaddr: "10.0.0.1",
          host: "gw.example.net",
          domains: ["gw.example.net", "example.net", "net"],
        },
        { ttl: 2, rtt: "--", ipaddr: "2001:db8::1" },
      ],
    },
    { protocol: null, hops: [] },
  ],
};
