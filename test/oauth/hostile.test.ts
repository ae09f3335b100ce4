/** Clients, users and pages that mean harm. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { clientName } from "../../src/accounts/oauth/client.ts";
import {
  Browser,
  Client,
  EMAIL,
  PASSWORD,
  REDIRECT,
  refusal,
  started,
  type Tokens,
  type World,
  withCode,
  withTokens,
  world,
} from "./world.ts";

let place: World;
beforeAll(async () => {
  place = await world();
});
afterAll(() => place.stop());
beforeEach(() => void place.accounts.database.run("delete from attempt"));

/** What a client is told on its redirect address, or the status of a page for the user. */
async function told(browser: Browser, url: string): Promise<string> {
  const response = await browser.ask(url);
  const location = response.headers.get("location");
  if (location === null) return `page ${response.status}`;
  const to = new URL(location, place.origin);
  return to.origin === place.origin
    ? to.pathname
    : `${to.searchParams.get("error")} ${to.origin}${to.pathname}`;
}

describe("authorization requests", () => {
  let client: Client;
  let browser: Browser;
  beforeEach(async () => {
    ({ client, browser } = await started(place));
  });

  test.each<[string, Record<string, string | null>]>([
    ["no PKCE", { code_challenge: null, code_challenge_method: null }],
    ["plain PKCE", { code_challenge_method: "plain" }],
    ["a challenge without its method", { code_challenge_method: null }],
    ["no challenge", { code_challenge: null }],
  ])("%s", async (_, changed) => {
    expect(await told(browser, client.authorizeUrl(changed))).toBe(`invalid_request ${REDIRECT}`);
  });

  test.each<[string, string, Record<string, string | null>]>([
    ["invalid_target", "of another server", { resource: "https://other.example/mcp" }],
    ["invalid_target", "of an origin that looks like ours", { resource: "http://127.0.0.1:1/mcp" }],
    ["invalid_target", "that is no address", { resource: "mcp" }],
    ["invalid_scope", "a scope that there is not", { scope: "mcp admin" }],
    ["unsupported_response_type", "tokens without a code", { response_type: "x" }],
    ["invalid_request", "no response type", { response_type: null }],
  ])("%s: %s", async (error, _, changed) => {
    expect(await told(browser, client.authorizeUrl(changed))).toStartWith(`${error} `);
  });

  test.each<[string, Record<string, string | null>]>([
    ["a foreign redirect", { redirect_uri: "https://evil.example/callback" }],
    ["another path", { redirect_uri: "http://127.0.0.1:7777/other" }],
    ["another loopback name", { redirect_uri: "http://localhost:7777/callback" }],
    ["a user in front of the host", { redirect_uri: "http://127.0.0.1:7777@evil.example/callback" }],
    ["a fragment", { redirect_uri: `${REDIRECT}#x` }],
    ["no redirect", { redirect_uri: null }],
    ["an unknown client", { client_id: "nobody" }],
    ["no client", { client_id: null }],
    ["a script for a redirect", { redirect_uri: "javascript:alert(1)" }],
  ])("%s: told to the user, nobody is sent anywhere", async (_, changed) => {
    expect(await told(browser, client.authorizeUrl(changed))).toBe("page 400");
  });

  test("nobody is led to a web site that registered itself, unless he wants to", async () => {
    const redirect_uri = "https://evil.example/callback";
    await client.register({ redirect_uris: [redirect_uri] });
    const page = await browser.ask(client.authorizeUrl({ redirect_uri, scope: "mcp <b>" }));
    expect([page.status, page.headers.get("location")]).toEqual([400, null]);
    const text = await page.text();
    expect(text).toContain('<a href="https://evil.example/callback?error=invalid_scope&amp;');
    expect(text).not.toContain("<b>");
    expect((await browser.consent(client.authorizeUrl({ redirect_uri }), "deny")).host).toBe("evil.example");
  });

  test.each(["cursor://anysphere.cursor-mcp/oauth/callback", "com.example.app:/callback"])(
    "no program is started by a wrong request: %s",
    async (redirect_uri) => {
      const own = new Client(place);
      await own.register({ redirect_uris: [redirect_uri] });
      const page = await browser.ask(own.authorizeUrl({ redirect_uri, scope: "nonsense" }));
      expect([page.status, page.headers.get("location")]).toEqual([400, null]);
      expect(await page.text()).toContain(`Go back to the application for ${new URL(redirect_uri).protocol}`);
    },
  );

  test("any port of loopback will do", async () => {
    const url = client.authorizeUrl({ redirect_uri: "http://127.0.0.1:65000/callback" });
    expect((await browser.consent(url)).host).toBe("127.0.0.1:65000");
  });

  test("a parameter twice, a very long one", async () => {
    expect(await told(browser, `${client.authorizeUrl()}&state=2`)).toBe(`invalid_request ${REDIRECT}`);
    expect(await told(browser, `${client.authorizeUrl()}&client_id=x`)).toBe("page 400");
    expect(await told(browser, `${client.authorizeUrl()}&redirect_uri=https://evil.example/`)).toBe(
      "page 400",
    );
    expect(await told(browser, client.authorizeUrl({ state: "x".repeat(9000) }))).toBe("page 400");
  });

  test("what refused requests say is escaped", async () => {
    const url = client.authorizeUrl({ scope: null, client_id: "<script>alert(1)</script>" });
    expect(await (await browser.ask(url)).text()).not.toContain("<script");
  });

  test("no consent is remembered: every request asks", async () => {
    await browser.consent(client.authorizeUrl());
    expect(await told(browser, client.authorizeUrl())).toBe("/consent");
    expect(await told(browser, client.authorizeUrl({ prompt: "none" }))).toBe("/consent");
  });
});

