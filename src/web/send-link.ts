/** Asking for a link by mail. The answer does not tell whether there is such a user. */
import { emailOf } from "../accounts/arguments.ts";
import { countLinkRequest } from "../accounts/sign-in-limits.ts";
import { UserError } from "../model/errors.ts";
import { html } from "./html.ts";
import { safeNext } from "./next.ts";
import { page } from "./page.ts";
import { notFromHere, signInForm } from "./sign-in.ts";
import { ownForm, type Visitor } from "./visitor.ts";

/** POST /sign-in/mail */
export async function sendLink(visitor: Visitor): Promise<Response> {
  const { issuer, client, mail } = visitor;
  const given = await ownForm(visitor);
  if (given === null) return notFromHere();
  const next = safeNext(given.get("next"));
  const email = addressIn(given);
  if (email === null) return signInForm(visitor, { next, wrong: "This is no e-mail address", status: 400 });
  const wait = countLinkRequest(issuer.accounts.database, email, client);
  if (wait > 0)
    return signInForm(visitor, {
      next,
      email,
      wrong: `Too many links were asked for: wait ${Math.ceil(wait / 60)} minutes`,
      status: 429,
      headers: { "Retry-After": String(wait) },
    });
  mail!.ask({ email, next, client });
  return page(
    "Look at your mail",
    html`<p>If <strong>${email}</strong> belongs to somebody who may sign in here, a link is on its way there. It works once, within 15 minutes.</p>`,
  );
}

function addressIn(given: URLSearchParams): string | null {
  try {
    return emailOf((given.get("email") ?? "").trim());
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
