/**
 * The MCP server: the SDK speaks the protocol in both eras, we answer its requests from the tool table. The
 * low-level `Server` rather than `McpServer`, whose own validation messages are not sentences for an agent, and
 * which makes every schema again for every connection.
 */
import { type CacheHint, Server } from "@modelcontextprotocol/server";
import { ALL, type Filter } from "../filter/ast.ts";
import { callTool, type Reader } from "./call.ts";
import { DEFINITIONS } from "./catalogue.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { RESOURCES, readResource } from "./resources.ts";

export interface ServerDependencies {
  store: Reader;
  /** Records that may be seen; everything by default. */
  scope?: Filter;
  version: string;
}

/** Lists and guides change with the program only. */
const FIXED: CacheHint = { ttlMs: 3_600_000, cacheScope: "public" };

/** A fresh server for one connection or request: a shared one leaks answers between clients (CVE-2026-25536). */
export function createServer({ store, scope = ALL, version }: ServerDependencies): Server {
  const server = new Server(
    { name: "gadwall", title: "gadwall", version },
    {
      capabilities: { tools: {}, resources: {} },
      instructions: INSTRUCTIONS,
      cacheHints: {
        "tools/list": FIXED,
        "resources/list": FIXED,
        "resources/templates/list": FIXED,
        "resources/read": FIXED,
        "server/discover": FIXED,
      },
    },
  );
  server.setRequestHandler("tools/list", () => ({ tools: [...DEFINITIONS] }));
  server.setRequestHandler("tools/call", ({ params }, { mcpReq }) =>
    callTool(params.name, params.arguments ?? {}, { store, scope, signal: mcpReq.signal }),
  );
  server.setRequestHandler("resources/list", () => ({ resources: RESOURCES }));
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: [] }));
  server.setRequestHandler("resources/read", ({ params }) => readResource(params.uri));
  return server;
}
