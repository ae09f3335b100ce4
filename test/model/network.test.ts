import { expect, test } from "bun:test";
import { networkKey } from "../../src/model/network.ts";

test("an IPv4 address counts for itself, however it is written", () => {
  expect(networkKey("192.0.2.1")).toBe("192.0.2.1");
  expect(networkKey("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(networkKey("::ffff:c000:201")).toBe("192.0.2.1");
});

test("IPv6 counts by its /48, which is what one subscriber can have", () => {
  expect(networkKey("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1::/48");
  expect(networkKey("2001:DB8:1:ffff::1")).toBe("2001:db8:1::/48");
  expect(networkKey("2001:db8:2::1")).toBe("2001:db8:2::/48");
  expect(networkKey("::1")).toBe("::/48");
});

test("what is no address counts as one client", () => {
  for (const text of ["", "localhost", "fe80::1%eth0", "1.2.3.4.5"]) expect(networkKey(text)).toBe("unknown");
});
