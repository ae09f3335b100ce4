/**
 * A team on one server: 50 clients with access filters of their own ask at the same time. Every answer is compared with
 * what the owner of the file counts for filter and question together.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StoredAccess } from "../src/access/stored.ts";
import { Accounts, accountsPath } from "../src/accounts/accounts.ts";
import { generate } from "./generate.ts";
import { BINARY, connect, type Environment, median, row, runCommand } from "./measure.ts";

export interface HttpBench {
  /** Where scans are made and the database is written. */
  folder: string;
  env: Environment;
  hosts: number;
}

const CLIENTS = 50;
const CALLS = 50;
/** How many calls the memory of the server is watched over, and from which one on it shall not grow. */
const MANY_CALLS = 10_000;
const WARM_CALLS = 2000;
/** Imports, each with a category of its own. */
const PARTS = 10;

/** What everybody asks, in turn. */
const QUESTIONS: readonly string[] = [
  "",
  "port:443",
  "port:80 !port:443",
  "service:ssh",
  "service:http port:80",
  "country:DE",
  "openport",
  "countports:>3",
  "script:http-title",
  "product:/nginx|apache/i",
];

/** What one user may see. */
function filterOf(user: number): string {
  const category = `category:part${user % PARTS}`;
  switch (Math.floor(user / PARTS)) {
    case 0:
      return category;
    case 1:
      return `!${category}`;
    case 2:
      return `${category} port:80`;
    case 3:
      return `5.9.0.0-5.9.${user % PARTS}.255`;
    default:
      return `${category} OR service:ssh`;
  }
}

interface Member {
  filter: string;
  key: string;
  /** The right answers, by question. */
  expected: number[];
}

/** Prints a row a measurement. @throws Error for a call that fails and for a wrong answer. */
export async function benchHttp({ folder, env, hosts }: HttpBench): Promise<void> {
  const db = join(folder, "http.duckdb");
  for (let part = 0; part < PARTS; part++) {
    const scan = join(folder, `part${part}.xml`);
    generate(scan, hosts / PARTS, (part * hosts) / PARTS);
    runCommand([BINARY, "import", scan, "--db", db, "--category", `part${part}`, "--quiet", "--force"], env);
  }
  const members = await team(db, env);
  const server = await serve(db, env);
  try {
    const clients = await Promise.all(members.map(({ key }, i) => open(server.url, key, i)));
    const times = await load(clients, members, CALLS);
    const alone = await load(clients.slice(0, 1), members, CALLS);
    row(
      `${CLIENTS} clients x ${CALLS} counts, ${hosts} hosts: p50`,
      `${at(times, 0.5)} ms`,
      `one client alone ${at(alone, 0.5)} ms`,
      `x${(median(times) / median(alone)).toFixed(1)}`,
    );
    row("the same: p99", `${at(times, 0.99)} ms`, `one client alone ${at(alone, 0.99)} ms`, "");
    row("the same: worst", `${at(times, 1)} ms`, "", "");
    let done = times.length + alone.length;
    let warm = server.memoryMB();
    while (done < MANY_CALLS) {
      if (done < WARM_CALLS) warm = server.memoryMB();
      done += (await load(clients, members, CALLS)).length;
    }
    const after = server.memoryMB();
    row(
      `server memory after ${done} calls`,
      `${after.toFixed(0)} MB`,
      `after the first ${WARM_CALLS} ${warm.toFixed(0)} MB`,
      `x${(after / warm).toFixed(2)}`,
    );
    await Promise.all(clients.map((client) => client.close()));
  } finally {
    server.stop();
  }
}

/** Milliseconds at a quantile. */
function at(times: readonly number[], quantile: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))]!.toFixed(1);
}

/** A user with key and access filter for each client. */
async function team(db: string, env: Environment): Promise<Member[]> {
  const path = accountsPath(db);
  const accounts = Accounts.open(path, { create: true });
  const access = new StoredAccess(path);
  const owner = await connect(db, env);
  const members: Member[] = [];
  for (let user = 0; user < CLIENTS; user++) {
    const email = `user${user}@example.org`;
    const filter = filterOf(user);
    await accounts.addUser(email);
    const { key } = accounts.createKey(email, "bench");
    access.set(email, filter);
    const expected: number[] = [];
    for (const question of QUESTIONS) expected.push(await count(owner, `(${filter}) ${question}`));
    members.push({ filter, key, expected });
  }
  await owner.close();
  access.close();
  accounts.close();
  const different = new Set(members.map(({ expected }) => expected.join())).size;
  if (different < CLIENTS * 0.9)
    throw new Error(`only ${different} of ${CLIENTS} users see different things`);
  return members;
}

async function count(client: Client, q: string): Promise<number> {
  const { structuredContent, isError, content } = await client.callTool({
    name: "count",
    arguments: { purpose: "view", q },
  });
  if (isError) throw new Error(`${q}: ${JSON.stringify(content)}`);
  return (structuredContent as { result: number }).result;
}

/** Clients of both protocol eras in turn. */
async function open(url: string, key: string, i: number): Promise<Client> {
  const mode = i % 2 === 0 ? "auto" : "legacy";
  const client = new Client({ name: "bench", version: "1" }, { versionNegotiation: { mode } });
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

/** All clients ask at the same time, each one question after the other. @returns milliseconds of each call. */
async function load(
  clients: readonly Client[],
  members: readonly Member[],
  calls: number,
): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(
    clients.map(async (client, i) => {
      const { filter, expected } = members[i]!;
      for (let call = 0; call < calls; call++) {
        // Not all the same question at the same time.
        const which = (call + i) % QUESTIONS.length;
        const started = performance.now();
        const answer = await count(client, QUESTIONS[which]!);
        times.push(performance.now() - started);
        if (answer !== expected[which])
          throw new Error(
            `who may see ${filter} was answered ${answer} to "${QUESTIONS[which]}", not ${expected[which]}`,
          );
      }
    }),
  );
  return times;
}

interface Running {
  url: string;
  memoryMB(): number;
  stop(): void;
}

/** The executable as a server without limits; its log is read and thrown away. */
async function serve(db: string, env: Environment): Promise<Running> {
  const child = Bun.spawn([BINARY, "mcp-server", "--http", "--port", "0", "--db", db, "--rate-limit", "0"], {
    env,
    stdout: "ignore",
    stderr: "pipe",
  });
  const started = Promise.withResolvers<string>();
  void (async () => {
    const decoder = new TextDecoder();
    let said = "";
    for await (const chunk of child.stderr) {
      if (said === "served") continue;
      said += decoder.decode(chunk, { stream: true });
      const url = /serving MCP on (\S+)\n/.exec(said)?.[1];
      if (url === undefined) continue;
      said = "served";
      started.resolve(url);
    }
    started.reject(new Error(`the server ended: ${said}`));
  })();
  return {
    url: await started.promise,
    memoryMB: () => residentMB(child.pid),
    stop: () => child.kill("SIGTERM"),
  };
}

/** Resident memory of a process; NaN where /proc does not tell. */
function residentMB(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes) / 1000;
  } catch {
    return Number.NaN;
  }
}
