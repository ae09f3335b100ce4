/** A client's question for access, and the answer of whoever is signed in. */
import { allowed, check, denied } from "../accounts/oauth/authorize.ts";
import { clientName } from "../accounts/oauth/client.ts";
import { find, keep, take } from "../accounts/oauth/pending.ts";
import { scopeNames, scopeSentence } from "../accounts/oauth/scopes.ts";
import { cap, clean } from "../model/text.ts";
import { html } from "./html.ts";
import { signInPage } from "./next.ts";
import { goTo, page, problem } from "./page.ts";
import { notFromHere, signOutForm } from "./sign-in.ts";
import { ownForm, sessionOf, type Visitor } from "./visitor.ts";

/** Characters of an authorization request's query. */
const LONGEST_QUERY = 8192;

/** GET /authorize */
export async function authorize({ url, issuer, client, settings }: Visitor): Promise<Response> {
  if (url.search.length > LONGEST_QUERY) return refused("its request is too long");
  const next = await check(url.searchParams, issuer, client);
  if (next.kind === "client") return backWithError(next.url);
  if (next.kind === "refused") return refused(next.why);
  const name = keep(issuer.accounts.database, next.parameters, settings.requestSeconds);
  return goTo(consentPage(name));
}

/** GET /consent */
export async function showConsent(visitor: Visitor): Promise<Response> {
  const name = visitor.url.searchParams.get("request");
  if (name === null || name === "") return gone();
  const session = await sessionOf(visitor);
  if (session === null) return goTo(signInPage(consentPage(name)));
  const parameters = find(visitor.issuer.accounts.database, name);
  return parameters === null ? gone() : question(visitor, name, parameters, session.email);
}

/** POST /consent */
export async function answerConsent(visitor: Visitor): Promise<Response> {
  const { issuer, client, cookie } = visitor;
  const given = await ownForm(visitor);
  if (given === null) return notFromHere();
  const session = await sessionOf(visitor);
  if (session === null || cookie === null)
    return problem(401, "Not signed in", "Sign in, and start again from the application that asked.");
  const { database } = issuer.accounts;
  const name = given.get("request") ?? "";
  const waiting = find(database, name);
  // Somebody else signed in since the page was shown: he has not been asked yet.
  if (waiting !== null && given.get("user") !== session.email) return goTo(consentPage(name));
  const parameters = take(database, name);
  if (parameters === null) return gone();
  if (given.get("action") !== "allow") return goTo(denied(parameters, issuer.origin));
  const url = await allowed(parameters, issuer, { cookie, client });
  return url === null ? gone() : goTo(url);
}

function consentPage(name: string): string {
  return `/consent?${new URLSearchParams({ request: name })}`;
}

function question({ issuer }: Visitor, name: string, parameters: URLSearchParams, email: string): Response {
  const client = clientName(issuer.accounts.database, parameters.get("client_id") ?? "");
  if (client === null) return gone();
  const scopes = scopeNames(parameters.get("scope"));
  const hidden = html`<input type="hidden" name="request" value="${name}"><input type="hidden" name="user" value="${email}">`;
  return page(
    `Let ${clean(client)} in?`,
    html`<p><strong>${clean(client)}</strong> asks for access to this server.</p>
${scopes.length === 0 ? html`<p>no scopes requested</p>` : html`<ul>${scopes.map((scope) => html`<li>${scopeSentence(scope)}</li>`)}</ul>`}
<dl>
<dt>Signed in as</dt><dd>${email}</dd>
<dt>The answer goes to</dt><dd>${destination(parameters.get("redirect_uri") ?? "")}</dd>
</dl>
<p>Anybody can take any name. Allow it only if you have just started this yourself.</p>
<form method="post" action="/consent">${hidden}
<div class="row"><button name="action" value="deny">Deny</button><button class="main" name="action" value="allow">Allow</button></div>
</form>
<div class="quiet">Not ${email}? ${signOutForm(consentPage(name))}</div>`,
  );
}

/** Whom the code goes to, as far as an address can tell. */
function destination(uri: string): string {
  const { protocol, host, hostname } = new URL(uri);
  if (["localhost", "127.0.0.1", "[::1]"].includes(hostname)) return `a program on this computer (${host})`;
  return protocol === "https:" ? host : `the application for ${protocol}`;
}

/**
 * A request that nobody was asked about goes back by itself to servers of programs on the user's computer only: anybody
 * can register any https address or scheme, and this server's name shall not lead there (RFC 9700 §4.11.2).
 */
function backWithError(url: string): Response {
  const { protocol, search, hash } = new URL(url);
  if (protocol === "http:") return goTo(url);
  // After # where a client asked for an answer of that kind.
  const told = new URLSearchParams(hash === "" ? search : hash.slice(1));
  return page(
    "This application cannot be let in",
    html`<p>Its request is not in order: ${cap(clean(told.get("error_description") ?? ""), 300)}</p>
<p><a href="${url}">Go back to ${destination(url)}</a></p>`,
    { status: 400 },
  );
}

function gone(): Response {
  return problem(
    400,
    "Nothing to answer",
    "The authorization request was not found or has expired. Start again from the application that asked.",
  );
}

function refused(why: string): Response {
  return problem(
    400,
    "This application cannot be let in",
    `Its request is not in order: ${cap(clean(why), 300)}. If it was let in before, remove its stored registration and start again.`,
  );
}
