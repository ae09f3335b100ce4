/** Who is signed in, and which clients are let in. */
import { endGrantOf, type Grant, grantsOf } from "../accounts/oauth/grants.ts";
import { cap, clean } from "../model/text.ts";
import { type Html, html } from "./html.ts";
import { goTo, page } from "./page.ts";
import { notFromHere, signOutForm } from "./sign-in.ts";
import { ownForm, sessionOf, type Visitor } from "./visitor.ts";

/** Under this name too, as the root may be the MCP endpoint. */
export const HOME_PAGE = "/account";

/** GET / and GET /account */
export async function home(visitor: Visitor): Promise<Response> {
  const { issuer } = visitor;
  const session = await sessionOf(visitor);
  if (session === null) return goTo("/sign-in");
  const grants = grantsOf(issuer.accounts.database, session.userId);
  return page(
    "Signed in",
    html`<p>You are signed in as <strong>${session.email}</strong>.</p>
<p>MCP clients connect to <code>${issuer.resource}</code></p>
${grants.length === 0 ? null : html`<p>You let in:</p><ul>${grants.map(item)}</ul>`}
${signOutForm("/")}`,
  );
}

/** POST /account: ends what a client was granted. */
export async function endGrant(visitor: Visitor): Promise<Response> {
  const given = await ownForm(visitor);
  if (given === null) return notFromHere();
  const session = await sessionOf(visitor);
  if (session === null) return goTo("/sign-in");
  endGrantOf(visitor.issuer.accounts.database, session.userId, given.get("end") ?? "");
  return goTo(HOME_PAGE);
}

function item({ id, client, used_at }: Grant): Html {
  return html`<li>${cap(clean(client), 100)}, last on ${used_at.slice(0, 10)}
<form class="inline" method="post" action="${HOME_PAGE}"><button name="end" value="${id}">End access</button></form></li>`;
}
