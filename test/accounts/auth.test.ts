import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { oauthProvider } from "@better-auth/oauth-provider";
import { getMigrations } from "better-auth/db/migration";
import { magicLink } from "better-auth/plugins/magic-link";
import type { Accounts } from "../../src/accounts/accounts.ts";
import { CLIENT_ADDRESS_HEADER, makeAuth } from "../../src/accounts/auth.ts";
import { countTry } from "../../src/accounts/sign-in-limits.ts";
import { tokenHash } from "../../src/accounts/token-hash.ts";
import { Place } from "./place.ts";

const ORIGIN = "http://127.0.0.1:9100";
const PASSWORD = "correct horse battery";

let place: Place;
let command: Accounts;
let server: Accounts;
let auth: ReturnType<typeof authOver>;

function authOver(accounts: Accounts) {
  const secret = accounts.secret();
  const plugins = [
    oauthProvider({ loginPage: "/sign-in", consentPage: "/consent", disableJwtPlugin: true }),
    magicLink({
      storeToken: { type: "custom-hasher", hash: async (token) => tokenHash(token) },
      sendMagicLink() {},
    }),
  ];
  return makeAuth(accounts.database, { secret, baseURL: ORIGIN, plugins });
}

beforeEach(async () => {
  place = new Place();
  command = place.open();
  server = place.open();
  auth = authOver(server);
  await command.addUser("ann@example.org", { password: PASSWORD });
});
afterEach(() => place.clear());

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return auth.handler(
    new Request(ORIGIN + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: ORIGIN,
        [CLIENT_ADDRESS_HEADER]: "192.0.2.1",
        ...headers,
      },
      body: JSON.stringify(body),
    }),
  );
}

const signIn = (password: string, headers?: Record<string, string>): Promise<Response> =>
  post("/sign-in/email", { email: "Ann@example.org", password }, headers);

/** The user whom better-auth finds by the cookies of an answer. */
async function sessionOf(response: Response): Promise<string | null> {
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const session = await auth.api.getSession({ headers: new Headers({ cookie }) });
  return session?.user.id ?? null;
}

test("the tables are those that better-auth and its OAuth provider want", async () => {
  const { toBeCreated, toBeAdded } = await getMigrations(auth.options);
  expect(toBeCreated).toEqual([]);
  expect(toBeAdded).toEqual([]);
});

describe("signing in", () => {
  test("with the password that a command set, until a command ends it", async () => {
    const response = await signIn(PASSWORD);
    expect(response.status).toBe(200);
    const cookie = response.headers.getSetCookie().find((line) => line.includes("session_token"))!;
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; SameSite=Lax/i);
    const id = await sessionOf(response);
    expect(server.identifyUser(id!)).toMatchObject({ email: "ann@example.org", by: "session" });
    command.setDisabled("ann@example.org", true);
    expect(await sessionOf(response)).toBeNull();
    command.setDisabled("ann@example.org", false);
    expect(await sessionOf(response)).toBeNull();
  });

  test("a changed password signs out and is the only one", async () => {
    const response = await signIn(PASSWORD);
    await command.setPassword("ann@example.org", "another horse battery");
    expect(await sessionOf(response)).toBeNull();
    expect((await signIn(PASSWORD)).status).toBe(401);
    expect((await signIn("another horse battery")).status).toBe(200);
    await command.setPassword("ann@example.org", null);
    expect((await signIn("another horse battery")).status).toBe(401);
  });

  test("unknown, wrong and disabled look the same", async () => {
    command.setDisabled("ann@example.org", true);
    const answers = [
      await signIn(PASSWORD),
      await signIn("wrong horse battery"),
      await post("/sign-in/email", { email: "eve@example.org", password: PASSWORD }),
    ];
    const seen = await Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`));
    expect(new Set(seen).size).toBe(1);
    expect(answers[0]!.status).toBe(401);
    expect(answers.every((answer) => answer.headers.getSetCookie().length === 0)).toBe(true);
  });

  test("tries are limited, also many at once, and a wait is named", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn("wrong horse battery")));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn(PASSWORD)).status).toBe(429);
    expect((await signIn(PASSWORD, { [CLIENT_ADDRESS_HEADER]: "203.0.113.9" })).status).toBe(200);
  });

  test("the right password begins the count anew", async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) await signIn("wrong horse battery");
      expect((await signIn(PASSWORD)).status).toBe(200);
    }
  });

  test("strangers who try do not keep out who signed in from there before", async () => {
    expect((await signIn(PASSWORD)).status).toBe(200);
    for (let i = 0; i < 150; i++) countTry(server.database, "ann@example.org", `198.51.100.${i}`);
    expect((await signIn(PASSWORD, { [CLIENT_ADDRESS_HEADER]: "203.0.113.9" })).status).toBe(429);
    expect((await signIn("wrong horse battery")).status).toBe(401);
    expect((await signIn(PASSWORD)).status).toBe(200);
    await command.setPassword("ann@example.org", PASSWORD);
    expect((await signIn(PASSWORD)).status).toBe(429);
  });

  test("who signs in by a link is known there too", async () => {
    for (let i = 0; i < 150; i++) countTry(server.database, "ann@example.org", `198.51.100.${i}`);
    expect((await signIn(PASSWORD)).status).toBe(429);
    const { token } = command.createLink("ann@example.org");
    const headers = { [CLIENT_ADDRESS_HEADER]: "192.0.2.1" };
    const verify = new Request(`${ORIGIN}/magic-link/verify?token=${token}`, { headers });
    expect((await auth.handler(verify)).status).toBe(200);
    expect((await signIn(PASSWORD)).status).toBe(200);
  });

  test("from pages of other origins is refused", async () => {
    expect((await signIn(PASSWORD, { origin: "https://evil.example", cookie: "a=b" })).status).toBe(403);
  });

  test.each([
    {},
    { email: 1, password: 2 },
    { email: ["ann@example.org"], password: PASSWORD },
    { email: null },
  ])("%j is no sign-in and no crash", async (body) =>
    expect((await post("/sign-in/email", body)).status).toBe(400),
  );
});

test("nobody signs up", async () => {
  const response = await post("/sign-up/email", {
    email: "eve@example.org",
    password: PASSWORD,
    name: "Eve",
  });
  expect(response.status).toBe(400);
  expect(server.listUsers()).toHaveLength(1);
});
