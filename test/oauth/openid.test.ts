/** Signing in at another OpenID provider: a small one runs here. */
import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { Browser, Client, EMAIL, type World, world } from "./world.ts";

/** Signs in whoever it was told, at once. */
class Provider {
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly #codes = new Map<string, { nonce: string; challenge: string; redirect: string }>();
  /** Changed by tests. */
  claims: Record<string, unknown> = {};
  key: KeyObject | null = null;
  nonce: string | null = null;
  down = false;
  /** Another subject for each token. */
  subjects: (() => string) | null = null;
  readonly server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => this.#answer(request) });
  readonly issuer = `http://127.0.0.1:${this.server.port}`;

  reset(): void {
    this.claims = { sub: "42", email: EMAIL, email_verified: true };
    this.key = null;
    this.nonce = null;
    this.down = false;
    this.subjects = null;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (this.down) return new Response(null, { status: 503 });
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return Response.json({
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          id_token_signing_alg_values_supported: ["ES256"],
        });
      case "/keys":
        return Response.json({
          keys: [{ ...this.#keys.publicKey.export({ format: "jwk" }), alg: "ES256", kid: "1" }],
        });
      case "/authorize": {
        const redirect = searchParams.get("redirect_uri")!;
        const code = randomUUID();
        const challenge = searchParams.get("code_challenge")!;
        this.#codes.set(code, { nonce: searchParams.get("nonce")!, challenge, redirect });
        const back = new URLSearchParams({ code, state: searchParams.get("state")!, iss: this.issuer });
        return Response.redirect(`${redirect}?${back}`);
      }
      default: {
        const form = new URLSearchParams(await request.text());
        const asked = this.#codes.get(form.get("code") ?? "");
        this.#codes.delete(form.get("code") ?? "");
        const challenge = createHash("sha256")
          .update(form.get("code_verifier") ?? "")
          .digest("base64url");
        if (asked?.challenge !== challenge || asked.redirect !== form.get("redirect_uri"))
          return Response.json({ error: "invalid_grant" }, { status: 400 });
        return Response.json({
          access_token: "theirs",
          token_type: "Bearer",
          expires_in: 60,
          id_token: this.#idToken(this.nonce ?? asked.nonce),
        });
      }
    }
  }

  #idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.issuer, aud: "gadwall", iat: now, exp: now + 60, nonce, ...this.claims };
    if (this.subjects !== null) Object.assign(claims, { sub: this.subjects() });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const input = `${part({ alg: "ES256", kid: "1" })}.${part(claims)}`;
    const key = this.key ?? this.#keys.privateKey;
    return `${input}.${sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  }
}

const provider = new Provider();
let place: World;
let browser: Browser;

beforeAll(async () => {
  const openId = { issuer: provider.issuer, clientId: "gadwall", clientSecret: "a secret" };
  place = await world({ settings: { openId } });
});
afterAll(async () => {
  await place.stop();
  await provider.server.stop(true);
});
beforeEach(() => {
  provider.reset();
  browser = new Browser(place.origin);
});

/** Presses the button and is sent there and back. */
async function goRound(next = "/", back = browser): Promise<Response> {
  const there = await browser.submit("/sign-in/openid", { next });
  const atProvider = await fetch(there.headers.get("location")!, { redirect: "manual" });
  const { pathname, search } = new URL(atProvider.headers.get("location")!);
  return back.ask(pathname + search);
}

test("a user who is here already is signed in, and led on to consent", async () => {
  const client = new Client(place);
  await client.register();
  const request = await browser.requestName(client.authorizeUrl());
  const page = await (await browser.ask("/sign-in")).text();
  expect(page).toContain(`Sign in at ${new URL(provider.issuer).host}`);
  const back = await goRound(`/consent?request=${request}`);
  expect([back.status, back.headers.get("location")]).toEqual([303, `/consent?request=${request}`]);
  expect(await (await browser.ask(`/consent?request=${request}`)).text()).toContain(EMAIL);
  // And once more: the account is known now.
  expect((await goRound()).headers.get("location")).toBe("/");
  expect(place.accounts.listUsers()).toHaveLength(1);
});

test("the state is kept in a signed cookie for five minutes", async () => {
  const there = await browser.submit("/sign-in/openid", { next: "/" });
  expect(there.headers.getSetCookie().join("\n")).toMatch(
    /gadwall\.state=.*Max-Age=300.*HttpOnly.*SameSite=Lax/i,
  );
});

test("their tokens are not kept", async () => {
  await goRound();
  const bytes = Buffer.from(place.accounts.database.serialize()).toString("latin1");
  expect(bytes).not.toContain("theirs");
  expect(bytes).not.toContain("eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ");
});

test.each(["//evil.example", "https://evil.example/", "/\\evil.example"])("next=%s", async (next) => {
  expect((await goRound(next)).headers.get("location")).toBe("/");
});

const good = { sub: "42", email: EMAIL, email_verified: true };

test.each<[string, Partial<Pick<Provider, "claims" | "key" | "nonce">>]>([
  ["nobody here", { claims: { ...good, sub: "1", email: "eve@example.org" } }],
  ["an address that nobody verified", { claims: { ...good, sub: "2", email_verified: false } }],
  ["nothing said about that", { claims: { sub: "3", email: EMAIL } }],
  ["no address", { claims: { sub: "4", email_verified: true } }],
  ["no subject", { claims: { email: EMAIL, email_verified: true } }],
  ["another audience", { claims: { ...good, aud: "somebody else" } }],
  ["another issuer", { claims: { ...good, iss: "https://evil.example" } }],
  ["an old token", { claims: { ...good, exp: 1 } }],
  ["another request's nonce", { nonce: "x" }],
  ["another key", { key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey }],
])("%s: not signed in", async (_, changed) => {
  Object.assign(provider, changed);
  expect((await goRound()).status).toBe(403);
  expect((await browser.ask("/")).headers.get("location")).toBe("/sign-in");
  expect(place.accounts.listUsers()).toHaveLength(1);
});

test("a user who is somebody there is not somebody else with the same address too", async () => {
  provider.claims = { sub: "42", email: EMAIL, email_verified: true };
  expect((await goRound()).status).toBe(303);
  browser = new Browser(place.origin);
  provider.claims = { sub: "43", email: EMAIL, email_verified: true };
  expect((await goRound()).status).toBe(403);
  expect((await browser.ask("/")).headers.get("location")).toBe("/sign-in");
  const linked = place.accounts.database
    .query("select accountId from account where providerId like 'openid-%'")
    .all();
  expect(linked).toEqual([{ accountId: "42" }]);
  // Whoever has the first one is let in as before, under another address as well.
  provider.claims = { sub: "42", email: "new@example.org", email_verified: true };
  expect((await goRound()).status).toBe(303);
  expect(await (await browser.ask("/")).text()).toContain(EMAIL);
});

test("of two who come at once with one address, one is let in", async () => {
  await place.accounts.addUser("two@example.org");
  const way = async (sub: string): Promise<() => Promise<Response>> => {
    const own = new Browser(place.origin);
    provider.claims = { sub, email: "two@example.org", email_verified: true };
    const there = await own.submit("/sign-in/openid", { next: "/" });
    const sent = await fetch(there.headers.get("location")!, { redirect: "manual" });
    const { pathname, search } = new URL(sent.headers.get("location")!);
    return () => own.ask(pathname + search);
  };
  const back = [await way("a"), await way("b")];
  // The provider answers each with another subject.
  let subject = 0;
  provider.subjects = () => `subject-${subject++}`;
  const statuses = (await Promise.all(back.map((go) => go()))).map(({ status }) => status);
  expect(statuses.sort()).toEqual([303, 403]);
  place.accounts.removeUser("two@example.org");
});

test("a disabled user is not signed in", async () => {
  await place.accounts.addUser("dan@example.org");
  place.accounts.setDisabled("dan@example.org", true);
  provider.claims = { sub: "dan", email: "dan@example.org", email_verified: true };
  expect((await goRound()).status).toBe(403);
  place.accounts.removeUser("dan@example.org");
});

test("another browser cannot take the way back", async () => {
  expect((await goRound("/", new Browser(place.origin))).status).toBe(403);
});

test("made-up ways back, forms of other sites", async () => {
  for (const query of ["", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied&state=x"])
    expect((await browser.ask(`/sign-in/openid/callback${query}`)).status).toBe(403);
  const foreign = { origin: "https://evil.example" };
  expect((await browser.submit("/sign-in/openid", { next: "/" }, foreign)).status).toBe(403);
});

test("a provider that is away is asked again later", async () => {
  const own = await world({
    settings: { openId: { issuer: provider.issuer, clientId: "gadwall", clientSecret: null } },
  });
  try {
    const there = new Browser(own.origin);
    provider.down = true;
    expect((await there.submit("/sign-in/openid", { next: "/" })).status).toBe(502);
    provider.down = false;
    const sent = await there.submit("/sign-in/openid", { next: "/" });
    expect(sent.headers.get("location")).toStartWith(`${provider.issuer}/authorize?`);
  } finally {
    await own.stop();
  }
});

test("without a provider there are no such pages", async () => {
  const own = await world();
  try {
    const there = new Browser(own.origin);
    expect((await there.submit("/sign-in/openid", { next: "/" })).status).toBe(404);
    expect((await there.ask("/sign-in/openid/callback")).status).toBe(404);
    expect(await (await there.ask("/sign-in")).text()).not.toContain("/sign-in/openid");
  } finally {
    await own.stop();
  }
});
