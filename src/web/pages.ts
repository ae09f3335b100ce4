/** Pages of the server beside its endpoint: OAuth, signing in, consent. What is not listed here is not there. */
import type { Accounts } from "../accounts/accounts.ts";
import { CLIENT_ADDRESS_HEADER } from "../accounts/auth.ts";
import { answer, errorAnswer, OAuthError } from "../accounts/oauth/errors.ts";
import { CALLBACK_PAGE } from "../accounts/oauth/external.ts";
import { Issuer } from "../accounts/oauth/issuer.ts";
import { metadata } from "../accounts/oauth/metadata.ts";
import { register } from "../accounts/oauth/register.ts";
import { revoke } from "../accounts/oauth/revoke.ts";
import type { OAuthSettings } from "../accounts/oauth/settings.ts";
import { token } from "../accounts/oauth/token.ts";
import type { Pages } from "../http/app.ts";
import { resourceId } from "../http/bearer.ts";
import { RateLimit } from "../http/rate-limit.ts";
import type { LinkMail } from "../mail/link-mail.ts";
import { networkKey } from "../model/network.ts";
import { answerConsent, authorize, showConsent } from "./consent.ts";
import { backFromElsewhere, signInElsewhere } from "./elsewhere.ts";
import { endGrant, HOME_PAGE, home } from "./home.ts";
import { showLink, useLink } from "./link.ts";
import { sendLink } from "./send-link.ts";
import { showSignIn, signIn, signOut } from "./sign-in.ts";
import type { Visitor } from "./visitor.ts";

export interface WebPagesOptions {
  /** The accounts as they are now (AccountsGatekeeper.accounts). */
  accounts(): Accounts | null;
  /** Path of the MCP endpoint. */
  path: string;
  oauth: OAuthSettings;
  /** Limits how many tokens one network may ask for in a minute; off where the server has no limit at all. */
  limited: boolean;
  /** Sends links with which users sign in. */
  mail?: LinkMail | null;
}

type Answer = (visitor: Visitor) => Response | Promise<Response>;

const ROUTES: Readonly<Record<string, { GET?: Answer; POST?: Answer }>> = {
  "/": { GET: home },
  [HOME_PAGE]: { GET: home, POST: endGrant },
  "/sign-in": { GET: showSignIn, POST: signIn },
  "/sign-in/link": { GET: showLink, POST: useLink },
  "/sign-in/mail": { POST: sendLink },
  "/sign-in/openid": { POST: signInElsewhere },
  [CALLBACK_PAGE]: { GET: backFromElsewhere },
  "/sign-out": { POST: signOut },
  "/authorize": { GET: authorize },
  "/consent": { GET: showConsent, POST: answerConsent },
  "/token": { POST: ({ request, issuer, client }) => token(request, issuer, client) },
  "/revoke": { POST: ({ request, issuer }) => revoke(request, issuer) },
  "/register": { POST: ({ request, issuer, client }) => register(request, issuer, client) },
  "/.well-known/oauth-authorization-server": {
    GET: ({ issuer, settings }) => answer(metadata(issuer, settings)),
  },
};

/** What a proxy must let through, beside the endpoint and its documents. */
export const PAGE_PATHS: readonly string[] = Object.keys(ROUTES);

/** Tokens that one network may ask for in a minute: a client gets one an hour. */
const TOKENS_A_MINUTE = 60;
/**
 * Names under which this server is called at the same time: without a public URL everybody on this machine may take any
 * port. The one that was not called for longest is forgotten, and made anew when it is.
 */
const MOST_ISSUERS = 16;

export class WebPages implements Pages {
  readonly #options: WebPagesOptions;
  readonly #tokens: RateLimit;
  readonly #issuers = new Map<string, Issuer>();

  constructor(options: WebPagesOptions) {
    this.#options = options;
    this.#tokens = new RateLimit({ perMinute: options.limited ? TOKENS_A_MINUTE : 0 });
  }

  /** Answers a request as it looks from outside (http/forward.ts). */
  async fetch(request: Request): Promise<Response> {
    const { oauth, mail = null } = this.#options;
    const url = new URL(request.url);
    const route = Object.hasOwn(ROUTES, url.pathname) ? ROUTES[url.pathname] : undefined;
    if (route === undefined || isOff(url.pathname, oauth, mail)) return nothing();
    const method = request.method === "HEAD" ? "GET" : request.method;
    const page = method === "GET" || method === "POST" ? route[method] : undefined;
    if (page === undefined) return notSo(Object.keys(route));
    const client = request.headers.get(CLIENT_ADDRESS_HEADER) ?? "";
    const wait = url.pathname === "/token" ? this.#tokens.take(networkKey(client)) : 0;
    if (wait > 0) return tooMany(wait);
    const issuer = this.#issuer(url.origin);
    if (issuer === null) return nothing();
    const cookie = request.headers.get("cookie");
    try {
      return await page({ request, url, issuer, settings: oauth, client, cookie, mail });
    } catch (error) {
      if (error instanceof OAuthError) return errorAnswer(error);
      throw error;
    }
  }

  /** Null when there are no accounts any more. */
  #issuer(origin: string): Issuer | null {
    const accounts = this.#options.accounts();
    if (accounts === null) return null;
    const known = this.#issuers.get(origin);
    this.#issuers.delete(origin);
    const issuer = known?.isGood(accounts) ? known : this.#newIssuer(accounts, origin);
    // The one that was asked last is the last one.
    this.#issuers.set(origin, issuer);
    return issuer;
  }

  #newIssuer(accounts: Accounts, origin: string): Issuer {
    // Those of a file that was replaced are closed.
    for (const [name, { accounts: old }] of this.#issuers) if (old !== accounts) this.#issuers.delete(name);
    if (this.#issuers.size >= MOST_ISSUERS) {
      const [name, { resource }] = this.#issuers.entries().next().value!;
      this.#issuers.delete(name);
      accounts.forgetResource(resource);
    }
    const { path, oauth } = this.#options;
    return new Issuer(accounts, { origin, resource: resourceId({ origin, path }) }, oauth);
  }
}

function isOff(path: string, { registration, openId }: OAuthSettings, mail: LinkMail | null): boolean {
  return (
    (path === "/register" && !registration) ||
    (path.startsWith("/sign-in/openid") && openId === null) ||
    (path === "/sign-in/mail" && mail === null)
  );
}

function nothing(): Response {
  return answer({ error: "not_found", error_description: "There is nothing here" }, 404);
}

function notSo(methods: readonly string[]): Response {
  return answer({ error: "invalid_request", error_description: `Only ${methods.join(" and ")} here` }, 405, {
    Allow: methods.join(", "),
  });
}

function tooMany(seconds: number): Response {
  const error_description = `Too many requests: the next one may come in ${seconds} s`;
  return answer({ error: "temporarily_unavailable", error_description }, 429, {
    "Retry-After": String(seconds),
  });
}
