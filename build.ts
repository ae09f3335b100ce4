/**
 * Builds the executable: `bun build.ts [--target=NAME] [--outfile=PATH]`, by default dist/gadwall for this
 * machine. docs/architecture.md tells what is inside and why.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";
import type { BunPlugin } from "bun";
import { dependencies } from "./package.json" with { type: "json" };
import type { EmbeddedFile, EmbeddedFiles } from "./src/store/embedded.ts";
import { ensureGeo, GEO_FILE_NAMES, sourceVersion } from "./src/view/geo-build.ts";

/** Bun's name of the target, and the platform of `@duckdb/node-bindings-<platform>`. */
const TARGETS = {
  "linux-x64": { bun: "bun-linux-x64", platform: "linux-x64" },
  "linux-arm64": { bun: "bun-linux-arm64", platform: "linux-arm64" },
  "linux-x64-musl": { bun: "bun-linux-x64-musl", platform: "linux-x64-musl" },
  "linux-arm64-musl": { bun: "bun-linux-arm64-musl", platform: "linux-arm64-musl" },
  "darwin-x64": { bun: "bun-darwin-x64", platform: "darwin-x64" },
  "darwin-arm64": { bun: "bun-darwin-arm64", platform: "darwin-arm64" },
  "windows-x64": { bun: "bun-windows-x64", platform: "win32-x64" },
  "windows-arm64": { bun: "bun-windows-arm64", platform: "win32-arm64" },
} as const satisfies Record<string, { bun: Bun.Build.CompileTarget; platform: string }>;

type Target = keyof typeof TARGETS;

const ROOT = import.meta.dir;
const DIST = join(ROOT, "dist");
/** The smallest; 18 s for DuckDB's library, so the result is kept in dist/packed. */
const ZSTD_LEVEL = 19;

function fail(message: string): never {
  console.error(`build: ${message}`);
  process.exit(1);
}

function thisMachine(): Target {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const name = `${os}-${process.arch}`;
  return name in TARGETS ? (name as Target) : fail(`there is no DuckDB for this machine (${name})`);
}

/**
 * The folder with DuckDB's addon and library for a platform. That of another platform is fetched from the
 * registry, in the version and with the integrity that package-lock.json names.
 */
function bindings(platform: string): string {
  const name = `@duckdb/node-bindings-${platform}`;
  const installed = join(ROOT, "node_modules", name);
  if (existsSync(installed)) return installed;
  const prefix = join(DIST, "foreign", platform);
  const specification = `${name}@${dependencies["@duckdb/node-bindings"]}`;
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, "package.json"), "{}\n");
  // --force: it is not for this machine.
  const npm = Bun.spawnSync(["npm", "install", "--no-save", "--ignore-scripts", "--force", specification], {
    cwd: prefix,
    stdout: "inherit",
    stderr: "inherit",
  });
  const got = npm.success && integrity(join(prefix, "node_modules/.package-lock.json"), name);
  if (!got) fail(`cannot fetch ${specification}`);
  if (got !== integrity(join(ROOT, "package-lock.json"), name)) {
    fail(`${specification} is not the one that package-lock.json names`);
  }
  return join(prefix, "node_modules", name);
}

