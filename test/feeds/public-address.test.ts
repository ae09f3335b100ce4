import { expect, test } from "bun:test";
import { isPublicAddress } from "../../src/feeds/public-address.ts";
import { parseAddress } from "../../src/model/ip.ts";

test.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])(
  "%s is an address of the internet",
  (text) => expect(isPublicAddress(parseAddress(text)!)).toBe(true),
);

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:169.254.169.254",
  "::7f00:1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "fc00::1",
  "fe80::1",
  "ff02::1",
])("%s is none", (text) => expect(isPublicAddress(parseAddress(text)!)).toBe(false));
