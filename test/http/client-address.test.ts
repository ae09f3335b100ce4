import { describe, expect, test } from "bun:test";
import { clientOf, isLoopbackAddress, trustedProxies } from "../../src/http/client-address.ts";

const loopback = trustedProxies([]);
const proxies = trustedProxies(["10.0.0.0/8", "2001:db8::/32"]);

describe("the client", () => {
  test.each([
    // Whoever comes directly is who he is, whatever he claims.
    ["192.0.2.9", "198.51.100.1", "192.0.2.9", false],
    ["192.0.2.9", null, "192.0.2.9", false],
    // Behind a proxy: the rightmost entry that is no proxy; the rest may be forged.
    ["127.0.0.1", "198.51.100.1", "198.51.100.1", true],
    ["127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1", true],
    ["::1", "6.6.6.6,198.51.100.1", "198.51.100.1", true],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1", true],
    ["10.1.2.3", "198.51.100.1, 10.9.9.9, 127.0.0.1", "198.51.100.1", true],
    ["2001:db8::5", "2001:4860::1", "2001:4860::1", true],
    // With ports, as some proxies write them.
    ["127.0.0.1", "198.51.100.1:4711", "198.51.100.1", true],
    ["127.0.0.1", "[2001:4860::1]:4711", "2001:4860::1", true],
    // What is no address ends the search: the last proxy known is all that is known.
    ["127.0.0.1", "198.51.100.1, unknown", "127.0.0.1", true],
    ["127.0.0.1", "198.51.100.1, evil.example, 10.0.0.1", "10.0.0.1", true],
    ["127.0.0.1", "", "127.0.0.1", true],
    ["127.0.0.1", null, "127.0.0.1", true],
    // Only proxies: the first of them asks for itself.
    ["127.0.0.1", "10.0.0.7, 127.0.0.1", "10.0.0.7", true],
  ] as const)("%s with X-Forwarded-For: %s is %s", (peer, header, address, viaProxy) => {
    expect(clientOf(peer, header, proxies)).toEqual({ address, viaProxy });
  });

  test("no proxy is trusted beside loopback unless named, and not even that after none", () => {
    expect(clientOf("10.1.2.3", "198.51.100.1", loopback).address).toBe("10.1.2.3");
    expect(clientOf("127.0.0.1", "198.51.100.1", trustedProxies(["none"])).address).toBe("127.0.0.1");
    expect(clientOf("10.0.0.1", "198.51.100.1", trustedProxies(["none", "10.0.0.1"])).address).toBe(
      "198.51.100.1",
    );
  });

  test("a proxy that is no network is refused", () => {
    expect(() => trustedProxies(["proxy.example"])).toThrow("“proxy.example” is no address or network");
  });
});

test("loopback addresses", () => {
  for (const address of ["127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"])
    expect(isLoopbackAddress(address)).toBe(true);
  for (const address of ["128.0.0.1", "::2", "0.0.0.0", "localhost", ""])
    expect(isLoopbackAddress(address)).toBe(false);
});
