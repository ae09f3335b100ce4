import { oauthProvider } from "@better-auth/oauth-provider";
import type { BetterAuthPlugin } from "better-auth";
import { magicLink } from "better-auth/plugins/magic-link";
import type { Accounts } from "../accounts.ts";
import { CLIENT_ADDRESS_HEADER, makeAuth, SIGN_IN_PATH } from "../auth.ts";
import { passwordWork } from "../password-work.ts";
import { tokenHash } from "../token-hash.ts";
import { openIdPlugin } from "./external.ts";
import { providerOptions } from "./options.ts";
import type { OAuthSettings } from "./settings.ts";

/** What is asked of better-auth. Nothing of what a client sent goes there unless it is named here. */
export interface Inner {
  /** A JSON body, or a form. Without one the method is GET. */
  body?: Record<string, unknown> | URLSearchParams;
  /** Cookies of the browser. */
  cookie?: string | null;
  /** Address of the client. */
  client: string;
}

/** A browser's session. */
export interface Session {
  id: string;
  userId: string;
  email: string;
}

/** Better-auth as it answers under one origin. */
export class Issuer {
  /** The issuer identifier (RFC 8414): an origin. */
  readonly origin: string;
  /** The endpoint that tokens are for (RFC 8707). */
  readonly resource: string;
  readonly accounts: Accounts;
  readonly #settings: OAuthSettings;
  /** Better-auth writes down what tokens are for when it is first asked. */
  #hasAsked = false;
  readonly #auth: ReturnType<typeof authOf>;
  /** The same with another provider, whose address must be asked for first. */
  #withOpenId: ReturnType<typeof authOf> | null = null;

  constructor(accounts: Accounts, place: { origin: string; resource: string }, settings: OAuthSettings) {
    this.accounts = accounts;
    this.origin = place.origin;
    this.resource = place.resource;
    this.#settings = settings;
    this.#auth = authOf(this, settings);
  }

  /** Whether it can be asked about these accounts, as long as nothing of it was removed by another one. */
  isGood(accounts: Accounts): boolean {
    return accounts === this.accounts && (!this.#hasAsked || accounts.knowsResource(this.resource));
  }

  /**
   * @throws OAuthError (503) when too many passwords are being looked at; whatever is no answer to the client.
   */
  ask(path: string, inner: Inner): Promise<Response> {
    const ask = (): Promise<Response> => this.#ask(this.#auth, path, inner);
    return path === SIGN_IN_PATH ? passwordWork(ask) : ask();
  }

  /** The same about signing in at another provider. What was learned of it is forgotten when that fails. */
  async askOpenId(path: string, inner: Inner): Promise<Response> {
    const { openId } = this.#settings;
    if (openId === null) throw new Error("no OpenID provider is set");
    this.#withOpenId ??= authOf(this, this.#settings, [openIdPlugin(openId, this.origin)]);
    const response = await this.#ask(this.#withOpenId, path, inner);
    if (response.status >= 400) this.#withOpenId = null;
    return response;
  }

  async #ask(
    auth: ReturnType<typeof authOf>,
    path: string,
    { body, cookie = null, client }: Inner,
  ): Promise<Response> {
    const headers = new Headers({
      accept: "application/json",
      origin: this.origin,
      [CLIENT_ADDRESS_HEADER]: client,
    });
    if (cookie !== null) headers.set("cookie", cookie);
    if (body !== undefined && !(body instanceof URLSearchParams))
      headers.set("content-type", "application/json");
    const request = new Request(this.origin + path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined || body instanceof URLSearchParams ? body : JSON.stringify(body),
    });
    return this.#lend(() => auth.handler(request));
  }

  async #lend<T>(work: () => Promise<T>): Promise<T> {
    const done = await this.accounts.lend(work);
    this.#hasAsked = true;
    return done;
  }

  /** Who is signed in with these cookies. */
  async session(cookie: string | null): Promise<Session | null> {
    if (cookie === null) return null;
    const headers = new Headers({ cookie });
    const found = await this.#lend(() => this.#auth.api.getSession({ headers }));
    if (found === null) return null;
    const identity = this.accounts.identifyUser(found.user.id);
    return identity === null ? null : { id: found.session.id, userId: found.user.id, email: identity.email };
  }
}

/** Takes the links that are made in accounts/links.ts; makes and sends none. */
const byLink = magicLink({
  disableSignUp: true,
  storeToken: { type: "custom-hasher", hash: async (token) => tokenHash(token) },
  sendMagicLink() {
    throw new Error("links are made in accounts/links.ts");
  },
});

function authOf(
  { accounts, origin, resource }: Pick<Issuer, "accounts" | "origin" | "resource">,
  settings: OAuthSettings,
  more: BetterAuthPlugin[] = [],
) {
  return makeAuth(accounts.database, {
    secret: accounts.secret(),
    baseURL: origin,
    plugins: [oauthProvider(providerOptions(resource, settings)), byLink, ...more],
  });
}