describe("consent", () => {
  test("denied", async () => {
    const { client, browser } = await started(place);
    const url = client.authorizeUrl({ redirect_uri: `${REDIRECT}` });
    const back = await browser.consent(url, "deny");
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: "access_denied",
      error_description: "The user denied access",
      state: "the-state",
      iss: place.origin,
    });
  });

  test.each(["", "Allow", "yes"])("anything but allow is no: %p", async (action) => {
    const { client, browser } = await started(place);
    expect((await browser.consent(client.authorizeUrl(), action)).searchParams.get("error")).toBe(
      "access_denied",
    );
  });

  test("answered once, by allow or deny, also by several at the same time", async () => {
    const { client, browser } = await started(place);
    const request = await browser.requestName(client.authorizeUrl());
    const answers = await Promise.all(
      ["allow", "allow", "deny", "allow"].map((action) =>
        browser.submit("/consent", { request, user: EMAIL, action }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400]);
  });

  test.each<[string, Record<string, string>]>([
    ["no Origin", {}],
    ["null", { origin: "null" }],
    ["a foreign one", { origin: "https://evil.example" }],
    ["another port of this machine", { origin: "http://127.0.0.1:1" }],
    ["another name of this machine", { origin: "http://localhost:9100" }],
  ])("from elsewhere: %s", async (_, headers) => {
    const { client, browser } = await started(place);
    const request = await browser.requestName(client.authorizeUrl());
    const fields = new URLSearchParams({ request, user: EMAIL, action: "allow" });
    for (const path of ["/consent", "/sign-in", "/sign-out"]) {
      const response = await browser.ask(path, { method: "POST", body: fields, headers });
      expect(response.status).toBe(403);
    }
    expect((await browser.submit("/consent", { request, user: EMAIL, action: "allow" })).status).toBe(303);
  });

  test("JSON, no session, a made-up name", async () => {
    const { client, browser } = await started(place);
    const request = await browser.requestName(client.authorizeUrl());
    const headers = { origin: place.origin, "content-type": "application/json" };
    const body = JSON.stringify({ request, user: EMAIL, action: "allow" });
    expect((await browser.ask("/consent", { method: "POST", body, headers })).status).toBe(403);
    const stranger = new Browser(place.origin);
    expect((await stranger.submit("/consent", { request, user: EMAIL, action: "allow" })).status).toBe(401);
    for (const made of ["", "x", `${request}x`, "%00", "'; drop table user"]) {
      const fields = { request: made, user: EMAIL, action: "allow" };
      expect((await browser.submit("/consent", fields)).status).toBe(400);
      expect((await browser.ask(`/consent?${new URLSearchParams({ request: made })}`)).status).toBe(400);
    }
  });

  test("the page is for whom it was shown to", async () => {
    const { client, browser } = await started(place);
    await place.accounts.addUser("bob@example.org", { password: PASSWORD });
    const request = await browser.requestName(client.authorizeUrl());
    await browser.signIn("/", "bob@example.org");
    const response = await browser.submit("/consent", { request, user: EMAIL, action: "allow" });
    expect(response.headers.get("location")).toBe(`/consent?request=${request}`);
    place.accounts.removeUser("bob@example.org");
  });

  test("cannot be framed, runs nothing, is kept nowhere", async () => {
    const { client, browser } = await started(place);
    const name = "<img src=x onerror=alert(1)> \"'&\u202e";
    await client.register({ client_name: name, client_uri: "javascript:alert(1)" });
    const request = await browser.requestName(client.authorizeUrl());
    for (const path of [`/consent?request=${request}`, "/sign-in?next=%22%3E%3Cscript%3E", "/"]) {
      const page = await browser.ask(path);
      const headers = page.headers;
      if (page.status === 303) continue;
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      const text = await page.text();
      expect(text).not.toMatch(/<script|<img|onerror=alert\(1\)>|javascript:|\u202e/);
    }
  });

  test("a request that has expired", async () => {
    const short = await world({ settings: { requestSeconds: 1 } });
    try {
      const { client, browser } = await started(short);
      const request = await browser.requestName(client.authorizeUrl());
      short.accounts.database.run("update consentRequest set expiresAt = 1");
      expect((await browser.ask(`/consent?request=${request}`)).status).toBe(400);
      expect((await browser.submit("/consent", { request, user: EMAIL, action: "allow" })).status).toBe(400);
    } finally {
      await short.stop();
    }
  });
});

