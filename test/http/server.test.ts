/** The server over a real socket: sessions, refusals, pages, ending. */
import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccessScope, NOTHING } from "../../src/access/scope.ts";
import type { Identity } from "../../src/accounts/identity.ts";
import { bearer, INITIALIZE, LIST, opened, post, raw, type Started, start, team, until } from "./world.ts";

let server: Started;
afterEach(() => server?.stop());

describe("sessions", () => {
  test("without one 400, with an unknown one 404, after DELETE 404", async () => {
    server = await start();
    expect((await server.ask("/mcp", post(LIST))).status).toBe(400);
    expect((await server.ask("/mcp", post(LIST, { "Mcp-Session-Id": crypto.randomUUID() }))).status).toBe(
      404,
    );
    const id = { "Mcp-Session-Id": await opened(server) };
    const listed = await server.ask("/mcp", post(LIST, id));
    expect(listed.status).toBe(200);
    expect(await listed.text()).toContain('"name":"count"');
    expect((await server.ask("/mcp", { method: "DELETE", headers: id })).status).toBe(200);
    expect((await server.ask("/mcp", post(LIST, id))).status).toBe(404);
    expect((await server.ask("/mcp", { method: "DELETE", headers: id })).status).toBe(404);
  });

  test("belong to whoever opened them", async () => {
    server = await start({ users: team() });
    const id = { "Mcp-Session-Id": await opened(server, bearer("gadwall_a")) };
    expect((await server.ask("/mcp", post(LIST, { ...id, ...bearer("gadwall_b") }))).status).toBe(404);
    const stolen = { method: "DELETE", headers: { ...id, ...bearer("gadwall_b") } };
    expect((await server.ask("/mcp", stolen)).status).toBe(404);
    const listening = { headers: { ...id, ...bearer("gadwall_b"), Accept: "text/event-stream" } };
    expect((await server.ask("/mcp", listening)).status).toBe(404);
    expect((await server.ask("/mcp", post(LIST, { ...id, ...bearer("gadwall_a") }))).status).toBe(200);
  });

  test("go on with another token of the same user", async () => {
    const users = team();
    server = await start({ users });
    const id = { "Mcp-Session-Id": await opened(server, bearer("gadwall_a")) };
    users.known.delete("gadwall_a");
    users.add("gadwall_new", "a@example.org");
    expect((await server.ask("/mcp", post(LIST, { ...id, ...bearer("gadwall_a") }))).status).toBe(401);
    expect((await server.ask("/mcp", post(LIST, { ...id, ...bearer("gadwall_new") }))).status).toBe(200);
  });

  test("opened by nobody known are of no use when there are users", async () => {
    server = await start();
    const id = { "Mcp-Session-Id": await opened(server) };
    server.users.add("gadwall_a", "a@example.org");
    expect((await server.ask("/mcp", post(LIST, id))).status).toBe(401);
    expect((await server.ask("/mcp", post(LIST, { ...id, ...bearer("gadwall_a") }))).status).toBe(404);
  });

  test("an initialize that is refused leaves none behind", async () => {
    server = await start({ maxSessions: 1 });
    const batch = await server.ask("/mcp", post([INITIALIZE, INITIALIZE]));
    expect(batch.status).toBe(400);
    await opened(server);
  });

  test("what is asked is answered within what the caller may see, looked up anew at every call", async () => {
    const seen: (string | null)[] = [];
    const users = team();
    server = await start({
      users,
      scopeOf: (identity) => {
        seen.push(`${identity?.email} ${identity?.groups.join()}`);
        return { nmap: NOTHING, passive: NOTHING, view: NOTHING };
      },
    });
    const headers = { "Mcp-Session-Id": await opened(server, bearer("gadwall_a")), ...bearer("gadwall_a") };
    const call = { ...LIST, method: "tools/call", params: { name: "count", arguments: { purpose: "view" } } };
    await (await server.ask("/mcp", post(call, headers))).text();
    users.add("gadwall_a", "a@example.org", { groups: ["red"] });
    await (await server.ask("/mcp", post({ ...call, id: 3 }, headers))).text();
    expect([...new Set(seen)]).toEqual(["a@example.org ", "a@example.org red"]);
  });

  test("everybody let in: within the access filter of anonymous, of everything where users exist at start", async () => {
    const call = { ...LIST, method: "tools/call", params: { name: "count", arguments: { purpose: "view" } } };
    const asked: (string | null)[] = [];
    const scopeOf = (identity: Identity | null): AccessScope => {
      asked.push(identity?.email ?? null);
      return { nmap: NOTHING, passive: NOTHING, view: NOTHING };
    };
    const ask = async () => {
      const headers = { "Mcp-Session-Id": await opened(server, bearer("gadwall_a")), ...bearer("gadwall_a") };
      return (await server.ask("/mcp", post(call, headers))).text();
    };
    server = await start({ allowAnonymous: true, scopeOf });
    expect(server.lines.join("\n")).toContain("what the access filter of anonymous leaves");
    asked.length = 0;
    await ask();
    expect([...new Set(asked)]).toEqual([null]);
    // Not even who is created meanwhile lifts it.
    server.users.add("gadwall_a", "a@example.org");
    asked.length = 0;
    await ask();
    expect([...new Set(asked)]).toEqual([null]);
    await server.stop();

    asked.length = 0;
    server = await start({ allowAnonymous: true, users: team(), scopeOf });
    expect(await ask()).toContain("structuredContent");
    expect(asked).toEqual([]);
  });
});

