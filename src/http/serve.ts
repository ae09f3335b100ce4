/** MCP over HTTP: starts the server and ends it. */
import { version } from "../../package.json" with { type: "json" };
import { type AccessScope, EVERYTHING, isEverything } from "../access/scope.ts";
import type { Gatekeeper } from "../accounts/gatekeeper.ts";
import type { Identity } from "../accounts/identity.ts";
import { type Catalogue, OWN } from "../mcp/catalogue.ts";
import { LazyStore } from "../mcp/lazy-store.ts";
import { createServer } from "../mcp/server.ts";
import { UserError } from "../model/errors.ts";
import { parseAddress } from "../model/ip.ts";
import { sentenceOf, traceOf } from "../model/thrown.ts";
import { Admission } from "./admission.ts";
import { App, type Pages } from "./app.ts";
import { Bodies } from "./body.ts";
import { trustedProxies } from "./client-address.ts";
import { cors } from "./cors.ts";
import { DiscreetStore } from "./discreet-store.ts";
import { Endpoint } from "./endpoint.ts";
import { guard } from "./guard.ts";
import { Health } from "./health.ts";
import { allowedHost, bindName, urlHost } from "./host-name.ts";
import { part } from "./in-flight.ts";
import { BODIES_SHARE, BODY_TIME, GRACE, MAX_BODY, REQUEST_TIME, SWEEP } from "./limits.ts";
import { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { publicUrl } from "./public-origin.ts";
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
  /** Requests a minute of one user, or of one network where nobody is known; 0 for no limit. */
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
    trustedProxies: options.trustedProxies,
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

  const log = new Log({ json: options.logJson, tell });
  const trouble = (line: string): void => log.trouble(line);
  const scopeOf = (identity: Identity | null): AccessScope => {
    if (unfiltered) return EVERYTHING;
    try {
      return options.scopeOf(identity);
    } catch (cause) {
      // Places in the executable name no file of a plugin, and are no help.
      const trace = traceOf(cause).filter((line) => !line.includes("$bunfs"));
      trouble([`gadwall: ${sentenceOf(cause)}`, ...trace].join("\n"));
      const told =
        "what you may see cannot be told now, so nothing is shown: the server's standard error says why";
      throw new UserError(told, { cause });
    }
  };
  const store = new LazyStore(options.db);
  const discreet = new DiscreetStore(store, trouble);
  const admission = new Admission(options);
  const bodies = new Bodies({ time: BODY_TIME, strangers: part(options.maxConnections, BODIES_SHARE) });
  const endpoint = new Endpoint({
    serve: (caller) =>
      createServer({
        store: discreet,
        scope: () => scopeOf(caller()),
        mayWrite: () => caller() !== null,
        catalogue,
        version,
      }),
    tools: catalogue.tools,
    admission,
    bodies,
    maxSessions: options.maxSessions,
    sessionIdle: options.sessionIdle * 1000,
  });
  // A database where nothing was imported yet opens; accounts that cannot be read let nobody in.
  const health = new Health(async (signal) => {
    gatekeeper.check();
    await store.read(async () => {}, { signal });
  }, tell);
  const app = new App({
    path: options.path,
    publicUrl: outside,
    trusted: trustedProxies(options.trustedProxies),
    anonymous,
    oauth: options.oauth,
    scopes: options.scopes ?? [],
    metricsPage: options.metrics,
    gatekeeper,
    pages: options.pages ?? null,
    guard: guard({ hosts, cors: crossOrigin }),
    cors: crossOrigin,
    admission,
    bodies,
    endpoint,
    health,
    metrics: new Metrics(version),
    log,
  });
  const server = listen(options, app);
  const sweep = setInterval(() => {
    log.sweep();
    Promise.all([app.streams.sweep((visit) => app.isWelcome(visit)), endpoint.sessions.sweep()]).catch(
      (error) => tell(`gadwall: ${error}`),
    );
  }, SWEEP);

  const end = async (): Promise<void> => {
    clearInterval(sweep);
    await endpoint.close();
    await server.stop(true);
    await store.close();
    log.flush();
  };
  let stopping: Promise<void> | null = null;
  let hurry: () => void = () => {};
  const url = `http://${urlHost(bindName(options.bind))}:${server.port}${options.path}`;
  for (const warning of warnings) tell(`gadwall: ${warning}`);
  tell(`gadwall: serving MCP on ${url}${outside === null ? "" : ` as ${outside.origin}${options.path}`}`);
  // Loads DuckDB, for which the first question need not wait then, and says at once what is wrong.
  void health.ready();
  return {
    url,
    stop() {
      if (stopping !== null) hurry();
      stopping ??= (async () => {
        app.draining = true;
        app.streams.endWaiting();
        await Promise.race([
          idle(admission),
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
    const name = bindName(bind);
    // What is said of names that do not resolve depends on the resolver.
    const noName =
      name === "localhost" || parseAddress(name) !== null
        ? null
        : "that name stands for no address of this machine: give one, such as 127.0.0.1";
    const why: Record<string, string> = {
      EADDRINUSE: "something else listens there: choose another --port",
      EADDRNOTAVAIL: noName ?? "this machine has no such address: choose another --bind",
      EACCES: "ports below 1024 are reserved: choose another --port",
    };
    throw new UserError(`cannot listen on ${bind}:${port}: ${why[code] ?? noName ?? code}`, { cause: error });
  }
}

/** Milliseconds between looks whether calls are still in flight. */
const POLL = 20;

async function idle(admission: Admission): Promise<void> {
  while (admission.size > 0) await Bun.sleep(POLL);
}
