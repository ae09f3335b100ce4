import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVERYTHING } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { importFiles } from "../../src/load/import.ts";
import type { Port } from "../../src/model/scan.ts";
import { get } from "../../src/query/get.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { Store } from "../../src/store/reader.ts";
import { portsOnce } from "../../src/store/same-port.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

const port = (number: number, more: Partial<Port> = {}): Port => ({
  protocol: "tcp",
  port: number,
  state: "open",
  scripts: [],
  ...more,
});
const script = (id: string, output: string) => ({ id, output });

test("ports that are listed once stay as they are", () => {
  const ports = [port(22), port(22, { protocol: "udp" }), port(80)];
  expect(portsOnce(ports)).toBe(ports);
  expect(portsOnce([])).toEqual([]);
});

test("of a port listed twice the later listing counts", () => {
  expect(
    portsOnce([
      port(22, {
        reason: "syn-ack",
        service: { name: "ssh" },
        scripts: [script("a", "1"), script("b", "1")],
      }),
      port(232),
      port(22, { reasonTtl: 64, scripts: [script("b", "2")] }),
      port(80),
      port(80, { state: "closed" }),
    ]),
  ).toEqual([
    port(22, {
      reason: "syn-ack",
      reasonTtl: 64,
      service: { name: "ssh" },
      scripts: [script("a", "1"), script("b", "2")],
    }),
    port(232),
    port(80, { state: "closed" }),
  ]);
});

test("what is open is said alike everywhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gadwall-same-port-"));
  try {
    const listed = (number: number) =>
      `<port protocol="tcp" portid="${number}"><state state="open" reason="syn-ack"/></port>`;
    const file = join(folder, "twice.xml");
    writeFileSync(
      file,
      `<?xml version="1.0"?><nmaprun scanner="nmap"><host endtime="1700000000"><status state="up"/><address addr="192.0.2.1" addrtype="ipv4"/><ports>${listed(22)}${listed(22)}${listed(232)}</ports></host></nmaprun>`,
    );
    const db = join(folder, "a.duckdb");
    await importFiles([file], {
      ...{ db, source: "s", categories: [], tags: [] },
      ...{ test: false, force: false, limits: DEFAULT_LIMITS, ...IMPROVEMENTS_OFF },
    });
    const store = new Store(db);
    await store.read(async ({ connection }) => {
      const ctx = { connection, scope: EVERYTHING };
      for (const purpose of ["nmap", "view"] as const) {
        const { records } = await get(ctx, purpose, ALL, { limit: 1, skip: 0, fields: ["openports"] });
        expect(records).toEqual([{ openports: { count: 2, tcp: { count: 2, ports: [22, 232] } } }]);
        const of = async (field: string) =>
          (await topvalues(ctx, purpose, ALL, { field, limit: null })).rows.map(({ value }) => value);
        expect(await of("portlist:open")).toEqual([
          [
            ["tcp", 22],
            ["tcp", 232],
          ],
        ]);
        expect(await of("countports:open")).toEqual([2]);
        expect(await of("openports.tcp.ports")).toEqual([22, 232]);
      }
    });
    await store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
