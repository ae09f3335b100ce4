/** Cross-origin requests of browsers (Fetch standard): none unless origins are named. */
import { UsageError } from "../model/errors.ts";
import { originHost } from "./host-name.ts";

const METHODS = "GET, POST, DELETE, OPTIONS";
const REQUEST_HEADERS =
  "Content-Type, Authorization, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID, Mcp-Method, Mcp-Name";
const RESPONSE_HEADERS = "Mcp-Session-Id, WWW-Authenticate";
/** Seconds that a browser may remember the answer to a preflight. */
const MAX_AGE = "600";

export interface Cors {
  /** True when pages of any origin may ask. */
  readonly any: boolean;
  /** True for an origin that was named. */
  allows(origin: string): boolean;
  /** Adds what a browser must see to let a page of `origin` read the response. */
  mark(headers: Headers, origin: string | null): void;
}

/**
 * @param named origins such as `https://inspector.example`, or `*` for all.
 * @throws UsageError for a name that is no origin.
 */
export function cors(named: readonly string[]): Cors {
  const any = named.includes("*");
  const origins = new Set(named.filter((name) => name !== "*").map(originOf));
  const allows = (origin: string): boolean => any || origins.has(origin.toLowerCase());
  return {
    any,
    allows,
    mark(headers, origin) {
      if (!any && origins.size === 0) return;
      if (!any) headers.append("Vary", "Origin");
      if (origin === null || !allows(origin)) return;
      // Never with credentials: cookies of the sign-in page stay out of reach.
      headers.set("Access-Control-Allow-Origin", any ? "*" : origin);
      headers.set("Access-Control-Allow-Methods", METHODS);
      headers.set("Access-Control-Allow-Headers", REQUEST_HEADERS);
      headers.set("Access-Control-Expose-Headers", RESPONSE_HEADERS);
      headers.set("Access-Control-Max-Age", MAX_AGE);
    },
  };
}

function originOf(name: string): string {
  const origin = name.toLowerCase().replace(/\/$/, "");
  if (originHost(origin) === null)
    throw new UsageError(`cors: “${name}” is no origin: for example https://inspector.example:6274, or *`);
  // As browsers write it, without the port that the scheme implies.
  return new URL(origin).origin;
}
