/** Running and timing the executable, and printing what came out beside a baseline. */
import { resolve } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

export const BINARY = resolve(import.meta.dir, "../dist/gadwall");

export type Environment = Record<string, string>;

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Runs a command to its end; wall seconds and peak memory of the process. @throws Error unless it exits with 0. */
export function runCommand(
  command: readonly string[],
  env: Environment,
): { seconds: number; peakMB: number; stdout: string } {
  const started = performance.now();
  const done = Bun.spawnSync([...command], { env });
  const seconds = (performance.now() - started) / 1000;
  if (done.exitCode !== 0) throw new Error(`${command.slice(0, 9).join(" ")}: ${done.stderr.toString()}`);
  // resourceUsage.maxRSS is in bytes.
  return { seconds, peakMB: (done.resourceUsage?.maxRSS ?? 0) / 1e6, stdout: done.stdout.toString() };
}

export function row(what: string, value: string, baseline: string, ratio: string): void {
  console.log(`${what.padEnd(44)} ${value.padStart(14)}   ${baseline.padEnd(46)} ${ratio}`);
}

/** A client of a server of its own. */
export async function connect(db: string, env: Environment): Promise<Client> {
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(new StdioClientTransport({ command: BINARY, args: ["mcp-server", "--db", db], env }));
  return client;
}

/** Milliseconds of a call, median and worst of 20 after two to warm up. */
export async function timeCalls(call: () => Promise<unknown>): Promise<{ p50: number; worst: number }> {
  const times: number[] = [];
  for (let i = 0; i < 22; i++) {
    const started = performance.now();
    await call();
    if (i >= 2) times.push(performance.now() - started);
  }
  return { p50: median(times), worst: Math.max(...times) };
}

/** The same of one tool. @throws Error when it answers with one. */
export function timeTool(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<{ p50: number; worst: number }> {
  return timeCalls(async () => {
    const result = await client.callTool({ name, arguments: args });
    if (result.isError) throw new Error(JSON.stringify(result.content));
  });
}
