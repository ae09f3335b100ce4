import { describe, expect, test } from "bun:test";
import { cors } from "../../src/http/cors.ts";
import { guard } from "../../src/http/guard.ts";
import { allowedHost, bindName, hostName, originHost } from "../../src/http/host-name.ts";
import { isLoopbackUrl, originOf, publicUrl } from "../../src/http/public-origin.ts";

describe("host names", () => {
  test.each([
    ["localhost", "localhost"],
    ["LOCALHOST:9100", "localhost"],
    ["localhost.", "localhost"],
    ["127.0.0.1:9100", "127.0.0.1"],
    ["127.1", "127.0.0.1"],
    ["[::1]:9100", "::1"],
    ["[0:0::0:1]", "::1"],
    ["scans.example.org:", "scans.example.org"],
    ["user@localhost", null],
    ["localhost@evil.example", null],
    ["evil.example/localhost", null],
    ["localhost\\evil", null],
    ["localhost:99999", null],
    ["a.example, localhost", null],
    ["localhost:80:80", null],
    ["[::1", null],
    ["", null],
  ])("%s: %s", (header, name) => {
    expect(hostName(header)).toBe(name);
  });

  test("of origins", () => {
    expect(originHost("http://localhost:5173")).toBe("localhost");
    expect(originHost("https://[::1]")).toBe("::1");
    for (const origin of [
      "null",
      "",
      "file://",
      "chrome-extension://abc",
      "https://a/b",
      "http://x@localhost",
    ])
      expect(originHost(origin)).toBeNull();
  });

  test("as they are given on the command line", () => {
    expect(allowedHost("Scans.Example.org:443")).toBe("scans.example.org");
    expect(allowedHost("2001:db8::1")).toBe("2001:db8::1");
    expect(bindName("[::1]")).toBe("::1");
    expect(() => allowedHost("https://scans.example.org")).toThrow("without https://");
  });
});

describe("guard", () => {
  const check = (origins: string[] = []) =>
    guard({ hosts: ["scans.example.org", "192.0.2.1"], cors: cors(origins) });

  test.each([
    "localhost:9100",
    "127.0.0.1",
    "127.0.0.9",
    "[::1]:1",
    "scans.example.org",
    "SCANS.example.org:443",
    "192.0.2.1:9100",
  ])("Host %s is let in", (host) => {
    expect(check()({ host, origin: null })).toBeNull();
  });

  test.each([
    null,
    "",
    "evil.example",
    "scans.example.org.evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "192.0.2.2",
    "scans.example.org, evil.example",
  ])("Host %s is refused", (host) => {
    expect(check(["*"])({ host, origin: null })).toContain("--allowed-host");
  });

  test.each([
    "http://localhost:5173",
    "http://127.0.0.1",
    "https://scans.example.org",
    "https://scans.example.org:8443",
  ])("Origin %s is let in", (origin) => {
    expect(check()({ host: "localhost", origin })).toBeNull();
  });

  test.each([
    "http://evil.example",
    "null",
    "",
    "https://scans.example.org.evil.example",
    "http://localhost.evil.example",
    "file://",
  ])("Origin %s is refused", (origin) => {
    expect(check(["https://inspector.example"])({ host: "localhost", origin })).toContain("--cors");
  });

  test("origins that --cors names are let in", () => {
    expect(
      check(["https://inspector.example"])({ host: "localhost", origin: "https://inspector.example" }),
    ).toBeNull();
    expect(check(["*"])({ host: "localhost", origin: "http://evil.example" })).toBeNull();
  });

  test("what a header says is cleaned and capped in the refusal", () => {
    const refusal = check()({ host: `evil\u001b[2J\u202e${"x".repeat(500)}`, origin: null })!;
    expect(refusal).not.toContain("\u001b");
    expect(refusal.length).toBeLessThan(300);
  });
});

describe("cors", () => {
  const marked = (names: string[], origin: string | null) => {
    const headers = new Headers();
    cors(names).mark(headers, origin);
    return Object.fromEntries(headers);
  };

  test("none unless named", () => {
    expect(marked([], "http://localhost:5173")).toEqual({});
  });

  test("a named origin", () => {
    expect(marked(["https://Inspector.example:443/"], "https://inspector.example")).toMatchObject({
      vary: "Origin",
      "access-control-allow-origin": "https://inspector.example",
      "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
      "access-control-allow-headers":
        "Content-Type, Authorization, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID, Mcp-Method, Mcp-Name",
      "access-control-expose-headers": "Mcp-Session-Id, WWW-Authenticate",
    });
    expect(marked(["https://inspector.example"], "https://evil.example")).toEqual({ vary: "Origin" });
    expect(marked(["https://inspector.example"], null)).toEqual({ vary: "Origin" });
  });

  test("all of them, never with credentials", () => {
    const headers = marked(["*"], "https://anything.example");
    expect(headers["access-control-allow-origin"]).toBe("*");
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
  });

  test("what is no origin is refused", () => {
    for (const name of ["inspector.example", "https://a/b", "null"])
      expect(() => cors([name])).toThrow("no origin");
  });
});

describe("public origin", () => {
  test("--public-url is an origin", () => {
    expect(publicUrl("https://Scans.example.org/").origin).toBe("https://scans.example.org");
    for (const text of ["scans.example.org", "ftp://a", "https://u:p@a", ""])
      expect(() => publicUrl(text)).toThrow("is no address");
    expect(() => publicUrl("https://a.example/mcp")).toThrow(
      "leave out what follows the host: https://a.example",
    );
    expect(isLoopbackUrl(publicUrl("http://[::1]:9100"))).toBe(true);
    expect(isLoopbackUrl(publicUrl("https://scans.example.org"))).toBe(false);
  });

  test.each([
    ["http", null, true, "http://a.example:9100"],
    ["https", null, true, "https://a.example:9100"],
    ["HTTPS, http", null, true, "https://a.example:9100"],
    ["javascript", null, true, "http://a.example:9100"],
    [null, null, true, "http://a.example:9100"],
    // Whoever is no trusted proxy says nothing.
    ["https", null, false, "http://a.example:9100"],
    ["http", new URL("https://scans.example.org"), true, "https://scans.example.org"],
  ] as const)(
    "X-Forwarded-Proto %s, public URL %s, trusted %s: %s",
    (forwardedProto, url, viaProxy, origin) => {
      expect(originOf({ host: "a.example:9100", forwardedProto }, { publicUrl: url, viaProxy })).toBe(origin);
    },
  );
});
