import { describe, expect, test } from "bun:test";
import { decide, type Situation } from "../../src/http/start-up.ts";

const ALONE: Situation = {
  bind: "127.0.0.1",
  publicUrl: null,
  allowedHosts: [],
  trustedProxies: [],
  hasUsers: false,
  allowAnonymous: false,
  oauth: false,
  anyOrigin: false,
  anonymousWrites: false,
  anonymousFiltered: false,
};
const decided = (given: Partial<Situation>) => decide({ ...ALONE, ...given });
const https = new URL("https://scans.example.org");

describe("who needs not say who he is", () => {
  test.each([
    [{}, "without-users"],
    [{ hasUsers: true }, "without-users"],
    [{ bind: "localhost" }, "without-users"],
    [{ bind: "LOCALHOST" }, "without-users"],
    [{ bind: "127.8.9.1" }, "without-users"],
    [{ bind: "::1" }, "without-users"],
    [{ bind: "[::1]" }, "without-users"],
    [{ bind: "::ffff:127.0.0.1" }, "without-users"],
    [{ publicUrl: new URL("http://localhost:9100") }, "without-users"],
    [{ allowedHosts: ["127.0.0.5"] }, "without-users"],
    [{ allowedHosts: ["scans.localhost"] }, "without-users"],
    [{ bind: "0.0.0.0", hasUsers: true }, "never"],
    [{ bind: "::", hasUsers: true }, "never"],
    [{ bind: "scanner", hasUsers: true }, "never"],
    [{ publicUrl: https, hasUsers: true }, "never"],
    [{ allowedHosts: ["scans.example.org"], hasUsers: true }, "never"],
    [{ allowAnonymous: true }, "always"],
    [{ allowAnonymous: true, hasUsers: true }, "always"],
    [{ allowAnonymous: true, bind: "0.0.0.0" }, "always"],
  ] as const)("%j: %s", (given, anonymous) => {
    expect(decided(given).anonymous).toBe(anonymous);
  });
});

describe("refused", () => {
  test.each([
    [{ bind: "0.0.0.0" }, "on 0.0.0.0 without authentication"],
    [{ bind: "192.0.2.1" }, "on 192.0.2.1 without authentication"],
    [{ bind: "localhost.example.org" }, "without authentication"],
    [{ bind: "127.0.0.1.example.org" }, "without authentication"],
    [{ bind: "scans.localhost" }, "on scans.localhost without authentication"],
    [{ publicUrl: https }, "as https://scans.example.org without authentication"],
    [{ allowedHosts: ["localhost", "scans.example.org"] }, "as scans.example.org without authentication"],
    [{ oauth: true }, "create a user first"],
    [{ oauth: true, allowAnonymous: true, hasUsers: true }, "contradict"],
    [{ oauth: true, hasUsers: true, bind: "0.0.0.0" }, "--public-url https://"],
    [
      { oauth: true, hasUsers: true, publicUrl: new URL("http://scans.example.org") },
      "--public-url https://",
    ],
    [{ anyOrigin: true, anonymousWrites: true }, "--cors '*'"],
    [{ anyOrigin: true, anonymousWrites: true, hasUsers: true, allowAnonymous: true }, "--cors '*'"],
  ] as const)("%j", (given, message) => {
    expect(() => decided(given)).toThrow(message);
  });

  test("the three ways out are named", () => {
    for (const way of ["gadwall user add EMAIL", "--bind 127.0.0.1", "--allow-anonymous"])
      expect(() => decided({ bind: "0.0.0.0" })).toThrow(way);
  });
});

describe("warned of", () => {
  test.each([
    [{}, ["no user exists yet"]],
    [{ hasUsers: true }, []],
    [{ hasUsers: true, publicUrl: https }, []],
    [{ hasUsers: true, bind: "0.0.0.0", publicUrl: https }, []],
    [{ hasUsers: true, bind: "0.0.0.0" }, ["unencrypted"]],
    [{ hasUsers: true, publicUrl: new URL("http://scans.example.org") }, ["unencrypted"]],
    [{ allowAnonymous: true }, ["reads everything"]],
    [{ allowAnonymous: true, hasUsers: true }, ["switches off ALL access control"]],
    [{ allowAnonymous: true, anonymousFiltered: true }, ["reads what the access filter of anonymous leaves"]],
    [{ anonymousFiltered: true }, ["may read what the access filter of anonymous leaves"]],
    [{ anyOrigin: true }, ["no user exists yet", "every web page"]],
    [{ anyOrigin: true, anonymousWrites: true, hasUsers: true }, []],
    [{ oauth: true, hasUsers: true }, []],
    [{ oauth: true, hasUsers: true, publicUrl: https }, []],
  ] as const)("%j: %j", (given, expected) => {
    const { warnings } = decided(given);
    expect(warnings).toHaveLength(expected.length);
    for (const [i, part] of expected.entries()) expect(warnings[i]).toContain(part);
  });
});

describe("proxies that are believed", () => {
  test.each([
    ["0.0.0.0/0"],
    ["::/0"],
    ["10.0.0.0/7"],
    ["128.0.0.0/1"],
    ["2000::/3"],
    ["fc00::/15"],
    ["::ffff:0:0/96"],
    ["::/80"],
  ])("%s is nearly everybody", (network) => {
    const { warnings } = decided({ hasUsers: true, trustedProxies: ["none", "10.0.0.5", network] });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toStartWith(`WARNING: --trusted-proxy ${network} believes whoever`);
  });

  test.each([
    ["10.0.0.0/8"],
    ["172.17.0.1"],
    ["fd00::/16"],
    ["2001:db8::/32"],
    ["::1"],
    ["none"],
    ["nonsense"],
  ])("%s is not", (network) =>
    expect(decided({ hasUsers: true, trustedProxies: [network] }).warnings).toEqual([]),
  );
});

test("access filters count for nothing with --allow-anonymous where users exist, and only there", () => {
  expect(decided({ allowAnonymous: true, hasUsers: true }).unfiltered).toBe(true);
  for (const given of [{ allowAnonymous: true }, { hasUsers: true }, {}])
    expect(decided(given).unfiltered).toBe(false);
});
