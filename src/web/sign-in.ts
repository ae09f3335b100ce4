/** Signing in with a password, and out. */
import { OAuthError } from "../accounts/oauth/errors.ts";
import { elsewhereForm } from "./elsewhere-form.ts";
import { html } from "./html.ts";
import { linkForm } from "./link-form.ts";
import { safeNext, signInPage } from "./next.ts";
import { goTo, page, problem } from "./page.ts";
import { ownForm, sessionOf, type Visitor } from "./visitor.ts";

/** GET /sign-in */
export async function showSignIn(visitor: Visitor): Promise<Response> {
  const next = safeNext(visitor.url.searchParams.get("next"));
  const session = await sessionOf(visitor);
  if (session === null) return signInForm(visitor, { next });
  return goTo(landing(visitor, next));
}

/** POST /sign-in */
export async function signIn(visitor: Visitor): Promise<Response> {
  const given = await ownForm(visitor);
  if (given === null) return notFromHere();
  const next = safeNext(given.get("next"));
  const email = given.get("email") ?? "";
  const again = (status: number, wrong: string, headers = {}): Response =>
    signInForm(visitor, { next, email, wrong, status, headers });
  let response: Response;
  try {
    response = await visitor.issuer.ask("/sign-in/email", {
      body: { email, password: given.get("password") ?? "" },
      client: visitor.client,
    });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return again(error.status, error.message, { "Retry-After": String(error.retryAfter) });
  }
  if (response.ok) return goTo(landing(visitor, next), response.headers.getSetCookie());
  if (response.status !== 429) return again(401, "The e-mail address or the password is wrong");
  const wait = response.headers.get("retry-after") ?? "900";
  return again(429, `Too many tries: wait ${Math.ceil(Number(wait) / 60)} minutes`, { "Retry-After": wait });
}

/** Where to go after signing in. The root is no page where the MCP endpoint is there. */
export function landing({ issuer }: Visitor, next: string): string {
  return next === "/" && issuer.resource === issuer.origin ? "/account" : next;
}

/** POST /sign-out. Clients that were let in stay in: they are not this browser. */
export async function signOut(visitor: Visitor): Promise<Response> {
  const given = await ownForm(visitor);
  if (given === null) return notFromHere();
  const response = await visitor.issuer.ask("/sign-out", {
    body: {},
    cookie: visitor.cookie,
    client: visitor.client,
  });
  return goTo(signInPage(safeNext(given.get("next"))), response.headers.getSetCookie());
}

/** A link to sign out, and to go on at `next` as somebody else. */
export function signOutForm(next: string) {
  return html`<form method="post" action="/sign-out"><input type="hidden" name="next" value="${next}"><button>Sign out</button></form>`;
}

/** For forms of other sites' pages. */
export function notFromHere(): Response {
  return problem(
    403,
    "Not from here",
    "This form was not sent from a page of this server. Go back and try again.",
  );
}

interface Shown {
  next: string;
  email?: string;
  wrong?: string;
  status?: number;
  headers?: Record<string, string>;
}

/** The page with all ways of signing in. */
export function signInForm(
  { settings: { openId }, mail }: Visitor,
  { next, email = "", wrong, status = 200, headers = {} }: Shown,
): Response {
  return page(
    "Sign in",
    html`${wrong === undefined ? null : html`<p class="bad" role="alert">${wrong}</p>`}
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
<label>E-mail address<input name="email" type="email" value="${email}" autocomplete="username" maxlength="254" required autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" maxlength="256" required></label>
<div class="row"><button class="main">Sign in</button></div>
</form>
${mail === null ? null : linkForm(next, email)}
${openId === null ? null : elsewhereForm(openId, next)}`,
    { status, headers },
  );
}
