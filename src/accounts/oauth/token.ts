/** POST /token: a code or a refresh token against new tokens. */

import { answer, OAuthError, type OAuthErrorCode } from "./errors.ts";
import { endIfRedeemed, endIfSpent, isClient } from "./grants.ts";
import type { Issuer } from "./issuer.ts";
import { checkResource, clientOf, formOf, needed } from "./parameters.ts";
import { withRefresh } from "./scopes.ts";

/** Codes of better-auth that are right as they are; its others mean that the code or token is not good. */
const PASSED: ReadonlySet<string> = new Set<OAuthErrorCode>([
  "invalid_grant",
  "invalid_scope",
  "invalid_target",
  "unauthorized_client",
]);

/** @throws OAuthError */
export async function token(request: Request, issuer: Issuer, client: string): Promise<Response> {
  const form = await formOf(request);
  const grantType = needed(form, "grant_type");
  const clientId = clientOf(request, form);
  const inner = new URLSearchParams({
    grant_type: grantType,
    client_id: clientId,
    resource: issuer.resource,
  });
  const carry = (name: string): void => inner.set(name, needed(form, name));
  if (grantType === "authorization_code") {
    for (const name of ["code", "redirect_uri", "code_verifier"]) carry(name);
  } else if (grantType === "refresh_token") {
    carry("refresh_token");
    // Without it the next refresh token would not be one of which more can be had.
    if (form.get("scope")) inner.set("scope", withRefresh(form.get("scope")));
  } else throw new OAuthError("unsupported_grant_type", "grant_type is authorization_code or refresh_token");
  if (!isClient(issuer.accounts.database, clientId))
    throw new OAuthError("invalid_client", "There is no such client: register again", 401);
  checkResource(form, issuer.resource);
  return oneAtATime(() => redeem(issuer, inner, client));
}

async function redeem(issuer: Issuer, form: URLSearchParams, client: string): Promise<Response> {
  const { database } = issuer.accounts;
  const spent =
    form.get("grant_type") === "refresh_token"
      ? endIfSpent(database, form.get("refresh_token")!)
      : endIfRedeemed(database, form.get("code")!);
  if (spent)
    throw new OAuthError("invalid_grant", "This was used before: what was issued with it is revoked");
  const response = await issuer.ask("/oauth2/token", { body: form, client }).catch((error: unknown) => {
    throw endedMeanwhile(error) ? notGood() : error;
  });
  const told = (await response.json()) as Record<string, unknown>;
  if (response.ok) return answer(tokens(told));
  const code = String(told.error);
  throw PASSED.has(code) && code !== "invalid_grant"
    ? new OAuthError(code as OAuthErrorCode, String(told.error_description))
    : notGood();
}

/** One sentence for whatever is wrong with it: whoever guesses learns nothing. */
function notGood(): OAuthError {
  return new OAuthError(
    "invalid_grant",
    "The code or token is unknown, expired, revoked or another client's",
  );
}

function tokens({ access_token, expires_in, refresh_token, scope }: Record<string, unknown>) {
  return { access_token, token_type: "Bearer", expires_in, refresh_token, scope };
}

/** Whether the accounts file refused (tables.ts): the user was disabled, or the grant ended, a moment ago. */
function endedMeanwhile(error: unknown): boolean {
  return (
    error instanceof Error &&
    ["this grant has ended", "this user is disabled"].some((refusal) => error.message.includes(refusal))
  );
}

/** So that a second use of the same code or token finds the first one done. */
let last: Promise<unknown> = Promise.resolve();
function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work, work);
  last = turn.catch(() => {});
  return turn;
}
