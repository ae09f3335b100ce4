/** Certificates and host keys of which Zeek's logs tell no more than some fields are counted by those. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVERYTHING } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { importFiles } from "../../src/load/import.ts";
import type { Json } from "../../src/model/json.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { Store } from "../../src/store/reader.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

const ZEEK = join(import.meta.dir, "../../fixtures/zeek");
let folder: string;
let store: Store;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-zeek-"));
  const db = join(folder, "a.duckdb");
  const logs = ["x509", "ssh", "files", "files-before-4", "known_certs"];
  const { files } = await importFiles(
    logs.map((log) => join(ZEEK, `handmade-${log}.log`)),
    {
      ...{ db, categories: [], tags: [], sensor: "s1" },
      ...{ test: false, force: false, limits: DEFAULT_LIMITS, ...IMPROVEMENTS_OFF },
    },
  );
  expect(files.map(({ status }) => status)).toEqual(logs.map(() => "imported"));
  store = new Store(db);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const of = (field: string): Promise<[Json, number][]> =>
  store.read(async ({ connection }) => {
    const asked = { field, limit: null };
    const { rows } = await topvalues({ connection, scope: EVERYTHING }, "passive", ALL, asked);
    return rows.map(({ value, count }) => [value, count]);
  });

test("certificates", async () => {
  // The certificate itself, x509.log and known_certs.log name the subject, each in a record of its own.
  expect(await of("cert.subject.commonName")).toEqual([
    ["www.example.com", 3],
    ["client.example.com", 1],
  ]);
  expect(await of("cert.pubkey.bits")).toEqual([
    [256, 2],
    [2048, 1],
  ]);
  expect((await of("cert.sha256")).map(([, count]) => count)).toEqual([4, 1, 1]);
  expect(await of("cacert.sha1")).toEqual([["0000000000000000000000000000000000000002", 1]]);
});

test("host keys", async () => {
  expect(await of("sshkey.fingerprint")).toEqual([["aabbccddeeff00112233445566778899", 1]]);
  expect((await of("sshkey.sha256")).length).toBe(1);
  expect(await of("sshkey.keytype")).toEqual([["ED25519", 2]]);
  // A fingerprint tells neither.
  expect(await of("sshkey.key")).toEqual([]);
  expect(await of("sshkey.bits")).toEqual([]);
});
