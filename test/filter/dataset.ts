/** A small world in which every leaf holds for some hosts and not for others, and every column is missing somewhere. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Filter } from "../../src/filter/ast.ts";
import { compile, resolve } from "../../src/filter/compile.ts";
import type { ActivePurpose } from "../../src/model/purpose.ts";
import { emptyDatabase, hostRow, insert } from "../support/db.ts";

/** Host 1: IPv4 web server; 2: IPv4 ssh; 3: IPv6; 4: known by name only; 5: udp; 6: bare; 7, 8: structured scripts. */
export async function dataset(schema: ActivePurpose): Promise<DuckDBConnection> {
  const db = await emptyDatabase();
  await insert(db, schema, "host", [
    hostRow(1, "192.0.2.1", {
      openports: 3,
      country_code: "DE",
      city: "Bonn",
      as_num: 64500,
      as_name: "Example Net, Inc.",
    }),
    hostRow(2, "192.0.2.130", { openports: 1, country_code: "FR", as_num: 4294967295, as_name: "OTHER" }),
    hostRow(3, "2001:db8::3", { openports: 0, country_code: "GB" }),
    hostRow(4, null),
    hostRow(5, "255.255.255.255", { openports: 1 }),
    hostRow(6, "::1", {}),
    hostRow(7, "198.51.100.7", { openports: 2, country_code: "DE" }),
    hostRow(8, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", { openports: 0 }),
  ]);
  await insert(db, schema, "hostname", [
    { host_id: 1, seq: 0, name: "www.example.com", type: "PTR" },
    { host_id: 2, seq: 0, name: "b.example.org", type: "user" },
    { host_id: 4, seq: 0, name: "line1\nline2", type: "user" },
  ]);
  await insert(db, schema, "domain", [
    { host_id: 1, hostname_seq: 0, level: 3, name: "www.example.com" },
    { host_id: 1, hostname_seq: 0, level: 2, name: "example.com" },
    { host_id: 1, hostname_seq: 0, level: 1, name: "com" },
    { host_id: 2, hostname_seq: 0, level: 3, name: "b.example.org" },
    { host_id: 2, hostname_seq: 0, level: 2, name: "example.org" },
    { host_id: 2, hostname_seq: 0, level: 1, name: "org" },
  ]);
  await insert(db, schema, "port", [
    {
      host_id: 1,
      id: 1,
      protocol: "tcp",
      port: 80,
      state_state: "open",
      service_name: "http",
      service_product: "nginx",
      service_version: "1.18.0",
    },
    {
      host_id: 1,
      id: 2,
      protocol: "tcp",
      port: 443,
      state_state: "open",
      service_name: "http",
      service_product: "Apache httpd",
      service_tunnel: "ssl",
    },
    { host_id: 1, id: 3, protocol: "tcp", port: 22, state_state: "closed" },
    {
      host_id: 1,
      id: 4,
      protocol: "tcp",
      port: 2222,
      state_state: "open",
      service_name: "ssh",
      service_product: "OpenSSH",
      service_version: "9.2",
      service_extrainfo: "protocol 2.0",
      service_ostype: "Linux",
      service_devicetype: "router",
    },
    {
      host_id: 2,
      id: 5,
      protocol: "tcp",
      port: 22,
      state_state: "open",
      service_name: "ssh",
      service_product: "OpenSSH",
      service_version: "7.6p1",
    },
    { host_id: 2, id: 6, protocol: "udp", port: 80, state_state: "open|filtered" },
    {
      host_id: 5,
      id: 7,
      protocol: "udp",
      port: 53,
      state_state: "open",
      service_name: "domain",
      service_product: "dnsmasq",
    },
    { host_id: 7, id: 8, protocol: "tcp", port: 443, state_state: "open" },
    { host_id: 7, id: 9, port: -1 },
    { host_id: 8, id: 10, port: -1 },
  ]);
  const rsa2048 = { type: "ssh-rsa", bits: 2048, key: "AAAA" };
  const dsa1024 = { type: "ssh-dss", bits: 1024, key: "BBBB" };
  await insert(db, schema, "script", [
    {
      host_id: 1,
      port_id: 1,
      protocol: "tcp",
      port: 80,
      seq: 0,
      id: "http-title",
      output: "Welcome to nginx!",
      key: "http-title",
      data: JSON.stringify({ title: "Welcome to nginx!", 'odd"key/~': { "*": [null, 1.5, "x"] } }),
    },
    {
      host_id: 7,
      port_id: 8,
      protocol: "tcp",
      port: 443,
      seq: 0,
      id: "ssl-cert",
      output: "Subject: commonName=x",
      key: "ssl-cert",
      data: JSON.stringify([
        { self_signed: true, subject: { commonName: "x", o: "/etc" }, pubkey: { bits: 2048 } },
      ]),
    },
    {
      host_id: 7,
      port_id: 9,
      port: -1,
      seq: 0,
      id: "ssh-hostkey",
      output: "two keys",
      key: "ssh-hostkey",
      data: JSON.stringify([rsa2048, dsa1024]),
    },
    {
      host_id: 8,
      port_id: 10,
      port: -1,
      seq: 0,
      id: "ftp-anon",
      output: "Anonymous FTP login allowed",
      key: "ls",
      data: JSON.stringify({
        volumes: [
          {
            volume: "/",
            files: [
              { filename: "a", size: 3 },
              { filename: "b", size: 70 },
            ],
          },
        ],
        tags: ["t1", "t2"],
      }),
    },
    { host_id: 2, port_id: 5, protocol: "tcp", port: 22, seq: 0, id: "banner" },
  ]);
  await insert(db, schema, "os_class", [
    { host_id: 1, seq: 0, vendor: "Linux", osfamily: "Linux", osgen: "5.X", type: "general purpose" },
    { host_id: 2, seq: 0, vendor: "Microsoft", osfamily: "Windows" },
  ]);
  await insert(db, schema, "tag", [
    { host_id: 1, value: "Vulnerable", type: "danger", info: "CVE-2021-44228" },
    { host_id: 1, value: "Vulnerable", type: "danger", info: "CVE-2014-0160" },
    { host_id: 2, value: "Likely vulnerable", type: "warning", info: "CVE-2021-44228" },
    { host_id: 3, value: "Vulnerable", type: "danger" },
    { host_id: 3, value: "CDN", type: "info", info: "100%_sure" },
  ]);
  await insert(db, schema, "category", [
    { host_id: 1, value: "LAN" },
    { host_id: 2, value: "DMZ" },
  ]);
  await insert(db, schema, "source", [
    { host_id: 1, value: "office" },
    { host_id: 3, value: "it's; DROP TABLE --" },
  ]);
  await insert(db, schema, "cpe", [
    { host_id: 1, seq: 0, type: "a", vendor: "igor_sysoev", product: "nginx", version: "1.18.0" },
    { host_id: 2, seq: 0, type: "o", vendor: "linux", product: "linux_kernel", version: "" },
  ]);
  await insert(db, schema, "trace_hop", [
    { host_id: 1, trace_seq: 0, seq: 0, ttl: 1, addr: "10.0.0.1", host: "gw.example.net" },
    { host_id: 2, trace_seq: 0, seq: 0, ttl: 2, addr: "10.0.0.1" },
  ]);
  await insert(db, schema, "address", [
    { host_id: 1, type: "mac", value: "00:11:22:33:44:55", vendor: "Cisco" },
  ]);
  return db;
}

/** Ids of the hosts that a filter selects, ascending. */
export async function select(
  db: DuckDBConnection,
  filter: Filter,
  purpose: ActivePurpose,
): Promise<number[]> {
  const { sql, parameters } = compile(await resolve(filter, db), purpose);
  const reader = await db.runAndReadAll(
    `SELECT h.id FROM ${purpose}.host AS h WHERE ${sql} ORDER BY h.id`,
    parameters,
  );
  return reader.getRows().map(([id]) => Number(id));
}
