import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Accounts, accountsPath } from "../../src/accounts/accounts.ts";
import { APPLICATION_ID, STEPS } from "../../src/accounts/tables.ts";
import { Place } from "./place.ts";

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.clear());

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe("where", () => {
  test("beside the database, without its ending", () => {
    expect(accountsPath("/nowhere/scan.duckdb")).toBe("/nowhere/scan.accounts.sqlite");
    expect(accountsPath("/nowhere/scan.db")).toBe("/nowhere/scan.db.accounts.sqlite");
  });

  test("under every name of a database its users are the same", () => {
    const real = join(place.folder, "real.duckdb");
    writeFileSync(real, "");
    const link = join(place.folder, "link.duckdb");
    symlinkSync(real, link);
    expect(accountsPath(link)).toBe(accountsPath(real));
  });
});

describe("rights", () => {
  test("whatever the umask, the file is its owner's, with all that SQLite puts beside it", () => {
    const old = process.umask(0);
    try {
      const inside = join(place.folder, "new", "deeper", "x.accounts.sqlite");
      const accounts = Accounts.open(inside, { create: true });
      expect(modeOf(join(place.folder, "new"))).toBe(0o700);
      expect(modeOf(join(place.folder, "new", "deeper"))).toBe(0o700);
      const files = readdirSync(join(place.folder, "new", "deeper"));
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) expect(modeOf(join(place.folder, "new", "deeper", file))).toBe(0o600);
      accounts.close();
    } finally {
      process.umask(old);
    }
  });

  test.each([0o640, 0o604, 0o620, 0o644, 0o610])(
    "a file with mode %o is refused, also when only asked",
    (mode) => {
      place.open();
      chmodSync(place.path, mode);
      expect(() => place.open()).toThrow(`chmod 600 ${place.path}`);
      expect(() => Accounts.exists(place.path)).toThrow(`chmod 600 ${place.path}`);
    },
  );

  test("a link or a folder in its place is refused", () => {
    writeFileSync(join(place.folder, "elsewhere"), "", { mode: 0o600 });
    symlinkSync(join(place.folder, "elsewhere"), place.path);
    expect(() => place.open()).toThrow("not a file");
    const folder = join(place.folder, "y.accounts.sqlite");
    mkdirSync(folder, { mode: 0o700 });
    expect(() => Accounts.exists(folder)).toThrow("not a file");
  });
});

describe("whether there are users", () => {
  test("only a user counts, disabled or not; asking makes no file", async () => {
    expect(Accounts.exists(place.path)).toBe(false);
    expect(existsSync(place.path)).toBe(false);
    expect(() => Accounts.open(place.path)).toThrow("there is no user yet: gadwall user add EMAIL");
    expect(existsSync(place.path)).toBe(false);
    const accounts = place.open();
    expect(Accounts.exists(place.path)).toBe(false);
    await accounts.addUser("ann@example.org");
    expect(Accounts.exists(place.path)).toBe(true);
    accounts.setDisabled("ann@example.org", true);
    expect(Accounts.exists(place.path)).toBe(true);
    expect(accounts.hasUsers()).toBe(true);
    accounts.removeUser("ann@example.org");
    expect(Accounts.exists(place.path)).toBe(false);
    expect(accounts.hasUsers()).toBe(false);
  });

  test("an empty file, left by a killed first command, is none", () => {
    writeFileSync(place.path, "", { mode: 0o600 });
    expect(Accounts.exists(place.path)).toBe(false);
    expect(place.open().listUsers()).toEqual([]);
  });
});

describe("files that are not ours", () => {
  test("are refused rather than taken for none", () => {
    writeFileSync(place.path, "not a database at all, but long enough to be one", { mode: 0o600 });
    expect(() => Accounts.exists(place.path)).toThrow("are not an SQLite file");
    expect(() => place.open()).toThrow("are not an SQLite file");
  });

  test("another program's", () => {
    const other = new Database(place.path, { create: true });
    other.run("create table user (id text)");
    other.close();
    chmodSync(place.path, 0o600);
    expect(() => Accounts.exists(place.path)).toThrow("another program's");
    expect(() => place.open()).toThrow("another program's");
  });

  test("of an older gadwall are brought up to date, with what is in them", () => {
    const old = new Database(place.path, { create: true });
    for (const step of STEPS.slice(0, 2)) old.run(step);
    old.run("insert into setting (name, value) values ('secret', 'kept')");
    old.run(`pragma application_id = ${APPLICATION_ID}`);
    old.run("pragma user_version = 2");
    old.close();
    chmodSync(place.path, 0o600);
    const accounts = place.open();
    expect(accounts.secret()).toBe("kept");
    const tables = (path: Accounts): unknown =>
      path.database.query("select name, sql from sqlite_schema order by name").all();
    const fresh = new Place();
    expect(tables(accounts)).toEqual(tables(fresh.open()));
    fresh.clear();
  });

  test("of a newer gadwall", () => {
    const accounts = place.open();
    accounts.database.run(`pragma user_version = ${STEPS.length + 1}`);
    expect(() => Accounts.exists(place.path)).toThrow("newer gadwall");
    expect(() => place.open()).toThrow("newer gadwall");
  });
});

test("the secret is made once and stays", () => {
  const secret = place.open().secret();
  expect(secret).toHaveLength(43);
  expect(place.open().secret()).toBe(secret);
});

test("better-auth's transactions lock when they begin: what it read is not changed by another process meanwhile", () => {
  const ours = place.open().database;
  const others = new Database(place.path, { readwrite: true, create: false });
  const write = (): void => void others.run("insert or replace into setting values ('other', '1')");
  ours.prepare("begin").run();
  expect(write).toThrow("locked");
  ours.prepare("commit").run();
  expect(write).not.toThrow();
  others.close();
});
