/**
 * Signing in at another OpenID provider. Where to go afterwards is kept with the state of that sign-in, which is bound to
 * the browser by a signed cookie (HttpOnly, SameSite=Lax, 5 minutes), and looked at again when it is used.
 */
import { providerId } from "../accounts/oauth/external.ts";
import { safeNext } from "./next.ts";
import { goTo, problem } from "./page.ts";
import { landing, notFromHere } from "./sign-in.ts";
import { ownForm, type Visitor } from "./visitor.ts";

/** POST /sign-in/openid */
export async function signInElsewhere(visitor: Visitor): Promise<Response> {
  const given = await ownForm(visitor);
  if (given === null) return notFromHere();
  const { issuer, client, settings } = visitor;
  const response = await issuer.askOpenId("/sign-in/social", {
    client,
    body: {
      provider: providerId(settings.openId!),
      callbackURL: landing(visitor, safeNext(given.get("next"))),
      errorCallbackURL: "/sign-in",
      disableRedirect: true,
    },
  });
  const { url } = response.ok ? ((await response.json()) as { url?: string }) : {};
  if (url === undefined) return failed(502, "The other provider cannot be asked now. Try again later.");
  return goTo(url, response.headers.getSetCookie());
}

/** GET /sign-in/openid/callback */
export async function backFromElsewhere({
  url,
  issuer,
  client,
  cookie,
  settings,
}: Visitor): Promise<Response> {
  const path = `/callback/${providerId(settings.openId!)}${url.search}`;
  const response = await issuer.askOpenId(path, { client, cookie });
  const cookies = response.headers.getSetCookie();
  const to = new URL(response.headers.get("location") ?? "/", issuer.origin);
  if (!cookies.some((line) => /^[^=]*session_token=[^;]/.test(line)))
    return failed(403, "The other provider did not say that you are somebody who may sign in here.");
  return goTo(to.origin === issuer.origin ? safeNext(to.pathname + to.search) : "/", cookies);
}

function failed(status: number, why: string): Response {
  return problem(status, "Signing in failed", why);
}
