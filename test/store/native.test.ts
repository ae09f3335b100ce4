import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "../../src/model/errors.ts";
import { cacheFolders, cacheRoots, downloadFolder, spillFolder } from "../../src/store/cache.ts";
import type { EmbeddedFile } from "../../src/store/embedded.ts";
import { extract } from "../../src/store/native-extract.ts";

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "gadwall-test-"));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe("where the cache may be", () => {
  const user = process.getuid?.();

  test("the XDG folder, then HOME, then a folder of this user in the temporary one", () => {
    const env = { XDG_CACHE_HOME: "/x", HOME: "/home/a" };
    expect(cacheRoots(env, "linux", "/tmp")).toEqual([
      "/x/gadwall",
      "/home/a/.cache/gadwall",
      `/tmp/gadwall-${user}`,
    ]);
    expect(cacheRoots({ HOME: "/h" }, "darwin", "/tmp")[0]).toBe("/h/Library/Caches/gadwall");
    expect(cacheRoots({ LOCALAPPDATA: "/l" }, "win32", "/tmp")[0]).toBe("/l/gadwall/cache");
  });

  test("nothing relative: the current directory may be somebody else's", () => {
    const env = { XDG_CACHE_HOME: "cache", HOME: "" };
    expect(cacheRoots(env, "linux", "tmp")).toEqual([]);
    expect(cacheRoots({}, "linux", "/tmp")).toEqual([`/tmp/gadwall-${user}`]);
  });
});

describe.skipIf(process.platform === "win32")("which folders are used", () => {
  const saved = {
    XDG_CACHE_HOME: process.env.XDG_CACHE_HOME,
    HOME: process.env.HOME,
    TMPDIR: process.env.TMPDIR,
  };
  beforeEach(() => {
    mkdirSync(join(scratch, "tmp"));
    process.env.XDG_CACHE_HOME = join(scratch, "xdg");
    process.env.HOME = "";
    process.env.TMPDIR = join(scratch, "tmp");
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  const firstFolder = (): string | undefined => cacheFolders().next().value ?? undefined;

  test("the first one, made private", () => {
    const folder = firstFolder();
    expect(folder).toStartWith(join(scratch, "xdg", "gadwall"));
    expect(statSync(folder ?? "").mode & 0o777).toBe(0o700);
    expect(statSync(join(scratch, "xdg", "gadwall")).mode & 0o777).toBe(0o700);
  });

  test("none that others can write to, and no link", () => {
    mkdirSync(join(scratch, "xdg", "gadwall"), { recursive: true });
    chmodSync(join(scratch, "xdg", "gadwall"), 0o777);
    expect(firstFolder()).toStartWith(join(scratch, "tmp", "gadwall-"));

    const shared = join(scratch, "tmp", `gadwall-${process.getuid?.()}`);
    rmSync(shared, { recursive: true });
    mkdirSync(join(scratch, "elsewhere"));
    symlinkSync(join(scratch, "elsewhere"), shared);
    const fresh = firstFolder();
    expect(fresh).toStartWith(join(scratch, "tmp", "gadwall-"));
    expect(fresh).not.toStartWith(`${shared}/`);
  });

  test("a file in the way leads to the next", () => {
    writeFileSync(join(scratch, "xdg"), "");
    expect(firstFolder()).toStartWith(join(scratch, "tmp", "gadwall-"));
  });

  test("nowhere to write: none", () => {
    writeFileSync(join(scratch, "xdg"), "");
    process.env.TMPDIR = join(scratch, "absent", "\0");
    expect([...cacheFolders()]).toEqual([]);
  });

  test("a version moving in removes those unused for 30 days, and nothing else", () => {
    const root = join(scratch, "xdg", "gadwall");
    const monthsAgo = Date.now() / 1000 - 60 * 86_400;
    for (const name of ["0.0.1-0123456789ab", "0.0.2-0123456789ab", "mine"]) {
      mkdirSync(join(root, name), { recursive: true, mode: 0o700 });
      if (name !== "0.0.2-0123456789ab") utimesSync(join(root, name), monthsAgo, monthsAgo);
    }
    const folder = firstFolder() ?? "";
    expect(readdirSync(root).sort()).toEqual(
      ["0.0.2-0123456789ab", folder.slice(root.length + 1), "mine"].sort(),
    );
  });
});

test("downloads of killed processes are removed by the next one, others' stay", () => {
  const [ours, theirs] = [downloadFolder(), downloadFolder()];
  const [, , random] = basename(ours).split("-");
  const { pid } = spawnSync("true");
  const killed = ours.replace(`-${process.pid}-${random}`, `-${pid}-${random}`);
  mkdirSync(killed);
  writeFileSync(join(killed, "0"), "half a list");
  const next = downloadFolder();
  expect([ours, theirs, killed, next].map((folder) => existsSync(folder))).toEqual([true, true, false, true]);
  for (const folder of [ours, theirs, next]) rmSync(folder, { recursive: true });
});

test("no two instances spill to the same place", () => {
  expect(spillFolder()).not.toBe(spillFolder());
});

describe("extraction", () => {
  const bytes = new Uint8Array(100_000).map((_, i) => i * 7);
  const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  let file: EmbeddedFile;
  let target: string;
  beforeEach(() => {
    const path = join(scratch, "packed.zst");
    writeFileSync(path, Bun.zstdCompressSync(bytes));
    mkdirSync(join(scratch, "cache"));
    file = { name: "lib.so", path, bytes: bytes.length, sha256 };
    target = join(scratch, "cache", "lib.so");
  });
  const extracted = (): Uint8Array => new Uint8Array(readFileSync(extract(file, join(scratch, "cache"))));
  const inode = (): number => statSync(target).ino;

  test("writes once, leaving no litter", () => {
    expect(extracted()).toEqual(bytes);
    const before = inode();
    // The second time it is not even looked at.
    rmSync(file.path);
    expect(extracted()).toEqual(bytes);
    expect(inode()).toBe(before);
    expect(readdirSync(join(scratch, "cache")).sort()).toEqual(["lib.so", "lib.so.stamp"]);
  });

  test("a good file whose stamp is gone is hashed, not written again", () => {
    extracted();
    const before = inode();
    rmSync(`${target}.stamp`);
    expect(extracted()).toEqual(bytes);
    expect(inode()).toBe(before);
    expect(existsSync(`${target}.stamp`)).toBe(true);
  });

  test.each([
    [
      "other bytes of the same length and time",
      () => {
        const { atime, mtime } = statSync(target);
        writeFileSync(target, new Uint8Array(bytes.length));
        utimesSync(target, atime, mtime);
      },
    ],
    ["a shorter file", () => writeFileSync(target, bytes.slice(0, 5))],
    ["an empty file", () => writeFileSync(target, "")],
    ["no file", () => rmSync(target)],
  ] as [string, () => void][])("puts it right: %s", (_, damage) => {
    extracted();
    damage();
    expect(extracted()).toEqual(bytes);
  });

  test("replaces a link and leaves what it pointed to alone", () => {
    const victim = join(scratch, "victim");
    writeFileSync(victim, bytes);
    symlinkSync(victim, target);
    expect(extracted()).toEqual(bytes);
    expect(statSync(victim).ino).not.toBe(inode());
  });

  test("a damaged executable is told, and leaves nothing behind", () => {
    writeFileSync(file.path, Bun.zstdCompressSync(bytes.slice(1)));
    expect(() => extracted()).toThrow(UserError);
    expect(readdirSync(join(scratch, "cache"))).toEqual([]);
  });
});
