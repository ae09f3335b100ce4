import { expect, test } from "bun:test";
import { passiveTable } from "../../src/cli/passive-table.ts";
import type { HostRecord } from "../../src/cli/report.ts";

const PIPE = { width: null, colour: false };
const TIMES = { firstseen: "2026-11-01T00:00:00Z", lastseen: "2026-11-19T08:00:00.250Z" };

const records: HostRecord[] = [
  { addr: "192.0.2.10", recontype: "DNS_ANSWER", source: "A", value: "www.example.com", count: 3, ...TIMES },
  { targetval: "b.example.net", recontype: "DNS_ANSWER", value: "a.example.com", count: 1, ...TIMES },
  {
    addr: "192.0.2.11",
    port: 443,
    recontype: "SSL_SERVER",
    source: "cert",
    value: "MIIB",
    count: 1,
    infos: { subject_text: "commonName=x" },
    ...TIMES,
  },
  { addr: "192.0.2.12", recontype: "SSH_SERVER", value: `evil\u001b[31m\n${"x".repeat(500)}`, ...TIMES },
];

test("one line a record, cleaned and cut", () => {
  const lines = passiveTable(records, PIPE).trimEnd().split("\n");
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(/^ADDR +PORT +RECONTYPE +SOURCE +COUNT +LAST SEEN +VALUE$/);
  expect(lines[1]).toMatch(/^192\.0\.2\.10 +- +DNS_ANSWER +A +3 +2026-11-19T08:00:00Z +www\.example\.com$/);
  expect(lines[2]).toMatch(/^- .* a\.example\.com → b\.example\.net$/);
  expect(lines[3]).toEndWith(" commonName=x");
  expect(lines[4]).not.toContain("\u001b");
  expect(lines[4]!.length).toBeLessThan(330);
});

test("fits a terminal", () => {
  for (const line of passiveTable(records, { width: 100, colour: false }).trimEnd().split("\n"))
    expect(Bun.stringWidth(line)).toBeLessThanOrEqual(100);
});
