/** GET /authorize: is a client's request in order? Then somebody is asked for consent, however often he gave it. */
import { networkKey } from "../../model/network.ts";
import type { Issuer } from "./issuer.ts";
import { ASK_PAGE } from "./options.ts";
import { checkResource } from "./parameters.ts";
import { Asked } from "./pending.ts";
import { withRefresh } from "./scopes.ts";

/** What is looked at; the rest is ignored (RFC 6749 §3.1). */
const KNOWN = [
  "response_type",
  "client_id",
  "redirect_uri",
  "scope",
  "state",
  "code_challenge",
  "code_challenge_method",
] as const;

/** How an authorization request goes on. */
export type Next =
  /** In order: ask for consent. */
  | { kind: "ask"; parameters: Asked }
  /** Back to the client, with an error. */
  | { kind: "client"; url: string }
  /** It is not known for sure who asked: told to the user alone (RFC 6749 §4.1.2.1). */
  | { kind: "refused"; why: string };

/** Checks a request without looking who is signed in. */
export async function check(query: URLSearchParams, issuer: Issuer, client: string): Promise<Next> {
  const parameters = new Asked(networkKey(client));
  for (const name of KNOWN) for (const value of query.getAll(name)) parameters.append(name, value);
  if (query.getAll("scope").length <= 1) parameters.set("scope", withRefresh(query.get("scope")));
  parameters.set("resource", issuer.resource);
  const url = await redirect(issuer, parameters, { client, cookie: null });
  if (url.startsWith(`${issuer.origin}/error?`))
    return { kind: "refused", why: new URL(url).searchParams.get("error_description") ?? "" };
  if (!url.startsWith(`${ASK_PAGE}?`)) return { kind: "client", url };
  try {
    checkResource(query, issuer.resource);
  } catch (error) {
    const why = { error: "invalid_target", error_description: (error as Error).message };
    return { kind: "client", url: backToClient(parameters, issuer.origin, why) };
  }
  return { kind: "ask", parameters };
}

/**
 * Where a browser goes when the user said yes: to the client with a code. Null when the user is not signed in any more,
 * or the request is not in order any more.
 */
export async function allowed(
  parameters: URLSearchParams,
  issuer: Issuer,
  browser: { cookie: string; client: string },
): Promise<string | null> {
  const asked = new URLSearchParams(parameters);
  asked.set("prompt", "consent");
  const url = await redirect(issuer, asked, browser);
  if (!url.startsWith(`${ASK_PAGE}?`)) return null;
  const oauth_query = url.slice(ASK_PAGE.length + 1);
  const response = await issuer.ask("/oauth2/consent", { body: { accept: true, oauth_query }, ...browser });
  if (!response.ok) return null;
  const told = (await response.json()) as { url?: string };
  return told.url === undefined || told.url.startsWith(`${ASK_PAGE}?`) ? null : told.url;
}

/** Where a browser goes when the user said no. */
export function denied(parameters: URLSearchParams, origin: string): string {
  return backToClient(parameters, origin, {
    error: "access_denied",
    error_description: "The user denied access",
  });
}

function backToClient(parameters: URLSearchParams, iss: string, told: Record<string, string>): string {
  const url = new URL(parameters.get("redirect_uri") ?? "");
  const state = parameters.get("state");
  for (const [name, value] of Object.entries({ ...told, ...(state !== null && { state }), iss }))
    url.searchParams.set(name, value);
  return url.href;
}

async function redirect(
  issuer: Issuer,
  parameters: URLSearchParams,
  browser: { cookie: string | null; client: string },
): Promise<string> {
  const response = await issuer.ask(`/oauth2/authorize?${parameters}`, browser);
  const told = (await response.json()) as { url?: unknown };
  if (typeof told.url !== "string") throw new Error(`no redirect from /authorize: ${response.status}`);
  return told.url;
}