describe("refusals", () => {
  test.each(["localhost", "127.0.0.1", "[::1]", "0:0:0:0:0:0:0:1"])(
    "listening on %s is for this machine",
    async (bind) => {
      server = await start({ bind });
      expect((await server.ask("/mcp", post(INITIALIZE))).status).toBe(200);
      expect((await server.ask("/mcp", post(INITIALIZE, { Host: "0.0.0.0" }))).status).toBe(403);
    },
  );

  test("a wildcard address is no name", async () => {
    server = await start({ bind: "0.0.0.0", users: team() });
    const { port } = new URL(server.url);
    const asked = (host: string) =>
      fetch(`http://127.0.0.1:${port}/mcp`, post(INITIALIZE, { ...bearer("gadwall_a"), Host: host }));
    expect((await asked(`0.0.0.0:${port}`)).status).toBe(403);
    expect((await asked("127.0.0.1")).status).toBe(200);
  });

  test("foreign Host and Origin", async () => {
    server = await start({ allowedHosts: ["scans.example.org"], allowAnonymous: true });
    const asked = async (headers: Record<string, string>) =>
      (await server.ask("/mcp", post(INITIALIZE, headers))).status;
    expect(await asked({ Host: "evil.example" })).toBe(403);
    expect(await asked({ Host: "evil.example", "X-Forwarded-Host": "scans.example.org" })).toBe(403);
    expect(await asked({ Host: "scans.example.org" })).toBe(200);
    expect(await asked({ Origin: "http://evil.example" })).toBe(403);
    expect(await asked({ Origin: "null" })).toBe(403);
    expect(await asked({ Origin: "http://localhost:5173" })).toBe(200);
    expect(
      await raw(server, "GET http://evil.example/mcp HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
    ).toStartWith("HTTP/1.1 403");
    expect(
      await raw(server, "GET /mcp HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"),
    ).toStartWith("HTTP/1.1 403");
    expect(await raw(server, "GET /mcp HTTP/1.0\r\n\r\n")).toStartWith("HTTP/1.1 403");
  });

  test("401 tells a client where to learn what is needed", async () => {
    server = await start({ users: team() });
    const { origin } = new URL(server.url);
    const bare = await server.ask("/mcp", post(INITIALIZE));
    expect(bare.status).toBe(401);
    expect(bare.headers.get("www-authenticate")).toBe(
      `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`,
    );
    const wrong = await server.ask("/mcp", post(INITIALIZE, bearer("gadwall_x")));
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("www-authenticate")).toStartWith(
      'Bearer error="invalid_token", error_description=',
    );
    expect(await wrong.json()).toMatchObject({ error: "invalid_token" });
    for (const authorization of [
      "gadwall_a",
      "Basic gadwall_a",
      "Bearer",
      "Bearer gadwall_a gadwall_b",
      `Bearer ${"x".repeat(600)}`,
    ])
      expect((await server.ask("/mcp", post(INITIALIZE, { Authorization: authorization }))).status).toBe(401);
    expect((await server.ask("/mcp", post(INITIALIZE, { Authorization: "bearer gadwall_a" }))).status).toBe(
      200,
    );
    expect((await server.ask("/mcp?access_token=gadwall_a", post(INITIALIZE))).status).toBe(401);
    // Every method, before anything else is looked at.
    for (const method of ["GET", "DELETE", "PUT"])
      expect((await server.ask("/mcp", { method })).status).toBe(401);
  });

  test("403 for a token with too little scope; keys have no scopes", async () => {
    const users = team();
    users.add("gadwall_oat_1", "a@example.org", { by: "oauth", scopes: ["other"] });
    users.add("gadwall_oat_2", "a@example.org", { by: "oauth", scopes: ["other", "mcp"] });
    server = await start({ users, oauth: true, scopes: ["mcp"] });
    const refused = await server.ask("/mcp", post(INITIALIZE, bearer("gadwall_oat_1")));
    expect(refused.status).toBe(403);
    expect(refused.headers.get("www-authenticate")).toMatch(
      /^Bearer error="insufficient_scope", .*scope="mcp", resource_metadata="http/,
    );
    expect((await server.ask("/mcp", post(INITIALIZE, bearer("gadwall_oat_2")))).status).toBe(200);
    expect((await server.ask("/mcp", post(INITIALIZE, bearer("gadwall_a")))).status).toBe(200);
  });

  test("a token of another audience", async () => {
    const users = team();
    users.add("gadwall_oat_1", "a@example.org", { by: "oauth" });
    users.audiences.set("gadwall_oat_1", "https://scans.example.org/mcp");
    server = await start({ users, allowedHosts: ["scans.example.org", "other.example.org"] });
    const asked = async (headers: Record<string, string>) =>
      (await server.ask("/mcp", post(INITIALIZE, { ...bearer("gadwall_oat_1"), ...headers }))).status;
    expect(await asked({ Host: "scans.example.org", "X-Forwarded-Proto": "https" })).toBe(200);
    expect(await asked({ Host: "scans.example.org" })).toBe(401);
    expect(await asked({ Host: "other.example.org", "X-Forwarded-Proto": "https" })).toBe(401);
    expect(await asked({})).toBe(401);
  });
});

