/** A small world of passive records in which every leaf holds for some and not for others. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Filter } from "../../src/filter/ast.ts";
import { compile, resolve } from "../../src/filter/compile.ts";
import { emptyDatabase, hostRow, insertPassive } from "../support/db.ts";

export const RECORDS = 12;

/** When the questions of `selectPassive` are asked. */
export const NOW = Date.UTC(2026, 1, 1);

/**
 * 1: A answer; 2: AAAA answer; 3: CNAME; 4: MX to an address text; 5: HTTP host; 6: TLS name; 7: certificate;
 * 8: SSH banner; 9: open port; 10: block list; 11: service on no port; 12: nothing but an id.
 */
export async function passiveDataset(): Promise<DuckDBConnection> {
  const db = await emptyDatabase();
  const row = (id: number, address: string | null, more: object) =>
    hostRow(id, address, {
      sensor: "lan",
      firstseen: `2026-01-${String(id).padStart(2, "0")} 12:00:00.5`,
      lastseen: `2026-01-${String(id + 10).padStart(2, "0")} 12:00:00.5`,
      count: id,
      ...more,
    });
  await insertPassive(db, "record", [
    row(1, "192.0.2.1", { recontype: "DNS_ANSWER", source: "A-192.0.2.53-53", value: "www.example.com" }),
    row(2, "2001:db8::2", { recontype: "DNS_ANSWER", source: "AAAA-192.0.2.53-53", value: "v6.example.org" }),
    row(3, null, {
      recontype: "DNS_ANSWER",
      source: "CNAME-192.0.2.53-53",
      value: "www.example.com",
      targetval: "cdn.example.net",
    }),
    row(4, null, {
      recontype: "DNS_ANSWER",
      source: "MX-192.0.2.53-53",
      value: "example.com",
      targetval: "192.0.2.1",
      sensor: "it's; DROP TABLE --",
    }),
    row(5, "192.0.2.1", {
      recontype: "HTTP_CLIENT_HEADER_SERVER",
      source: "HOST",
      value: "www.example.com:8080",
      port: 8080,
    }),
    row(6, "198.51.100.6", { recontype: "SSL_SERVER", source: "sni", value: "sni.example.com", port: 443 }),
    row(7, "198.51.100.7", {
      recontype: "SSL_SERVER",
      source: "cert",
      value: "MIIB",
      port: 443,
      country_code: "DE",
      as_num: 64500n,
      as_name: "Example Net, Inc.",
    }),
    row(8, "192.0.2.130", {
      recontype: "SSH_SERVER",
      value: "SSH-2.0-OpenSSH_9.2",
      port: 22,
      service_name: "ssh",
      service_product: "OpenSSH",
      service_version: "9.2",
      country_code: "FR",
      sensor: "dmz",
    }),
    row(9, "192.0.2.130", { recontype: "OPEN_PORT", source: "TCP", value: "tcp/22", port: 22, sensor: null }),
    row(10, "203.0.113.9", {
      recontype: "DNS_BLACKLIST",
      source: "zen.spamhaus.org-A-192.0.2.53-53",
      value: "127.0.0.2",
    }),
    row(11, "::1", { recontype: "SSH_CLIENT", value: "SSH-2.0-x\nline2", service_name: "ssh" }),
    { id: 12 },
  ]);
  const names: readonly (readonly [number, string, string])[] = [
    [1, "answer", "www.example.com"],
    [2, "answer", "v6.example.org"],
    [3, "answer", "www.example.com"],
    [3, "target", "cdn.example.net"],
    [4, "answer", "example.com"],
    [5, "http-host", "www.example.com"],
    [6, "tls-sni", "sni.example.com"],
    [7, "cert", "cert.example.org"],
  ];
  await insertPassive(
    db,
    "name",
    names.map(([record_id, origin, name]) => ({ record_id, origin, name })),
  );
  await insertPassive(
    db,
    "domain",
    names.flatMap(([record_id, origin, name]) => {
      const labels = name.split(".");
      return labels.map((_, i) => ({
        record_id,
        origin,
        level: labels.length - i,
        name: labels.slice(i).join("."),
      }));
    }),
  );
  return db;
}

/** Ids of the records that a filter selects, ascending. */
export async function selectPassive(db: DuckDBConnection, filter: Filter, now = NOW): Promise<number[]> {
  const { sql, parameters } = compile(await resolve(filter, db), "passive", now);
  const reader = await db.runAndReadAll(
    `SELECT r.id FROM passive.record AS r WHERE ${sql} ORDER BY r.id`,
    parameters,
  );
  return reader.getRows().map(([id]) => Number(id));
}
