/** What whoever wishes the server ill can send it, through the executable. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { INITIALIZE, post } from "../http/world.ts";
import { bearer, openSession, Place, raw, type Served, until } from "./serving.ts";

const place = new Place();
let served: Served;
let ann = "";
let bob = "";

beforeAll(async () => {
  await place.importScan();
  for (const email of ["ann@example.org", "bob@example.org"]) await place.addUser(email);
  ann = await place.createKey("ann@example.org");
  bob = await place.createKey("bob@example.org");
  served = await place.serve("--rate-limit", "0", "--allowed-host", "scans.example.org");
});
afterAll(() => place.remove());

const LIST = { jsonrpc: "2.0", id: 2, method: "tools/list" };

/** A message of revision 2026-07-28 with the headers that go with it. */
function modern(
  method: string,
  headers: Record<string, string> = {},
  version = "2026-07-28",
  params: Record<string, unknown> = {},
): RequestInit {
  return post(
    {
      jsonrpc: "2.0",
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          "io.modelcontextprotocol/protocolVersion": version,
          "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
          "io.modelcontextprotocol/clientCapabilities": {},
        },
      },
    },
    { ...bearer(ann), "Mcp-Protocol-Version": version, "Mcp-Method": method, ...headers },
  );
}

const ask = (init: RequestInit, path = "/mcp") => fetch(new URL(path, served.url), init);

describe("whoever is not let in", () => {
  test.each([
    ["no token", {}],
    ["a wrong key", bearer("gadwall_wrong")],
    ["a key as a password", { Authorization: `Basic ${btoa("ann@example.org:x")}` }],
  ] as [string, Record<string, string>][])("%s is 401 with the way to learn more", async (_, headers) => {
    for (const init of [post(INITIALIZE, headers), { headers }, { method: "DELETE", headers }]) {
      const response = await ask(init);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toContain(
        `resource_metadata="http://127.0.0.1:${served.port}/.well-known/oauth-protected-resource/mcp"`,
      );
    }
  });

  test("a key in the URL counts for nothing", async () => {
    expect((await ask(post(INITIALIZE), `/mcp?access_token=${ann}&key=${ann}`)).status).toBe(401);
  });

  test("is out at once when the key is revoked or the user disabled", async () => {
    await place.addUser("eve@example.org");
    const eve = await place.createKey("eve@example.org");
    const session = await openSession(served.url, eve);
    const asked = async () => (await ask(post(LIST, { ...session, ...bearer(eve) }))).status;
    expect(await asked()).toBe(200);
    expect(await place.run(["user", "disable", "eve@example.org"])).toMatchObject({ code: 0 });
    expect(await asked()).toBe(401);
  });

  test("a session is of use to its owner only, and a stranger cannot tell that it is there", async () => {
    const session = await openSession(served.url, ann);
    const unknown = { "Mcp-Session-Id": crypto.randomUUID() };
    for (const init of [post(LIST), { headers: { Accept: "text/event-stream" } }, { method: "DELETE" }]) {
      const as = async (key: string, id: Record<string, string>) => {
        const response = await ask({ ...init, headers: { ...init.headers, ...bearer(key), ...id } });
        return { status: response.status, body: response.status === 200 ? "" : await response.text() };
      };
      const refused = await as(bob, session);
      expect(refused.status).toBe(404);
      expect(refused).toEqual(await as(bob, unknown));
    }
    expect((await ask(post(LIST, { ...session, ...bearer(ann) }))).status).toBe(200);
  });
});

