/** Labels that records bring themselves (IVRE's exports), beside those of the command line. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { importFiles } from "../../src/load/import.ts";
import { Store } from "../../src/store/reader.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-labels-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECORDS = [
  {
    addr: "192.0.2.1",
    state: "up",
    source: "own",
    categories: ["mine", "shared"],
    tags: [
      { value: "Owner", type: "info", info: ["a"] },
      { value: "Bare", type: "info" },
    ],
  },
  { addr: "192.0.2.2", state: "up" },
  { addr: "192.0.2.3", state: "up", source: ["s2", "s1"], tags: [{ value: "Given" }] },
];

test("the record's source wins; categories and tags add up without repeats", async () => {
  const db = join(folder, "test.duckdb");
  const path = join(folder, "records.jsonl");
  const options = { db, test: false, force: false, ...IMPROVEMENTS_OFF, limits: DEFAULT_LIMITS };
  writeFileSync(path, RECORDS.map((record) => `${JSON.stringify(record)}\n`).join(""));
  // Twice under different labels: those of the first import are not touched by the second.
  await importFiles([path], { ...options, categories: [], tags: [] });
  const { files } = await importFiles([path], {
    ...options,
    source: "line",
    categories: ["import", "shared"],
    tags: [
      { value: "Owner", type: "info", info: "a" },
      { value: "Owner", type: "info", info: "b" },
      { value: "Bare", type: "info" },
    ],
  });
  expect(files[0]).toMatchObject({ status: "imported", hosts: 3, message: null });
  const store = new Store(db);
  const rows = async (sql: string): Promise<string[]> => {
    const result = await store.read(({ connection }) => connection.runAndReadAll(sql));
    return result.getRows().map((row) => row.join(" "));
  };
  expect(await rows("SELECT host_id, value FROM nmap.source ORDER BY ALL")).toEqual([
    "1 own",
    "3 s1",
    "3 s2",
    "4 own",
    "5 line",
    "6 s1",
    "6 s2",
  ]);
  expect(await rows("SELECT host_id, value FROM nmap.category ORDER BY ALL")).toEqual([
    "1 mine",
    "1 shared",
    ...["4 import", "4 mine", "4 shared"],
    ...["5 import", "5 shared", "6 import", "6 shared"],
  ]);
  expect(
    await rows(
      "SELECT host_id, value, type, coalesce(info, '-') FROM nmap.tag WHERE origin = 'import' ORDER BY ALL",
    ),
  ).toEqual([
    "1 Bare info -",
    "1 Owner info a",
    "3 Given info -",
    ...["4 Bare info -", "4 Owner info a", "4 Owner info b"],
    ...["5 Bare info -", "5 Owner info a", "5 Owner info b"],
    ...["6 Bare info -", "6 Given info -", "6 Owner info a", "6 Owner info b"],
  ]);
  await store.close();
});