describe("codes", () => {
  test("used twice: refused, and what the first use brought is revoked", async () => {
    const { client, code, tokens } = await withTokens(place);
    const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as Tokens;
    expect(await client.call(renewed.access_token)).toBe(200);
    expect(await refusal(await client.redeem(code))).toBe("400 invalid_grant");
    expect(await client.call(renewed.access_token)).toBe(401);
    expect(await refusal(await client.refresh(renewed.refresh_token))).toBe("400 invalid_grant");
  });

  test("used by many at once: one at most has tokens", async () => {
    const { client, code } = await withCode(place);
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.redeem(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answered of answers.filter(({ status }) => status !== 200))
      expect(await refusal(answered)).toBe("400 invalid_grant");
  });

  test.each<[string, Record<string, string>, string]>([
    ["a wrong verifier", { code_verifier: "x".repeat(43) }, "400 invalid_grant"],
    ["no verifier", { code_verifier: "" }, "400 invalid_request"],
    ["no code", { code: "" }, "400 invalid_request"],
    ["another redirect", { redirect_uri: "http://127.0.0.1:7777/other" }, "400 invalid_grant"],
    ["another port", { redirect_uri: "http://127.0.0.1:1/callback" }, "400 invalid_grant"],
    ["an unknown client", { client_id: "nobody" }, "401 invalid_client"],
    ["no client", { client_id: "" }, "400 invalid_request"],
    ["a secret", { client_secret: "x" }, "401 invalid_client"],
    ["another resource", { resource: "https://other.example/mcp" }, "400 invalid_target"],
    ["another grant", { grant_type: "client_credentials" }, "400 unsupported_grant_type"],
    [
      "a password",
      { grant_type: "password", username: EMAIL, password: PASSWORD },
      "400 unsupported_grant_type",
    ],
    ["a made-up code", { code: "x".repeat(32) }, "400 invalid_grant"],
  ])("%s", async (_, changed, expected) => {
    const { client, code } = await withCode(place);
    expect(await refusal(await client.redeem(code, changed))).toBe(expected);
  });

  test("another client's", async () => {
    const { code, client } = await withCode(place);
    const other = new Client(place);
    await other.register();
    const changed = { code_verifier: client.verifier };
    expect(await refusal(await other.redeem(code, changed))).toBe("400 invalid_grant");
  });

  test("expired, and of a user who was disabled meanwhile", async () => {
    const brief = await world();
    try {
      const first = await withCode(brief);
      brief.accounts.database.run(
        "update verification set expiresAt = '2020-01-01T00:00:00.000Z' where value like '%authorization_code%'",
      );
      expect(await refusal(await first.client.redeem(first.code))).toBe("400 invalid_grant");
      const second = await withCode(brief);
      brief.accounts.setDisabled(EMAIL, true);
      expect(await refusal(await second.client.redeem(second.code))).toBe("400 invalid_grant");
    } finally {
      await brief.stop();
    }
  });
});

