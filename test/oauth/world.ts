/** A server that issues tokens, a user who can sign in, a browser without script, and a client that asks. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVERYTHING } from "../../src/access/scope.ts";
import { Accounts, accountsPath } from "../../src/accounts/accounts.ts";
import { AccountsGatekeeper } from "../../src/accounts/gatekeeper.ts";
import { ENDPOINT_SCOPES } from "../../src/accounts/oauth/scopes.ts";
import type { OAuthSettings } from "../../src/accounts/oauth/settings.ts";
import { type HttpOptions, serveMcpHttp } from "../../src/http/serve.ts";
import { LinkMail } from "../../src/mail/link-mail.ts";
import type { SmtpOptions } from "../../src/mail/smtp.ts";
import { WebPages } from "../../src/web/pages.ts";
import { ON_LOOPBACK, post } from "../http/world.ts";

export const EMAIL = "ann@example.org";
export const PASSWORD = "correct horse battery";
export const REDIRECT = "http://127.0.0.1:7777/callback";

export interface World {
  origin: string;
  /** URL of the endpoint: what tokens are for. */
  resource: string;
  /** As a command would see them. */
  accounts: Accounts;
  lines: string[];
  stop(): Promise<void>;
}

export async function world(
  options: Partial<HttpOptions> & { settings?: Partial<OAuthSettings>; smtp?: SmtpOptions } = {},
): Promise<World> {
  const { settings, smtp, ...http } = options;
  const folder = mkdtempSync(join(tmpdir(), "gadwall-oauth-"));
  const db = join(folder, "data.duckdb");
  const accounts = Accounts.open(accountsPath(db), { create: true });
  await accounts.addUser(EMAIL, { password: PASSWORD });
  const gatekeeper = new AccountsGatekeeper(accountsPath(db), { oauth: true });
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  const mail =
    smtp === undefined
      ? null
      : new LinkMail({ smtp, from: FROM, origin: PUBLIC, accounts: () => gatekeeper.accounts(), tell });
  const server = await serveMcpHttp({
    db,
    ...ON_LOOPBACK,
    oauth: true,
    gatekeeper,
    pages: new WebPages({
      accounts: () => gatekeeper.accounts(),
      path: "/mcp",
      oauth: {
        registration: true,
        requestSeconds: 600,
        codeSeconds: 600,
        accessSeconds: 3600,
        refreshSeconds: 2_592_000,
        openId: null,
        ...settings,
      },
      limited: false,
      mail,
    }),
    scopes: ENDPOINT_SCOPES,
    scopeOf: () => EVERYTHING,
    tell,
    ...http,
  });
  const { origin } = new URL(server.url);
  return {
    origin,
    resource: `${origin}/mcp`,
    accounts,
    lines,
    async stop() {
      await server.stop();
      await mail?.stop();
      gatekeeper.close();
      accounts.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The sender of its mails, and what links in them begin with. */
export const FROM = "gadwall@example.org";
export const PUBLIC = "https://scans.example.org";

/** Fills in forms and follows redirects within the server; keeps cookies. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie !== "") headers.set("cookie", cookie);
    const response = await fetch(new URL(path, this.#origin), { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/max-age=0/i.test(line)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    return response;
  }

  submit(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.ask(path, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { origin: this.#origin, ...headers },
    });
  }

  signIn(next = "/", email = EMAIL, password = PASSWORD): Promise<Response> {
    return this.submit("/sign-in", { email, password, next });
  }

  /** From an authorization address to the name of the question, signed in or not. */
  async requestName(url: string): Promise<string> {
    const location = (await this.ask(url)).headers.get("location")!;
    return new URL(location, this.#origin).searchParams.get("request")!;
  }

  /** From an authorization address to where the browser is sent at the end. */
  async consent(url: string, action = "allow", user = EMAIL): Promise<URL> {
    const request = await this.requestName(url);
    const response = await this.submit("/consent", { request, user, action });
    return new URL(response.headers.get("location")!, this.#origin);
  }
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
  token_type: string;
}

/** A client as its authors would write it, that can be told to do wrong. */
export class Client {
  readonly verifier = randomBytes(32).toString("base64url");
  id = "";
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  async register(metadata: Record<string, unknown> = {}): Promise<Response> {
    const response = await fetch(`${this.world.origin}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: [REDIRECT], client_name: "Test client", ...metadata }),
    });
    if (response.ok) this.id = ((await response.clone().json()) as { client_id: string }).client_id;
    return response;
  }

  /** Null takes a parameter away. */
  authorizeUrl(changed: Record<string, string | null> = {}): string {
    const parameters: Record<string, string | null> = {
      response_type: "code",
      client_id: this.id,
      redirect_uri: REDIRECT,
      state: "the-state",
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"),
      code_challenge_method: "S256",
      resource: this.world.resource,
      scope: "mcp",
      ...changed,
    };
    const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null);
    return `${this.world.origin}/authorize?${new URLSearchParams(given)}`;
  }

  /** A form to a page for clients. */
  form(page: string, fields: Record<string, string>): Promise<Response> {
    return fetch(this.world.origin + page, { method: "POST", body: new URLSearchParams(fields) });
  }

  redeem(code: string, changed: Record<string, string> = {}): Promise<Response> {
    return this.form("/token", {
      grant_type: "authorization_code",
      code,
      client_id: this.id,
      redirect_uri: REDIRECT,
      code_verifier: this.verifier,
      resource: this.world.resource,
      ...changed,
    });
  }

  refresh(refresh_token: string, changed: Record<string, string> = {}): Promise<Response> {
    return this.form("/token", {
      grant_type: "refresh_token",
      refresh_token,
      client_id: this.id,
      resource: this.world.resource,
      ...changed,
    });
  }

  /** The status of a call with this token. */
  async call(token: string): Promise<number> {
    const body = { jsonrpc: "2.0", id: 1, method: "initialize", params: INITIALIZE };
    const answered = await fetch(this.world.resource, post(body, { authorization: `Bearer ${token}` }));
    await answered.body?.cancel();
    return answered.status;
  }
}

const INITIALIZE = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "test", version: "1" },
};

/** A client that is registered, a browser that is signed in. */
export async function started(place: World): Promise<{ client: Client; browser: Browser }> {
  const client = new Client(place);
  await client.register();
  // So that a file of tests may sign in as often as it likes.
  place.accounts.database.run("delete from attempt");
  const browser = new Browser(place.origin);
  await browser.signIn();
  return { client, browser };
}

/** The same, with a code. */
export async function withCode(place: World): Promise<{ client: Client; browser: Browser; code: string }> {
  const { client, browser } = await started(place);
  const code = (await browser.consent(client.authorizeUrl())).searchParams.get("code")!;
  return { client, browser, code };
}

/** The same, with tokens. */
export async function withTokens(
  place: World,
): Promise<{ client: Client; browser: Browser; code: string; tokens: Tokens }> {
  const { client, browser, code } = await withCode(place);
  return { client, browser, code, tokens: (await (await client.redeem(code)).json()) as Tokens };
}

/** Status and error code of an answer. */
export async function refusal(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error?: string };
  return `${response.status} ${error}`;
}
