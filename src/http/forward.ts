import type { Bodies } from "./body.ts";
import { MAX_FORM } from "./limits.ts";
import type { Visit } from "./visit.ts";

/** What a proxy says, or somebody who wants to be taken for one. */
const FORWARDED = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-forwarded-prefix",
  "x-forwarded-scheme",
  "x-forwarded-ssl",
  "x-real-ip",
  "x-client-ip",
  "cf-connecting-ip",
  "true-client-ip",
];

/** Says who the client is (src/accounts/auth.ts counts failures by it). */
const CLIENT = "x-gadwall-client";

/**
 * A request as it looks from outside, for pages that build addresses and count failures: its URL and Host are those that
 * the browser has, X-Forwarded-For and X-Gadwall-Client are the client's address alone, and nothing else that the client said of itself or a
 * proxy is left. Its body is read already.
 * @throws BodyRefused
 */
export async function seenFromOutside(visit: Visit, bodies: Bodies): Promise<Request> {
  const { request, origin, client } = visit;
  const here = new URL(request.url);
  // Not resolved against the origin: a path that begins with // would name another host.
  const url = new URL(origin);
  url.pathname = here.pathname;
  url.search = here.search;
  const headers = new Headers(request.headers);
  for (const name of FORWARDED) headers.delete(name);
  headers.set("host", url.host);
  headers.set("x-forwarded-for", client);
  headers.set(CLIENT, client);
  headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  const body = hasBody ? await bodies.read(visit, MAX_FORM) : undefined;
  headers.delete("content-length");
  headers.delete("transfer-encoding");
  return new Request(url.href, { method: request.method, headers, body, signal: request.signal });
}