test("a user who is disabled while the code is redeemed", async () => {
  const { client, code } = await withCode(place);
  // As if the command came between the look at the code and the token.
  place.accounts.database.run("update user set disabled = 1 where email = ?", [EMAIL]);
  try {
    expect(await refusal(await client.redeem(code))).toBe("400 invalid_grant");
  } finally {
    place.accounts.setDisabled(EMAIL, false);
  }
});

describe("refresh tokens", () => {
  test("used twice: everything of the grant dies, other grants live", async () => {
    const { client, tokens, browser } = await withTokens(place);
    const code = (await browser.consent(client.authorizeUrl())).searchParams.get("code")!;
    const other = (await (await client.redeem(code)).json()) as Tokens;
    const second = (await (await client.refresh(tokens.refresh_token)).json()) as Tokens;
    const third = (await (await client.refresh(second.refresh_token)).json()) as Tokens;
    expect(await client.call(third.access_token)).toBe(200);
    expect(await refusal(await client.refresh(tokens.refresh_token))).toBe("400 invalid_grant");
    expect(await client.call(third.access_token)).toBe(401);
    expect(await refusal(await client.refresh(third.refresh_token))).toBe("400 invalid_grant");
    expect(await client.call(other.access_token)).toBe(200);
  });

  test("used by many at once: one at most is answered, and the grant is dead", async () => {
    const { client, tokens } = await withTokens(place);
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.refresh(tokens.refresh_token)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    const winner = (await good[0]!.json()) as Tokens;
    expect(await client.call(winner.access_token)).toBe(401);
    expect(await refusal(await client.refresh(winner.refresh_token))).toBe("400 invalid_grant");
  });

  test("a token that another process is about to issue does not outlive its grant", async () => {
    const { tokens, client } = await withTokens(place);
    const row = place.accounts.database
      .query<{ grantId: string }, []>(
        "select authorizationCodeId as grantId from oauthRefreshToken order by rowid desc limit 1",
      )
      .get()!;
    await client.refresh(tokens.refresh_token);
    await client.refresh(tokens.refresh_token);
    const insert = (): unknown =>
      place.accounts.database.run(
        `insert into oauthRefreshToken (id, token, clientId, userId, authorizationCodeId, expiresAt, createdAt, scopes)
         select 'x', 'x', ?, id, ?, '2100-01-01', '2026-01-01', '[]' from user`,
        [client.id, row.grantId],
      );
    expect(insert).toThrow("this grant has ended");
  });

  test.each<[string, Record<string, string>, string]>([
    ["more scope", { scope: "mcp admin" }, "400 invalid_scope"],
    ["another resource", { resource: "https://other.example/mcp" }, "400 invalid_target"],
    ["an access token", { refresh_token: "gadwall_oat_x" }, "400 invalid_grant"],
    ["a made-up one", { refresh_token: "gadwall_ort_x" }, "400 invalid_grant"],
    ["none", { refresh_token: "" }, "400 invalid_request"],
  ])("%s", async (_, changed, expected) => {
    const { client, tokens } = await withTokens(place);
    expect(await refusal(await client.refresh(tokens.refresh_token, changed))).toBe(expected);
    expect(await client.call(tokens.access_token)).toBe(200);
  });

  test("another client's", async () => {
    const { client, tokens } = await withTokens(place);
    const other = new Client(place);
    await other.register();
    expect(await refusal(await other.refresh(tokens.refresh_token))).toBe("400 invalid_grant");
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });
});

