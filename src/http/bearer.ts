/** Bearer tokens (RFC 6750): reading them, and what is told to whoever comes without a good one (RFC 9728). */
import type { Identity } from "../accounts/identity.ts";
import { plainError } from "./rpc.ts";

/** Longer than any key or token of ours. */
const MAX_TOKEN = 512;

/** The token of an Authorization header; null when there is none or it is none. */
export function bearerOf(authorization: string | null): string | null {
  const match = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? "");
  return match === null || match[1]!.length > MAX_TOKEN ? null : match[1]!;
}

/** The protected resource as it is seen from outside. */
export interface Resource {
  origin: string;
  /** Path of the endpoint. */
  path: string;
  /** Scopes that an OAuth token needs. */
  scopes: readonly string[];
  /** This server issues tokens itself. */
  oauth: boolean;
}

const DOCUMENT = "/.well-known/oauth-protected-resource";

/** Where the document about the endpoint is: for its path (RFC 9728 §3.1), and at the root. */
export function documentPaths(path: string): string[] {
  return path === "/" ? [DOCUMENT] : [DOCUMENT + path, DOCUMENT];
}

/** The resource identifier, which is the audience of tokens. */
export function resourceId({ origin, path }: Pick<Resource, "origin" | "path">): string {
  return path === "/" ? origin : origin + path;
}

/** RFC 9728 §2. Without authorization servers in key-only mode. */
export function resourceDocument(resource: Resource): Record<string, unknown> {
  return {
    resource: resourceId(resource),
    ...(resource.oauth && { authorization_servers: [resource.origin] }),
    ...(resource.oauth && resource.scopes.length > 0 && { scopes_supported: resource.scopes }),
    bearer_methods_supported: ["header"],
    resource_name: "gadwall",
  };
}

/** 401: no token (then no error code, RFC 6750 §3.1), or one that is not good. */
export function unauthorized(resource: Resource, authorization: string | null): Response {
  const error = "invalid_token";
  const missing = "Authentication required: send an API key or access token as Authorization: Bearer …";
  const error_description = "The key or token is unknown, expired, revoked or not for this server";
  const told: Record<string, string> = authorization === null ? {} : { error, error_description };
  return plainError(401, error, authorization === null ? missing : error_description, {
    "WWW-Authenticate": challenge(resource, told),
  });
}

/** 403: the token is good but was not granted what the endpoint needs; null when it was. */
export function insufficientScope(resource: Resource, identity: Identity): Response | null {
  if (identity.by !== "oauth" || resource.scopes.every((scope) => identity.scopes.includes(scope)))
    return null;
  const error_description = `The token needs the scope ${resource.scopes.join(" ")}`;
  return plainError(403, "insufficient_scope", error_description, {
    "WWW-Authenticate": challenge(resource, { error: "insufficient_scope", error_description }),
  });
}

function challenge(resource: Resource, told: Record<string, string>): string {
  const parameters: Record<string, string> = { ...told };
  if (resource.oauth && resource.scopes.length > 0) parameters.scope = resource.scopes.join(" ");
  parameters.resource_metadata = resource.origin + documentPaths(resource.path)[0];
  // Our own words and an origin that passed the guard: nothing to escape.
  return `Bearer ${Object.entries(parameters)
    .map(([name, value]) => `${name}="${value}"`)
    .join(", ")}`;
}
