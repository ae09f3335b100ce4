import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publish } from "../../src/store/publish.ts";
import { Store } from "../../src/store/reader.ts";

let folder: string;
let db: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-reader-"));
  db = join(folder, "test.duckdb");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function addImport(id: number): Promise<void> {
  await publish(db, async (connection) => {
    await connection.run(
      "INSERT INTO main.import (id, path, imported_at) VALUES (?, 'x', '2026-01-02 03:04:05')",
      [id],
    );
    return true;
  });
}

const imports = (store: Store): Promise<number> =>
  store.read(async ({ connection }) =>
    Number((await connection.runAndReadAll("SELECT count(*) FROM main.import")).getRows()[0]?.[0]),
  );

test("no database yet is a state, and its appearance is noticed", async () => {
  const store = new Store(db);
  await store.read(async ({ connection, empty, asOf }) => {
    expect(empty).toBe(true);
    expect(asOf).toBeNull();
    expect((await connection.runAndReadAll("SELECT * FROM view.host")).currentRowCount).toBe(0);
  });
  expect(readdirSync(folder)).toEqual([]);
  await addImport(1);
  await store.read(async ({ empty, asOf }) => {
    expect(empty).toBe(false);
    expect(asOf).toBe("2026-01-02T03:04:05Z");
  });
  await store.close();
});

test("a call that runs while a new file is published keeps its own view; the next sees the new one", async () => {
  await addImport(1);
  const store = new Store(db);
  await store.read(async ({ connection }) => {
    await addImport(2);
    expect(await imports(store)).toBe(2);
    const rows = await connection.runAndReadAll("SELECT count(*) FROM main.import");
    expect(Number(rows.getRows()[0]?.[0])).toBe(1);
  });
  expect(await imports(store)).toBe(2);
  await store.close();
});

test("an idle store gives its handle back and opens again", async () => {
  await addImport(1);
  const store = new Store(db, { idle: 1 });
  expect(await imports(store)).toBe(1);
  await Bun.sleep(20);
  expect(await imports(store)).toBe(1);
  await store.close();
});

test("the serving instance refuses writing, files, settings and extensions", async () => {
  await addImport(1);
  const store = new Store(db);
  for (const statement of [
    "INSERT INTO main.import (id) VALUES (2)",
    "CREATE TABLE main.x (a INTEGER)",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "COPY main.import TO '/tmp/gadwall-should-not-exist.csv'",
    `ATTACH '${join(folder, "other.duckdb")}'`,
    "INSTALL httpfs",
    "LOAD inet",
    "SET memory_limit = '1TB'",
    "SET enable_external_access = true",
  ]) {
    await expect(
      store.read(({ connection }) => connection.run(statement)),
      statement,
    ).rejects.toThrow();
  }
  await store.close();
});

test("a query ends at the time limit, and when its caller gives up", async () => {
  await addImport(1);
  const endless =
    "SELECT count(*) FROM range(1000000000) AS a, range(1000000) AS b WHERE a.range % 7 = b.range % 3";
  const store = new Store(db, { timeLimit: 50 });
  await expect(store.read(({ connection }) => connection.run(endless))).rejects.toThrow(
    "took longer than 0.05 seconds",
  );
  await store.close();
  const patient = new Store(db);
  const abort = new AbortController();
  const call = patient.read(({ connection }) => connection.run(endless), { signal: abort.signal });
  setTimeout(() => abort.abort(new Error("cancelled by the client")), 50);
  await expect(call).rejects.toThrow("cancelled by the client");
  expect(await imports(patient)).toBe(1);
  await patient.close();
});

test("so it does when the time is over between two of its queries", async () => {
  const endless = "SELECT count(*) FROM range(100000000000000)";
  const store = new Store(db, { timeLimit: 5 });
  await expect(
    store.read(async ({ connection }) => {
      await Bun.sleep(30);
      await connection.run(endless);
    }),
  ).rejects.toThrow("took longer");
  await store.close();
  const patient = new Store(db);
  const caller = new AbortController();
  await expect(
    patient.read(
      async ({ connection }) => {
        caller.abort(new Error("gave up"));
        await connection.run(endless);
      },
      { signal: caller.signal },
    ),
  ).rejects.toThrow("gave up");
  await patient.close();
});

test("a symbolic link to the database is read like the file", async () => {
  await addImport(1);
  const link = join(folder, "link.duckdb");
  symlinkSync(db, link);
  const store = new Store(link);
  expect(await imports(store)).toBe(1);
  await store.close();
});