describe("tokens at the endpoint", () => {
  test("of another audience, of none, of too little scope", async () => {
    const { client, tokens, browser } = await withTokens(place);
    const { database } = place.accounts;
    const all = database
      .query<{ id: string }, []>("select id from oauthAccessToken order by rowid desc limit 1")
      .get()!;
    for (const resources of ['["https://other.example/mcp"]', "[]", null]) {
      database.run("update oauthAccessToken set resources = ? where id = ?", [resources, all.id]);
      expect(await client.call(tokens.access_token)).toBe(401);
    }
    const code = (await browser.consent(client.authorizeUrl({ scope: "offline_access" }))).searchParams.get(
      "code",
    )!;
    const little = (await (await client.redeem(code)).json()) as Tokens;
    expect(await client.call(little.access_token)).toBe(403);
    expect(await client.call(tokens.refresh_token)).toBe(401);
  });

  test("under another name of this server", async () => {
    const { client, tokens } = await withTokens(place);
    const response = await fetch(place.resource, {
      method: "POST",
      headers: {
        host: `localhost:${new URL(place.origin).port}`,
        authorization: `Bearer ${tokens.access_token}`,
      },
    });
    expect(response.status).toBe(401);
    expect(await client.call(tokens.access_token)).toBe(200);
  });

  test("die with the user, at once and for good", async () => {
    const own = await world();
    try {
      const { client, tokens, browser } = await withTokens(own);
      own.accounts.setDisabled(EMAIL, true);
      expect(await client.call(tokens.access_token)).toBe(401);
      expect(await refusal(await client.refresh(tokens.refresh_token))).toBe("400 invalid_grant");
      expect((await browser.ask("/")).headers.get("location")).toBe("/sign-in");
      own.accounts.setDisabled(EMAIL, false);
      expect(await client.call(tokens.access_token)).toBe(401);
      expect(await refusal(await client.refresh(tokens.refresh_token))).toBe("400 invalid_grant");
    } finally {
      await own.stop();
    }
  });
});

