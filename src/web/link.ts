/** Signing in by a link. The link alone does nothing: programs that look at links would use it up. */
import { linkUser } from "../accounts/links.ts";
import { html } from "./html.ts";
import { safeNext } from "./next.ts";
import { goTo, page, problem } from "./page.ts";
import { landing, notFromHere } from "./sign-in.ts";
import { ownForm, type Visitor } from "./visitor.ts";

/** GET /sign-in/link */
export function showLink({ url, issuer }: Visitor): Response {
  const token = url.searchParams.get("token") ?? "";
  const email = linkUser(issuer.accounts.database, token);
  if (email === null) return spent();
  return page(
    "Sign in",
    html`<p>Sign in as <strong>${email}</strong>?</p>
<form method="post" action="/sign-in/link">
<input type="hidden" name="token" value="${token}">
<input type="hidden" name="next" value="${safeNext(url.searchParams.get("next"))}">
<div class="row"><button class="main">Sign in</button></div>
</form>`,
  );
}

/** POST /sign-in/link */
export async function useLink(visitor: Visitor): Promise<Response> {
  const { issuer, client } = visitor;
  const given = await ownForm(visitor);
  if (given === null) return notFromHere();
  const query = new URLSearchParams({ token: given.get("token") ?? "" });
  const response = await issuer.ask(`/magic-link/verify?${query}`, { client });
  if (!response.ok) return spent();
  return goTo(landing(visitor, safeNext(given.get("next"))), response.headers.getSetCookie());
}

function spent(): Response {
  return problem(
    400,
    "This link is no good",
    "It was used, or is older than 15 minutes. Ask for another one.",
  );
}
