/** What `gadwall get -o jsonl` prints, imported again, gives the same records. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVERYTHING } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { type ImportOptions, importFiles } from "../../src/load/import.ts";
import type { Purpose } from "../../src/model/purpose.ts";
import { get, type JsonObject } from "../../src/query/get.ts";
import { Store } from "../../src/store/reader.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

const FIXTURES = `${import.meta.dir}/../../fixtures`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-round-trip-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function load(db: string, paths: string[], options: Partial<ImportOptions> = {}): Promise<number> {
  const given = {
    db,
    categories: [],
    tags: [],
    test: false,
    force: false,
    ...IMPROVEMENTS_OFF,
    limits: DEFAULT_LIMITS,
  };
  const { files, hosts } = await importFiles(paths, { ...given, ...options });
  expect(files.filter(({ status }) => status === "failed")).toEqual([]);
  return hosts;
}

/** All records, as they are stored. */
async function all(db: string, purpose: Purpose): Promise<JsonObject[]> {
  const store = new Store(db);
  const { records } = await store.read(({ connection }) =>
    get({ connection, scope: EVERYTHING }, purpose, ALL, { limit: null, skip: 0 }),
  );
  await store.close();
  return records;
}

async function printed(name: string, records: readonly JsonObject[]): Promise<string> {
  const path = join(folder, name);
  await Bun.write(path, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return path;
}

test("nmap: every scan of the fixtures", async () => {
  const [first, second] = [join(folder, "nmap-1.duckdb"), join(folder, "nmap-2.duckdb")];
  const labels = {
    source: "lab",
    categories: ["a", "b"],
    tags: [
      { value: "Owner", type: "info", info: "x" },
      { value: "Owner", type: "info", info: "y" },
      { value: "Bare", type: "warning" },
    ],
  };
  const hosts = await load(first, [`${FIXTURES}/nmap`], labels);
  expect(hosts).toBeGreaterThan(100);
  const before = await all(first, "nmap");
  await load(second, [await printed("nmap.jsonl", before)]);
  const after = await all(second, "nmap");
  expect(after.length).toBe(hosts);
  expect(after).toEqual(before);
  expect(await all(second, "view")).toEqual(await all(first, "view"));
});

test("view: the records as they are, but for the tags that have become given ones", async () => {
  const [first, second, third] = ["view-1", "view-2", "view-3"].map((name) =>
    join(folder, `${name}.duckdb`),
  ) as [string, string, string];
  await load(first, [`${FIXTURES}/demo`], { source: "one" });
  const before = await all(first, "view");
  await load(second, [await printed("view.jsonl", before)]);
  expect(await all(second, "view")).toEqual(before);
  await load(third, [await printed("view-of-view.jsonl", await all(second, "view"))]);
  expect(await all(third, "view")).toEqual(before);
});

test("passive: the export of IVRE's, ours of it, and ours again", async () => {
  const [first, second] = [join(folder, "passive-1.duckdb"), join(folder, "passive-2.duckdb")];
  await load(first, [`${FIXTURES}/ivre/handmade-passive.jsonl`], { sensor: "default" });
  const before = await all(first, "passive");
  expect(before.length).toBe(6);
  await load(second, [await printed("passive.jsonl", before)]);
  expect(await all(second, "passive")).toEqual(before);
});

test("half surrogate pairs in data, keys and values hurt nobody", async () => {
  const db = join(folder, "surrogates.duckdb");
  const path = join(folder, "surrogates.jsonl");
  const script = String.raw`{"id":"x\udc00","output":"o\ud800","y\ud800":{"a\ud800":"b\udc00","c":["\ud83d\ude00"]}}`;
  await Bun.write(
    path,
    `{"addr":"192.0.2.1","state":"up","ports":[{"protocol":"tcp","port":1,"scripts":[${script}]}]}\n` +
      String.raw`{"addr":"192.0.2.1","recontype":"SSL_CLIENT","source":"ja3","value":"\ud800","firstseen":1,"infos":{"raw":"\udc00"}}`,
  );
  await load(db, [path]);
  const [host] = await all(db, "view");
  expect(host).toMatchObject({ ports: [{}, {}] });
  expect(JSON.stringify(host)).toContain('{"id":"x�","output":"o�","y�":{"a�":"b�","c":["😀"]}}');
  expect(await all(db, "passive")).toMatchObject([{ value: "�", infos: { raw: "�" } }]);
});
