import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { takeLock } from "../../src/store/lock.ts";
import { PUBLISH_STEPS, publish } from "../../src/store/publish.ts";
import { Store } from "../../src/store/reader.ts";

let folder: string;
let db: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-publish-"));
  db = join(folder, "test.duckdb");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The ids in the import log, as a reader sees them. */
async function ids(): Promise<number[]> {
  const store = new Store(db);
  const rows = await store.read(({ connection }) =>
    connection.runAndReadAll("SELECT id FROM main.import ORDER BY id"),
  );
  await store.close();
  return rows.getRows().map((row) => Number(row[0]));
}

async function addImport(id: number): Promise<boolean> {
  return publish(db, async (connection) => {
    await connection.run("INSERT INTO main.import (id, path) VALUES (?, 'x')", [id]);
    return true;
  });
}

function crashWriter(...args: string[]): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  return Bun.spawn([process.execPath, join(import.meta.dir, "crash-writer.ts"), db, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

describe("publish", () => {
  test("makes a new private database, then changes it and keeps the one before", async () => {
    await addImport(1);
    expect(await ids()).toEqual([1]);
    expect(statSync(db).mode & 0o777).toBe(0o600);
    expect(existsSync(`${db}.bak`)).toBe(false);
    await addImport(2);
    expect(await ids()).toEqual([1, 2]);
    const before = new Store(`${db}.bak`);
    const rows = await before.read(({ connection }) =>
      connection.runAndReadAll("SELECT id FROM main.import"),
    );
    expect(rows.getRows()).toEqual([[1]]);
    await before.close();
    expect(readdirSync(folder).sort()).toEqual(["test.duckdb", "test.duckdb.bak"]);
  });

  test.each([
    "nmap",
    "view.duckdb",
    "passive.db",
    "main.duckdb",
    "temp",
    "it's.duckdb",
    "memory",
    "system.duckdb",
  ])("a file may be called %s", async (name) => {
    db = join(folder, name);
    await addImport(1);
    await addImport(2);
    expect(await ids()).toEqual([1, 2]);
    const store = new Store(db);
    await store.read(async ({ connection }) => {
      await connection.run("SELECT (SELECT count(*) FROM nmap.host), (SELECT count(*) FROM view.host)");
      await connection.run("SELECT count(*) FROM passive.record");
    });
    await store.close();
  });

  test("a link to no file yet is written through, and stays", async () => {
    const elsewhere = join(folder, "disk");
    mkdirSync(elsewhere);
    symlinkSync("disk", join(folder, "data"));
    symlinkSync("data/real.duckdb", join(folder, "second"));
    symlinkSync("second", db);
    await addImport(1);
    await addImport(2);
    expect(readlinkSync(db)).toBe("second");
    expect(readdirSync(elsewhere).sort()).toEqual(["real.duckdb", "real.duckdb.bak"]);
    expect(await ids()).toEqual([1, 2]);
  });

  test("a link that leads nowhere is refused and left alone", async () => {
    symlinkSync("unmounted/real.duckdb", db);
    await expect(addImport(1)).rejects.toThrow("whose folder does not exist");
    expect(existsSync(join(folder, "unmounted"))).toBe(false);
    rmSync(db);
    symlinkSync("test.duckdb", db);
    await expect(addImport(1)).rejects.toThrow("leads to itself");
    expect(readdirSync(folder)).toEqual(["test.duckdb"]);
  });

  test("publishes nothing when the change says so or fails", async () => {
    await addImport(1);
    const { ino } = statSync(db);
    expect(await publish(db, async () => false)).toBe(false);
    await expect(
      publish(db, async (connection) => {
        await connection.run("DELETE FROM main.import");
        throw new Error("broken");
      }),
    ).rejects.toThrow("broken");
    expect(statSync(db).ino).toBe(ino);
    expect(await ids()).toEqual([1]);
    expect(readdirSync(folder).sort()).toEqual(["test.duckdb"]);
  });

  test("refuses a file that is not ours or from a newer gadwall, and leaves it alone", async () => {
    writeFileSync(db, "this is not a database");
    await expect(addImport(1)).rejects.toThrow();
    expect(readFileSync(db, "utf8")).toBe("this is not a database");
    rmSync(db);
    await addImport(1);
    await publish(db, async (connection) => {
      await connection.run("UPDATE main.meta SET value = '99' WHERE key = 'schema_version'");
      return true;
    }).catch(() => {});
    // Verification itself refuses to publish what this gadwall cannot read.
    expect(await ids()).toEqual([1]);
  });

  for (const step of PUBLISH_STEPS) {
    test(`kill -9 at step "${step}" leaves a complete database`, async () => {
      await addImport(1);
      const child = crashWriter(step);
      await child.exited;
      expect(child.signalCode).toBe("SIGKILL");
      const now = await ids();
      expect(now).toEqual(step === "published" ? [1, 99] : [1]);
      // The dead writer's lock and litter do not stop or survive the next writer.
      await addImport(2);
      expect(await ids()).toEqual([...now, 2].sort((a, b) => a - b));
      expect(readdirSync(folder).sort()).toEqual(["test.duckdb", "test.duckdb.bak"]);
    });
  }

  test("kill -9 at 20 random moments leaves a complete database", async () => {
    await addImport(0);
    const started = performance.now();
    const whole = crashWriter("", "1");
    await whole.exited;
    const duration = performance.now() - started;
    expect(await ids()).toEqual([0, 1]);
    for (let i = 2; i < 22; i++) {
      const before = await ids();
      const child = crashWriter("", String(i));
      await Bun.sleep(Math.random() * duration);
      child.kill("SIGKILL");
      await child.exited;
      const after = await ids();
      expect([before.join(), [...before, i].join()]).toContain(after.join());
    }
    await addImport(1000);
    expect(readdirSync(folder).sort()).toEqual(["test.duckdb", "test.duckdb.bak"]);
  }, 60_000);
});

describe("the writer lock", () => {
  const lock = (holder: object): void => writeFileSync(`${db}.lock`, JSON.stringify(holder));

  test("a second writer is told who writes", async () => {
    await addImport(1);
    await publish(db, async () => {
      await expect(addImport(2)).rejects.toThrow(`pid ${process.pid}`);
      return false;
    });
    await addImport(2);
    expect(await ids()).toEqual([1, 2]);
  });

  test("a lock of a dead process, of a reused pid, or without readable content is stale", async () => {
    const since = new Date().toISOString();
    lock({ pid: 2 ** 22 + 1, start: "1", host: hostname(), since });
    await addImport(1);
    lock({ pid: process.pid, start: "a start time that is not ours", host: hostname(), since });
    await addImport(2);
    writeFileSync(`${db}.lock`, "");
    await addImport(3);
    expect(await ids()).toEqual([1, 2, 3]);
    expect(existsSync(`${db}.lock`)).toBe(false);
  });

  test("drafts of locks go when their process is gone", async () => {
    const gone = [`${db}.lock.${2 ** 22 + 1}`, `${db}.lock.stale-${2 ** 22 + 1}`];
    const live = `${db}.lock.${process.ppid}`;
    for (const draft of [...gone, live]) writeFileSync(draft, "");
    await addImport(1);
    expect([...gone, live].filter((draft) => existsSync(draft))).toEqual([live]);
    rmSync(live);
  });

  test("a writer whose lock was taken over publishes nothing", async () => {
    await addImport(1);
    await expect(
      publish(db, async (connection) => {
        await connection.run("INSERT INTO main.import (id) VALUES (2)");
        lock({ pid: process.ppid, start: null, host: hostname(), since: new Date().toISOString() });
        return true;
      }),
    ).rejects.toThrow("took over");
    expect(await ids()).toEqual([1]);
    // It is not ours to remove.
    expect(existsSync(`${db}.lock`)).toBe(true);
  });

  test("where there are no hard links the lock is made in its place", async () => {
    const noLinks = (): never => {
      throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" });
    };
    const unlock = takeLock(`${db}.lock`, noLinks);
    await expect(addImport(1)).rejects.toThrow(`pid ${process.pid}`);
    expect(() => takeLock(`${db}.lock`, noLinks)).toThrow(`pid ${process.pid}`);
    unlock();
    await addImport(2);
    expect(await ids()).toEqual([2]);
    expect(readdirSync(folder).sort()).toEqual(["test.duckdb"]);
  });

  test("a lock of another machine is respected", async () => {
    lock({ pid: 1, start: null, host: "elsewhere.example.com", since: new Date().toISOString() });
    await expect(addImport(1)).rejects.toThrow("elsewhere.example.com");
  });
});

test.skipIf(process.getuid?.() !== 0)("a database of somebody else is not taken from him", async () => {
  await addImport(1);
  chownSync(db, 12_345, 12_345);
  await expect(addImport(2)).rejects.toThrow(
    `the database ${db} belongs to user id 12345, and this runs as 0`,
  );
  expect(statSync(db).uid).toBe(12_345);
  chownSync(db, 0, 0);
  expect(await ids()).toEqual([1]);
});
