/** The way of a request: in flight, guard, rate limit, who is there, page, log. Knows nothing of sockets. */
import { type Context, Hono } from "hono";
import type { Gatekeeper } from "../accounts/gatekeeper.ts";
import { UserError } from "../model/errors.ts";
import type { AddressRange } from "../model/ip.ts";
import { type LogEntry, logLine } from "./access-log.ts";
import {
  bearerOf,
  documentPaths,
  insufficientScope,
  type Resource,
  resourceDocument,
  resourceId,
  unauthorized,
} from "./bearer.ts";
import { BodyRefused } from "./body.ts";
import { clientKey, clientOf, isLoopbackAddress } from "./client-address.ts";
import type { Cors } from "./cors.ts";
import type { Endpoint } from "./endpoint.ts";
import { seenFromOutside } from "./forward.ts";
import type { Guard } from "./guard.ts";
import type { Health } from "./health.ts";
import type { InFlight } from "./in-flight.ts";
import { CONTENT_TYPE, type Metrics } from "./metrics.ts";
import { originOf } from "./public-origin.ts";
import type { RateLimit } from "./rate-limit.ts";
import { plainError, RPC, rpcError } from "./rpc.ts";
import type { Anonymous } from "./start-up.ts";
import { isStream, Streams } from "./streams.ts";
import { pathOf, Visit } from "./visit.ts";

/** Pages of OAuth that scripts of other origins may ask, when CORS names them; sign-in and consent are not among them. */
const SHARED_PAGES: ReadonlySet<string> = new Set(["/token", "/register", "/revoke"]);

/** Sign-in, consent and OAuth pages; requests reach them as they look from outside (forward.ts). */
export interface Pages {
  fetch(request: Request): Response | Promise<Response>;
}

export interface AppOptions {
  path: string;
  publicUrl: URL | null;
  trusted: readonly AddressRange[];
  anonymous: Anonymous;
  /** This server issues tokens itself. */
  oauth: boolean;
  /** Scopes that an OAuth token needs. */
  scopes: readonly string[];
  /** Serve /metrics. */
  metricsPage: boolean;
  /** Access log lines as JSON. */
  logJson: boolean;
  gatekeeper: Gatekeeper;
  pages: Pages | null;
  guard: Guard;
  cors: Cors;
  limit: RateLimit;
  inFlight: InFlight;
  endpoint: Endpoint;
  health: Health;
  metrics: Metrics;
  /** Writes one line to standard error. */
  tell(line: string): void;
}

/** Pages for whoever watches over processes. */
const HEALTH = /^\/(healthz|readyz)$/;

type Page = Context<{ Bindings: { visit: Visit } }>;

