/** The commands as people and scripts use them, through the executable they would install. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { version } from "../../package.json" with { type: "json" };

const BINARY = resolve(import.meta.dir, "../../dist/gadwall");

/** A title with a C1 control sequence (XML lets it pass), a bidi override and a formula. */
const HOSTILE_TITLE = "=1+1\u009b31m\u202eevil";

const SCAN = `<?xml version="1.0" encoding="UTF-8"?>
<nmaprun scanner="nmap" args="nmap -sV 192.0.2.0/28" start="1700000000" version="7.93" xmloutputversion="1.05">
<scaninfo type="syn" protocol="tcp" numservices="3" services="22,80,443"/>
<host starttime="1700000000" endtime="1700000010"><status state="up" reason="echo-reply" reason_ttl="54"/>
<address addr="192.0.2.10" addrtype="ipv4"/>
<hostnames><hostname name="www.example.com" type="user"/></hostnames>
<ports>
<port protocol="tcp" portid="22"><state state="open" reason="syn-ack" reason_ttl="54"/><service name="ssh" product="OpenSSH" version="9.2" method="probed" conf="10"/></port>
<port protocol="tcp" portid="80"><state state="open" reason="syn-ack" reason_ttl="54"/><service name="http" product="${HOSTILE_TITLE}" method="probed" conf="10"/><script id="http-title" output="${HOSTILE_TITLE}"/></port>
</ports></host>
<host starttime="1700000000" endtime="1700000020"><status state="up" reason="echo-reply" reason_ttl="54"/>
<address addr="192.0.2.9" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="22"><state state="open" reason="syn-ack" reason_ttl="54"/><service name="ssh" product="OpenSSH" version="9.2" method="probed" conf="10"/></port></ports></host>
<runstats><finished time="1700000030" elapsed="30" summary="" exit="success"/><hosts up="2" down="0" total="2"/></runstats>
</nmaprun>
`;

let folder = "";
let env: Record<string, string> = {};

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the binary in the test's folder to its end. */
function gadwall(
  args: string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return execute(BINARY, args, options);
}

