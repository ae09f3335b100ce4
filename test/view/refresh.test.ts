import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { importFiles } from "../../src/load/import.ts";
import { publish } from "../../src/store/publish.ts";
import { Store } from "../../src/store/reader.ts";
import { rebuildView } from "../../src/view/rebuild.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

let folder: string;
let db: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-refresh-"));
  db = join(folder, "test.duckdb");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Imports a scan of one host; each address makes a file of its own. */
async function scan(address: string, geo: boolean): Promise<void> {
  const path = join(folder, `${address}.xml`);
  writeFileSync(
    path,
    `<nmaprun scanner="nmap" args="nmap" start="1" version="7"><host endtime="5"><status state="up"/>
     <address addr="${address}" addrtype="ipv4"/><hostnames><hostname name="a.example.com" type="PTR"/></hostnames>
     </host><runstats><finished time="5"/></runstats></nmaprun>`,
  );
  const options = {
    db,
    categories: [],
    tags: [],
    test: false,
    force: false,
    ...IMPROVEMENTS_OFF,
    geo,
    limits: DEFAULT_LIMITS,
  };
  const { files } = await importFiles([path], options);
  expect(files[0]?.status).toBe("imported");
}

/** Number of records with a country, by purpose. */
async function withCountry(): Promise<[number, number]> {
  const store = new Store(db);
  const rows = await store.read(({ connection }) =>
    connection.runAndReadAll(
      "SELECT (SELECT count(country_code) FROM nmap.host), (SELECT count(country_code) FROM view.host)",
    ),
  );
  await store.close();
  return (rows.getRows()[0] ?? []).map(Number) as [number, number];
}

test("switching the country data off or on derives all records anew", async () => {
  await scan("1.1.1.1", true);
  await scan("8.8.8.8", true);
  expect(await withCountry()).toEqual([2, 2]);
  await scan("9.9.9.9", false);
  expect(await withCountry()).toEqual([0, 0]);
  await scan("1.0.0.1", true);
  expect(await withCountry()).toEqual([4, 4]);
  expect(await rebuildView(db, { ...IMPROVEMENTS_OFF })).toBe(4);
  expect(await withCountry()).toEqual([0, 0]);
  await rebuildView(db, { ...IMPROVEMENTS_OFF, geo: true });
  expect(await withCountry()).toEqual([4, 4]);
});

test("a file derived by another version is derived anew by the next import", async () => {
  await publish(db, async (connection) => {
    await connection.run("UPDATE main.meta SET value = 'domains 0' WHERE key = 'derived_with'");
    await connection.run("DELETE FROM nmap.domain");
    return true;
  });
  await scan("8.8.4.4", true);
  const store = new Store(db);
  const rows = await store.read(({ connection }) =>
    connection.runAndReadAll("SELECT count(*) FROM nmap.domain"),
  );
  await store.close();
  expect(Number(rows.getRows()[0]?.[0])).toBe(3 * 5);
});
