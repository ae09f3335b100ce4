/** POST /register: clients introduce themselves (RFC 7591). */
import { z } from "zod";
import { cap, clean } from "../../model/text.ts";
import { answer, OAuthError, type OAuthErrorCode } from "./errors.ts";
import type { Issuer } from "./issuer.ts";
import { SCOPES, scopeNames } from "./scopes.ts";

const LONGEST_NAME = 100;
const GRANTS = ["authorization_code", "refresh_token"];

/** What is looked at of what a client says of itself; the rest, RFC 7591 §2, is ignored. */
const METADATA = z.object({
  redirect_uris: z.array(z.string().max(2048)).min(1).max(20),
  client_name: z.string().optional(),
  client_uri: z.string().max(2048).optional(),
  software_id: z.string().max(200).optional(),
  software_version: z.string().max(200).optional(),
  scope: z.string().max(1000).optional(),
  grant_types: z.array(z.string()).max(20).optional(),
});

/** @throws OAuthError */
export async function register(request: Request, issuer: Issuer, client: string): Promise<Response> {
  const asked = METADATA.safeParse(await jsonOf(request));
  if (!asked.success) {
    const where = asked.error.issues[0]?.path[0];
    throw where === "redirect_uris"
      ? new OAuthError("invalid_redirect_uri", "redirect_uris must be a list of 1 to 20 addresses")
      : new OAuthError("invalid_client_metadata", `${String(where ?? "The body")} is not as RFC 7591 has it`);
  }
  const { grant_types, client_name, scope, ...rest } = asked.data;
  if (grant_types !== undefined && !grant_types.includes("authorization_code"))
    throw new OAuthError("invalid_client_metadata", "grant_types must have authorization_code");
  const name =
    client_name === undefined ? "" : cap(clean(client_name).replaceAll(/\s+/g, " ").trim(), LONGEST_NAME);
  const scopes = scopeNames(scope ?? null).filter((name) => Object.hasOwn(SCOPES, name));
  const response = await issuer.ask("/oauth2/register", {
    client,
    body: {
      ...rest,
      ...(name !== "" && { client_name: name }),
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
      grant_types: GRANTS,
      response_types: ["code"],
      // Whoever can register can read a secret: it would prove nothing. PKCE does.
      token_endpoint_auth_method: "none",
      // RFC 8252 lets native ones have loopback and private-use redirects; most of them do not say that they are.
      application_type: rest.redirect_uris.every((uri) => /^https:/i.test(uri)) ? "web" : "native",
    },
  });
  const told = (await response.json()) as Record<string, unknown>;
  if (response.ok) return answer(told, 201);
  // better-auth's own check of the schema has no code.
  const code = typeof told.error === "string" ? told.error : "invalid_redirect_uri";
  throw new OAuthError(
    code as OAuthErrorCode,
    String(told.error_description ?? "redirect_uris must be https, or http on this machine"),
  );
}

async function jsonOf(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json")
    throw new OAuthError("invalid_client_metadata", "Send the metadata as application/json");
  try {
    return await request.json();
  } catch {
    throw new OAuthError("invalid_client_metadata", "The body is no JSON");
  }
}
