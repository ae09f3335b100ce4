/**
 * Sessions of the protocol revisions before 2026-07-28 (Streamable HTTP, "Session Management"). A session belongs to
 * whoever opened it, and ends by DELETE, when it was idle for long, or when its place is needed (session-room.ts).
 */
import { type Server, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import type { Identity } from "../accounts/identity.ts";
import { cancelledBy, opensSession, RPC, rpcError } from "./rpc.ts";
import { roomFor, type Seat } from "./session-room.ts";
import type { Visit } from "./visit.ts";

export interface SessionsOptions {
  /** Sessions at most; one user, or one network where nobody is known, can have the share `share` of them. */
  most: number;
  share: number;
  /** Milliseconds without a request and without an open stream after which a session ends. */
  idle: number;
  /** Milliseconds between comments on streams that have nothing to say. */
  heartbeat: number;
  /** Makes the server object of a session; `caller` is who asks at that moment. */
  serve(caller: () => Identity | null): Server;
  now?(): number;
}

interface Session extends Seat {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: Server;
  /** E-mail address of who opened it; null when nobody needs to say who he is. */
  readonly owner: string | null;
  /** As the last request had it: groups may have changed meanwhile. */
  identity: Identity | null;
  /** Several messages came in one body (revision 2025-03-26): their answers share a stream. */
  batches: boolean;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Answers a request of the older revisions. @param body of a POST, parsed. */
  async handle(visit: Visit, body?: unknown): Promise<Response> {
    const id = visit.request.headers.get("mcp-session-id");
    if (visit.request.method === "POST" && opensSession(body)) return this.#open(visit, body);
    if (id === null)
      return rpcError(
        400,
        RPC.refused,
        "Bad Request: the header Mcp-Session-Id is missing; initialize first",
      );
    const session = this.#sessions.get(id);
    // Somebody else's session is as unknown as one that never was.
    if (session === undefined || session.owner !== ownerOf(visit))
      return rpcError(404, RPC.noSession, "Session not found: initialize again");
    session.identity = visit.identity;
    session.batches ||= Array.isArray(body);
    const response = await this.#answer(session, visit, body);
    // Nobody answers a call that was cancelled (MCP, "Cancellation"): its stream would stay open with the connection.
    const cancelled = cancelledBy(body);
    if (cancelled !== null && !session.batches) session.transport.closeSSEStream(cancelled);
    return response;
  }

  async #open(visit: Visit, body: unknown): Promise<Response> {
    const room = roomFor(visit.who, this.#sessions, this.#options);
    if ("refusal" in room) return rpcError(503, RPC.refused, room.refusal, { "Retry-After": "60" });
    const ended = room.end === null ? undefined : this.#sessions.get(room.end);
    if (room.end !== null) this.#sessions.delete(room.end);
    const id = crypto.randomUUID();
    let session: Session | null = null;
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      keepAliveMs: this.#options.heartbeat,
      onsessionclosed: () => void this.#sessions.delete(id),
    });
    const server = this.#options.serve(() => session?.identity ?? null);
    session = {
      transport,
      server,
      owner: ownerOf(visit),
      who: visit.who,
      identity: visit.identity,
      batches: false,
      active: 0,
      seen: this.#now(),
    };
    // Before anything is awaited: others who come meanwhile shall not find the same place free.
    this.#sessions.set(id, session);
    try {
      await ended?.server.close();
      await server.connect(transport);
      return await this.#answer(session, visit, body);
    } finally {
      if (transport.sessionId === undefined) {
        this.#sessions.delete(id);
        await server.close();
      }
    }
  }

  async #answer(session: Session, visit: Visit, body: unknown): Promise<Response> {
    session.active++;
    visit.atEnd(() => {
      session.active--;
      session.seen = this.#now();
    });
    visit.waiting = visit.request.method === "GET";
    return session.transport.handleRequest(visit.request, body === undefined ? {} : { parsedBody: body });
  }

  /** Ends the sessions that were idle for long. */
  async sweep(): Promise<void> {
    const before = this.#now() - this.#options.idle;
    for (const [id, { active, seen, server }] of this.#sessions) {
      if (active > 0 || seen > before) continue;
      this.#sessions.delete(id);
      await server.close();
    }
  }

  /** Ends all sessions with the calls that are in flight in them. */
  async close(): Promise<void> {
    const servers = [...this.#sessions.values()].map(({ server }) => server);
    this.#sessions.clear();
    await Promise.all(servers.map((server) => server.close()));
  }
}

function ownerOf({ identity }: Visit): string | null {
  return identity === null ? null : identity.email;
}
