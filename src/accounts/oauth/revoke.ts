import { answer, OAuthError } from "./errors.ts";
import { isClient, revoke as revokeToken } from "./grants.ts";
import type { Issuer } from "./issuer.ts";
import { clientOf, formOf, needed } from "./parameters.ts";

/** POST /revoke (RFC 7009). Tokens that are unknown are as good as revoked. @throws OAuthError */
export async function revoke(request: Request, issuer: Issuer): Promise<Response> {
  const form = await formOf(request);
  const clientId = clientOf(request, form);
  const { database } = issuer.accounts;
  if (!isClient(database, clientId)) throw new OAuthError("invalid_client", "There is no such client", 401);
  revokeToken(database, clientId, needed(form, "token"));
  return answer({});
}
