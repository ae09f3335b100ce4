import { afterAll, expect, test } from "bun:test";
import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { distrust } from "../../src/model/trust.ts";
import { Place } from "../plugins/place.ts";

const place = new Place();
afterAll(() => place.remove());
const isRoot = process.getuid?.() === 0;

test("a file of ours in a folder of ours, though that lies in /tmp", () => {
  expect(distrust(place.write("good/a.ts", ""))).toBeNull();
});

test("what is no file, or not there", () => {
  mkdirSync(join(place.folder, "folder.ts"));
  expect(distrust(join(place.folder, "folder.ts"))).toBe("it is not a file");
  expect(distrust(join(place.folder, "none.ts"))).toBe("there is no such file");
});

test.each([0o620, 0o602, 0o666])("a file with rights %o", (mode) => {
  const path = place.write(`rights/${mode}.ts`, "");
  chmodSync(path, mode);
  expect(distrust(path)).toBe(`other users may write to ${path}: chmod go-w it`);
});

test("a folder that others may write to, sticky or not, or one above it", () => {
  const path = place.write("open/inner/a.ts", "");
  const inner = join(place.folder, "open/inner");
  for (const mode of [0o777, 0o770]) {
    chmodSync(inner, mode);
    expect(distrust(path)).toBe(`other users may write to ${inner}: chmod go-w it`);
  }
  chmodSync(inner, 0o1777);
  expect(distrust(path)).toBe(`other users may put files into ${inner}: move it to a folder of your own`);
  expect(distrust(path, { alone: true })).toBeNull();
  chmodSync(inner, 0o700);
  chmodSync(join(place.folder, "open"), 0o777);
  expect(distrust(path)).toContain(`other users may write to ${place.folder}/open`);
  chmodSync(join(place.folder, "open"), 0o1777);
  expect(distrust(path)).toBeNull();
});

test("a link counts for what it leads to, and for where it lies", () => {
  const target = place.write("target/a.ts", "");
  mkdirSync(join(place.folder, "links"), { mode: 0o700 });
  const link = join(place.folder, "links/a.ts");
  symlinkSync(target, link);
  expect(distrust(link)).toBeNull();
  chmodSync(target, 0o606);
  expect(distrust(link)).toContain(target);
  chmodSync(target, 0o600);
  chmodSync(join(place.folder, "links"), 0o777);
  expect(distrust(link)).toContain(join(place.folder, "links"));
});

test("every link of a chain counts, with the folder in which it lies", () => {
  const target = place.write("chain/target/a.ts", "");
  const folder = (name: string) => join(place.folder, "chain", name);
  for (const name of ["first", "mid", "last"]) mkdirSync(folder(name), { mode: 0o700 });
  symlinkSync(target, join(folder("last"), "a.ts"));
  symlinkSync("../last/a.ts", join(folder("mid"), "a.ts"));
  symlinkSync(join(folder("mid"), "a.ts"), join(folder("first"), "a.ts"));
  const link = join(folder("first"), "a.ts");
  expect(distrust(link)).toBeNull();
  for (const name of ["first", "mid", "last", "target"]) {
    chmodSync(folder(name), 0o777);
    expect(distrust(link)).toBe(`other users may write to ${folder(name)}: chmod go-w it`);
    chmodSync(folder(name), 0o700);
  }
  // The same of folders that are links.
  symlinkSync(folder("target"), join(folder("mid"), "folder"));
  symlinkSync(join(folder("mid"), "folder"), join(folder("first"), "folder"));
  const through = join(folder("first"), "folder/a.ts");
  expect(distrust(through)).toBeNull();
  chmodSync(folder("mid"), 0o777);
  expect(distrust(through)).toBe(`other users may write to ${folder("mid")}: chmod go-w it`);
});

test("links that lead round in a circle", () => {
  symlinkSync(join(place.folder, "circle-b.ts"), join(place.folder, "circle-a.ts"));
  symlinkSync("circle-a.ts", join(place.folder, "circle-b.ts"));
  expect(distrust(join(place.folder, "circle-a.ts"))).toBe("it cannot be read (ELOOP)");
});

test("packages that others could put above it", () => {
  const path = place.write("packages/inner/a.ts", "");
  const packages = join(place.folder, "packages/node_modules");
  mkdirSync(packages, { mode: 0o700 });
  expect(distrust(path)).toBeNull();
  for (const mode of [0o777, 0o770, 0o1777]) {
    chmodSync(packages, mode);
    expect(distrust(path)).toStartWith(`it would find packages of others: other users may `);
    expect(distrust(path, { alone: true })).toBeNull();
  }
  chmodSync(packages, 0o700);
  const link = join(place.folder, "packages/inner/node_modules");
  symlinkSync("../../none", link);
  expect(distrust(path)).toBe(`it would find packages of others: ${link} leads nowhere`);
  if (!isRoot) return;
  unlinkSync(link);
  lchownSync(packages, 12_345, 12_345);
  expect(distrust(path)).toBe(
    `it would find packages of others: ${packages} belongs to user id 12345, neither to you nor to root`,
  );
});

test.skipIf(!isRoot)("a file, a folder, a link of somebody else", () => {
  const path = place.write("theirs/a.ts", "");
  const link = join(place.folder, "their-link.ts");
  symlinkSync(path, link);
  lchownSync(link, 12_345, 12_345);
  expect(distrust(link)).toBe(`${link} belongs to user id 12345, neither to you nor to root`);
  chownSync(path, 12_345, 12_345);
  expect(distrust(path)).toContain("belongs to user id 12345");
  chownSync(path, 0, 0);
  chownSync(join(place.folder, "theirs"), 12_345, 12_345);
  expect(distrust(path)).toContain("belongs to user id 12345");
});