describe("revocation", () => {
  test("of an access token, of an unknown token, of somebody else's", async () => {
    const { client, tokens } = await withTokens(place);
    const other = new Client(place);
    await other.register();
    const revoke = async (who: Client, token: string): Promise<number> =>
      (await who.form("/revoke", { client_id: who.id, token })).status;
    for (const token of [tokens.access_token, tokens.refresh_token, "unknown", "gadwall_ort_x"])
      expect(await revoke(other, token)).toBe(200);
    expect(await client.call(tokens.access_token)).toBe(200);
    expect(await revoke(client, tokens.access_token)).toBe(200);
    expect(await client.call(tokens.access_token)).toBe(401);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  test("without a token, by nobody, not as a form", async () => {
    const { client } = await started(place);
    expect(await refusal(await client.form("/revoke", { client_id: client.id }))).toBe("400 invalid_request");
    expect(await refusal(await client.form("/revoke", { client_id: "x", token: "x" }))).toBe(
      "401 invalid_client",
    );
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    expect(await refusal(await fetch(`${place.origin}/revoke`, json))).toBe("400 invalid_request");
  });
});

describe("registration", () => {
  const register = (metadata: Record<string, unknown>): Promise<Response> =>
    new Client(place).register(metadata);

  test.each([
    [["http://localhost/"]],
    [["https://vscode.dev/redirect", "http://127.0.0.1/"]],
    [["com.example.app:/callback"]],
    [["https://x.example", "https://x.example?a=b"]],
    [["http://[::1]:7777/a%20b?x=1&y=(2)", "http://127.0.0.1:1/;a"]],
    [Array.from({ length: 10 }, (_, i) => `https://x.example/${i}/`.padEnd(2048, "x"))],
    [["https://claude.ai/api/mcp/auth_callback"]],
    [["cursor://anysphere.cursor-mcp/oauth/callback"]],
    [["claude://x"]],
    [["vscode-insiders://x.y?z=1"]],
  ])("%j", async (redirect_uris) => expect((await register({ redirect_uris })).status).toBe(201));

  test.each([
    [[]],
    [["http://evil.example/"]],
    [["javascript:alert(1)"]],
    [["data:text/html,x"]],
    [["https://x.example/#fragment"]],
    [["https://user@x.example/"]],
    [["/relative"]],
    ["https://x.example/"],
    [[1]],
    [Array.from({ length: 11 }, (_, i) => `https://x.example/${i}`)],
    [["https://x.example/".padEnd(2049, "x")]],
    [["https://e\nvil.example/cb"]],
    [["https:/\\evil.example"]],
    [["https:\\\\evil.example"]],
    [["https://good.example\\@evil.example/"]],
    [["https://x.example\\.evil.example/"]],
    [[" https://x.example/"]],
    [["https://x.example/a b"]],
    [["https://x.example/\u202e"]],
    [["https://ex\u00e4mple.org/"]],
    [["https://x.example/\u0000"]],
    [["https://X.example/"]],
    [["https://x.example:443/"]],
    [["https://x.example/a/../b"]],
    [["https:x.example/"]],
    [["https:///x.example/"]],
    [["https://x.example/#"]],
    [["https://@x.example/"]],
    [["https://:@x.example/"]],
    [["http://127.1/"]],
    [["http://0x7f000001/"]],
    [["http://localhost./"]],
    [["http://127.0.0.1.evil.example/"]],
    [["com.example.app://evil.example/"]],
    [["com.example.app:callback"]],
    [["com.example.app:/a\\b"]],
    [["cursor:/x"]],
    [["cursor:///x"]],
    [["cursor://user@x/y"]],
    [["cursor://x/y#z"]],
    [["CURSOR://x/y"]],
    [["cursor://X/y"]],
    [["cursor://x:1/y"]],
    [["cursor://?x"]],
    [["search-ms://x/y"]],
    [["cursor://x/y", "javascript:alert(1)"]],
    [["file:///etc/passwd"]],
    [["http://localhost/", "javascript:alert(1)"]],
  ])("refused: %j", async (redirect_uris) =>
    expect(await refusal(await register({ redirect_uris }))).toBe("400 invalid_redirect_uri"),
  );

  test("a name is one line without what turns it round, of 100 characters", async () => {
    const response = await register({ client_name: ` a\r\n\u001b[2Jb\u202ec ${"x".repeat(1000)}` });
    const { client_name } = (await response.json()) as { client_name: string };
    expect(client_name).toStartWith("a \ufffd[2Jb\ufffdc xxx");
    expect(client_name.length).toBeLessThan(130);
  });

  test("what a client asks for beyond that is not given", async () => {
    const response = await register({
      grant_types: [
        "authorization_code",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
      ],
      token_endpoint_auth_method: "client_secret_basic",
      scope: "mcp openid admin",
      skip_consent: true,
      jwks_uri: "http://169.254.169.254/",
      logo_uri: "http://169.254.169.254/",
      client_id: "chosen",
      client_uri: "javascript:alert(1)",
      software_id: "\u001b[2J",
      application_type: "web",
    });
    const given = (await response.json()) as Record<string, unknown>;
    expect(given).toMatchObject({
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
    });
    for (const name of ["client_secret", "jwks_uri", "logo_uri", "skip_consent", "client_uri", "software_id"])
      expect(given[name]).toBeUndefined();
    expect(given.client_id).not.toBe("chosen");
  });

  test.each(["", "[]", "null", "{", '"x"'])("a body that is none: %p", async (body) => {
    const init = { method: "POST", body, headers: { "content-type": "application/json" } };
    expect((await fetch(`${place.origin}/register`, init)).status).toBe(400);
  });

  test("switched off it is neither there nor announced", async () => {
    const closed = await world({ settings: { registration: false } });
    try {
      expect((await new Client(closed).register()).status).toBe(404);
      const document = await (await fetch(`${closed.origin}/.well-known/oauth-authorization-server`)).json();
      expect(document).not.toHaveProperty("registration_endpoint");
    } finally {
      await closed.stop();
    }
  });

  test("names under which a server is called leave nothing that grows", async () => {
    const own = await world();
    try {
      const client = new Client(own);
      await client.register();
      const ask = (port: number): Promise<Response> =>
        fetch(client.authorizeUrl(), { headers: { host: `localhost:${port}` }, redirect: "manual" });
      for (let port = 30_000; port < 30_040; port++) await ask(port);
      const row = own.accounts.database
        .query<{ count: number }, []>("select count(*) as count from oauthResource")
        .get();
      expect(row!.count).toBeLessThanOrEqual(17);
      const browser = new Browser(own.origin);
      await browser.signIn();
      const back = await browser.consent(client.authorizeUrl());
      expect((await client.redeem(back.searchParams.get("code")!)).status).toBe(200);
      // Another server on the same accounts may have forgotten it.
      own.accounts.forgetResource(own.resource);
      expect((await browser.consent(client.authorizeUrl())).searchParams.has("code")).toBe(true);
    } finally {
      await own.stop();
    }
  });

  test("40 of one network in a quarter of an hour", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 42; i++) statuses.push((await register({})).status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(40);
    const refused = await register({});
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refusal(refused)).toBe("429 temporarily_unavailable");
  });

  test("spent refresh tokens are forgotten after 90 days", async () => {
    const own = await world();
    try {
      const { client, tokens } = await withTokens(own);
      const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as Tokens;
      own.accounts.sweep();
      const count = (): unknown =>
        own.accounts.database.query("select count(*) as count from oauthRefreshToken").get();
      expect(count()).toEqual({ count: 2 });
      const { database } = own.accounts;
      const long = new Date(Date.now() - 91 * 86_400_000).toISOString();
      database.run("update oauthRefreshToken set revoked = ? where revoked is not null", [long]);
      own.accounts.sweep();
      expect(count()).toEqual({ count: 1 });
      expect(await client.call(renewed.access_token)).toBe(200);
    } finally {
      await own.stop();
    }
  });

  test("clients whom nobody let in are forgotten after a day, unless somebody is asked just then", async () => {
    const own = await world();
    try {
      const { client, browser } = await withTokens(own);
      await new Client(own).register();
      const asking = new Client(own);
      await asking.register();
      const age = (hours: number): void => {
        own.accounts.database.run("update oauthClient set createdAt = ?", [
          new Date(Date.now() - hours * 3_600_000).toISOString(),
        ]);
        own.accounts.sweep();
      };
      const left = (): number =>
        own.accounts.database.query<{ count: number }, []>("select count(*) as count from oauthClient").get()!
          .count;
      age(23);
      expect(left()).toBe(3);
      const request = await browser.requestName(asking.authorizeUrl());
      age(25);
      expect(left()).toBe(2);
      const answered = await browser.submit("/consent", { request, user: EMAIL, action: "allow" });
      age(25);
      const code = new URL(answered.headers.get("location")!).searchParams.get("code")!;
      expect((await asking.redeem(code)).status).toBe(200);
      await browser.requestName(client.authorizeUrl());
      age(1000);
      expect(left()).toBe(2);
    } finally {
      await own.stop();
    }
  });

  test("a client that is asked about no more goes", async () => {
    const own = await world();
    try {
      const client = new Client(own);
      await client.register();
      await new Browser(own.origin).requestName(client.authorizeUrl());
      own.accounts.database.run("update oauthClient set createdAt = '2026-01-01T00:00:00.000Z'");
      own.accounts.sweep();
      expect(clientName(own.accounts.database, client.id)).toBe("Test client");
      own.accounts.database.run("update consentRequest set expiresAt = 1");
      own.accounts.sweep();
      expect(clientName(own.accounts.database, client.id)).toBeNull();
    } finally {
      await own.stop();
    }
  });
});

