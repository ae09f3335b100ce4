import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Accounts } from "../../src/accounts/accounts.ts";
import { ACCESS_TOKEN_PREFIX } from "../../src/accounts/identify.ts";
import { tokenHash } from "../../src/accounts/token-hash.ts";
import { AUDIENCE, Place } from "./place.ts";

const LATER = "2999-01-01T00:00:00.000Z";
const EARLIER = "2020-01-01T00:00:00.000Z";

let place: Place;
let command: Accounts;
/** Another connection, as a running server has: whatever the command does must hold there at once. */
let server: Accounts;

beforeEach(async () => {
  place = new Place();
  command = place.open();
  server = place.open({ oauth: true });
  await command.addUser("ann@example.org", { admin: true, groups: ["soc", "web"] });
  await command.addUser("bob@example.org");
});
afterEach(() => place.clear());

function idOf(email: string): string {
  return server.database.query<{ id: string }, [string]>("select id from user where email = ?").get(email)!
    .id;
}

/** A row as better-auth's OAuth provider writes it. */
function storeToken(text: string, changes: Record<string, string | null> = {}): string {
  server.database.run(
    "insert or ignore into oauthClient (id, clientId, redirectUris) values ('c', 'client', '[]')",
  );
  const row: Record<string, string | null> = {
    id: crypto.randomUUID(),
    token: tokenHash(text),
    clientId: "client",
    userId: idOf("ann@example.org"),
    resources: JSON.stringify([AUDIENCE]),
    scopes: JSON.stringify(["gadwall:read"]),
    expiresAt: LATER,
    createdAt: EARLIER,
    revoked: null,
    confirmation: null,
    ...changes,
  };
  const names = Object.keys(row);
  server.database.run(
    `insert into oauthAccessToken (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
    Object.values(row),
  );
  return ACCESS_TOKEN_PREFIX + text;
}

function storeSession(): void {
  server.database.run(
    "insert into session (id, expiresAt, token, createdAt, updatedAt, userId) values (?, ?, ?, ?, ?, ?)",
    [crypto.randomUUID(), LATER, crypto.randomUUID(), EARLIER, EARLIER, idOf("ann@example.org")],
  );
}

function countOf(table: string): number {
  return server.database.query<{ n: number }, []>(`select count(*) as n from ${table}`).get()!.n;
}

describe("users", () => {
  test("are listed as they were added", () => {
    const { created_at, ...ann } = server.listUsers()[0]!;
    expect(ann).toEqual({
      email: "ann@example.org",
      admin: true,
      groups: ["soc", "web"],
      disabled: false,
      password: false,
      keys: 0,
      last_seen_at: null,
    });
    expect(new Date(created_at).toISOString()).toBe(created_at);
    expect(server.listUsers().map(({ email }) => email)).toEqual(["ann@example.org", "bob@example.org"]);
  });

  test("an address is one user, however it is written", async () => {
    expect(command.addUser("ANN@example.org")).rejects.toThrow("there is a user ann@example.org already");
    expect(command.setGroups("ANN@Example.ORG", ["x"]).groups).toEqual(["x"]);
  });

  test.each([
    "setDisabled",
    "removeUser",
    "setGroups",
    "getUser",
    "listKeys",
    "createKey",
    "setPassword",
  ] as const)("%s of somebody unknown names them", async (method) => {
    const calls = {
      setDisabled: () => command.setDisabled("eve@example.org", true),
      removeUser: () => command.removeUser("eve@example.org"),
      setGroups: () => command.setGroups("eve@example.org", []),
      getUser: () => command.getUser("eve@example.org"),
      listKeys: () => command.listKeys("eve@example.org"),
      createKey: () => command.createKey("eve@example.org", "x"),
      setPassword: () => command.setPassword("eve@example.org", "long enough a word"),
    };
    expect(async () => calls[method]()).toThrow("there is no user eve@example.org");
  });

  test("a change of groups holds at the next call", async () => {
    const { key } = command.createKey("ann@example.org", "laptop");
    expect((await server.identify(key, AUDIENCE))?.groups).toEqual(["soc", "web"]);
    command.setGroups("ann@example.org", ["web"]);
    expect((await server.identify(key, AUDIENCE))?.groups).toEqual(["web"]);
    command.setGroups("ann@example.org", []);
    expect((await server.identify(key, AUDIENCE))?.groups).toEqual([]);
  });

  test("a password is stored as a hash, once, and ends what was opened with the old one", async () => {
    storeSession();
    storeToken("a");
    expect(await command.setPassword("ann@example.org", "correct horse battery")).toEqual({
      sessions: 1,
      tokens: 1,
    });
    await command.setPassword("ann@example.org", "another horse battery");
    expect(countOf("account")).toBe(1);
    expect(server.getUser("ann@example.org").password).toBe(true);
    command.database.run("pragma wal_checkpoint(truncate)");
    expect(readFileSync(place.path).includes("horse")).toBe(false);
    await command.setPassword("ann@example.org", null);
    expect(server.getUser("ann@example.org").password).toBe(false);
  });
});

describe("keys", () => {
  test("are shown once and stored as a hash", async () => {
    const { key, ...made } = command.createKey("ann@example.org", "laptop", "90d");
    expect(key).toMatch(/^gadwall_[A-Za-z0-9_-]{43}$/);
    expect(made.start).toBe(key.slice(0, 14));
    expect(server.listKeys()).toEqual([made]);
    command.database.run("pragma wal_checkpoint(truncate)");
    const stored = readFileSync(place.path);
    expect(stored.includes(tokenHash(key))).toBe(true);
    expect(stored.includes(key)).toBe(false);
    expect(stored.includes(key.slice(8))).toBe(false);
  });

  test("say who shows them, and when that was last", async () => {
    const { key } = command.createKey("ann@example.org", "laptop");
    expect(await server.identify(key, "https://any.example/mcp")).toEqual({
      email: "ann@example.org",
      groups: ["soc", "web"],
      admin: true,
      by: "key",
      scopes: [],
    });
    const used = command.listKeys("ann@example.org")[0]!.last_used_at;
    expect(used).not.toBeNull();
    expect(command.getUser("ann@example.org").last_seen_at).toBe(used);
    await server.identify(key, AUDIENCE);
    expect(command.listKeys("ann@example.org")[0]!.last_used_at).toBe(used);
    command.database.run("update apiKey set lastUsedAt = ?", [EARLIER]);
    await server.identify(key, AUDIENCE);
    expect(command.listKeys("ann@example.org")[0]!.last_used_at! > EARLIER).toBe(true);
  });

  test("that cannot be noted as used are good all the same", async () => {
    const { key } = command.createKey("ann@example.org", "laptop");
    server.database.run("pragma query_only = on");
    expect((await server.identify(key, AUDIENCE))?.email).toBe("ann@example.org");
  });

  test("end when they expire", async () => {
    const { key } = command.createKey("ann@example.org", "laptop", "1h");
    expect(await server.identify(key, AUDIENCE)).not.toBeNull();
    command.database.run("update apiKey set expiresAt = ?", [new Date(Date.now() - 1).toISOString()]);
    expect(await server.identify(key, AUDIENCE)).toBeNull();
    expect(server.listKeys()[0]!.state).toBe("expired");
  });

  test("end at once when revoked: by number, by the key, by how it begins", async () => {
    for (const by of ["id", "key", "start"] as const) {
      const made = command.createKey("ann@example.org", "laptop");
      expect(await server.identify(made.key, AUDIENCE)).not.toBeNull();
      expect(command.revokeKey(String(made[by])).id).toBe(made.id);
      expect(await server.identify(made.key, AUDIENCE)).toBeNull();
    }
  });

  test.each([
    "",
    "0",
    "99",
    "-1",
    "1 or 1=1",
    "gadwall_",
    "gadwall_%",
    "%",
    "gadwall_AAAAAA",
    "999999999999999",
  ])("%j names none", (which) => {
    command.createKey("ann@example.org", "laptop");
    expect(() => command.revokeKey(which)).toThrow("there is no such key");
    expect(server.listKeys()).toHaveLength(1);
  });

  test("a number is never given again", () => {
    const first = command.createKey("ann@example.org", "laptop").id;
    command.revokeKey(String(first));
    expect(command.createKey("ann@example.org", "laptop").id).toBeGreaterThan(first);
  });

  test("a name is one key of a user", () => {
    command.createKey("ann@example.org", "laptop");
    command.createKey("bob@example.org", "laptop");
    expect(() => command.createKey("ann@example.org", "laptop")).toThrow("has a key of this name already");
    expect(server.listKeys("bob@example.org")).toHaveLength(1);
  });

  test("anything that is no key is nobody", async () => {
    const { key } = command.createKey("ann@example.org", "laptop");
    for (const wrong of [
      "",
      " ",
      key.slice(0, -1),
      `${key}A`,
      ` ${key}`,
      `${key}\n`,
      key.toUpperCase(),
      key.slice(8),
      tokenHash(key),
      `gadwall_${"A".repeat(43)}`,
      "' or 1=1 --",
      "\0".repeat(51),
      "gadwall_".repeat(1_000_000),
    ])
      expect(await server.identify(wrong, AUDIENCE)).toBeNull();
  });
});

describe("OAuth access tokens", () => {
  test("say for whom they were issued and what for", async () => {
    expect(await server.identify(storeToken("a"), AUDIENCE)).toEqual({
      email: "ann@example.org",
      groups: ["soc", "web"],
      admin: true,
      by: "oauth",
      scopes: ["gadwall:read"],
    });
  });

  test("are nothing where the authorization server is off", async () => {
    const token = storeToken("a");
    expect(await command.identify(token, AUDIENCE)).toBeNull();
  });

  test.each([
    ["for another audience", { resources: '["http://127.0.0.1:9100/other"]' }],
    ["for an audience that begins like ours", { resources: `["${AUDIENCE}/"]` }],
    ["for none", { resources: null }],
    ["for a broken one", { resources: `${AUDIENCE}` }],
    ["for an odd one", { resources: `{"0":"${AUDIENCE}"}` }],
    ["expired", { expiresAt: EARLIER }],
    ["revoked", { revoked: EARLIER }],
    ["bound to a key of the client", { confirmation: '{"jkt":"x"}' }],
    ["of no user", { userId: null }],
  ])("%s: nobody", async (_, changes) => {
    const token = storeToken("a", changes);
    expect(await server.identify(token, AUDIENCE)).toBeNull();
  });

  test("of a disabled client: nobody", async () => {
    const token = storeToken("a");
    server.database.run("update oauthClient set disabled = 1");
    expect(await server.identify(token, AUDIENCE)).toBeNull();
  });

  test("the hash itself, and the text without its prefix, are nobody", async () => {
    const token = storeToken("a");
    for (const wrong of [
      "a",
      tokenHash("a"),
      ACCESS_TOKEN_PREFIX + tokenHash("a"),
      `gadwall_ort_a`,
      `${token} `,
    ])
      expect(await server.identify(wrong, AUDIENCE)).toBeNull();
  });
});

describe("disabling", () => {
  test("ends keys, tokens, sessions and codes at once; enabling brings back the keys only", async () => {
    const { key } = command.createKey("ann@example.org", "laptop");
    const other = command.createKey("bob@example.org", "laptop").key;
    const token = storeToken("a");
    storeSession();
    const id = idOf("ann@example.org");
    server.database.run(
      "insert into verification (id, identifier, value, expiresAt, createdAt, updatedAt) values ('v', 'code', ?, ?, ?, ?)",
      [JSON.stringify({ type: "authorization_code", userId: id }), LATER, EARLIER, EARLIER],
    );

    expect(command.setDisabled("ann@example.org", true)).toEqual({ sessions: 1, tokens: 1 });
    expect(await server.identify(key, AUDIENCE)).toBeNull();
    expect(await server.identify(token, AUDIENCE)).toBeNull();
    expect(server.identifyUser(id)).toBeNull();
    expect(countOf("session") + countOf("oauthAccessToken") + countOf("verification")).toBe(0);
    expect(server.listKeys("ann@example.org")[0]!.state).toBe("user disabled");
    expect(await server.identify(other, AUDIENCE)).not.toBeNull();

    command.setDisabled("ann@example.org", false);
    expect(await server.identify(key, AUDIENCE)).not.toBeNull();
    expect(await server.identify(token, AUDIENCE)).toBeNull();
    expect(server.identifyUser(id)).toMatchObject({ email: "ann@example.org", by: "session" });
  });

  test("lets nothing new come from what is on its way", () => {
    command.setDisabled("ann@example.org", true);
    expect(() => storeToken("a")).toThrow("this user is disabled");
    expect(storeSession).toThrow("this user is disabled");
  });
});

test("removing takes everything along", async () => {
  const { key } = command.createKey("ann@example.org", "laptop");
  const token = storeToken("a");
  storeSession();
  await command.setPassword("ann@example.org", "correct horse battery");
  const id = idOf("ann@example.org");
  command.removeUser("ann@example.org");
  expect(await server.identify(key, AUDIENCE)).toBeNull();
  expect(await server.identify(token, AUDIENCE)).toBeNull();
  expect(server.identifyUser(id)).toBeNull();
  for (const table of ["apiKey", "account", "session", "oauthAccessToken"]) expect(countOf(table)).toBe(0);
  // Whoever gets the address next is somebody else.
  await command.addUser("ann@example.org");
  expect(await server.identify(key, AUDIENCE)).toBeNull();
});

test("what has expired is swept, nothing else", () => {
  storeToken("old", { expiresAt: EARLIER });
  storeToken("new");
  storeSession();
  server.sweep();
  expect(countOf("oauthAccessToken")).toBe(1);
  expect(countOf("session")).toBe(1);
});
