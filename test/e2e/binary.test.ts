/** The executable itself: what it carries, where it puts it, and whom it obeys. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { version } from "../../package.json" with { type: "json" };

const ROOT = join(import.meta.dir, "../..");
const BINARY = join(ROOT, "dist", process.platform === "win32" ? "gadwall.exe" : "gadwall");
const SCAN = join(ROOT, "fixtures/nmap/many.xml");
const MEBI = 1024 * 1024;

let scratch: string;
let home: string;
let cwd: string;
let temporary: string;

beforeAll(() => {
  if (!existsSync(BINARY)) throw new Error("dist/gadwall is missing: run `npm run build` first");
  scratch = mkdtempSync(join(tmpdir(), "gadwall-binary-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let number = 0;
beforeEach(() => {
  const base = join(scratch, String(++number));
  // A home that must be quoted wherever it gets into SQL.
  [home, cwd, temporary] = [join(base, "it's ho me"), join(base, "cwd"), join(base, "tmp")];
  for (const folder of [home, cwd, temporary]) mkdirSync(folder, { recursive: true });
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function run(
  args: string[],
  env: Record<string, string | undefined> = {},
  options: { command?: string; input?: string } = {},
): Promise<Ended> {
  const child = Bun.spawn([options.command ?? BINARY, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, ...env },
    stdin: new Blob([options.input ?? ""]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, stdout, stderr };
}

/** All files below a folder, relative. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Where DuckDB's library was extracted to below a folder. */
function libraryIn(folder: string): string {
  const [name, ...more] = filesIn(folder).filter((file) => /\.(so|dylib|dll)$/.test(file));
  if (name === undefined || more.length > 0) throw new Error(`not one library: ${filesIn(folder)}`);
  return join(folder, name);
}

async function expectAnswers(env: Record<string, string | undefined> = {}): Promise<void> {
  const { code, stdout, stderr } = await run(["count"], env);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "0\n", stderr: expect.any(String) });
}

test("is not larger than promised", () => {
  expect(statSync(BINARY).size).toBeLessThanOrEqual(145_000_000);
});

describe("--version and --help", () => {
  test.each(["--version", "--help", "count --help"])("%s leaves no trace", async (line) => {
    const { code, stdout } = await run(line.split(" "));
    expect(code).toBe(0);
    expect(stdout).toContain(line === "--version" ? version : "gadwall");
    expect([...filesIn(home), ...filesIn(cwd), ...filesIn(temporary)]).toEqual([]);
  });
});

