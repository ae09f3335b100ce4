/** Scans: import, start-up and query speed on a generated nmap scan, and import of generated Zeek logs. */
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { generate } from "./generate.ts";
import { generateZeek } from "./generate-zeek.ts";
import { BINARY, connect, type Environment, median, row, runCommand, timeTool } from "./measure.ts";

export interface ScanBench {
  /** Where scans are made and databases written. */
  folder: string;
  env: Environment;
  hosts: number;
  zeekMB: number;
}

/** Baseline of import: the XML parser alone, with handlers that do nothing. */
function parseOnly(path: string): number {
  const text = readFileSync(path, "utf8");
  const started = performance.now();
  const parser = new SaxesParser();
  parser.on("opentag", () => {});
  for (let at = 0; at < text.length; at += 65_536) parser.write(text.slice(at, at + 65_536));
  parser.close();
  return (performance.now() - started) / 1000;
}

/** Prints a row a measurement. */
export async function benchScans({ folder, env, hosts, zeekMB }: ScanBench): Promise<void> {
  const run = (...args: string[]) => runCommand([BINARY, ...args], env);
  const big = join(folder, "big.xml");
  const small = join(folder, "small.xml");
  const megabytes = generate(big, hosts) / 1e6;
  const smallMegabytes = generate(small, hosts / 5) / 1e6;
  const db = join(folder, "bench.duckdb");
  run("--version");
  rmSync(db, { force: true });
  const smallImport = run("import", small, "--db", join(folder, "small.duckdb"), "--quiet", "--force");
  const bigImport = run("import", big, "--db", db, "--quiet");
  const parse = parseOnly(big);
  row(
    `import ${megabytes.toFixed(0)} MB`,
    `${(megabytes / bigImport.seconds).toFixed(1)} MB/s`,
    `saxes alone ${(megabytes / parse).toFixed(1)} MB/s`,
    `x${(bigImport.seconds / parse).toFixed(2)} time`,
  );
  row(
    `import peak memory, ${hosts} hosts`,
    `${bigImport.peakMB.toFixed(0)} MB`,
    `${hosts / 5} hosts: ${smallImport.peakMB.toFixed(0)} MB`,
    `x${(bigImport.peakMB / smallImport.peakMB).toFixed(2)}`,
  );
  row(
    "database size",
    `${(statSync(db).size / 1e6).toFixed(0)} MB`,
    `XML ${megabytes.toFixed(0)} MB (small ${smallMegabytes.toFixed(0)} MB)`,
    `x${(statSync(db).size / 1e6 / megabytes).toFixed(2)}`,
  );

  const version = median(Array.from({ length: 9 }, () => run("--version").seconds * 1000));
  const shell = median(
    Array.from({ length: 9 }, () => {
      const started = performance.now();
      Bun.spawnSync(["/bin/true"]);
      return performance.now() - started;
    }),
  );
  row(
    "--version",
    `${version.toFixed(1)} ms`,
    `/bin/true ${shell.toFixed(1)} ms`,
    `x${(version / shell).toFixed(1)}`,
  );

  const starts: number[] = [];
  for (let i = 0; i < 7; i++) {
    const started = performance.now();
    const client = await connect(db, env);
    await client.listTools();
    starts.push(performance.now() - started);
    await client.close();
  }
  row(
    "stdio initialize + tools/list",
    `${median(starts).toFixed(0)} ms`,
    `--version ${version.toFixed(1)} ms`,
    "",
  );

  const client = await connect(db, env);
  const time = (name: string, args: Record<string, unknown>) =>
    timeTool(client, name, { purpose: "view", ...args });
  const baseline = await time("count", {});
  const questions: [string, string, Record<string, unknown>][] = [
    ["count, two filters", "count", { q: "port:443 country:DE" }],
    ["count service:ssh", "count", { q: "service:ssh" }],
    ["count net and not port", "count", { q: "5.9.0.0/16 !port:80" }],
    ["topvalues product:443", "topvalues", { field: "product:443" }],
    ["topvalues product:443 in DE", "topvalues", { field: "product:443", q: "country:DE" }],
    ["topvalues port:open", "topvalues", { field: "port:open" }],
    ["topvalues service", "topvalues", { field: "service" }],
    ["topvalues as", "topvalues", { field: "as" }],
    ["topvalues script", "topvalues", { field: "script" }],
    ["topvalues domains", "topvalues", { field: "domains" }],
    ["topvalues os", "topvalues", { field: "os" }],
    ["topvalues portlist:open", "topvalues", { field: "portlist:open" }],
    ["distinct ports.scripts.id", "distinct", { field: "ports.scripts.id" }],
    ["get one host", "get", { q: "5.9.0.7", limit: 1 }],
    ["get 10 by open ports", "get", { q: "port:443", limit: 10, sort: ["-openports.count"] }],
    ["count script output regex", "count", { q: "script:http-title:/nginx/i" }],
  ];
  for (const [what, tool, args] of questions) {
    const { p50, worst } = await time(tool, args);
    row(
      what,
      `${p50.toFixed(1)} ms`,
      `count of everything ${baseline.p50.toFixed(1)} ms; worst ${worst.toFixed(1)} ms`,
      `x${(p50 / baseline.p50).toFixed(1)}`,
    );
  }
  await client.close();

  const share = (zeekMB / 3) * 1e6;
  const logs = (["dns", "ssl", "http"] as const).map((kind) => generateZeek(folder, kind, share));
  const sizes = logs.map((path) => statSync(path).size / 1e6);
  const zeekMegabytes = sizes.reduce((sum, size) => sum + size, 0);
  const sensor = run("import", ...logs, "--db", join(folder, "zeek.duckdb"), "--quiet", "--sensor", "bench");
  const wordsStarted = performance.now();
  Bun.spawnSync(["cut", "-f", "1-10", ...logs], { stdout: "ignore" });
  const cut = (performance.now() - wordsStarted) / 1000;
  row(
    `import ${zeekMegabytes.toFixed(0)} MB of Zeek dns, ssl, http`,
    `${(zeekMegabytes / sensor.seconds).toFixed(1)} MB/s`,
    `cut -f 1-10 ${(zeekMegabytes / cut).toFixed(1)} MB/s; peak ${sensor.peakMB.toFixed(0)} MB`,
    `x${(sensor.seconds / cut).toFixed(2)} time`,
  );
}
