/** The way in: registration, sign-in, consent, code, tokens, a call, refresh, revocation. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client as McpClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { passwordWork } from "../../src/accounts/password-work.ts";
import {
  Browser,
  Client,
  EMAIL,
  REDIRECT,
  started,
  type Tokens,
  type World,
  withTokens,
  world,
} from "./world.ts";

let place: World;
beforeAll(async () => {
  place = await world();
});
afterAll(() => place.stop());

test("by hand, with a browser that has no script", async () => {
  const client = new Client(place);
  const registered = await client.register();
  expect(registered.status).toBe(201);
  expect(await registered.json()).toMatchObject({
    token_endpoint_auth_method: "none",
    redirect_uris: [REDIRECT],
  });

  const browser = new Browser(place.origin);
  const toConsent = await browser.ask(client.authorizeUrl());
  expect(toConsent.status).toBe(303);
  const consentPage = toConsent.headers.get("location")!;
  expect(consentPage).toMatch(/^\/consent\?request=[\w-]{43}$/);
  const toSignIn = (await browser.ask(consentPage)).headers.get("location")!;
  expect(toSignIn).toBe(`/sign-in?${new URLSearchParams({ next: consentPage })}`);
  expect(await (await browser.ask(toSignIn)).text()).toContain('name="password"');
  const signedIn = await browser.signIn(consentPage);
  expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, consentPage]);
  const shown = await (await browser.ask(consentPage)).text();
  for (const part of ["Test client", EMAIL, "127.0.0.1:7777", ">Deny<", ">Allow<", "in your name"])
    expect(shown).toContain(part);
  expect(shown).not.toContain("<script");

  const back = await browser.consent(client.authorizeUrl());
  expect(back.origin + back.pathname).toBe(REDIRECT);
  expect(back.searchParams.get("state")).toBe("the-state");
  expect(back.searchParams.get("iss")).toBe(place.origin);

  const answered = await client.redeem(back.searchParams.get("code")!);
  expect(answered.status).toBe(200);
  expect(answered.headers.get("cache-control")).toBe("no-store");
  const tokens = (await answered.json()) as Tokens;
  expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "mcp offline_access" });
  expect(tokens.access_token).toStartWith("gadwall_oat_");
  expect(tokens.refresh_token).toStartWith("gadwall_ort_");
  expect(await client.call(tokens.access_token)).toBe(200);

  const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as Tokens;
  expect(await client.call(renewed.access_token)).toBe(200);
  expect(await client.call(tokens.access_token)).toBe(401);

  expect((await client.form("/revoke", { client_id: client.id, token: renewed.refresh_token })).status).toBe(
    200,
  );
  expect(await client.call(renewed.access_token)).toBe(401);
  expect((await client.refresh(renewed.refresh_token)).status).toBe(400);
});

test("with the SDK's client, from a 401 to the answer of a tool", async () => {
  const browser = new Browser(place.origin);
  await browser.signIn();
  let information: OAuthClientInformationMixed | undefined;
  let saved: OAuthTokens | undefined;
  let verifier = "";
  let sent: URL | undefined;
  const provider: OAuthClientProvider = {
    redirectUrl: REDIRECT,
    clientMetadata: { redirect_uris: [REDIRECT], client_name: "SDK" },
    clientInformation: () => information,
    saveClientInformation(given) {
      information = given;
    },
    tokens: () => saved,
    saveTokens(given) {
      saved = given;
    },
    redirectToAuthorization(url) {
      sent = url;
    },
    saveCodeVerifier(given) {
      verifier = given;
    },
    codeVerifier: () => verifier,
  };
  const connect = async (): Promise<McpClient> => {
    const client = new McpClient({ name: "test", version: "1" });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(place.resource), { authProvider: provider }),
    );
    return client;
  };
  await expect(connect()).rejects.toThrow("Unauthorized");
  expect(sent!.origin + sent!.pathname).toBe(`${place.origin}/authorize`);
  const back = await browser.consent(sent!.href);
  const transport = new StreamableHTTPClientTransport(new URL(place.resource), { authProvider: provider });
  await transport.finishAuth(back.searchParams.get("code")!);
  const client = await connect();
  const answer = await client.callTool({ name: "count", arguments: { purpose: "view" } });
  expect(answer.isError ?? false).toBe(false);
  await client.close();

  // The client finds out for itself that its access token is no good any more.
  const first = saved!;
  saved = { ...first, access_token: "gadwall_oat_gone" };
  const again = await connect();
  expect(saved.access_token).not.toBe(first.access_token);
  expect(saved.refresh_token).not.toBe(first.refresh_token);
  await again.close();
});

describe("what clients read", () => {
  test("the authorization server's document", async () => {
    const response = await fetch(`${place.origin}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toEqual({
      issuer: place.origin,
      authorization_endpoint: `${place.origin}/authorize`,
      token_endpoint: `${place.origin}/token`,
      registration_endpoint: `${place.origin}/register`,
      revocation_endpoint: `${place.origin}/revoke`,
      scopes_supported: ["mcp"],
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      token_endpoint_auth_methods_supported: ["none"],
      revocation_endpoint_auth_methods_supported: ["none"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
      protected_resources: [place.resource],
    });
  });

  test("the resource's document names it, the challenge the scope", async () => {
    const response = await fetch(`${place.origin}/.well-known/oauth-protected-resource/mcp`);
    expect(await response.json()).toMatchObject({
      resource: place.resource,
      authorization_servers: [place.origin],
      scopes_supported: ["mcp"],
    });
    const challenged = await fetch(place.resource, { method: "POST" });
    expect(challenged.headers.get("www-authenticate")).toContain('scope="mcp"');
  });
});

test("behind a proxy everything has the public address", async () => {
  const outside = "https://scans.example.org";
  const behind = await world({ publicUrl: outside });
  try {
    const headers = {
      host: "scans.example.org",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "evil.example",
    };
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(behind.origin + path, { redirect: "manual", ...init, headers: { ...headers, ...init.headers } });
    const document = (await (await ask("/.well-known/oauth-authorization-server")).json()) as object;
    expect(document).toMatchObject({ issuer: outside, token_endpoint: `${outside}/token` });
    const signedIn = await ask("/sign-in", {
      method: "POST",
      body: new URLSearchParams({ email: EMAIL, password: "correct horse battery" }),
      headers: { origin: outside },
    });
    expect(signedIn.headers.getSetCookie()[0]).toMatch(/^__Secure-gadwall\.session_token=.*; Secure/);
  } finally {
    await behind.stop();
  }
});

test("signing out of the browser does not end what a client was granted", async () => {
  const { client, browser, tokens } = await withTokens(place);
  const out = await browser.submit("/sign-out", { next: "/consent?request=x" });
  expect(out.headers.get("location")).toBe("/sign-in?next=%2Fconsent%3Frequest%3Dx");
  expect((await browser.ask("/")).headers.get("location")).toBe("/sign-in");
  expect(await client.call(tokens.access_token)).toBe(200);
  const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as Tokens;
  expect(await client.call(renewed.access_token)).toBe(200);
});

// As Cursor registers: with one address it is not let in by is not let in at all.
test.each([
  [
    [
      "cursor://anysphere.cursor-mcp/oauth/callback",
      "https://www.cursor.com/agents/mcp/oauth/callback",
      "http://localhost:8787/callback",
    ],
  ],
  [["cursor://anysphere.cursor-mcp/oauth/callback"]],
])("a program that is called by a scheme of its own: %j", async (redirect_uris) => {
  const client = new Client(place);
  const registered = await client.register({ redirect_uris, application_type: "web" });
  expect(registered.status).toBe(201);
  expect(await registered.json()).toMatchObject({ redirect_uris });
  for (const redirect_uri of redirect_uris) {
    const browser = new Browser(place.origin);
    await browser.signIn();
    const url = client.authorizeUrl({ redirect_uri });
    const asked = await browser.requestName(url);
    const page = await (await browser.ask(`/consent?request=${asked}`)).text();
    if (redirect_uri.startsWith("cursor:")) expect(page).toContain("the application for cursor:");
    const back = await browser.consent(url);
    expect(`${back.protocol}//${back.host}${back.pathname}`).toBe(redirect_uri);
    const response = await client.redeem(back.searchParams.get("code")!, { redirect_uri });
    const { access_token } = (await response.json()) as Tokens;
    expect(await client.call(access_token)).toBe(200);
  }
  const other = client.authorizeUrl({ redirect_uri: "cursor://evil/oauth/callback" });
  expect((await new Browser(place.origin).ask(other)).status).toBe(400);
  // What better-auth was told instead of it is no address of the client's.
  if (redirect_uris.length === 1)
    expect(
      (await new Browser(place.origin).ask(client.authorizeUrl({ redirect_uri: "http://127.0.0.1/" })))
        .status,
    ).toBe(400);
});

test("who signs in while too many do is asked to try again, on the page", async () => {
  let end: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const others = Array.from({ length: 34 }, () => passwordWork(() => held));
  try {
    const response = await new Browser(place.origin).signIn("/account");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    const text = await response.text();
    expect(text).toContain("Too many sign in at this moment");
    expect(text).toContain('name="next" value="/account"');
  } finally {
    end();
    await Promise.all(others);
  }
  expect((await new Browser(place.origin).signIn("/account")).headers.get("location")).toBe("/account");
});

test("the user sees whom he let in, and ends it", async () => {
  const { client, browser, tokens } = await withTokens(place);
  const page = await (await browser.ask("/account")).text();
  expect(page).toContain("Test client");
  const end = /name="end" value="([^"]+)"/.exec(page)![1]!;
  await place.accounts.addUser("bob@example.org", { password: "correct horse battery" });
  const other = new Browser(place.origin);
  await other.signIn("/", "bob@example.org");
  expect((await other.submit("/account", { end })).status).toBe(303);
  expect((await browser.submit("/account", { end }, { origin: "https://evil.example" })).status).toBe(403);
  expect(await client.call(tokens.access_token)).toBe(200);
  await browser.submit("/account", { end });
  expect(await client.call(tokens.access_token)).toBe(401);
  expect((await client.refresh(tokens.refresh_token)).status).toBe(400);
  place.accounts.removeUser("bob@example.org");
});

test("no resource, no scope: ours are meant; narrowed scopes can be refreshed again", async () => {
  const { client, browser } = await started(place);
  const url = client.authorizeUrl({ resource: null, scope: null });
  const code = (await browser.consent(url)).searchParams.get("code")!;
  const fields = { client_id: client.id, redirect_uri: REDIRECT, code_verifier: client.verifier };
  const first = await client.form("/token", { grant_type: "authorization_code", code, ...fields });
  let tokens = (await first.json()) as Tokens;
  for (let i = 0; i < 3; i++) {
    expect(await client.call(tokens.access_token)).toBe(200);
    const next = await client.form("/token", {
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token,
      client_id: client.id,
      scope: "mcp",
    });
    tokens = (await next.json()) as Tokens;
  }
  expect(await client.call(tokens.access_token)).toBe(200);
});

test("a refresh token that never expires", async () => {
  const forever = await world({ settings: { refreshSeconds: null } });
  try {
    const { client, tokens } = await withTokens(forever);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    const row = forever.accounts.database
      .query<{ at: string }, []>("select max(expiresAt) as at from oauthRefreshToken")
      .get();
    expect(row!.at > "2100").toBe(true);
  } finally {
    await forever.stop();
  }
});

test("nothing in the accounts file is a token or a code", async () => {
  const { code, tokens } = await withTokens(place);
  const bytes = Buffer.from(place.accounts.database.serialize()).toString("latin1");
  const secrets = [code, tokens.access_token, tokens.refresh_token, tokens.access_token.slice(12)];
  for (const secret of secrets) expect(bytes).not.toContain(secret);
});
