/** How much one client can take of the server, over a real socket. */
import { afterEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import {
  bearer,
  INITIALIZE,
  LIST,
  opened,
  post,
  raw,
  type Started,
  start,
  team,
  Users,
  until,
} from "./world.ts";

let server: Started;
afterEach(() => server?.stop());

describe("sessions", () => {
  const stream = (id: string, headers: Record<string, string> = {}) =>
    server.ask("/mcp", { headers: { "Mcp-Session-Id": id, Accept: "text/event-stream", ...headers } });
  const listed = async (id: string, headers: Record<string, string> = {}) =>
    (await server.ask("/mcp", post(LIST, { "Mcp-Session-Id": id, ...headers }))).status;

  test("one user has a share of them: the one he used longest ago gives way, one in use does not", async () => {
    server = await start({ maxSessions: 8, users: team() });
    const [a, b] = [bearer("gadwall_a"), bearer("gadwall_b")];
    const other = await opened(server, b);
    const first = await opened(server, a);
    const second = await opened(server, a);
    await (await server.ask("/mcp", post(LIST, { ...a, "Mcp-Session-Id": first }))).text();
    const third = await opened(server, a);
    expect([await listed(second, a), await listed(first, a), await listed(third, a)]).toEqual([
      404, 200, 200,
    ]);
    const held = [await stream(first, a), await stream(third, a)];
    const refused = await server.ask("/mcp", post(INITIALIZE, a));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(await refused.text()).toContain("You have 2 sessions in use");
    expect(await listed(other, b)).toBe(200);
    await Promise.all(held.map((one) => one.body!.cancel()));
  });

  test("an unknown client that takes all it can get does not keep out another, nor end what that one uses", async () => {
    server = await start({ maxSessions: 4, allowAnonymous: true });
    const from = (client: string) => ({ "X-Forwarded-For": client });
    // One of the four is his share, from whichever address of his network.
    const his = [
      await opened(server, from("2001:db8:1:1::1")),
      await opened(server, from("2001:db8:1:2::1")),
      await opened(server, from("2001:db8:1:3::1")),
    ];
    expect(await Promise.all(his.map((id) => listed(id)))).toEqual([404, 404, 200]);
    const mine = await opened(server, from("192.0.2.1"));
    const held = await stream(mine, from("192.0.2.1"));
    for (let network = 10; network < 30; network++) await opened(server, from(`198.51.100.${network}`));
    expect(await listed(mine, from("192.0.2.1"))).toBe(200);
    await opened(server, from("192.0.2.2"));
    await held.body!.cancel();
  });

  test("as many opened at the same time are no more than there may be", async () => {
    server = await start({ maxSessions: 4, users: team(), metrics: true });
    await Promise.all(
      Array.from({ length: 20 }, () => server.ask("/mcp", post(INITIALIZE, bearer("gadwall_a")))),
    );
    expect(await (await server.ask("/metrics")).text()).toContain("gadwall_sessions 1\n");
  });
});

describe("bounds", () => {
  test("a body of 1 MiB passes, a larger one gets 413 however it comes", async () => {
    server = await start();
    const padded = (bytes: number) => JSON.stringify(INITIALIZE).padEnd(bytes);
    expect((await server.ask("/mcp", post(padded(1_048_576)))).status).toBe(200);
    const declared = await server.ask("/mcp", post(padded(2_000_000)));
    expect(declared.status).toBe(413);
    expect(await declared.json()).toMatchObject({ jsonrpc: "2.0", error: { code: -32000 } });
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 20; i++) controller.enqueue(new Uint8Array(65_536).fill(32));
        controller.close();
      },
    });
    expect((await server.ask("/mcp", { ...post(""), body: chunks })).status).toBe(413);
    expect((await server.ask("/healthz")).status).toBe(200);
  });

  test("a head that is too large gets 431", async () => {
    server = await start();
    const answer = await raw(
      server,
      `GET /mcp HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"a".repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toStartWith("HTTP/1.1 431");
  });

  test("what is no JSON, no JSON-RPC or of another type", async () => {
    server = await start();
    for (const body of ["{", "", "\u0000", '{"a":1}{']) {
      const response = await server.ask("/mcp", post(body));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: -32700 }, id: null });
    }
    expect((await server.ask("/mcp", post("null"))).status).toBe(400);
    expect((await server.ask("/mcp", post("[]"))).status).toBe(400);
    expect((await server.ask("/mcp", post(LIST, { "Content-Type": "text/plain" }))).status).toBe(415);
    const put = await server.ask("/mcp", { method: "PUT", body: "x" });
    expect(put.status).toBe(405);
    expect(put.headers.get("allow")).toBe("GET, POST, DELETE, OPTIONS");
  });

  test("too many requests get 429 with the time to wait, by user and by address", async () => {
    server = await start({ users: team(), rateLimit: 3 });
    const asked = (headers: Record<string, string>) => server.ask("/mcp", post(LIST, headers));
    for (let i = 0; i < 3; i++) expect((await asked(bearer("gadwall_a"))).status).toBe(400);
    const refused = await asked(bearer("gadwall_a"));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 21);
    expect(await refused.json()).toMatchObject({
      error: { message: expect.stringContaining("Too many requests") },
    });
    expect((await asked(bearer("gadwall_b"))).status).toBe(400);
    for (let i = 0; i < 3; i++) expect((await asked(bearer("wrong"))).status).toBe(401);
    expect((await asked(bearer("wrong"))).status).toBe(429);
    // Somebody else behind the proxy on this machine.
    expect((await asked({ "X-Forwarded-For": "198.51.100.7" })).status).toBe(401);
    // He cannot get another bucket by writing more in front.
    for (let i = 0; i < 2; i++) await asked({ "X-Forwarded-For": `10.0.0.${i}, 198.51.100.7` });
    expect((await asked({ "X-Forwarded-For": "10.0.0.9, 198.51.100.7" })).status).toBe(429);
  });

  test("each message of a batch counts, and a longer one than is left is refused as a whole", async () => {
    server = await start({ users: team(), rateLimit: 10, metrics: true });
    const old = { ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion: "2025-03-26" } };
    const a = bearer("gadwall_a");
    const hello = await server.ask("/mcp", post(old, a));
    await hello.text();
    const headers = { ...a, "Mcp-Session-Id": hello.headers.get("mcp-session-id")! };
    const call = {
      jsonrpc: "2.0",
      method: "tools/call",
      params: { name: "count", arguments: { purpose: "view" } },
    };
    const batch = (length: number) =>
      server.ask(
        "/mcp",
        post(
          Array.from({ length }, (_, id) => ({ ...call, id })),
          headers,
        ),
      );
    expect(await (await batch(6)).text()).toContain('"id":5');
    // Three are left, of which the request itself took one.
    const refused = await batch(4);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 61);
    expect(await refused.text()).toContain("a batch of 4 messages may come in");
    const rest = await batch(2);
    expect(rest.status).toBe(200);
    await rest.text();
    expect((await server.ask("/mcp", post(LIST, headers))).status).toBe(429);
    const page = await (await server.ask("/metrics")).text();
    expect(page).toContain('gadwall_tool_calls_total{tool="count"} 8\n');
    await until(async () => server.lines.filter((line) => line.endsWith("tools/call count")).length === 8);
    expect(server.lines.some((line) => / 429 \d+ms batch$/.test(line))).toBe(true);
  });

  test("the longest batch is named to whoever sends a longer one", async () => {
    server = await start();
    const headers = { "Mcp-Session-Id": await opened(server) };
    const batch = (length: number) =>
      server.ask(
        "/mcp",
        post(
          Array.from({ length }, (_, id) => ({ ...LIST, id })),
          headers,
        ),
      );
    const refused = await batch(101);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { code: -32600, message: "A batch may have 100 messages at most" },
    });
    expect((await batch(100)).status).toBe(200);
  });

  test("what the guard refuses and OPTIONS are limited too, and do not fill the log", async () => {
    server = await start({ users: team(), rateLimit: 30 });
    const status = async (init: RequestInit) => (await server.ask("/mcp", init)).status;
    const foreign = { headers: { Origin: "http://evil.example" } };
    for (let i = 0; i < 30; i++) expect(await status(foreign)).toBe(403);
    for (let i = 0; i < 30; i++) expect(await status(foreign)).toBe(429);
    expect(await status({ headers: { Host: "evil.example" } })).toBe(429);
    // What is refused in any case is counted apart.
    for (let i = 0; i < 30; i++) expect(await status({ method: "OPTIONS" })).toBe(204);
    expect(await status({ method: "OPTIONS" })).toBe(429);
    // Who is known does not suffer from what others of his network do.
    expect(await status(post(INITIALIZE, bearer("gadwall_a")))).toBe(200);
    const lines = () => server.lines.filter((line) => / 4(03|29) /.test(line));
    expect(lines()).toHaveLength(20);
    await server.stop();
    expect(server.lines.at(-1)).toMatch(/ 127\.0\.0\.1 - 42 more refusals within a minute$/);
  });

  test("slow bodies of strangers keep out neither users nor each other", async () => {
    const pages = { fetch: async (request: Request) => new Response(await request.text()) };
    server = await start({ users: team(), pages, maxConnections: 16 });
    const form = { method: "POST", body: "email=a" };
    const from = (client: string) => ({ ...form, headers: { "X-Forwarded-For": client } });
    const slow = Array.from({ length: 30 }, (_, i) => slowBody(`198.51.100.${i}`));
    await until(async () => (await Promise.all(slow.map(({ said }) => said()))).filter(Boolean).length >= 28);
    // Of 30 all but the last two were given up.
    expect(
      slow.map(({ said }) => said().slice(0, 12)).filter((line) => line === "HTTP/1.1 408"),
    ).toHaveLength(28);
    expect(await (await server.ask("/sign-in", from("192.0.2.1"))).text()).toBe("email=a");
    expect((await server.ask("/mcp", post(INITIALIZE, bearer("gadwall_a")))).status).toBe(200);
    for (const { end } of slow) end();
  });

  test("users behind one address have their own share of what is in flight", async () => {
    const users = new Users();
    for (let i = 0; i < 8; i++) users.add(`gadwall_${i}`, `user${i}@example.org`);
    server = await start({ users, maxConnections: 32 });
    const streams: Response[] = [];
    for (let i = 0; i < 8; i++)
      for (let j = 0; j < 2; j++) {
        const headers = bearer(`gadwall_${i}`);
        const id = { "Mcp-Session-Id": await opened(server, headers), Accept: "text/event-stream" };
        streams.push(await server.ask("/mcp", { headers: { ...headers, ...id } }));
      }
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    await Promise.all(streams.map((stream) => stream.body!.cancel()));
  });

  test("more than can be in flight are refused, health pages are not", async () => {
    server = await start({ maxConnections: 4 });
    const id = { "Mcp-Session-Id": await opened(server), Accept: "text/event-stream" };
    const stop = new AbortController();
    expect((await server.ask("/mcp", { headers: id, signal: stop.signal })).status).toBe(200);
    const busy = await server.ask("/mcp", post(LIST, id));
    expect(busy.status).toBe(503);
    expect(busy.headers.get("retry-after")).toBe("1");
    expect((await server.ask("/healthz")).status).toBe(200);
    stop.abort();
    await until(async () => (await server.ask("/mcp", post(LIST))).status === 400);
  });
});

/** A form of which only the first byte comes; `said` is what the server answered until now. */
function slowBody(client: string): { said(): string; end(): void } {
  let text = "";
  const head = `POST /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${client}\r\nContent-Length: 100\r\n\r\ne`;
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => socket.write(head));
  socket.on("data", (chunk) => {
    text += chunk.toString();
  });
  socket.on("error", () => {});
  return { said: () => text, end: () => socket.destroy() };
}
