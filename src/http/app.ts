/** The way of a request: guard, who is there, admission, page, log. Knows nothing of sockets. */
import { type Context, Hono } from "hono";
import type { Gatekeeper } from "../accounts/gatekeeper.ts";
import { UserError } from "../model/errors.ts";
import type { AddressRange } from "../model/ip.ts";
import { sentenceOf, traceOf } from "../model/thrown.ts";
import type { Admission } from "./admission.ts";
import {
  bearerOf,
  documentPaths,
  insufficientScope,
  type Resource,
  resourceDocument,
  resourceId,
  unauthorized,
} from "./bearer.ts";
import { type Bodies, BodyRefused } from "./body.ts";
import { clientOf, isLoopbackAddress } from "./client-address.ts";
import type { Cors } from "./cors.ts";
import type { Endpoint } from "./endpoint.ts";
import { seenFromOutside } from "./forward.ts";
import type { Guard } from "./guard.ts";
import type { Health } from "./health.ts";
import type { Log } from "./log.ts";
import { CONTENT_TYPE, type Metrics } from "./metrics.ts";
import { originOf } from "./public-origin.ts";
import { nothingHere } from "./refusals.ts";
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
  gatekeeper: Gatekeeper;
  pages: Pages | null;
  guard: Guard;
  cors: Cors;
  admission: Admission;
  bodies: Bodies;
  endpoint: Endpoint;
  health: Health;
  metrics: Metrics;
  log: Log;
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
    const health = HEALTH.exec(pathOf(request))?.[1];
    // Not logged, not limited, under whatever Host: load balancers ask every few seconds.
    if (health !== undefined) return this.#health(health);
    const { address, viaProxy } = clientOf(
      peer,
      request.headers.get("x-forwarded-for"),
      this.#options.trusted,
    );
    const visit = new Visit(request, { client: address, viaProxy });
    let response: Response;
    try {
      response = await this.#answer(visit);
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
    const { guard, publicUrl, admission } = this.#options;
    const host = request.headers.get("host");
    const refusal = guard({ host, origin: request.headers.get("origin") });
    if (refusal !== null) return admission.turnAway(visit) ?? rpcError(403, RPC.refused, refusal);
    visit.origin = originOf(
      { host: host!, forwardedProto: request.headers.get("x-forwarded-proto") },
      { publicUrl, viaProxy: visit.viaProxy },
    );
    if (this.draining)
      return rpcError(503, RPC.refused, "The server is shutting down", { "Retry-After": "5" });
    if (request.method === "OPTIONS") return this.#limited(visit, () => new Response(null, { status: 204 }));
    return this.#pages.fetch(request, { visit });
  }

  #routes(): Hono<{ Bindings: { visit: Visit } }> {
    const { path, metricsPage, pages: others } = this.#options;
    const pages = new Hono<{ Bindings: { visit: Visit } }>();
    pages.all(path, (page) => this.#mcp(page.env.visit));
    // Pages beside the endpoint do not ask who is there, or ask it themselves: counted by network.
    const limited =
      (answer: (visit: Visit) => Response | Promise<Response>) =>
      ({ env }: Page): Promise<Response> =>
        this.#limited(env.visit, () => answer(env.visit));
    // Some clients add the slash.
    if (path !== "/")
      pages.all(
        `${path}/`,
        limited(({ origin }) => new Response(null, { status: 307, headers: { Location: origin + path } })),
      );
    for (const document of documentPaths(path))
      pages.get(
        document,
        limited((visit) => this.#document(visit)),
      );
    if (metricsPage)
      pages.get(
        "/metrics",
        limited((visit) => this.#metrics(visit)),
      );
    if (others !== null)
      pages.all(
        "*",
        limited(async (visit) => others.fetch(await seenFromOutside(visit, this.#options.bodies))),
      );
    pages.notFound(limited(() => nothingHere(path)));
    pages.onError((error) => this.#failed(error));
    return pages;
  }

  async #mcp(visit: Visit): Promise<Response> {
    const { gatekeeper, endpoint, admission } = this.#options;
    const resource = this.#resource(visit);
    const asksWho = this.#asksWho();
    const authorization = visit.request.headers.get("authorization");
    if (asksWho) {
      visit.bearer = bearerOf(authorization);
      visit.identity =
        visit.bearer === null ? null : await gatekeeper.identify(visit.bearer, resourceId(resource));
    }
    const refusal = admission.enter(visit, { stranger: asksWho && visit.identity === null });
    if (refusal !== null) return refusal;
    if (asksWho) {
      if (visit.identity === null) return unauthorized(resource, authorization);
      const insufficient = insufficientScope(resource, visit.identity);
      if (insufficient !== null) return insufficient;
    }
    return endpoint.handle(visit);
  }

  async #limited(visit: Visit, answer: () => Response | Promise<Response>): Promise<Response> {
    return this.#options.admission.enter(visit, { stranger: this.#asksWho() }) ?? answer();
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
    const { metrics, endpoint, admission, gatekeeper } = this.#options;
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
    const page = metrics.page({ sessions: endpoint.sessions.size, inFlight: admission.size });
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
    const { log } = this.#options;
    if (error instanceof BodyRefused)
      return plainError(error.status, "invalid_request", error.message, error.headers);
    if (error instanceof UserError) {
      // Whoever runs the server can mend it; its paths are not for whoever asks.
      log.trouble(`gadwall: ${error.message}`);
      return plainError(
        503,
        "temporarily_unavailable",
        "The server cannot answer: its standard error says why",
      );
    }
    log.trouble([`gadwall: internal error: ${sentenceOf(error)}`, ...traceOf(error)].join("\n"));
    return plainError(500, "server_error", "Internal error: the server's standard error has the details");
  }

  #record(visit: Visit, status: number, stream: boolean): void {
    const { metrics, log } = this.#options;
    const milliseconds = performance.now() - visit.started;
    const seconds = visit.waiting && stream ? null : milliseconds / 1000;
    metrics.count(this.#routeOf(visit.path), status, seconds, visit.asked);
    log.request(visit, status, milliseconds);
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
