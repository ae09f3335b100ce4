/**
 * The MCP server: the SDK speaks the protocol in both eras, we answer its requests from the tool table. The
 * low-level `Server` rather than `McpServer`, whose own validation messages are not sentences for an agent, and
 * which makes every schema again for every connection.
 */
import { type CacheHint, Server } from "@modelcontextprotocol/server";
import type { AccessScope } from "../access/scope.ts";
import { callTool, contextOf, type Reader } from "./call.ts";
import { type Catalogue, OWN } from "./catalogue.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { RESOURCES, readResource } from "./resources.ts";

export interface ServerDependencies {
  store: Reader;
  /**
   * Which records may be seen, asked at every call: a session outlives a change of rights. No default: one that is
   * forgotten must not mean everything.
   */
  scope(): AccessScope;
  /** Whether tools may be used that change something, asked at every call; not when left out. */
  mayWrite?(): boolean;
  /** With what plugins bring; ours when left out. */
  catalogue?: Catalogue;
  version: string;
}

/** Lists and guides change when a server is started only. */
const FIXED: CacheHint = { ttlMs: 3_600_000, cacheScope: "public" };

/** A fresh server for one connection or request: a shared one leaks answers between clients (CVE-2026-25536). */
export function createServer({
  store,
  scope,
  mayWrite,
  catalogue: { tools, resources } = OWN,
  version,
}: ServerDependencies): Server {
  const server = new Server(
    { name: "gadwall", title: "gadwall", version },
    {
      capabilities: { tools: {}, resources: {} },
      instructions: INSTRUCTIONS,
      cacheHints: {
        "tools/list": FIXED,
        "resources/list": FIXED,
        "resources/templates/list": FIXED,
        // What plugins say may be about data, and about who asks.
        ...(resources === RESOURCES && { "resources/read": FIXED }),
        "server/discover": FIXED,
      },
    },
  );
  server.setRequestHandler("tools/list", () => ({
    tools: [...tools.values()].map(({ definition }) => definition),
  }));
  server.setRequestHandler("tools/call", ({ params }, { mcpReq: { signal } }) =>
    callTool(params.name, params.arguments ?? {}, { tools, store, scope, mayWrite, signal }),
  );
  server.setRequestHandler("resources/list", () => ({
    resources: [...resources.values()].map(({ resource }) => resource),
  }));
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: [] }));
  server.setRequestHandler("resources/read", ({ params }, { mcpReq: { signal } }) =>
    readResource(params.uri, resources, contextOf({ store, scope, signal })),
  );
  return server;
}
