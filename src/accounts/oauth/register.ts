/** POST /register: clients introduce themselves (RFC 7591). */
import { z } from "zod";
import { cap, clean } from "../../model/text.ts";
import { answer, OAuthError, type OAuthErrorCode } from "./errors.ts";
import type { Issuer } from "./issuer.ts";
import { isPlainUri, isProgramUri } from "./redirect-uri.ts";
import { countRegistration, noteRegistration } from "./registrations.ts";
import { SCOPES, scopeNames } from "./scopes.ts";

const LONGEST_NAME = 100;
const MOST_REDIRECTS = 10;
const WRONG_REDIRECTS = `redirect_uris must be a list of 1 to ${MOST_REDIRECTS} addresses in their normal form: https, or http on this machine, or a scheme such as com.example.app:/ or cursor://`;
/** What better-auth is told instead of addresses that it does not take (redirect-uri.ts), when there are no others. */
const STAND_IN = "http://127.0.0.1/";
const GRANTS = ["authorization_code", "refresh_token"];

/** What is looked at of what a client says of itself; the rest, RFC 7591 §2, is ignored. */
const METADATA = z.object({
  redirect_uris: z.array(z.string().refine(isPlainUri)).min(1).max(MOST_REDIRECTS),
  client_name: z.string().optional(),
  scope: z.string().max(1000).optional(),
  grant_types: z.array(z.string()).max(20).optional(),
});

/** @throws OAuthError */
export async function register(request: Request, issuer: Issuer, client: string): Promise<Response> {
  const { database } = issuer.accounts;
  const asked = METADATA.safeParse(await jsonOf(request));
  if (!asked.success) {
    const where = asked.error.issues[0]?.path[0];
    throw where === "redirect_uris"
      ? new OAuthError("invalid_redirect_uri", WRONG_REDIRECTS)
      : new OAuthError("invalid_client_metadata", `${String(where ?? "The body")} is not as RFC 7591 has it`);
  }
  const { grant_types, client_name, scope, redirect_uris } = asked.data;
  if (grant_types !== undefined && !grant_types.includes("authorization_code"))
    throw new OAuthError("invalid_client_metadata", "grant_types must have authorization_code");
  const name =
    client_name === undefined ? "" : cap(clean(client_name).replaceAll(/\s+/g, " ").trim(), LONGEST_NAME);
  const scopes = scopeNames(scope ?? null).filter((name) => Object.hasOwn(SCOPES, name));
  const retryAfter = countRegistration(database, client);
  if (retryAfter > 0)
    throw new OAuthError("temporarily_unavailable", "Too many clients register: try later", 429, {
      retryAfter,
    });
  const ordinary = redirect_uris.filter((uri) => !isProgramUri(uri));
  const response = await issuer.ask("/oauth2/register", {
    client,
    body: {
      redirect_uris: ordinary.length > 0 ? ordinary : [STAND_IN],
      ...(name !== "" && { client_name: name }),
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
      grant_types: GRANTS,
      response_types: ["code"],
      // Whoever can register can read a secret: it would prove nothing. PKCE does.
      token_endpoint_auth_method: "none",
      // RFC 8252 lets native ones have loopback and private-use redirects; most of them do not say that they are.
      application_type: redirect_uris.every((uri) => uri.startsWith("https:")) ? "web" : "native",
    },
  });
  const told = (await response.json()) as Record<string, unknown>;
  if (response.ok) {
    noteRegistration(database, { clientId: String(told.client_id), redirectUris: redirect_uris }, client);
    return answer({ ...told, redirect_uris }, 201);
  }
  // better-auth's own check of the schema has no code.
  const code = typeof told.error === "string" ? told.error : "invalid_redirect_uri";
  throw new OAuthError(code as OAuthErrorCode, String(told.error_description ?? WRONG_REDIRECTS));
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
