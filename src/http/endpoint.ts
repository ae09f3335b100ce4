/**
 * The MCP endpoint in both protocol eras: requests of revision 2026-07-28 stand alone, those of older revisions belong
 * to sessions. Who may ask was settled before.
 */
import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  type McpHttpHandler,
  type Server,
} from "@modelcontextprotocol/server";
import type { Identity } from "../accounts/identity.ts";
import type { Admission } from "./admission.ts";
import { type Bodies, BodyRefused } from "./body.ts";
import { CLIENT_SHARE, HEARTBEAT, MAX_BODY } from "./limits.ts";
import { askedFor, BATCH, RPC, rpcError } from "./rpc.ts";
import { Sessions } from "./sessions.ts";
import type { Visit } from "./visit.ts";

export interface EndpointOptions {
  /** Makes the server object of one request or session; `caller` is who asks at that moment. */
  serve(caller: () => Identity | null): Server;
  /** Tools that there are, by name: what the log may speak of. */
  tools: ReadonlyMap<string, unknown>;
  admission: Admission;
  bodies: Bodies;
  maxSessions: number;
  /** Milliseconds. */
  sessionIdle: number;
  /** Milliseconds between comments on streams that have nothing to say. */
  heartbeat?: number;
}

export class Endpoint {
  readonly sessions: Sessions;
  readonly #modern: McpHttpHandler;
  readonly #tools: ReadonlyMap<string, unknown>;
  readonly #admission: Admission;
  readonly #bodies: Bodies;
  readonly #visits = new WeakMap<Request, Visit>();

  constructor(options: EndpointOptions) {
    const { serve, maxSessions, sessionIdle, heartbeat = HEARTBEAT } = options;
    this.#tools = options.tools;
    this.#admission = options.admission;
    this.#bodies = options.bodies;
    this.sessions = new Sessions({
      serve,
      most: maxSessions,
      share: CLIENT_SHARE,
      idle: sessionIdle,
      heartbeat,
    });
    this.#modern = createMcpHandler(
      ({ requestInfo }) => {
        const visit = requestInfo === undefined ? undefined : this.#visits.get(requestInfo);
        if (visit === undefined) throw new Error("a request that did not come through the front door");
        return serve(() => visit.identity);
      },
      { legacy: "reject", keepAliveMs: heartbeat },
    );
  }

  /** Answers a request that was let in. */
  async handle(visit: Visit): Promise<Response> {
    const { request } = visit;
    switch (request.method) {
      case "POST":
        return this.#post(visit);
      case "GET":
      case "DELETE":
        return this.sessions.handle(visit);
      default:
        return rpcError(405, RPC.refused, "Method not allowed.", { Allow: "GET, POST, DELETE, OPTIONS" });
    }
  }

  async #post(visit: Visit): Promise<Response> {
    const { request } = visit;
    if (!isJsonContentType(request.headers.get("content-type")))
      return rpcError(415, RPC.refused, "Unsupported Media Type: Content-Type must be application/json");
    let body: unknown;
    try {
      const bytes = await this.#bodies.read(visit, MAX_BODY);
      body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch (error) {
      if (error instanceof BodyRefused)
        return rpcError(error.status, RPC.refused, error.message, error.headers);
      return rpcError(400, RPC.parse, "Parse error: the request body is not valid JSON");
    }
    const refusal = Array.isArray(body) ? this.#admission.batch(visit, body.length) : null;
    visit.asked = refusal === null ? askedFor(body, this.#tools) : [BATCH];
    if (refusal !== null) return refusal;
    if (await isLegacyRequest(request, body)) return this.sessions.handle(visit, body);
    visit.waiting = visit.asked[0]?.method === "subscriptions/listen";
    this.#visits.set(request, visit);
    return this.#modern.fetch(request, { parsedBody: body });
  }

  /** Ends everything that is in flight. */
  async close(): Promise<void> {
    await Promise.all([this.sessions.close(), this.#modern.close()]);
  }
}