describe("the cache folder", () => {
  test("is filled once, private, and nothing else is left anywhere", async () => {
    await expectAnswers();
    const library = libraryIn(home);
    expect(library).toStartWith(
      join(home, process.platform === "darwin" ? "Library/Caches" : ".cache", "gadwall"),
    );
    expect(statSync(dirname(library)).mode & 0o777).toBe(0o700);
    expect(statSync(dirname(dirname(library))).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(dirname(library), { withFileTypes: true })) {
      if (file.isFile()) expect(statSync(join(dirname(library), file.name)).mode & 0o777).toBe(0o600);
    }
    const before = statSync(library);
    await expectAnswers();
    const after = statSync(library);
    expect([after.ino, after.ctimeMs]).toEqual([before.ino, before.ctimeMs]);
    expect([...filesIn(cwd), ...filesIn(temporary)]).toEqual([]);
  });

  test("several first starts at once", async () => {
    await Promise.all([expectAnswers(), expectAnswers(), expectAnswers()]);
    expect(filesIn(home).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });

  test("what was tampered with is not loaded but put right", async () => {
    await expectAnswers();
    const library = libraryIn(home);
    const good = readFileSync(library);
    const bad = new Uint8Array(good);
    bad.fill(0x90, 20 * MEBI, 21 * MEBI);
    writeFileSync(library, bad);
    await expectAnswers();
    expect(readFileSync(library).equals(good)).toBe(true);
    writeFileSync(library, good.subarray(0, 1000));
    await expectAnswers();
    expect(readFileSync(library).equals(good)).toBe(true);
  });

  test("XDG_CACHE_HOME is obeyed, unless it is relative", async () => {
    const chosen = join(scratch, "chosen");
    await expectAnswers({ XDG_CACHE_HOME: chosen });
    expect(libraryIn(chosen)).toStartWith(join(chosen, "gadwall"));
    expect(filesIn(home)).toEqual([]);
    await expectAnswers({ XDG_CACHE_HOME: "relative" });
    expect(libraryIn(home)).toStartWith(home);
    expect(filesIn(cwd)).toEqual([]);
  });
});

describe("without a usable HOME", () => {
  const unusable: [string, () => string | undefined][] = [
    ["unset", () => undefined],
    ["empty", () => ""],
    ["relative", () => "."],
    ["absent and not to be made", () => "/proc/gadwall-home"],
    [
      "a file",
      () => {
        writeFileSync(join(scratch, "file-home"), "");
        return join(scratch, "file-home");
      },
    ],
  ];
  test.each(unusable)("%s: the temporary folder serves, twice", async (_, value) => {
    const env = { HOME: value(), GADWALL_DB: join(scratch, "none.duckdb") };
    await expectAnswers(env);
    const before = statSync(libraryIn(temporary)).ino;
    await expectAnswers(env);
    expect(statSync(libraryIn(temporary)).ino).toBe(before);
    expect(filesIn(cwd)).toEqual([]);
  });

  // Root may write to it all the same; then this only shows that it answers.
  test("read-only", async () => {
    chmodSync(home, 0o555);
    await expectAnswers();
    chmodSync(home, 0o755);
    expect([...filesIn(home), ...filesIn(temporary)].some((file) => /\.(so|dylib|dll)$/.test(file))).toBe(
      true,
    );
  });

  test("a read-only file system", async () => {
    // Needs the right to mount: root outside of most containers, or user namespaces.
    const mounted = (command: string): Promise<Ended> =>
      run(["-rm", "sh", "-c", `mount -t tmpfs -o ro none "$HOME" && ${command}`], {}, { command: "unshare" });
    const allowed = Bun.which("unshare") !== null && (await mounted("true")).code === 0;
    if (!allowed) return;
    expect(await mounted(`${BINARY} count`)).toMatchObject({ code: 0, stdout: "0\n" });
    expect(libraryIn(temporary)).toStartWith(temporary);
  });

  test("a file system from which no code may be loaded", async () => {
    const mounted = (command: string): Promise<Ended> =>
      run(
        ["-rm", "sh", "-c", `mount -t tmpfs -o noexec none "$HOME" && ${command}`],
        {},
        { command: "unshare" },
      );
    const allowed = Bun.which("unshare") !== null && (await mounted("true")).code === 0;
    if (!allowed) return;
    expect(await mounted(`${BINARY} count`)).toMatchObject({ code: 0, stdout: "0\n" });
    expect(libraryIn(temporary)).toStartWith(temporary);
  });
});

describe("in somebody else's folder", () => {
  const MARKER = "ran";
  beforeEach(() => {
    const trap = `require("node:fs").writeFileSync(${JSON.stringify(join(cwd, MARKER))}, "");`;
    const write = (name: string, text: string): void => {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    };
    write("trap.js", trap);
    write(
      "bunfig.toml",
      'preload = ["./trap.js"]\n[run]\npreload = ["./trap.js"]\n[test]\npreload = ["./trap.js"]\n',
    );
    const settings = "GADWALL_DB=hostile.duckdb\nGADWALL_PURPOSE=nmap\nXDG_CACHE_HOME=/nonexistent\n";
    for (const name of [".env", ".env.local", ".env.production", ".env.development"]) write(name, settings);
    write("config.yaml", "db: hostile.duckdb\n");
    write("gadwall/config.yaml", "db: hostile.duckdb\n");
    write(
      "package.json",
      JSON.stringify({
        name: "hostile",
        main: "./trap.js",
        imports: { "#x": "./trap.js" },
        yargs: { db: "hostile.duckdb" },
      }),
    );
    write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: { baseUrl: ".", paths: { "*": ["./trap.js"], zod: ["./trap.js"] } },
      }),
    );
    for (const name of [
      "zod",
      "yargs",
      "saxes",
      "@duckdb/node-api",
      "@duckdb/node-bindings",
      "detect-libc",
    ]) {
      write(
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: "99.0.0", main: "./index.js" }),
      );
      write(`node_modules/${name}/index.js`, trap);
    }
  });

  test("the trap works: Bun itself walks into it", async () => {
    writeFileSync(join(cwd, "plain.js"), "");
    await run(["plain.js"], {}, { command: process.execPath });
    expect(existsSync(join(cwd, MARKER))).toBe(true);
  });

  test("nothing of it runs or is read", async () => {
    const before = filesIn(cwd);
    const initialize = {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
    };
    expect(await run(["--version"])).toMatchObject({ code: 0 });
    expect(await run(["--help"])).toMatchObject({ code: 0 });
    expect(await run(["import", "--quiet", SCAN])).toMatchObject({ code: 0 });
    const count = await run(["count"]);
    expect(Number(count.stdout)).toBeGreaterThan(0);
    expect(await run(["info", "--json"])).toMatchObject({ code: 0 });
    const server = await run(["mcp-server"], {}, { input: `${JSON.stringify(initialize)}\n` });
    expect(server.stdout).toContain('"serverInfo"');
    // Neither the marker nor hostile.duckdb.
    expect(filesIn(cwd)).toEqual(before);
    expect(filesIn(home).some((file) => file.endsWith("gadwall.duckdb"))).toBe(true);
  });
});

describe("what is inside", () => {
  test("country and AS data", async () => {
    writeFileSync(
      join(cwd, "scan.xml"),
      `<nmaprun scanner="nmap" args="nmap 8.8.8.8" start="1700000000" version="7.93" xmloutputversion="1.05">
       <host><status state="up" reason="user-set"/><address addr="8.8.8.8" addrtype="ipv4"/></host>
       <runstats><finished time="1700000030" exit="success"/><hosts up="1" down="0" total="1"/></runstats>
       </nmaprun>`,
    );
    expect(await run(["import", "--quiet", "scan.xml"])).toMatchObject({ code: 0 });
    expect(await run(["count", "country:US", "asnum:15169"])).toMatchObject({ code: 0, stdout: "1\n" });
  });

  test("the bzip2 worker", async () => {
    const file = join(ROOT, "fixtures/nmap-odd/packed.xml.bz2");
    const { code, stderr } = await run(["import", "--test", file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  });
});
