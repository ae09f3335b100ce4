import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expandPaths, hashFile, openInput } from "../../src/load/files.ts";

let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gadwall-files-"));
  for (const folder of ["a/deep", "a/.hidden", "b"]) mkdirSync(join(root, folder), { recursive: true });
  for (const name of [
    "one.xml",
    "a/z.xml",
    "a/b.xml",
    "a/b.nmap",
    "a/b.gnmap",
    "a/lone.nmap",
    "a/.c.xml",
    "a/deep/d.xml",
    "a/.hidden/e.xml",
    "b/[x].xml",
  ])
    writeFileSync(join(root, name), name);
  symlinkSync(join(root, "a"), join(root, "a/deep/loop"));
  symlinkSync(join(root, "one.xml"), join(root, "b/link.xml"));
  symlinkSync(join(root, "nowhere"), join(root, "b/dangling.xml"));
  Bun.spawnSync(["mkfifo", join(root, "fifo")]);
});

afterAll(() => rmSync(root, { recursive: true }));

async function names(...paths: string[]): Promise<string[]> {
  const inputs = await expandPaths(paths.map((path) => (path === "-" ? path : join(root, path))));
  return inputs.map((input) => input.path.replace(`${root}/`, "") + (input.error ? `: ${input.error}` : ""));
}

describe("expandPaths", () => {
  test("a folder gives all below, sorted, without hidden files, loops and the text twins of -oA", async () => {
    expect(await names("a")).toEqual(["a/b.xml", "a/deep/d.xml", "a/lone.nmap", "a/z.xml"]);
  });

  test("what is left out of a folder is told", async () => {
    const left: string[] = [];
    await expandPaths([join(root, "a")], (path) => left.push(path.replace(`${root}/`, "")));
    expect(left).toEqual(["a/.c.xml", "a/.hidden", "a/b.gnmap", "a/b.nmap", "a/deep/loop"]);
  });

  test("patterns are expanded, but a file of that very name comes first", async () => {
    expect(await names("a/*.xml")).toEqual(["a/b.xml", "a/z.xml"]);
    expect(await names("**/d.xml")).toEqual(["a/deep/d.xml"]);
    expect(await names("b/[x].xml")).toEqual(["b/[x].xml"]);
    expect(await names("{a,b}/z*")).toEqual(["a/z.xml"]);
  });

  test("nothing is taken twice, nor standard input", async () => {
    expect(await names("one.xml", "-", "b", "-", "one.xml")).toEqual([
      "one.xml",
      "-",
      "b/[x].xml",
      "b/dangling.xml: there is no such file",
    ]);
  });

  test("what cannot be read is told and stops nothing", async () => {
    const got = await names("missing.xml", "no*.xml", "fifo", "one.xml/x", "one.xml");
    expect(got).toEqual([
      "missing.xml: there is no such file",
      "no*.xml: no file matches this pattern",
      "fifo: is a named pipe, not a file: pipe its data in and name it -",
      "one.xml/x: there is no such file",
      "one.xml",
    ]);
  });

  test.skipIf(process.getuid?.() === 0)("a file without permission", async () => {
    writeFileSync(join(root, "secret.xml"), "");
    chmodSync(join(root, "secret.xml"), 0);
    expect(await names("secret.xml")).toEqual(["secret.xml: permission denied"]);
  });

  test("sizes are known", async () => {
    expect(await expandPaths([join(root, "one.xml"), "-"])).toMatchObject([
      { stdin: false, bytes: 7 },
      { stdin: true, bytes: null },
    ]);
  });
});

describe("openInput", () => {
  const sha256 = new Bun.CryptoHasher("sha256").update("one.xml").digest("hex");

  test("counts and hashes what goes by", async () => {
    const opened = openInput({ path: join(root, "one.xml"), stdin: false, bytes: 7 });
    expect(opened.sha256()).toBeNull();
    let text = "";
    for await (const chunk of opened.stream) text += new TextDecoder().decode(chunk);
    expect([text, opened.bytesRead(), opened.sha256()]).toEqual(["one.xml", 7, sha256]);
    expect(await hashFile(join(root, "one.xml"))).toBe(sha256);
  });

  test("a stream that is left can still be hashed", async () => {
    const opened = openInput({ path: join(root, "one.xml"), stdin: false, bytes: 7 });
    for await (const _ of opened.stream) break;
    await opened.finish();
    expect(opened.sha256()).toBe(sha256);
  });

  test("a file that is gone is a sentence", async () => {
    await expect(hashFile(join(root, "missing.xml"))).rejects.toThrow(
      "missing.xml cannot be read: there is no such file",
    );
  });
});
