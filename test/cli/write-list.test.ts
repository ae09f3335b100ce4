import { expect, test } from "bun:test";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeList } from "../../src/cli/write-list.ts";

const folder = mkdtempSync(join(tmpdir(), "gadwall-write-list-"));

test("a file is replaced as a whole, and nothing else is left", async () => {
  const path = join(folder, "list.txt");
  writeFileSync(path, "old\n");
  await writeList(["a\n", "b\n"], path);
  expect(readFileSync(path, "utf8")).toBe("a\nb\n");
  expect(readdirSync(folder)).toEqual(["list.txt"]);
});

test("what a link points to is replaced, not the link", async () => {
  const path = join(folder, "link.txt");
  writeFileSync(join(folder, "target.txt"), "old\n");
  symlinkSync("target.txt", path);
  await writeList(["new\n"], path);
  expect(readlinkSync(path)).toBe("target.txt");
  expect(readFileSync(join(folder, "target.txt"), "utf8")).toBe("new\n");
});

test("what a link points to is made where there is nothing yet", async () => {
  const path = join(folder, "first.txt");
  symlinkSync("second.txt", path);
  symlinkSync(join(folder, "new.txt"), join(folder, "second.txt"));
  await writeList(["new\n"], path);
  expect([readlinkSync(path), readlinkSync(join(folder, "second.txt"))]).toEqual([
    "second.txt",
    join(folder, "new.txt"),
  ]);
  expect(readFileSync(join(folder, "new.txt"), "utf8")).toBe("new\n");
  symlinkSync("round.txt", join(folder, "round.txt"));
  await expect(writeList(["new\n"], join(folder, "round.txt"))).rejects.toThrow("go round in a circle");
  symlinkSync("nowhere/list.txt", join(folder, "far.txt"));
  await expect(writeList(["new\n"], join(folder, "far.txt"))).rejects.toThrow("there is no such folder");
});

test("a pipe is written to, not replaced", async () => {
  const path = join(folder, "pipe");
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
  const reader = Bun.spawn(["cat", path], { stdout: "pipe" });
  await Bun.sleep(50);
  await writeList(["a\n", "b\n"], path);
  expect(await new Response(reader.stdout).text()).toBe("a\nb\n");
  expect(statSync(path).isFIFO()).toBe(true);
});

test("a failure names the file and leaves no draft", async () => {
  expect(writeList(["a\n"], join(folder, "missing", "list.txt"))).rejects.toThrow(
    "list.txt cannot be written: there is no such folder: make it first",
  );
  const broken = (function* () {
    yield "a\n";
    throw new Error("stop");
  })();
  expect(writeList(broken, join(folder, "half.txt"))).rejects.toThrow("stop");
  expect(readdirSync(folder).filter((name) => name.startsWith("half"))).toEqual([]);
});