export class App {
  readonly streams = new Streams();
  /** Set when the server shall end: no new work is taken. */
  draining = false;
  readonly #options: AppOptions;
  readonly #pages: Hono<{ Bindings: { visit: Visit } }>;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#pages = this.#routes();
  }

  /** Answers a request that came from the TCP peer `peer`. */
  async fetch(request: Request, peer: string): Promise<Response> {
    const { trusted, inFlight } = this.#options;
    const health = HEALTH.exec(pathOf(request))?.[1];
    // Not logged, not limited, under whatever Host: load balancers ask every few seconds.
    if (health !== undefined) return this.#health(health);
    const { address, viaProxy } = clientOf(peer, request.headers.get("x-forwarded-for"), trusted);
    const visit = new Visit(request, { client: address, viaProxy });
    const leave = inFlight.enter(clientKey(address));
    if (leave !== null) visit.atEnd(leave);
    let response: Response;
    try {
      response = leave === null ? busy() : await this.#answer(visit);
    } catch (error) {
      response = this.#failed(error);
    }
    const headers = response.headers;
    headers.set("X-Content-Type-Options", "nosniff");
    if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
    if (this.#isShared(visit.path)) this.#options.cors.mark(headers, request.headers.get("origin"));
    if (this.draining) headers.set("Connection", "close");
    const streams = isStream(response);
    visit.atEnd(() => this.#record(visit, response.status, streams));
    return this.streams.watch(response, visit);
  }

  /** Whether who came with a request would be let in again now. */
  async isWelcome(visit: Visit): Promise<boolean> {
    if (!this.#asksWho()) return true;
    const { identity, bearer } = visit;
    if (bearer === null) return false;
    const now = await this.#options.gatekeeper.identify(bearer, resourceId(this.#resource(visit)));
    return now !== null && now.email === identity?.email;
  }

  async #answer(visit: Visit): Promise<Response> {
    const { request } = visit;
    const { guard, publicUrl } = this.#options;
    const host = request.headers.get("host");
    const refusal = guard({ host, origin: request.headers.get("origin") });
    if (refusal !== null) return rpcError(403, RPC.refused, refusal);
    visit.origin = originOf(
      { host: host!, forwardedProto: request.headers.get("x-forwarded-proto") },
      { publicUrl, viaProxy: visit.viaProxy },
    );
    if (this.draining)
      return rpcError(503, RPC.refused, "The server is shutting down", { "Retry-After": "5" });
    if (request.method === "OPTIONS") return new Response(null, { status: 204 });
    return this.#pages.fetch(request, { visit });
  }

  #routes(): Hono<{ Bindings: { visit: Visit } }> {
    const { path, metricsPage, pages: others } = this.#options;
    const pages = new Hono<{ Bindings: { visit: Visit } }>();
    pages.all(path, (page) => this.#mcp(page.env.visit));
    // Some clients add the slash.
    if (path !== "/") pages.all(`${path}/`, (page) => page.redirect(`${page.env.visit.origin}${path}`, 307));
    for (const document of documentPaths(path))
      pages.get(document, (page) => this.#limited(page, () => this.#document(page.env.visit)));
    if (metricsPage)
      pages.get("/metrics", (page) => this.#limited(page, () => this.#metrics(page.env.visit)));
    if (others !== null)
      pages.all("*", (page) =>
        this.#limited(page, async () => others.fetch(await seenFromOutside(page.env.visit))),
      );
    pages.notFound((page) => this.#limited(page, () => nothingHere(path)));
    pages.onError((error) => this.#failed(error));
    return pages;
  }

  async #mcp(visit: Visit): Promise<Response> {
    const { gatekeeper, endpoint } = this.#options;
    const resource = this.#resource(visit);
    const asksWho = this.#asksWho();
    const authorization = visit.request.headers.get("authorization");
    if (asksWho) {
      visit.bearer = bearerOf(authorization);
      visit.identity =
        visit.bearer === null ? null : await gatekeeper.identify(visit.bearer, resourceId(resource));
    }
    const wait = this.#take(visit);
    if (wait > 0) return tooMany(wait);
    if (asksWho) {
      if (visit.identity === null) return unauthorized(resource, authorization);
      const insufficient = insufficientScope(resource, visit.identity);
      if (insufficient !== null) return insufficient;
    }
    return endpoint.handle(visit);
  }

  /** Pages that do not ask who is there, or ask it themselves: counted by client address. */
  async #limited(page: Page, answer: () => Response | Promise<Response>): Promise<Response> {
    const wait = this.#take(page.env.visit);
    return wait > 0 ? tooMany(wait) : answer();
  }

  #take({ identity, client }: Visit): number {
    return this.#options.limit.take(
      identity === null ? `address ${clientKey(client)}` : `user ${identity.email}`,
    );
  }

  #document(visit: Visit): Response {
    if (!this.#asksWho()) return nothingHere(this.#options.path);
    return Response.json(resourceDocument(this.#resource(visit)));
  }

  async #health(page: string): Promise<Response> {
    if (page === "healthz") return plainText(200, "ok");
    return !this.draining && (await this.#options.health.ready())
      ? plainText(200, "ready")
      : plainText(503, "not ready");
  }

  /** For this machine, or with an administrator's key. */
  async #metrics(visit: Visit): Promise<Response> {
    const { metrics, endpoint, inFlight, gatekeeper } = this.#options;
    if (!isLoopbackAddress(visit.client)) {
      if (!this.#asksWho())
        return plainError(403, "forbidden", "Metrics are for this machine where nobody signs in");
      const resource = this.#resource(visit);
      const authorization = visit.request.headers.get("authorization");
      const bearer = bearerOf(authorization);
      visit.identity = bearer === null ? null : await gatekeeper.identify(bearer, resourceId(resource));
      if (visit.identity === null) return unauthorized(resource, authorization);
      if (!visit.identity.admin)
        return plainError(403, "forbidden", "Metrics are for administrators and for this machine");
    }
    const page = metrics.page({ sessions: endpoint.sessions.size, inFlight: inFlight.size });
    return new Response(page, { headers: { "Content-Type": CONTENT_TYPE } });
  }

  /** Whether a token is needed. */
  #asksWho(): boolean {
    const { anonymous, gatekeeper } = this.#options;
    return anonymous === "never" || (anonymous === "without-users" && gatekeeper.required);
  }

  #resource({ origin }: Visit): Resource {
    const { path, oauth, scopes } = this.#options;
    return { origin, path, oauth, scopes };
  }

  #isShared(path: string): boolean {
    return path === this.#options.path || path.startsWith("/.well-known/") || SHARED_PAGES.has(path);
  }

  #failed(error: unknown): Response {
    if (error instanceof BodyRefused) return plainError(error.status, "invalid_request", error.message);
    if (error instanceof UserError) {
      // Whoever runs the server can mend it; its paths are not for whoever asks.
      this.#options.tell(`gadwall: ${error.message}`);
      return plainError(
        503,
        "temporarily_unavailable",
        "The server cannot answer: its standard error says why",
      );
    }
    this.#options.tell(
      `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return plainError(500, "server_error", "Internal error: the server's standard error has the details");
  }

  #record(visit: Visit, status: number, stream: boolean): void {
    const { metrics, logJson, tell } = this.#options;
    const milliseconds = performance.now() - visit.started;
    const { asked, identity, client, request, path } = visit;
    metrics.count(
      this.#routeOf(path),
      status,
      visit.waiting && stream ? null : milliseconds / 1000,
      asked?.tool ?? null,
    );
    const entry: LogEntry = {
      time: new Date(),
      client,
      user: identity?.email ?? null,
      method: request.method,
      path,
      status,
      milliseconds,
      rpc: asked?.method ?? null,
      tool: asked?.tool ?? null,
    };
    tell(logLine(entry, logJson));
  }

  #routeOf(path: string): string {
    if (path === this.#options.path) return "mcp";
    return path === "/metrics" ? "metrics" : path.startsWith("/.well-known/") ? "documents" : "pages";
  }
}

function plainText(status: number, word: string): Response {
  const headers = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
  return new Response(`${word}\n`, { status, headers });
}

function busy(): Response {
  return rpcError(503, RPC.refused, "Too many requests are in flight: try again", { "Retry-After": "1" });
}

function tooMany(seconds: number): Response {
  return rpcError(429, RPC.refused, `Too many requests: the next one may come in ${seconds} s`, {
    "Retry-After": String(seconds),
  });
}

function nothingHere(path: string): Response {
  return plainError(404, "not_found", `There is nothing here: the MCP endpoint is ${path}`);
}
