/** MCP over HTTP: starts the server and ends it. */
import { version } from "../../package.json" with { type: "json" };
import { type AccessScope, EVERYTHING, isEverything } from "../access/scope.ts";
import type { Gatekeeper } from "../accounts/gatekeeper.ts";
import type { Identity } from "../accounts/identity.ts";
import { type Catalogue, OWN } from "../mcp/catalogue.ts";
import { LazyStore } from "../mcp/lazy-store.ts";
import { createServer } from "../mcp/server.ts";
import { UserError } from "../model/errors.ts";
import { App, type Pages } from "./app.ts";
import { trustedProxies } from "./client-address.ts";
import { cors } from "./cors.ts";
import { Endpoint } from "./endpoint.ts";
import { guard } from "./guard.ts";
import { Health } from "./health.ts";
import { allowedHost, bindName, urlHost } from "./host-name.ts";
import { InFlight } from "./in-flight.ts";
import { CLIENT_SHARE, GRACE, MAX_BODY, REQUEST_TIME, SWEEP } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { publicUrl } from "./public-origin.ts";
import { RateLimit } from "./rate-limit.ts";
import { decide } from "./start-up.ts";
import { isStream } from "./streams.ts";

export interface HttpOptions {
  /** The database file; it need not exist yet. */
  db: string;
  /** Address or name to listen on; `localhost` is this machine's loopback. */
  bind: string;
  /** 0 for any free one. */
  port: number;
  /** Path of the endpoint. */
  path: string;
  /** The origin that clients see, when a proxy is in front. */
  publicUrl: string | null;
  /** Host names, beside loopback ones, under which clients may call this server. */
  allowedHosts: readonly string[];
  /** Origins of web pages that may ask; `*` for all. */
  cors: readonly string[];
  /** Requests a minute of one user or client address; 0 for no limit. */
  rateLimit: number;
  allowAnonymous: boolean;
  /** Addresses and networks of proxies beside loopback; `none` to trust not even loopback. */
  trustedProxies: readonly string[];
  /** Issue tokens as an OAuth 2.1 authorization server. */
  oauth: boolean;
  logJson: boolean;
  metrics: boolean;
  maxSessions: number;
  /** Seconds without a request after which a session ends. */
  sessionIdle: number;
  /** Requests and streams in flight at the same time. */
  maxConnections: number;
  gatekeeper: Gatekeeper;
  /** Sign-in, consent and OAuth pages. */
  pages?: Pages;
  /** Scopes that an OAuth token needs for the endpoint. */
  scopes?: readonly string[];
  /** With what plugins bring; ours when left out. */
  catalogue?: Catalogue | undefined;
  /**
   * What somebody may see, asked at every call; null for nobody known. Not asked where everybody is let in although there
   * are users.
   */
  scopeOf(identity: Identity | null): AccessScope;
  /** Writes one line to standard error. */
  tell?(line: string): void;
}

export interface HttpServer {
  /** The endpoint as it is called on this machine. */
  readonly url: string;
  /** Takes no new work, gives calls in flight some seconds, ends. A second call ends at once. */
  stop(): Promise<void>;
}

/**
 * Serves until `stop`.
 * @throws UserError when the combination of options is refused (start-up.ts), or the address cannot be had.
 */
