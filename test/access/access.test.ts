import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Access } from "../../src/access/access.ts";
import { hasFilter, isOverruled, listFilters, removeFilter, storeFilter } from "../../src/access/change.ts";
import type { WrittenRules } from "../../src/access/rules.ts";
import { isEverything, NOTHING } from "../../src/access/scope.ts";
import { StoredAccess } from "../../src/access/stored.ts";
import { Accounts, accountsPath } from "../../src/accounts/accounts.ts";

const NONE: WrittenRules = { from: "", filters: {} };
const BOB = { email: "bob@example.org", groups: ["red"] };

let folder: string;
let db: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-access-"));
  db = join(folder, "gadwall.duckdb");
  path = accountsPath(db);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("stored filters", () => {
  test("that are gone let nobody see anything", async () => {
    await storeFilter(db, "default", "noaccess");
    const access = Access.open(NONE, path);
    expect(isEverything(access.scopeOf(null))).toBe(false);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
    expect(() => access.scopeOf(null)).toThrow("the access filters cannot be read");
    access.close();
  });

  test("are set, replaced, listed and removed", async () => {
    expect(listFilters(db, NONE)).toEqual([]);
    expect(() => removeFilter(db, "default")).toThrow("no access filter of default was set");
    expect(existsSync(path)).toBe(false);
    await storeFilter(db, "group:red", "category:a");
    await storeFilter(db, "group:red", "category:b");
    await storeFilter(db, "default", "noaccess");
    expect(
      listFilters(db, NONE).map(({ who, filter, from, problem }) => [who, filter, from, problem]),
    ).toEqual([
      ["default", "noaccess", "set", null],
      ["group:red", "category:b", "set", null],
    ]);
    removeFilter(db, "default");
    expect(listFilters(db, NONE)).toHaveLength(1);
  });

  test("lie in the accounts file, for the owner only, and make no user", async () => {
    await storeFilter(db, "default", "noaccess");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Accounts.exists(path)).toBe(false);
  });

  test("what does not parse is not stored; what means nothing to a purpose is told", async () => {
    await expect(storeFilter(db, "default", "nonsense")).rejects.toThrow("“nonsense”");
    await expect(storeFilter(db, "default", "product:/\\p{Foo}/")).rejects.toThrow("regular expression");
    expect(existsSync(path)).toBe(false);
    expect(await storeFilter(db, "default", "tag:CDN")).toEqual({ hidden: ["passive"], nobody: false });
    expect(await storeFilter(db, "default", "noaccess")).toEqual({ hidden: [], nobody: false });
    for (const key of ["ghost@example.org", "@example.net", "group:ghosts"])
      expect(await storeFilter(db, key, "full")).toEqual({ hidden: [], nobody: true });
    const accounts = Accounts.open(accountsPath(db));
    await accounts.addUser("ann@example.org", { groups: ["red"] });
    accounts.close();
    for (const key of ["ann@example.org", "@example.org", "group:red", "anonymous"])
      expect(await storeFilter(db, key, "full")).toEqual({ hidden: [], nobody: false });
    expect(hasFilter(db, "group:red")).toBe(true);
    expect(hasFilter(db, "group:blue")).toBe(false);
    const configured = { from: "", filters: { "@EXAMPLE.org": "full" } };
    expect(isOverruled(configured, "@example.org")).toBe(true);
    expect(isOverruled(configured, "ann@example.org")).toBe(false);
  });

  test("the list tells what the configuration prevails over, and what is broken", async () => {
    await storeFilter(db, "ann@example.org", "full");
    const configured = { from: "", filters: { "Ann@Example.org": "noaccess", "group:x": "nonsense" } };
    expect(listFilters(db, configured)).toEqual([
      { who: "Ann@Example.org", filter: "noaccess", from: "config", problem: null },
      { who: "ann@example.org", filter: "full", from: "set", problem: "the configuration file prevails" },
      { who: "group:x", filter: "nonsense", from: "config", problem: expect.stringContaining("“nonsense”") },
    ]);
  });
});

describe("a running server", () => {
  test("sees what is set, changed and removed from the next question on", async () => {
    const access = Access.open(NONE, path);
    expect(isEverything(access.scopeOf(BOB))).toBe(true);
    await storeFilter(db, "group:red", "noaccess");
    expect(access.scopeOf(BOB).view).toEqual(NOTHING);
    await storeFilter(db, "bob@example.org", "full");
    expect(isEverything(access.scopeOf(BOB))).toBe(true);
    removeFilter(db, "bob@example.org");
    expect(access.scopeOf(BOB).view).toEqual(NOTHING);
    access.close();
  });

  test("starts not with a filter that does not parse, and then names its key", async () => {
    await storeFilter(db, "group:red", "noaccess");
    new StoredAccess(path).set("group:red", "nonsense");
    expect(() => Access.open(NONE, path)).toThrow(/group:red: .*“nonsense”/);
    expect(() =>
      Access.open({ from: "access in c,", filters: { default: "x" } }, join(folder, "none")),
    ).toThrow(/^access in c, default: /);
  });

  test("starts not with a regular expression that the database refuses", async () => {
    const access = Access.open({ from: "access in c,", filters: { default: "product:/\\p{Foo}/" } }, path);
    await expect(access.check()).rejects.toThrow(/^access in c, default: /);
    await Access.open(NONE, path).check();
  });

  test("answers nobody when the filters are broken meanwhile, without saying what they are", async () => {
    const access = Access.open(NONE, path);
    await storeFilter(db, "group:red", "noaccess");
    expect(access.scopeOf(BOB).view).toEqual(NOTHING);
    new StoredAccess(path).set("group:red", "secret nonsense");
    expect(() => access.scopeOf(BOB)).toThrow(/^the access filters cannot be read$/);
    expect(() => access.scopeOf(null)).toThrow();
    access.close();
  });

  test("sees a file that was put in place of the one before, and refuses one that others can write", async () => {
    await storeFilter(db, "default", "noaccess");
    const access = Access.open(NONE, path);
    expect(access.scopeOf(null).nmap).toEqual(NOTHING);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
    await storeFilter(db, "default", "full");
    expect(isEverything(access.scopeOf(null))).toBe(true);
    access.close();
    chmodSync(path, 0o644);
    expect(() => Access.open(NONE, path)).toThrow("open to other users");
  });

  test("a file of another program is refused", () => {
    const other = new Database(path, { create: true });
    other.run("CREATE TABLE accessRule (subject TEXT, value TEXT)");
    other.close();
    chmodSync(path, 0o600);
    expect(() => Access.open(NONE, path)).toThrow("another program's");
  });
});
