/**
 * MCP over standard input and output: standard output carries the protocol and nothing else, and the end of input,
 * a closed output or a signal end the server cleanly.
 */

import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { version } from "../../package.json" with { type: "json" };
import { EVERYTHING } from "../access/scope.ts";
import type { Catalogue } from "./catalogue.ts";
import { LazyStore } from "./lazy-store.ts";
import { createServer } from "./server.ts";
import { StdioTransport } from "./stdio-transport.ts";

export interface StdioOptions {
  /** The database file; it need not exist yet. */
  db: string;
  /** With what plugins bring; ours when left out. */
  catalogue?: Catalogue | undefined;
}

/** Serves one client, who acts as the owner of the file; resolves when it has gone or SIGINT or SIGTERM came. The caller then ends the process. */
export async function serveMcpStdio({ db, catalogue }: StdioOptions): Promise<void> {
  keepStandardOutput();
  const store = new LazyStore(db);
  const transport = new StdioTransport(process.stdin, process.stdout);
  const owner = { store, scope: () => EVERYTHING, mayWrite: () => true, catalogue, version };
  const server = serveStdio(() => createServer(owner), {
    transport,
    onerror: (error) => console.error(`gadwall: ${error.message}`),
  });
  const stop = (): void => void server.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  await transport.closed;
  process.off("SIGINT", stop);
  process.off("SIGTERM", stop);
  await server.close();
  await store.close();
}

/** Whatever a library prints goes to standard error: a stray line would break the protocol. */
function keepStandardOutput(): void {
  console.log = console.error;
  console.info = console.error;
  console.debug = console.error;
}