describe("signing in", () => {
  test("wrong password, unknown user, and what was typed is escaped", async () => {
    const browser = new Browser(place.origin);
    const answers = [
      await browser.signIn("/", EMAIL, "wrong horse battery"),
      await browser.signIn("/", '"><script>alert(1)</script>@x.y', PASSWORD),
    ];
    for (const answered of answers) {
      expect(answered.status).toBe(401);
      const text = await answered.text();
      expect(text).toContain("address or the password is wrong");
      expect(text).not.toContain("<script");
      expect(text).not.toContain("wrong horse battery");
    }
    expect(browser.cookies.size).toBe(0);
  });

  test("too many tries of one client, whatever it says of itself", async () => {
    const own = await world();
    try {
      const browser = new Browser(own.origin);
      const statuses: number[] = [];
      for (let i = 0; i < 12; i++) {
        const fields = { email: EMAIL, password: "wrong horse battery", next: "/" };
        const answered = await browser.submit("/sign-in", fields, { "x-gadwall-client": `192.0.2.${i}` });
        statuses.push(answered.status);
        if (answered.status === 429) expect(Number(answered.headers.get("retry-after"))).toBeGreaterThan(0);
      }
      expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    } finally {
      await own.stop();
    }
  });

  test.each([
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/ok\r\nSet-Cookie: a=b",
    "/\u0000",
    `/${"x".repeat(2048)}`,
    "/\u{1f600}",
    "/\u20ac",
    "/\u2066x",
    "/\ufeff/x",
    "/ x",
    "evil",
    "",
  ])("next=%j leads nowhere", async (next) => {
    const response = await new Browser(place.origin).signIn(next);
    expect(response.headers.get("location")).toBe("/");
    const browser = new Browser(place.origin);
    await browser.signIn();
    const page = await browser.ask(`/sign-in?${new URLSearchParams({ next })}`);
    expect(page.headers.get("location")).toBe("/");
  });

  test("next= within this server is followed", async () => {
    const response = await new Browser(place.origin).signIn("/consent?request=a%2F%2Fb&x=1");
    expect(response.headers.get("location")).toBe("/consent?request=a%2F%2Fb&x=1");
  });
});

