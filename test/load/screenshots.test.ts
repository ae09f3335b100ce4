import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVERYTHING } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { importFiles } from "../../src/load/import.ts";
import { removeImport } from "../../src/load/imports.ts";
import { Screenshots } from "../../src/load/screenshots.ts";
import { MAX_PICTURE } from "../../src/model/picture.ts";
import type { Host } from "../../src/model/scan.ts";
import { distinct } from "../../src/query/distinct.ts";
import { get, type JsonObject } from "../../src/query/get.ts";
import { Store } from "../../src/store/reader.ts";
import { rebuildView } from "../../src/view/rebuild.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);

let folder: string;
let scans: string;

/** A picture of that many bytes. */
function jpeg(length: number): Uint8Array {
  const bytes = new Uint8Array(length).map((_, i) => i % 251);
  bytes.set([0xff, 0xd8, 0xff]);
  return bytes;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-screenshots-"));
  scans = join(folder, "scans");
  mkdirSync(join(scans, "below.png"), { recursive: true });
  writeFileSync(join(folder, "outside.png"), PNG);
  writeFileSync(join(scans, "scan.xml"), "");
  symlinkSync(join(scans, "scan.xml"), join(folder, "link.xml"));
  writeFileSync(join(scans, "a.png"), PNG);
  writeFileSync(join(scans, "b.JPEG"), jpeg(MAX_PICTURE));
  writeFileSync(join(scans, "large.jpg"), jpeg(MAX_PICTURE + 1));
  writeFileSync(join(scans, "secret.png"), "root:x:0:0");
  writeFileSync(join(scans, "empty.gif"), "");
  writeFileSync(join(scans, "a.txt"), PNG);
  symlinkSync(join(folder, "outside.png"), join(scans, "link.png"));
  Bun.spawnSync(["mkfifo", join(scans, "pipe.png")]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shown = (...files: string[]): Host => ({
  addresses: [],
  timedout: false,
  hostnames: [],
  extraports: [],
  cpes: [],
  traces: [],
  ports: files.map((file, port) => ({ port, scripts: [], screenshot: { file } })),
});

/** The pictures found by those names (bytes; null for none), and what is said of the others. */
async function resolve(path: string, ...files: string[]) {
  const host = shown(...files);
  const screenshots = new Screenshots({ path, stdin: path === "-", bytes: null });
  await screenshots.resolve(host);
  for (const { screenshot } of host.ports)
    if (screenshot) expect(Object.keys(screenshot)).toEqual(["kind", "data"]);
  return [host.ports.map(({ screenshot }) => screenshot?.data?.length ?? null), screenshots.note];
}

test("pictures beside the scan are read, wherever a link to it lies", async () => {
  const found = [[PNG.length, MAX_PICTURE], null];
  expect(await resolve(join(scans, "scan.xml"), "a.png", "b.JPEG")).toEqual(found);
  expect(await resolve(join(folder, "link.xml"), "a.png", "b.JPEG")).toEqual(found);
});

test("nothing else is", async () => {
  const names = [
    "large.jpg",
    "secret.png",
    "empty.gif",
    "link.png",
    "pipe.png",
    "below.png",
    "none.png",
    "none2.gif",
  ];
  expect(await resolve(join(scans, "scan.xml"), ...names, "a.png")).toEqual([
    [...names.map(() => null), PNG.length],
    "of 9 screenshots, left out: 1 larger than 5 MiB, 2 neither JPEG, PNG nor GIF, 3 not readable as plain files beside the scan, 2 not found beside the scan",
  ]);
});

test("names that lead elsewhere are refused", async () => {
  const names = [
    "../outside.png",
    join(folder, "outside.png"),
    "..",
    "below.png/x.png",
    "a.txt",
    "a.png\0",
    "",
  ];
  expect(await resolve(join(scans, "scan.xml"), ...names)).toEqual([
    names.map(() => null),
    "of 7 screenshots, left out: 7 not named as JPEG, PNG or GIF files beside the scan",
  ]);
});

test("standard input has no folder, not even the current one", async () => {
  const before = process.cwd();
  process.chdir(scans);
  try {
    expect(await resolve("-", "a.png")).toEqual([
      [null],
      "of 1 screenshot, left out: 1 not looked for, as standard input has no folder",
    ]);
  } finally {
    process.chdir(before);
  }
});

test("all pictures of a file together are bounded", async () => {
  const host = shown("a.png", "a.png", "a.png");
  const input = { path: join(scans, "scan.xml"), stdin: false, bytes: null };
  const screenshots = new Screenshots(input, 2 * PNG.length + 1);
  await screenshots.resolve(host);
  expect(host.ports.map(({ screenshot }) => screenshot?.data)).toEqual([PNG, PNG, undefined]);
  expect(screenshots.note).toBe(
    "of 3 screenshots, left out: 1 more than the 1 GiB of pictures that are kept of one file",
  );
});

/** A scan of one host with a web server, of which a script saved a picture of that name. */
function scan(name: string, end: number, picture: string): string {
  const path = join(scans, name);
  writeFileSync(
    path,
    `<nmaprun scanner="nmap" args="nmap" start="1" version="7"><host endtime="${end}"><status state="up"/>
     <address addr="192.0.2.1" addrtype="ipv4"/><ports><port protocol="tcp" portid="80"><state state="open"/>
     <script id="http-screenshot" output="&#10;  Saved to ${picture}"/></port></ports>
     </host><runstats><finished time="5"/></runstats></nmaprun>`,
  );
  return path;
}

test("an import counts what scripts saved under names that are refused", async () => {
  writeFileSync(join(scans, "b\u00fcro 2.png"), PNG);
  const paths = ["../outside.png", "b\u00fcro 2.png", "sch\u00f6n.gif", "x.svg"].map((name, i) =>
    scan(`refused-${i}.xml`, i, name),
  );
  const { files } = await importFiles(paths, {
    db: join(folder, "refused.duckdb"),
    categories: [],
    tags: [],
    test: false,
    force: false,
    ...IMPROVEMENTS_OFF,
    limits: DEFAULT_LIMITS,
  });
  const refused = "of 1 screenshot, left out: 1 not named as JPEG, PNG or GIF files beside the scan";
  expect(files.map(({ message }) => message)).toEqual([
    refused,
    null,
    "of 1 screenshot, left out: 1 not found beside the scan",
    refused,
  ]);
});

test("a picture's way: stored, folded, asked for, deleted", async () => {
  const db = join(folder, "test.duckdb");
  writeFileSync(join(scans, "page.jpg"), jpeg(30_000));
  const options = {
    db,
    categories: [],
    tags: [],
    test: false,
    force: false,
    ...IMPROVEMENTS_OFF,
    limits: DEFAULT_LIMITS,
  };
  const { files } = await importFiles(
    [scan("1.xml", 5, "page.jpg"), scan("2.xml", 9, "gone.jpg"), scan("3.xml", 4, "a.png")],
    options,
  );
  expect(files.map(({ status, message }) => [status, message])).toEqual([
    ["imported", null],
    ["imported", "of 1 screenshot, left out: 1 not found beside the scan"],
    ["imported", null],
  ]);
  const ports = async (fields?: string[]): Promise<JsonObject[]> => {
    const store = new Store(db);
    const { records } = await store.read(({ connection }) =>
      get({ connection, scope: EVERYTHING }, "view", ALL, { limit: null, skip: 0, fields }),
    );
    await store.close();
    return records[0]!.ports as JsonObject[];
  };
  const plain = [{ protocol: "tcp", port: 80, state_state: "open", screenshot: "field" }];
  expect(await ports()).toEqual(plain);
  expect(await ports(["ports"])).toEqual(plain);
  // The newest scan has none: that of the one before stands.
  expect(await ports(["ports.screendata", "ports.screenshot"])).toEqual([
    { screenshot: "field", screendata: jpeg(30_000).toBase64() },
  ]);
  const store = new Store(db);
  await store.read(async ({ connection }) => {
    const ctx = { connection, scope: EVERYTHING };
    const field = (name: string) => distinct(ctx, "nmap", ALL, { field: name, limit: null });
    expect((await field("ports.screenshot")).values).toEqual(["field"]);
    expect((await field("ports.screendata")).values.sort()).toEqual(
      [PNG.toBase64(), jpeg(30_000).toBase64()].sort(),
    );
  });
  await store.close();
  await rebuildView(db, IMPROVEMENTS_OFF);
  expect(await ports(["ports.screendata"])).toEqual([{ screendata: jpeg(30_000).toBase64() }]);
  await removeImport(db, 1, IMPROVEMENTS_OFF);
  expect(await ports(["ports.screendata"])).toEqual([{ screendata: PNG.toBase64() }]);
  const left = new Store(db);
  await left.read(async ({ connection }) => {
    const rows = await connection.runAndReadAll("SELECT import_id, octet_length(data) FROM main.picture");
    expect(rows.getRows()).toEqual([[3, BigInt(PNG.length)]]);
  });
  await left.close();
});