export async function serveMcpHttp(options: HttpOptions): Promise<HttpServer> {
  const { gatekeeper, catalogue = OWN } = options;
  const tell = options.tell ?? ((line) => void process.stderr.write(`${line}\n`));
  const outside = options.publicUrl === null ? null : publicUrl(options.publicUrl);
  const allowedHosts = options.allowedHosts.map(allowedHost);
  const crossOrigin = cors(options.cors);
  const hasUsers = gatekeeper.required;
  const { anonymous, unfiltered, warnings } = decide({
    bind: options.bind,
    publicUrl: outside,
    allowedHosts,
    hasUsers,
    allowAnonymous: options.allowAnonymous,
    oauth: options.oauth,
    anyOrigin: crossOrigin.any,
    anonymousWrites: [...catalogue.tools.values()].some(
      ({ definition }) => definition.annotations.readOnlyHint !== true,
    ),
    anonymousFiltered: !hasUsers && hidesFromAnybody(options),
  });
  const hosts = [...allowedHosts];
  const own = bindName(options.bind);
  // A wildcard is no name to be called by.
  if (own !== "0.0.0.0" && own !== "::") hosts.push(allowedHost(own));
  if (outside !== null) hosts.push(allowedHost(outside.host));

  const scopeOf = (identity: Identity | null): AccessScope =>
    unfiltered ? EVERYTHING : options.scopeOf(identity);
  const store = new LazyStore(options.db);
  const endpoint = new Endpoint({
    serve: (caller) =>
      createServer({
        store,
        scope: () => scopeOf(caller()),
        mayWrite: () => caller() !== null,
        catalogue,
        version,
      }),
    tools: catalogue.tools,
    maxSessions: options.maxSessions,
    sessionIdle: options.sessionIdle * 1000,
  });
  const inFlight = new InFlight(options.maxConnections, CLIENT_SHARE);
  const app = new App({
    path: options.path,
    publicUrl: outside,
    trusted: trustedProxies(options.trustedProxies),
    anonymous,
    oauth: options.oauth,
    scopes: options.scopes ?? [],
    metricsPage: options.metrics,
    logJson: options.logJson,
    gatekeeper,
    pages: options.pages ?? null,
    guard: guard({ hosts, cors: crossOrigin }),
    cors: crossOrigin,
    limit: new RateLimit({ perMinute: options.rateLimit }),
    inFlight,
    endpoint,
    health: new Health(store, tell),
    metrics: new Metrics(version),
    tell,
  });
  const server = listen(options, app);
  const sweep = setInterval(() => {
    Promise.all([app.streams.sweep((visit) => app.isWelcome(visit)), endpoint.sessions.sweep()]).catch(
      (error) => tell(`gadwall: ${error}`),
    );
  }, SWEEP);

  const end = async (): Promise<void> => {
    clearInterval(sweep);
    await endpoint.close();
    await server.stop(true);
    await store.close();
  };
  let stopping: Promise<void> | null = null;
  let hurry: () => void = () => {};
  const url = `http://${urlHost(bindName(options.bind))}:${server.port}${options.path}`;
  for (const warning of warnings) tell(`gadwall: ${warning}`);
  tell(`gadwall: serving MCP on ${url}${outside === null ? "" : ` as ${outside.origin}${options.path}`}`);
  return {
    url,
    stop() {
      if (stopping !== null) hurry();
      stopping ??= (async () => {
        app.draining = true;
        app.streams.endWaiting();
        await Promise.race([
          idle(inFlight),
          new Promise<void>((resolve) => {
            hurry = resolve;
            setTimeout(resolve, GRACE).unref();
          }),
        ]);
        await end();
      })();
      return stopping;
    },
  };
}

/** Whether who is not signed in may not see everything. */
function hidesFromAnybody({ scopeOf }: HttpOptions): boolean {
  try {
    return !isEverything(scopeOf(null));
  } catch {
    // Then nothing is shown: see mcp/call.ts.
    return true;
  }
}

function listen({ bind, port }: HttpOptions, app: App): Bun.Server<undefined> {
  try {
    return Bun.serve({
      hostname: bindName(bind),
      port,
      // Otherwise an uncaught error shows Bun's own page, with our folder and source.
      development: false,
      // Without development Bun would let a second server take turns with the first on the same port.
      reusePort: false,
      idleTimeout: REQUEST_TIME,
      // Above our own bound, which answers in the protocol's terms.
      maxRequestBodySize: 4 * MAX_BODY,
      async fetch(request, server) {
        const response = await app.fetch(request, server.requestIP(request)?.address ?? "");
        if (isStream(response)) server.timeout(request, 0);
        return response;
      },
      error: () => new Response("Internal error\n", { status: 500 }),
    });
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? error);
    const why: Record<string, string> = {
      EADDRINUSE: "something else listens there: choose another --port",
      EADDRNOTAVAIL: "this machine has no such address: choose another --bind",
      EACCES: "ports below 1024 are reserved: choose another --port",
    };
    throw new UserError(`cannot listen on ${bind}:${port}: ${why[code] ?? code}`, { cause: error });
  }
}

/** Milliseconds between looks whether calls are still in flight. */
const POLL = 20;

async function idle(inFlight: InFlight): Promise<void> {
  while (inFlight.size > 0) await Bun.sleep(POLL);
}
