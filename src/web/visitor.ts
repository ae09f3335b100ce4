/** One request for a page, and what the pages need to know of it. */
import type { Issuer, Session } from "../accounts/oauth/issuer.ts";
import type { OAuthSettings } from "../accounts/oauth/settings.ts";
import type { LinkMail } from "../mail/link-mail.ts";

export interface Visitor {
  readonly request: Request;
  readonly url: URL;
  readonly issuer: Issuer;
  readonly settings: OAuthSettings;
  /** Address of the client. */
  readonly client: string;
  readonly cookie: string | null;
  /** Sends links; null where there is no mail server. */
  readonly mail: LinkMail | null;
}

/** Who is signed in. */
export function sessionOf({ issuer, cookie }: Visitor): Promise<Session | null> {
  return issuer.session(cookie);
}

/**
 * The form that was posted from one of our own pages; null from anywhere else. Browsers say where a form came from, and
 * who is no browser has no cookies that somebody could borrow.
 */
export async function ownForm({ request, issuer }: Visitor): Promise<URLSearchParams | null> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (request.headers.get("origin") !== issuer.origin || type !== "application/x-www-form-urlencoded")
    return null;
  return new URLSearchParams(await request.text());
}
