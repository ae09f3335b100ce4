import { OAuthError } from "./errors.ts";

/**
 * The parameters of a form or query, of which each may stand there once (RFC 6749 §3.1) except `resource`.
 * @throws OAuthError
 */
export function once(parameters: URLSearchParams): URLSearchParams {
  // Looked at once each: there may be some ten thousand.
  const seen = new Set<string>();
  for (const name of parameters.keys()) {
    if (name === "resource") continue;
    if (seen.has(name)) throw new OAuthError("invalid_request", `${clipped(name)} is there more than once`);
    seen.add(name);
  }
  return parameters;
}

/**
 * The form that a client posted.
 * @throws OAuthError
 */
export async function formOf(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded")
    throw new OAuthError("invalid_request", "Send the parameters as application/x-www-form-urlencoded");
  return once(new URLSearchParams(await request.text()));
}

/**
 * A parameter that must be there.
 * @throws OAuthError
 */
export function needed(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === "") throw new OAuthError("invalid_request", `${name} is missing`);
  return value;
}

/**
 * Clients here have no secret: one that comes with other credentials is not taken for who it says it is.
 * @throws OAuthError
 */
export function clientOf(request: Request, parameters: URLSearchParams): string {
  const sent = ["client_secret", "client_assertion"].some((name) => parameters.get(name));
  if (sent || request.headers.has("authorization"))
    throw new OAuthError("invalid_client", "Clients have no secret here: send client_id alone", 401);
  return needed(parameters, "client_id");
}

/**
 * Sees that a token is asked for this server's endpoint and no other (RFC 8707): that is what is meant when none is
 * named.
 * @throws OAuthError
 */
export function checkResource(parameters: URLSearchParams, own: string): void {
  for (const named of parameters.getAll("resource"))
    if (!URL.canParse(named) || new URL(named).href !== new URL(own).href)
      throw new OAuthError("invalid_target", `Tokens are issued for ${own} only`);
}

function clipped(name: string): string {
  return /^[a-z_]{1,40}$/.test(name) ? name : "A parameter";
}