describe("what better-auth would answer is not there", () => {
  test.each([
    "/sign-up/email",
    "/sign-in/email",
    "/sign-in/social",
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth2/register",
    "/oauth2/consent",
    "/oauth2/introspect",
    "/oauth2/userinfo",
    "/oauth2/create-client",
    "/admin/oauth2/create-client",
    "/get-session",
    "/update-user",
    "/change-password",
    "/list-sessions",
    "/reset-password",
    "/error",
    "/ok",
    "/ask",
    "/Token",
    "/token/",
    "/constructor",
    "/__proto__",
    "/.well-known/openid-configuration",
  ])("%s", async (path) => {
    for (const method of ["GET", "POST"]) {
      const init = {
        method,
        headers: { "content-type": "application/json", origin: place.origin },
        ...(method === "POST" && { body: "{}" }),
      };
      expect((await fetch(place.origin + path, init)).status).toBe(404);
    }
  });

  test("other methods are told so", async () => {
    for (const [path, allow] of [
      ["/token", "POST"],
      ["/consent", "GET, POST"],
      ["/authorize", "GET"],
    ] as const) {
      const response = await fetch(place.origin + path, { method: "PUT" });
      expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
    }
  });
});

test("no path names another host", async () => {
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(place.origin).port),
    socket: { data: (_, data) => void answers.push(data.toString()) },
  });
  const answers: string[] = [];
  const host = new URL(place.origin).host;
  socket.write(
    `GET //evil.example/.well-known/oauth-authorization-server HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  );
  while (answers.length === 0) await Bun.sleep(5);
  socket.end();
  expect(answers.join("")).not.toContain("evil.example/token");
});

test("forged Host and X-Forwarded headers name nothing", async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${place.origin}/.well-known/oauth-authorization-server`, { headers });
  expect((await ask({ host: "evil.example" })).status).toBe(403);
  const forged = {
    "x-forwarded-host": "evil.example",
    forwarded: "host=evil.example",
    "x-original-url": "/x",
  };
  expect((await (await ask(forged)).json()) as object).toMatchObject({ issuer: place.origin });
});

test("secrets are not logged", async () => {
  const { code, tokens } = await withTokens(place);
  const log = place.lines.join("\n");
  for (const secret of [code, tokens.access_token, tokens.refresh_token, PASSWORD, "state", "request="])
    expect(log).not.toContain(secret);
});

test("tokens are asked for 60 times a minute from one network", async () => {
  const { WebPages } = await import("../../src/web/pages.ts");
  const pages = new WebPages({
    accounts: () => place.accounts,
    path: "/mcp",
    oauth: {
      registration: true,
      requestSeconds: 600,
      codeSeconds: 600,
      accessSeconds: 3600,
      refreshSeconds: null,
      openId: null,
    },
    limited: true,
  });
  const ask = (path: string, client: string) =>
    pages.fetch(
      new Request(place.origin + path, { method: "POST", headers: { "x-gadwall-client": client }, body: "" }),
    );
  for (let i = 0; i < 60; i++) expect((await ask("/token", "192.0.2.1")).status).toBe(400);
  const refused = await ask("/token", "192.0.2.1");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await ask("/token", "192.0.2.2")).status).toBe(400);
  expect((await ask("/register", "192.0.2.1")).status).toBe(400);
});