function execute(
  command: string,
  args: string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  const child = spawn(command, args, { cwd: folder, env: { ...env, ...options.env } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.end(options.input ?? "");
  return new Promise((done) => child.on("close", (code) => done({ code, stdout, stderr })));
}

beforeAll(async () => {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: run "npm run build" first`);
  folder = mkdtempSync(join(tmpdir(), "gadwall-cli-"));
  env = {
    PATH: process.env.PATH ?? "",
    HOME: join(folder, "home"),
    XDG_CACHE_HOME: join(folder, "cache"),
    GADWALL_DB: join(folder, "data", "scans.duckdb"),
  };
  mkdirSync(join(folder, "home"));
  writeFileSync(join(folder, "scan.xml"), SCAN);
  writeFileSync(join(folder, "nonsense.txt"), "this is no scan\n");
  expect(await gadwall(["import", "scan.xml", "--source", "lab", "--category", "B,A", "--quiet"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("without a database", () => {
  const none = { GADWALL_DB: "none/scans.duckdb" };

  test("version and help", async () => {
    expect((await gadwall(["--version"], { env: none })).stdout).toBe(`${version}\n`);
    const help = await gadwall(["--help"], { env: none });
    expect(help.code).toBe(0);
    for (const command of [
      "import",
      "imports",
      "view",
      "count",
      "get",
      "topvalues",
      "distinct",
      "schema",
      "info",
    ])
      expect(help.stdout).toContain(`gadwall ${command}`);
    for (const command of ["sql", "mcp-server", "completion"])
      expect(help.stdout).toContain(`gadwall ${command}`);
  });

  test("questions have answers, and a word on why they are empty", async () => {
    expect(await gadwall(["count"], { env: none })).toEqual({
      code: 0,
      stdout: "0\n",
      stderr: `nothing imported yet into ${join(folder, "none/scans.duckdb")}: gadwall import FILE\n`,
    });
    expect((await gadwall(["get", "--json"], { env: none })).stdout).toBe("[]\n");
    expect((await gadwall(["info"], { env: none })).code).toBe(0);
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("--test shows the records and stores nothing", async () => {
    const shown = await gadwall(["import", "scan.xml", "--test", "--quiet"], { env: none });
    expect(shown.code).toBe(0);
    const lines = shown.stdout.trimEnd().split("\n");
    expect(lines.length).toBe(2);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    expect(shown.stdout).not.toContain("\u009b");
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("--test ends with its reader, and tells when nothing can be written", async () => {
    const test = `"${BINARY}" import scan.xml --test --quiet`;
    const full = await execute("bash", ["-c", `${test} > /dev/full`], { env: none });
    expect(full).toMatchObject({ code: 1, stderr: "gadwall: no space left to write to\n" });
    const closed = `"${BINARY}" import - --test --quiet 2>err.txt | head -n 1 | wc -l; echo "\${PIPESTATUS[0]}"; cat err.txt`;
    // More hosts than any pipe holds, and the end never comes: only the reader's going away ends it.
    const endless = `(cat start.xml; while cat host.xml; do :; done) 2>cat.txt | ${closed.replace("[0]", "[1]")}`;
    const at = SCAN.indexOf("<host ");
    writeFileSync(join(folder, "start.xml"), SCAN.slice(0, at));
    writeFileSync(join(folder, "host.xml"), SCAN.slice(at, SCAN.indexOf("<runstats>")).repeat(100));
    expect((await execute("bash", ["-c", endless], { env: none })).stdout).toBe("1\n0\n");
  });

  test("--explain needs none", async () => {
    const explained = await gadwall(["count", "port:22", "--explain"], { env: none });
    expect(explained.code).toBe(0);
    expect(explained.stdout).toMatch(/^SELECT/);
    expect(explained.stdout).toContain("= 22");
  });
});

describe("import", () => {
  test("the data folder and the file are private", () => {
    expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "data", "scans.duckdb")).mode & 0o777).toBe(0o600);
  });

  test("--json prints exactly one object of the promised shape; a failed file is exit code 1", async () => {
    const other = { GADWALL_DB: join(folder, "other.duckdb") };
    const first = await gadwall(["import", "scan.xml", "nonsense.txt", "missing.xml", "--json", "--quiet"], {
      env: other,
    });
    expect(first.code).toBe(1);
    expect(first.stderr).toBe("");
    const summary = JSON.parse(first.stdout);
    expect(Object.keys(summary)).toEqual(["files", "hosts", "observations", "elapsed_ms"]);
    for (const file of summary.files)
      expect(Object.keys(file)).toEqual([
        "path",
        "format",
        "sha256",
        "status",
        "hosts",
        "observations",
        "message",
      ]);
    expect(summary.files.map((file: { status: string }) => file.status)).toEqual([
      "imported",
      "failed",
      "failed",
    ]);
    expect(summary.hosts).toBe(2);
    expect(summary.files[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    const again = JSON.parse((await gadwall(["import", "scan.xml", "--json", "-q"], { env: other })).stdout);
    expect(again.files[0].status).toBe("skipped");
  });

  test("from standard input, with lines on standard error", async () => {
    const other = { GADWALL_DB: join(folder, "stdin.duckdb") };
    const done = await gadwall(["import", "-", "--no-geo"], { env: other, input: SCAN });
    expect(done.code).toBe(0);
    expect(done.stdout).toBe("");
    expect(done.stderr).toContain("2 hosts from 1 of 1 file in");
    expect(done.stderr).not.toContain("\u001b");
  });

  test("an import is listed and can be taken back", async () => {
    const other = { GADWALL_DB: join(folder, "remove.duckdb") };
    await gadwall(["import", "scan.xml", "-q"], { env: other });
    const listed = JSON.parse((await gadwall(["imports", "list", "--json"], { env: other })).stdout);
    expect(listed).toMatchObject([{ id: 1, status: "imported", hosts: 2, args: "nmap -sV 192.0.2.0/28" }]);
    expect((await gadwall(["imports", "remove", "7"], { env: other })).code).toBe(1);
    expect(await gadwall(["imports", "remove", "1", "--json"], { env: other })).toEqual({
      code: 0,
      stdout: '{"removed":1}\n',
      stderr: "",
    });
    expect((await gadwall(["count"], { env: other })).stdout).toBe("0\n");
  });

  test("the view can be rebuilt", async () => {
    expect(await gadwall(["view", "rebuild"])).toMatchObject({
      code: 0,
      stderr: "the view is rebuilt: 2 hosts\n",
    });
    expect(await gadwall(["view", "rebuild", "--json"])).toEqual({
      code: 0,
      stdout: '{"hosts":2}\n',
      stderr: "",
    });
  });
});

describe("questions", () => {
  test("count", async () => {
    expect(await gadwall(["count"])).toEqual({ code: 0, stdout: "2\n", stderr: "" });
    expect((await gadwall(["count", "port:80", "--json"])).stdout).toBe("1\n");
    expect((await gadwall(["count", "service:ssh", "!port:80", "--purpose", "nmap"])).stdout).toBe("1\n");
  });

  test("get: addresses for nmap -iL in order, JSON, lines, CSV", async () => {
    expect((await gadwall(["get", "-o", "ip"])).stdout).toBe("192.0.2.9\n192.0.2.10\n");
    expect((await gadwall(["get", "--sort=-addr", "--limit", "1", "-o", "ip"])).stdout).toBe("192.0.2.10\n");
    const records = JSON.parse(
      (await gadwall(["get", "--json", "--fields", "addr,source,categories"])).stdout,
    );
    expect(records).toEqual([
      { addr: "192.0.2.9", source: ["lab"], categories: ["A", "B"] },
      { addr: "192.0.2.10", source: ["lab"], categories: ["A", "B"] },
    ]);
    const lines = (await gadwall(["get", "-o", "jsonl", "--fields", "addr"])).stdout;
    expect(lines).toBe('{"addr":"192.0.2.9"}\n{"addr":"192.0.2.10"}\n');
    const csv = (await gadwall(["get", "-o", "csv", "--fields", "addr,hostnames.name"])).stdout;
    expect(csv).toBe('addr,hostnames.name\r\n192.0.2.9,\r\n192.0.2.10,"[""www.example.com""]"\r\n');
  });

  test("get for people is clean and cut only with a word", async () => {
    const report = await gadwall(["get", "--limit", "1", "--sort=-addr"]);
    expect(report.stdout).toContain("192.0.2.10 (www.example.com)");
    expect(report.stdout).toContain("80/tcp  open");
    for (const unsafe of ["\u001b", "\u009b", "\u202e"]) expect(report.stdout).not.toContain(unsafe);
    expect(report.stderr).toBe("1 of 2 records; --limit 0 shows all, --skip 1 the next ones\n");
  });

  test("topvalues and distinct", async () => {
    expect((await gadwall(["topvalues", "service", "--json"])).stdout).toBe(
      '[{"value":"ssh","count":2},{"value":"http","count":1}]\n',
    );
    expect((await gadwall(["topvalues", "service"])).stdout).toBe(
      "COUNT  SERVICE\n    2  ssh\n    1  http\n",
    );
    expect((await gadwall(["topvalues", "service", "-n", "1"])).stderr).toContain("1 of 2 values");
    const together = ["topvalues", "ports.port", "--with", "service", "-o", "csv", "-n", "1"];
    expect((await gadwall(together)).stdout).toBe("ports.port,service,count\r\n22,ssh,2\r\n");
    expect((await gadwall([...together, "--with", "servce"])).stderr).toStartWith(
      'gadwall: Unknown field "servce" of view.',
    );
    const csv = (await gadwall(["distinct", "ports.service_product", "port:80", "-o", "csv"])).stdout;
    expect(csv).toContain("\r\n'=1+1");
    expect((await gadwall(["distinct", "addr", "port:80", "-o", "ip"])).stdout).toBe("192.0.2.10\n");
    expect((await gadwall(["distinct", "ports.port", "-o", "ip"])).code).toBe(2);
  });

  test("the same question by words and by a token of the MCP server", async () => {
    const input = `${[
      {
        id: 1,
        method: "initialize",
        params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
      },
      { method: "notifications/initialized" },
      {
        id: 2,
        method: "tools/call",
        params: { name: "searchport", arguments: { purpose: "view", port: 80 } },
      },
    ]
      .map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }))
      .join("\n")}\n`;
    const served = await gadwall(["mcp-server"], { input });
    expect(served.code).toBe(0);
    const answers = served.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const token: string = answers.find(({ id }) => id === 2).result.structuredContent.result;
    expect((await gadwall(["count", "--flt", token])).stdout).toBe("1\n");
    expect((await gadwall(["count", "--flt", token, "!service:ssh"])).stdout).toBe("0\n");
  });

  test("schema and info", async () => {
    const schema = JSON.parse((await gadwall(["schema", "--json"])).stdout);
    expect(Object.keys(schema)).toEqual(["fields", "pseudo_fields", "structured"]);
    expect(schema.fields.map(({ path }: { path: string }) => path)).toContain("addr");
    expect((await gadwall(["schema"])).stdout).toContain("FOR TOPVALUES");
    expect((await gadwall(["info"])).stdout).toContain("scans.duckdb");
  });
});

describe("sql", () => {
  test("a statement, or standard input", async () => {
    const sql = "SELECT addr, openports FROM view.host ORDER BY addr";
    expect((await gadwall(["sql", sql])).stdout).toBe(
      "ADDR        OPENPORTS\n192.0.2.9           1\n192.0.2.10          2\n",
    );
    expect((await gadwall(["sql", "--json"], { input: `${sql};` })).stdout).toBe(
      '[{"addr":"192.0.2.9","openports":1},\n{"addr":"192.0.2.10","openports":2}]\n',
    );
    expect(
      (
        await gadwall([
          "sql",
          "-o",
          "csv",
          "SELECT count(*) AS n FROM view.host WHERE addr > ip('192.0.2.9')",
        ])
      ).stdout,
    ).toBe("n\r\n1\r\n");
  });

  test("a statement that begins with a comment, and comments alone", async () => {
    const found = await gadwall(["sql", "-- how many\nSELECT count(*) AS n FROM view.host", "-o", "csv"]);
    expect(found).toMatchObject({ code: 0, stdout: "n\r\n2\r\n", stderr: "" });
    for (const nothing of ["-- how many", "/* how many */", ";"])
      expect(await gadwall(["sql", nothing])).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("every example of docs/schema.md can be given as it stands there", async () => {
    const page = await Bun.file(resolve(import.meta.dir, "../../docs/schema.md")).text();
    const blocks = [...page.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(([, sql]) => sql!);
    const examples = blocks.flatMap((block) => block.split("\n\n"));
    expect(examples.length).toBeGreaterThan(5);
    for (const sql of [...blocks, ...examples])
      expect(await gadwall(["sql", "-o", "jsonl", sql])).toMatchObject({ code: 0, stderr: "" });
  });

  test("nothing can be changed or reached", async () => {
    for (const sql of [
      "INSERT INTO main.meta VALUES ('a', 'b')",
      "SELECT * FROM read_csv('/etc/passwd')",
      "COPY view.host TO 'out.csv'",
      "SET enable_external_access = true",
      "ATTACH 'x.duckdb'",
    ]) {
      const refused = await gadwall(["sql", sql]);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/^gadwall: .*Error: /);
    }
    expect(existsSync(join(folder, "out.csv"))).toBe(false);
  });
});

describe("manners", () => {
  test("a wrong command line is exit code 2 and one line that helps", async () => {
    const cases: [string[], string][] = [
      [[], "say what to do"],
      [["cuont"], "Did you mean count?"],
      [["count", "--prupose", "nmap"], "Did you mean --purpose?"],
      [["count", "-service:ssh"], "write ! for not"],
      [["count", "--purpose", "x"], "one of nmap, passive, view"],
      [["count", "-o", "ip"], "--output cannot be ip"],
      [["get", "--limit", "many"], "--limit must be a whole number"],
      [["get", "--json", "-o", "csv"], "leave one out"],
      [["count", "prot:22"], "prot"],
      [["import", "scan.xml", "--max-size", "big"], "--max-size"],
      [["imports", "remove"], "ID"],
      [["imports", "remove", "-1"], "ID must be a whole number"],
      [["imports", "remove", "x"], "ID must be a whole number"],
    ];
    for (const [args, text] of cases) {
      const ended = await gadwall(args);
      expect(ended).toMatchObject({ code: 2, stdout: "" });
      expect(ended.stderr).toContain(text);
      expect(ended.stderr.trimEnd().split("\n").length).toBe(1);
      expect(ended.stderr).toMatch(/^gadwall: /);
    }
  });

  test("a name that is none gets the nearest, and the option that it stood in", async () => {
    const cases: [string[], string][] = [
      [["topvalues", "servce"], 'Unknown field "servce" of view. Did you mean service'],
      [["distinct", "ports.service_nmae"], "ports.service_name"],
      [["get", "--sort", "strattime"], '--sort: Unknown field "strattime" of view. Did you mean starttime'],
      [["get", "--fields", "addr,hostname.name"], "--fields: Unknown field"],
      [["count", "--flt", "nonsense"], "--flt: This is not a filter token"],
      [["schema", "prots"], "Did you mean ports"],
    ];
    for (const [args, text] of cases) {
      const ended = await gadwall(args);
      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(ended.stderr).toContain(text);
      expect(ended.stderr.trimEnd().split("\n").length).toBe(1);
    }
  });

  test("a closed pipe is no error", async () => {
    const script = `"${BINARY}" sql -o csv 'FROM range(2000000)' 2>err.txt | head -n 1; echo "\${PIPESTATUS[0]}"; cat err.txt`;
    expect((await execute("bash", ["-c", script])).stdout).toBe("range\r\n0\n");
  });

  test("colours only when asked for", async () => {
    expect((await gadwall(["topvalues", "service"])).stdout).not.toContain("\u001b");
    expect((await gadwall(["topvalues", "service"], { env: { FORCE_COLOR: "1" } })).stdout).toContain(
      "\u001b[1m",
    );
    const both = { FORCE_COLOR: "1", NO_COLOR: "1" };
    expect((await gadwall(["topvalues", "service"], { env: both })).stdout).not.toContain("\u001b");
  });

  test("settings come from the configuration of the user, and errors name its line", async () => {
    const home = join(folder, "configured");
    mkdirSync(join(home, ".config", "gadwall"), { recursive: true });
    const file = join(home, ".config", "gadwall", "config.yaml");
    writeFileSync(file, `db: ${env.GADWALL_DB}\n`);
    const settings = { HOME: home, GADWALL_DB: "" };
    expect((await gadwall(["count"], { env: settings })).stdout).toBe("2\n");
    writeFileSync(file, "geo: on\ndbs: x\n");
    const wrong = await gadwall(["count"], { env: settings });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("config.yaml:2: there is no setting dbs. Did you mean db?");
  });

  test("nothing in the current directory is read: a FIFO in place of a file hangs nobody", async () => {
    const cwd = join(folder, "trap");
    mkdirSync(cwd);
    const names = ["package.json", "tsconfig.json", "bunfig.toml", ".env", "config.yaml"].map((name) =>
      join(cwd, name),
    );
    expect((await execute("mkfifo", names)).code).toBe(0);
    const script = `cd "${cwd}" && timeout 10 "${BINARY}" --version && timeout 10 "${BINARY}" count`;
    expect((await execute("sh", ["-c", script])).stdout).toBe(`${version}\n2\n`);
  });

  test("a database that cannot be read is told in one sentence", async () => {
    const file = join(folder, "broken.duckdb");
    writeFileSync(file, "not a database".repeat(1000));
    const broken = await gadwall(["count", "--db", file]);
    expect(broken).toMatchObject({ code: 1, stdout: "" });
    expect(broken.stderr).toMatch(/^gadwall: .*broken\.duckdb.*\n$/);
    if (process.getuid?.() === 0) return;
    chmodSync(file, 0);
    expect((await gadwall(["count", "--db", file])).code).toBe(1);
  });

  test("an interrupted statement ends at once", async () => {
    const endless = "SELECT a.range FROM range(1000000000) a, range(1000000000) b";
    for (const args of [
      ["sql", `SELECT sum(hash(range)) FROM (${endless})`],
      ["sql", "-o", "csv", endless],
    ]) {
      const child = spawn(BINARY, args, { cwd: folder, env });
      child.stdout.resume();
      await Bun.sleep(500);
      const ended = new Promise<number | null>((done) => child.on("close", done));
      child.kill("SIGINT");
      expect(await ended).toBe(130);
    }
  });

  test("a statement that fails late is exit code 1", async () => {
    const late = "SELECT CASE WHEN range = 500000 THEN 'x' ELSE '1' END::INT FROM range(900000)";
    const ended = await gadwall(["sql", "-o", "csv", late]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("so what it gave is not all");
  });

  test("the numbers of the README are those of the demo", async () => {
    const demo = { GADWALL_DB: join(folder, "demo.duckdb") };
    const root = resolve(import.meta.dir, "../..");
    await gadwall(["import", join(root, "fixtures/demo"), "-q"], { env: demo });
    const readme = (await Bun.file(join(root, "README.md")).text()).replaceAll("\n", " ");
    const told = /`(port:[^`]*)` counts (\d+) hosts and `(\[[^`]*)` (\d+): the other (\d+)/.exec(readme)!;
    const [, loose = "", many, bound = "", few, rest] = told;
    expect((await gadwall(["count", loose], { env: demo })).stdout).toBe(`${many}\n`);
    expect((await gadwall(["count", bound], { env: demo })).stdout).toBe(`${few}\n`);
    expect((await gadwall(["count", loose, `!${bound}`], { env: demo })).stdout).toBe(`${rest}\n`);
  });

  test("an impossible question is told as one", async () => {
    const hint = "these addresses cannot all be one host: separate them by a comma\n";
    expect(await gadwall(["count", "192.0.2.9 192.0.2.10"])).toEqual({
      code: 0,
      stdout: "0\n",
      stderr: hint,
    });
    expect(await gadwall(["distinct", "addr", "192.0.2.9 192.0.2.10", "--json"])).toEqual({
      code: 0,
      stdout: "[]\n",
      stderr: hint,
    });
  });

  test("an interrupted import ends at once and leaves the database as it was", async () => {
    const child = spawn(BINARY, ["import", "-"], { cwd: folder, env });
    let told = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    child.stdin.write(SCAN.slice(0, 900));
    await Bun.sleep(500);
    const ended = new Promise<number | null>((done) => child.on("close", done));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(told).not.toContain("bug");
    expect((await gadwall(["count"])).stdout).toBe("2\n");
  });

  test("the shell completes commands, options and choices", async () => {
    expect((await gadwall(["completion"])).stdout).toContain("gadwall --get-yargs-completions");
    const complete = async (...words: string[]) =>
      (await gadwall(["--get-yargs-completions", "gadwall", ...words])).stdout.trimEnd().split("\n");
    expect(await complete("")).toContain("topvalues");
    expect(await complete("count", "--")).toContain("--explain");
    expect(await complete("count", "--purpose", "")).toEqual(["nmap", "passive", "view"]);
  });
});
