/** A server on a free port of loopback with known records and users, and what tests need to ask it. */
import { expect } from "bun:test";
import { connect } from "node:net";
import type { AccessScope } from "../../src/access/scope.ts";
import { EVERYTHING } from "../../src/access/scope.ts";
import type { Gatekeeper } from "../../src/accounts/gatekeeper.ts";
import type { Identity } from "../../src/accounts/identity.ts";
import { type HttpOptions, type HttpServer, serveMcpHttp } from "../../src/http/serve.ts";
import { UserError } from "../../src/model/errors.ts";

/** Users by bearer token; changed by tests as an administrator would. */
export class Users implements Gatekeeper {
  readonly known = new Map<string, Identity>();
  /** Tokens that are good for one audience only. */
  readonly audiences = new Map<string, string>();

  /** Why nobody can be looked up. */
  broken: string | null = null;

  get required(): boolean {
    return this.known.size > 0;
  }

  check(): void {
    if (this.broken !== null) throw new UserError(this.broken);
  }

  async identify(bearer: string, audience: string): Promise<Identity | null> {
    const bound = this.audiences.get(bearer);
    return bound !== undefined && bound !== audience ? null : (this.known.get(bearer) ?? null);
  }

  add(token: string, email: string, more: Partial<Identity> = {}): void {
    this.known.set(token, { email, groups: [], admin: false, by: "key", scopes: [], ...more });
  }
}

export interface Started extends HttpServer {
  lines: string[];
  users: Users;
  /** Asks a page of the server; `path` from the root. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

/** On a free port, with nothing allowed or limited that a test does not ask for. */
export const ON_LOOPBACK = {
  bind: "127.0.0.1",
  port: 0,
  path: "/mcp",
  publicUrl: null,
  allowedHosts: [],
  cors: [],
  rateLimit: 0,
  allowAnonymous: false,
  trustedProxies: [],
  oauth: false,
  logJson: false,
  metrics: false,
  maxSessions: 100,
  sessionIdle: 1800,
  maxConnections: 256,
} as const satisfies Partial<HttpOptions>;

/** Starts a server; everybody may read everything of an empty database unless options say otherwise. */
export async function start(
  options: Partial<HttpOptions> & {
    users?: Users;
    scopeOf?: (identity: Identity | null) => AccessScope;
  } = {},
): Promise<Started> {
  const lines: string[] = [];
  const users = options.users ?? new Users();
  const server = await serveMcpHttp({
    db: "/nowhere/gadwall.duckdb",
    ...ON_LOOPBACK,
    gatekeeper: users,
    scopeOf: () => EVERYTHING,
    tell: (line) => void lines.push(line),
    ...options,
  });
  const root = new URL("/", server.url);
  return {
    url: server.url,
    stop: () => server.stop(),
    lines,
    users,
    ask: (path, init) => fetch(new URL(path, root), init),
  };
}

/** A POST of a JSON-RPC message of the older revisions. */
export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** The request that opens a session. */
export const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
};

export const LIST = { jsonrpc: "2.0", id: 2, method: "tools/list" };

/** The header that shows a key or token. */
export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

/** Two users and an administrator. */
export function team(): Users {
  const users = new Users();
  users.add("gadwall_a", "a@example.org");
  users.add("gadwall_b", "b@example.org");
  users.add("gadwall_admin", "admin@example.org", { admin: true });
  return users;
}

/** Opens a session of an older revision; gives its id. */
export async function opened(server: Started, headers: Record<string, string> = {}): Promise<string> {
  const response = await server.ask("/mcp", post(INITIALIZE, headers));
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get("mcp-session-id")!;
}

/** What a server says to bytes that no client would send. */
export function raw(server: Started, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      text += chunk.toString();
      socket.end();
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(5);
}
