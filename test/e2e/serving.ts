/** A folder with a known database, users and keys, served over HTTP by the executable. */
import { expect } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { INITIALIZE, post } from "../http/world.ts";
import { SCAN } from "../mcp/scan.ts";

const BINARY = resolve(import.meta.dir, "../../dist/gadwall");

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A running server. */
export interface Served {
  /** The endpoint as it is called on this machine. */
  url: string;
  port: number;
  /** What it wrote to standard error until now. */
  said(): string;
  /** Ends it as systemd would; gives its exit code. */
  stop(): Promise<number>;
}

/** Everything of it lies in one temporary folder; `remove` ends what runs and deletes that. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "gadwall-http-"));
  readonly db = join(this.folder, "data", "scans.duckdb");
  readonly #env: Record<string, string>;
  readonly #running = new Set<Served>();

  /** @param env more variables for all that runs here. */
  constructor(env: Readonly<Record<string, string>> = {}) {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: run "npm run build" first`);
    this.#env = {
      PATH: process.env.PATH ?? "",
      HOME: this.folder,
      XDG_CACHE_HOME: join(this.folder, "cache"),
      GADWALL_DB: this.db,
      ...env,
    };
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], input = ""): Promise<Ended> {
    const child = Bun.spawn([BINARY, ...args], {
      cwd: this.folder,
      env: this.#env,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    child.stdin.write(input);
    child.stdin.end();
    const [stdout, stderr, code] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    return { code, stdout, stderr };
  }

  /** Imports a scan with source LAB and category DEMO: three hosts (test/mcp/scan.ts) unless told otherwise. */
  async importScan(xml = SCAN): Promise<void> {
    const path = join(this.folder, "scan.xml");
    writeFileSync(path, xml);
    await this.#done(["import", path, "--source", "LAB", "--category", "DEMO"]);
  }

  /** Adds a user; the password, when there is one, is for the sign-in page. */
  async addUser(email: string, options: readonly string[] = [], password?: string): Promise<void> {
    const withPassword = password === undefined ? [] : ["--password-stdin"];
    await this.#done(["user", "add", email, ...options, ...withPassword], `${password ?? ""}\n`);
  }

  /** Makes an API key of a user. */
  async createKey(email: string): Promise<string> {
    const { stdout } = await this.#done(["key", "create", email, "--name", "test", "--json"]);
    return (JSON.parse(stdout) as { key: string }).key;
  }

  /** Starts `mcp-server --http` on a free port of loopback. */
  async serve(...options: string[]): Promise<Served> {
    const child = Bun.spawn([BINARY, "mcp-server", "--http", "--port", "0", ...options], {
      cwd: this.folder,
      env: this.#env,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    let said = "";
    const started = Promise.withResolvers<string>();
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of child.stderr) {
        said += decoder.decode(chunk, { stream: true });
        const url = /serving MCP on (\S+)(?: as \S+)?\n/.exec(said)?.[1];
        if (url !== undefined) started.resolve(url);
      }
      started.reject(new Error(`the server ended: ${said}`));
    })();
    const url = await started.promise;
    const served: Served = {
      url,
      port: Number(new URL(url).port),
      said: () => said,
      stop: async () => {
        this.#running.delete(served);
        child.kill("SIGTERM");
        return child.exited;
      },
    };
    this.#running.add(served);
    return served;
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#running].map((served) => served.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #done(args: readonly string[], input?: string): Promise<Ended> {
    const ended = await this.run(args, input);
    expect({ args, ...ended }).toMatchObject({ code: 0 });
    return ended;
  }
}

/** The header that shows a key or token. */
export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

/** Opens a session of an older revision; gives the header that names it. */
export async function openSession(
  url: string,
  key: string,
  protocolVersion = "2025-11-25",
): Promise<{ "Mcp-Session-Id": string }> {
  const hello = { ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion } };
  const response = await fetch(url, post(hello, bearer(key)));
  expect(response.status).toBe(200);
  expect(await response.text()).toContain(`"protocolVersion":"${protocolVersion}"`);
  return { "Mcp-Session-Id": response.headers.get("mcp-session-id")! };
}

/** What a server on this machine says to bytes that no client would send. */
export function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      text += chunk.toString();
      socket.end();
    });
    socket.on("close", () => resolve(text));
    // A server may hang up before it has read everything.
    socket.on("error", (error) => (text === "" ? reject(error) : resolve(text)));
  });
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(20);
}