function integrity(lockFile: string, name: string): string | undefined {
  const lock = JSON.parse(readFileSync(lockFile, "utf8")) as {
    packages: Record<string, { integrity?: string }>;
  };
  return lock.packages[`node_modules/${name}`]?.integrity;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Compresses a file into dist/packed, named by its content. */
function pack(path: string): EmbeddedFile {
  const bytes = readFileSync(path);
  const hash = sha256(bytes);
  const folder = join(DIST, "packed");
  const packed = join(folder, `${hash.slice(0, 16)}-${ZSTD_LEVEL}.zst`);
  if (!existsSync(packed)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${packed}.tmp`, Bun.zstdCompressSync(bytes, { level: ZSTD_LEVEL }));
    renameSync(`${packed}.tmp`, packed);
  }
  return { name: basename(path), path: packed, bytes: bytes.length, sha256: hash };
}

async function embeddedFiles(target: Target): Promise<EmbeddedFiles> {
  const folder = bindings(TARGETS[target].platform);
  const native = (pattern: RegExp): EmbeddedFile => {
    const name = readdirSync(folder).find((file) => pattern.test(file));
    return name === undefined ? fail(`no ${pattern} in ${folder}`) : pack(join(folder, name));
  };
  const addon = native(/\.node$/);
  const library = native(/\.(so|dylib|dll)$/);
  const geoFolder = await ensureGeo();
  const geo = GEO_FILE_NAMES.map((name) => pack(join(geoFolder, name)));
  const key = sha256(Buffer.from([addon, library, ...geo].map((file) => file.sha256).join())).slice(0, 12);
  return { addon, library, geo, geoVersion: sourceVersion(), key };
}

/** The module that takes the place of src/store/embedded.ts: the paths become imports of the files. */
function embeddedModule(files: EmbeddedFiles): string {
  const paths = [files.addon, files.library, ...files.geo].map((file) => file.path);
  const imports = paths.map(
    (path, i) => `import file${i} from ${JSON.stringify(path)} with { type: "file" };`,
  );
  const value = JSON.stringify(files, (key, member) =>
    key === "path" ? `@${paths.indexOf(member)}` : member,
  );
  const linked = value.replaceAll(/"@(\d+)"/g, "file$1");
  return `${imports.join("\n")}\nexport const EMBEDDED = ${linked};\n`;
}

/** Puts DuckDB and the reference data into the executable. */
function embed(files: EmbeddedFiles): BunPlugin {
  return {
    name: "embed",
    setup(build) {
      build.onResolve({ filter: /^@duckdb\/node-bindings$/ }, () => ({
        path: join(ROOT, "src/store/native.ts"),
      }));
      build.onLoad({ filter: /src[\\/]store[\\/]embedded\.ts$/ }, () => ({
        contents: embeddedModule(files),
        loader: "js",
      }));
    },
  };
}

/**
 * yargs looks for a package.json above its own file, or, where that is not below node_modules (here), from the
 * current directory up: it would read what a scan folder holds, and a FIFO of that name would hang the program.
 */
const stayAtHome: BunPlugin = {
  name: "stay-at-home",
  setup(build) {
    build.onLoad({ filter: /yargs[\\/]lib[\\/]platform-shims[\\/]esm\.mjs$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      const contents = source.replace("mainFilename || process.cwd()", '"/nowhere"');
      if (contents === source) fail(`${path} has changed: see stayAtHome in build.ts`);
      return { contents, loader: "js" };
    });
  },
};

/** Worker files are entry points of their own, so their names must differ (see `naming` below). */
function workers(): string[] {
  return [...new Bun.Glob("src/**/*-worker.ts").scanSync({ cwd: ROOT, absolute: true })].sort();
}

async function build(target: Target, outfile: string): Promise<void> {
  const started = performance.now();
  const result = await Bun.build({
    entrypoints: [join(ROOT, "src/main.ts"), ...workers()],
    target: "bun",
    format: "esm",
    minify: true,
    // What makes a lazy import lazy: without it the whole program is parsed at each start.
    splitting: true,
    // Flat: `new URL("./x-worker.ts", import.meta.url)` is resolved beside the chunk that holds it.
    naming: { entry: "[name].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    plugins: [embed(await embeddedFiles(target)), stayAtHome],
    compile: {
      target: TARGETS[target].bun,
      outfile,
      // Otherwise the executable obeys files of the current directory: code of whoever wrote a scan folder.
      autoloadBunfig: false,
      autoloadDotenv: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
    throw: false,
  });
  if (!result.success) {
    for (const log of result.logs) console.error(log);
    fail("failed");
  }
  const megabytes = (Bun.file(outfile).size / 1e6).toFixed(1);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${relative(process.cwd(), outfile)}: ${target}, ${megabytes} MB, ${seconds} s`);
}

const { values } = parseArgs({ options: { target: { type: "string" }, outfile: { type: "string" } } });
const host = thisMachine();
const target = values.target ?? host;
if (!(target in TARGETS)) fail(`unknown target ${target}: one of ${Object.keys(TARGETS).join(", ")}`);
const suffix = target.startsWith("windows") ? ".exe" : "";
const name = target === host ? "gadwall" : `gadwall-${target}`;
await build(target as Target, values.outfile ?? join(DIST, name + suffix));
