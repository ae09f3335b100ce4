import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { importFiles } from "../../src/load/import.ts";
import { neededMiB } from "../../src/view/room.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

const MiB = 1024 * 1024;

const nothing = { batch: 0, hosts: 0, observed: 0 };

test("long outputs raise the limit, up to three quarters of the machine", () => {
  expect(neededMiB({ ...nothing, batch: 16 * MiB }, 8192 * MiB)).toBeNull();
  expect(neededMiB({ ...nothing, batch: 100 * MiB }, 8192 * MiB)).toBe(1200);
  expect(neededMiB({ ...nothing, batch: 4000 * MiB }, 8192 * MiB)).toBe(6144);
});

test("many hosts and passive records raise the limit, a few do not", () => {
  expect(neededMiB({ ...nothing, observed: 500, hosts: 100_000 }, 8192 * MiB)).toBeNull();
  expect(neededMiB({ ...nothing, observed: 512 * 1024 }, 8192 * MiB)).toBe(1224);
  expect(neededMiB({ ...nothing, hosts: 100_000 + 1024 * 1024 }, 8192 * MiB)).toBe(1224);
});

test("a thousand hosts with script outputs of 100 KB each are imported", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gadwall-room-"));
  try {
    const host = (i: number): string =>
      `<host endtime="5"><status state="up"/><address addr="10.0.${i >> 8}.${i & 255}" addrtype="ipv4"/>
       <ports><port protocol="tcp" portid="80"><state state="open"/>
       <script id="vulners" output="${`CVE-${i} `.repeat(12_000)}"/></port></ports></host>`;
    const hosts = Array.from({ length: 1000 }, (_, i) => host(i)).join("");
    const path = join(folder, "long.xml");
    writeFileSync(
      path,
      `<nmaprun scanner="nmap">${hosts}<runstats><finished time="5"/></runstats></nmaprun>`,
    );
    const db = join(folder, "test.duckdb");
    const given = { db, categories: [], tags: [], test: false, force: false, ...IMPROVEMENTS_OFF };
    const summary = await importFiles([path], { ...given, limits: DEFAULT_LIMITS });
    expect(summary.hosts).toBe(1000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