describe("forged headers", () => {
  const status = async (headers: Record<string, string>) =>
    (await ask(post(INITIALIZE, { ...bearer(ann), ...headers }))).status;

  test.each(["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "evil.example:80", ""])(
    "Host: %s",
    async (host) => {
      const answer = await raw(
        served.port,
        `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${ann}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
      expect(answer).not.toContain('"result"');
    },
  );

  test("Host of another request line, two of them, none", async () => {
    const post = `Authorization: Bearer ${ann}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
    for (const head of [
      "POST http://evil.example/mcp HTTP/1.1\r\nHost: evil.example",
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nHost: evil.example",
      "POST /mcp HTTP/1.0",
    ])
      expect(await raw(served.port, `${head}\r\n${post}`)).toMatch(/^HTTP\/1\.1 40[03] /);
  });

  test("X-Forwarded-Host is believed by nobody", async () => {
    expect(await status({ Host: "evil.example", "X-Forwarded-Host": "localhost" })).toBe(403);
    expect(await status({ Host: "evil.example", Forwarded: "host=localhost" })).toBe(403);
    const response = await ask(post(INITIALIZE, { "X-Forwarded-Host": "evil.example" }));
    expect(response.headers.get("www-authenticate")).not.toContain("evil");
    const document = await ask(
      { headers: { "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript" } },
      "/.well-known/oauth-protected-resource",
    );
    expect(await document.json()).toMatchObject({ resource: `http://127.0.0.1:${served.port}/mcp` });
  });

  test.each([
    "http://evil.example",
    "null",
    "https://localhost.evil.example",
    "file://",
    "http://127.0.0.1@evil.example",
  ])("Origin: %s", async (origin) => expect(await status({ Origin: origin })).toBe(403));

  test("names of our own come in", async () => {
    expect(await status({ Host: "scans.example.org" })).toBe(200);
    expect(await status({ Host: "localhost", Origin: "http://localhost:6274" })).toBe(200);
  });

  test("the log shows who asked, not who somebody says to be", async () => {
    await status({ "X-Forwarded-For": "203.0.113.9, 198.51.100.7" });
    await until(() => served.said().includes(" 198.51.100.7 ann@example.org POST /mcp"));
    expect(served.said()).not.toContain("203.0.113.9");
    for (const secret of [ann, bob]) expect(served.said()).not.toContain(secret);
  });
});

describe("broken messages", () => {
  test.each(["{", "", "nonsense", "\u0000", `${"[".repeat(50_000)}`, '{"jsonrpc":"2.0"}x', "\ufeff{"])(
    "no JSON is -32700",
    async (body) => {
      const response = await ask(post(body, bearer(ann)));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ jsonrpc: "2.0", error: { code: -32700 }, id: null });
    },
  );

  test("text that is no UTF-8 is -32700", async () => {
    const body = Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d);
    const response = await ask({ ...post("", bearer(ann)), body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32700 } });
  });

  test("JSON that is no message is refused, as deep as it may be", async () => {
    for (const body of [
      "null",
      "[]",
      "7",
      '"x"',
      '{"a":1}',
      `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
    ])
      expect((await ask(post(body, bearer(ann)))).status).toBe(400);
  });

  test("headers that contradict the message are -32020", async () => {
    const contradictions: Record<string, string>[] = [
      { "Mcp-Method": "tools/call" },
      { "Mcp-Method": "" },
      { "Mcp-Protocol-Version": "2025-11-25" },
    ];
    for (const headers of contradictions) {
      const response = await ask(modern("tools/list", headers));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: -32020 } });
    }
    const called = modern("tools/call", { "Mcp-Name": "get" }, undefined, { name: "count", arguments: {} });
    expect(await (await ask(called)).json()).toMatchObject({ error: { code: -32020 } });
  });

  test("an unknown version is -32022, with those there are", async () => {
    const response = await ask(modern("tools/list", {}, "2031-01-01"));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: -32022, data: { supported: expect.arrayContaining(["2026-07-28"]) } },
    });
  });

  test("an unknown method is -32601, an unknown type 415", async () => {
    expect(await (await ask(modern("tools/none"))).json()).toMatchObject({ error: { code: -32601 } });
    expect((await ask(modern("tools/list", { "Content-Type": "text/plain" }))).status).toBe(415);
  });
});

describe("too much", () => {
  test("a body above 1 MiB is 413, told beforehand or not", async () => {
    const large = JSON.stringify(INITIALIZE).padEnd(1_048_577);
    expect((await ask(post(large, bearer(ann)))).status).toBe(413);
    const chunked = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ann}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `10000\r\n${" ".repeat(65_536)}\r\n`;
    expect(await raw(served.port, chunked + chunk.repeat(20))).toStartWith("HTTP/1.1 413");
  });

  test("a head above 16 KiB is 431", async () => {
    expect(
      await raw(served.port, `GET /mcp HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"a".repeat(20_000)}\r\n\r\n`),
    ).toStartWith("HTTP/1.1 431");
  });

  test("too many requests are 429, with the seconds until the next one is taken", async () => {
    const strict = await place.serve("--rate-limit", "6");
    const asked = (headers: Record<string, string>) => fetch(strict.url, post(LIST, headers));
    for (let i = 0; i < 6; i++) expect((await asked(bearer(ann))).status).toBe(400);
    const refused = await asked(bearer(ann));
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get("retry-after"));
    // One request every 10 seconds comes back.
    expect(wait).toBeWithin(1, 11);
    expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining(`${wait} s`) } });
    // Another user, and whoever is known by address only, have their own; keys that are tried out do not.
    expect((await asked(bearer(bob))).status).toBe(400);
    for (let i = 0; i < 6; i++) expect((await asked(bearer(`gadwall_${i}`))).status).toBe(401);
    expect((await asked(bearer("gadwall_7"))).status).toBe(429);
    expect(await strict.stop()).toBe(0);
  });

  test("sessions end at a bound, and one user cannot take them all", async () => {
    const small = await place.serve("--rate-limit", "0", "--max-sessions", "8");
    const open = (key: string) => fetch(small.url, post(INITIALIZE, bearer(key)));
    const his = await openSession(small.url, bob);
    const sessions: { "Mcp-Session-Id": string }[] = [];
    for (let i = 0; i < 3; i++) sessions.push(await openSession(small.url, ann));
    const ask = (session: Record<string, string>, init: RequestInit, key = ann) =>
      fetch(small.url, { ...init, headers: { ...init.headers, ...session, ...bearer(key) } });
    const statuses = [...sessions.map((session) => ask(session, post(LIST))), ask(his, post(LIST), bob)];
    // Two are her share: the oldest gave way.
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([404, 200, 200, 200]);
    const listen = { headers: { Accept: "text/event-stream" } };
    const streams = await Promise.all(sessions.slice(1).map((session) => ask(session, listen)));
    const refused = await open(ann);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect((await open(bob)).status).toBe(200);
    await Promise.all(streams.map((stream) => stream.body!.cancel()));
    expect(await small.stop()).toBe(0);
  });
});