describe("documents about the endpoint (RFC 9728)", () => {
  const paths = ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"];

  test("in key-only mode, without authorization servers", async () => {
    server = await start({ users: team() });
    const { origin } = new URL(server.url);
    for (const path of paths) {
      const response = await server.ask(path);
      expect(response.headers.get("content-type")).toStartWith("application/json");
      expect(await response.json()).toEqual({
        resource: `${origin}/mcp`,
        bearer_methods_supported: ["header"],
        resource_name: "gadwall",
      });
    }
  });

  test("as a proxy shows the server", async () => {
    server = await start({
      users: team(),
      oauth: true,
      scopes: ["mcp"],
      publicUrl: "https://scans.example.org",
    });
    const asked: Record<string, string>[] = [
      {},
      { Host: "scans.example.org" },
      { "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example" },
    ];
    for (const headers of asked)
      expect(await (await server.ask(paths[0]!, { headers })).json()).toMatchObject({
        resource: "https://scans.example.org/mcp",
        authorization_servers: ["https://scans.example.org"],
        scopes_supported: ["mcp"],
      });
  });

  test("none where nobody is asked who he is", async () => {
    server = await start();
    expect((await server.ask(paths[0]!)).status).toBe(404);
  });
});

describe("CORS", () => {
  test("OPTIONS is 204; without --cors there are no headers", async () => {
    server = await start();
    const response = await server.ask("/mcp", {
      method: "OPTIONS",
      headers: { Origin: "http://localhost:5173" },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("refusals can be read by pages that may ask", async () => {
    server = await start({ users: team(), cors: ["https://inspector.example"] });
    const headers = { Origin: "https://inspector.example" };
    const preflight = await server.ask("/mcp", { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
    const refused = await server.ask("/mcp", post(INITIALIZE, headers));
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://inspector.example");
    expect(refused.headers.get("access-control-expose-headers")).toContain("WWW-Authenticate");
    const foreign = await server.ask("/mcp", {
      method: "OPTIONS",
      headers: { Origin: "https://evil.example" },
    });
    expect(foreign.status).toBe(403);
  });
});

describe("pages beside the endpoint", () => {
  test("health pages answer under any Host and say nothing more", async () => {
    server = await start({ users: team() });
    for (const page of ["/healthz", "/readyz"]) {
      const response = await server.ask(page, { headers: { Host: "10.0.0.1" } });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toStartWith("text/plain");
    }
    expect(server.lines.filter((line) => line.includes("healthz"))).toEqual([]);
  });

  test("not ready without a database that can be read, and the reason is for the log", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gadwall-http-"));
    const db = join(folder, "broken.duckdb");
    writeFileSync(db, "no database");
    server = await start({ db });
    const response = await server.ask("/readyz");
    expect(response.status).toBe(503);
    expect(await response.text()).toBe("not ready\n");
    expect((await server.ask("/healthz")).status).toBe(200);
    expect(server.lines.some((line) => line.includes("not ready") && line.includes(db))).toBe(true);
    const session = await opened(server);
    const call = { ...LIST, method: "tools/call", params: { name: "count", arguments: { purpose: "view" } } };
    const answer = await (await server.ask("/mcp", post(call, { "Mcp-Session-Id": session }))).text();
    expect(answer).toContain("the database cannot be read now");
    expect(answer).not.toContain(folder);
    rmSync(folder, { recursive: true });
  });

  test("not ready while nobody can be looked up", async () => {
    const users = team();
    users.broken = "the accounts are damaged";
    server = await start({ users });
    expect((await server.ask("/readyz")).status).toBe(503);
    expect(server.lines).toContain("not ready: the accounts are damaged");
  });

  test("what fails is told on standard error, and can command no terminal there", async () => {
    const users = team();
    users.identify = async () => {
      throw new Error("a\u001b[2J\ngadwall: forged");
    };
    server = await start({ users });
    const response = await server.ask("/mcp", { method: "POST", headers: { authorization: "Bearer x" } });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("forged");
    const told = server.lines.find((line) => line.includes("internal error"))!;
    expect(told).toStartWith("gadwall: internal error: a\ufffd[2J gadwall: forged\n    at ");
  });

  test("metrics: for this machine alone where nobody signs in", async () => {
    server = await start({ metrics: true, allowAnonymous: true });
    expect((await server.ask("/metrics")).status).toBe(200);
    const away = { "X-Forwarded-For": "203.0.113.9" };
    expect((await server.ask("/metrics", { headers: away })).status).toBe(403);
  });

  test("metrics: on request only, for this machine or an administrator", async () => {
    server = await start({ users: team() });
    expect((await server.ask("/metrics")).status).toBe(404);
    await server.stop();
    server = await start({ users: team(), metrics: true });
    await opened(server, bearer("gadwall_a"));
    const away = { "X-Forwarded-For": "198.51.100.7" };
    expect((await server.ask("/metrics", { headers: away })).status).toBe(401);
    expect((await server.ask("/metrics", { headers: { ...away, ...bearer("gadwall_a") } })).status).toBe(403);
    expect((await server.ask("/metrics", { headers: { ...away, ...bearer("gadwall_admin") } })).status).toBe(
      200,
    );
    const page = await (await server.ask("/metrics")).text();
    expect(page).toContain("gadwall_sessions 1\n");
    expect(page).toContain('gadwall_http_requests_total{route="mcp",status="200"} 1\n');
    expect(page).toContain('gadwall_http_request_duration_seconds_bucket{route="mcp",le="+Inf"} 1\n');
  });

  test("the slash after the path is led back, everything else is not found", async () => {
    server = await start({ path: "/team/mcp" });
    const slash = await server.ask("/team/mcp/", { ...post(INITIALIZE), redirect: "manual" });
    expect(slash.status).toBe(307);
    expect(slash.headers.get("location")).toBe(server.url);
    for (const path of ["/", "/mcp", "/team", "/team/mcp/x", "/api/hosts", "/team/%6dcp/x"])
      expect((await server.ask(path)).status).toBe(404);
  });

  test("sign-in and OAuth pages see the request as the browser sent it, whatever else it claims", async () => {
    const seen: Request[] = [];
    const pages = {
      fetch: (request: Request) => {
        seen.push(request);
        return new Response("page", { headers: { "Content-Type": "text/html" } });
      },
    };
    server = await start({
      users: team(),
      pages,
      publicUrl: "https://scans.example.org",
      rateLimit: 3,
    });
    const response = await server.ask("/sign-in?next=%2F", {
      method: "POST",
      body: "email=a",
      headers: {
        Origin: "https://scans.example.org",
        Cookie: "a=b",
        "X-Forwarded-For": "6.6.6.6, 198.51.100.7",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        Forwarded: "for=6.6.6.6;host=evil.example",
        "X-Real-IP": "6.6.6.6",
        "X-Gadwall-Client": "6.6.6.6",
      },
    });
    expect(await response.text()).toBe("page");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const [request] = seen;
    expect(request!.url).toBe("https://scans.example.org/sign-in?next=%2F");
    expect(await request!.text()).toBe("email=a");
    const headers = Object.fromEntries(request!.headers);
    expect(headers).toMatchObject({
      host: "scans.example.org",
      cookie: "a=b",
      origin: "https://scans.example.org",
      "x-forwarded-for": "198.51.100.7",
      "x-forwarded-proto": "https",
      "x-gadwall-client": "198.51.100.7",
    });
    expect(JSON.stringify(headers)).not.toMatch(/evil|6\.6\.6\.6/);
    expect((await server.ask("/sign-in", { method: "POST", body: "x".repeat(70_000) })).status).toBe(413);
    expect((await server.ask("/authorize", { headers: { Host: "evil.example" } })).status).toBe(403);
    await server.ask("/authorize");
    await server.ask("/authorize");
    expect((await server.ask("/authorize")).status).toBe(429);
  });
});

describe("the access log", () => {
  test("one line a request, with who and what, without secrets", async () => {
    server = await start({ users: team() });
    const id = await opened(server, bearer("gadwall_a"));
    const headers = { "Mcp-Session-Id": id, ...bearer("gadwall_a"), "X-Forwarded-For": "198.51.100.7" };
    const call = {
      ...LIST,
      method: "tools/call",
      params: { name: "count", arguments: { q: "secret-words" } },
    };
    await (await server.ask("/mcp?code=secret-code", post(call, headers))).text();
    await server.ask("/mcp", post({ ...LIST, method: "tools/call", params: { name: "made\nup" } }, headers));
    await server.ask("/%1b[2J%0aforged", { headers: { Authorization: "Bearer gadwall_wrong" } });
    await until(async () => server.lines.length >= 5);
    const text = server.lines.join("\n");
    expect(text).toMatch(/^\S+Z 198\.51\.100\.7 a@example\.org POST \/mcp 200 \d+ms tools\/call count$/m);
    expect(text).toMatch(/POST \/mcp 200 \d+ms tools\/call other$/m);
    expect(text).toMatch(/^\S+Z 127\.0\.0\.1 - GET \/%1b\[2J%0aforged 404 \d+ms$/m);
    for (const secret of ["gadwall_a", "gadwall_wrong", id, "secret"]) expect(text).not.toContain(secret);
  });

  test("as JSON lines", async () => {
    server = await start({ logJson: true });
    await opened(server);
    await until(async () => server.lines.some((line) => line.startsWith("{")));
    const entry = JSON.parse(server.lines.find((line) => line.startsWith("{"))!);
    expect(entry).toMatchObject({
      client: "127.0.0.1",
      user: null,
      method: "POST",
      path: "/mcp",
      status: 200,
      rpc: "initialize",
    });
  });
});

describe("ending", () => {
  test("open streams end at once, nothing is accepted any more", async () => {
    server = await start();
    const id = { "Mcp-Session-Id": await opened(server), Accept: "text/event-stream" };
    const stream = await server.ask("/mcp", { headers: id });
    const read = stream.text();
    await server.stop();
    expect(await read).toBe(": open\n\n");
    await expect(server.ask("/healthz")).rejects.toThrow();
  });

  test("calls in flight are answered", async () => {
    let letGo: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const pages = {
      async fetch() {
        await held;
        return new Response("answered");
      },
    };
    server = await start({ pages });
    const asked = server.ask("/slow");
    await Bun.sleep(20);
    const stopped = server.stop();
    await Bun.sleep(20);
    letGo();
    expect(await (await asked).text()).toBe("answered");
    await stopped;
  });

  test("a second stop does not wait for them", async () => {
    const pages = { fetch: () => new Promise<Response>(() => {}) };
    server = await start({ pages });
    const asked = server.ask("/slow").catch((error: unknown) => error);
    await Bun.sleep(20);
    const stopped = server.stop();
    await Promise.all([server.stop(), stopped]);
    expect(await asked).toBeInstanceOf(Error);
  });

  test("an address in use or not ours is said in words", async () => {
    server = await start();
    const port = Number(new URL(server.url).port);
    await expect(start({ port })).rejects.toThrow("something else listens there");
    await expect(start({ bind: "203.0.113.77", allowAnonymous: true })).rejects.toThrow("no such address");
    await expect(start({ bind: "scans.localhost", allowAnonymous: true })).rejects.toThrow(
      "cannot listen on scans.localhost:0: that name stands for no address of this machine: give one, such as 127.0.0.1",
    );
  });
});
