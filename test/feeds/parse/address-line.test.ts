import { describe, expect, test } from "bun:test";
import { AddressLine, type LineKind, SKIP_REASONS } from "../../../src/feeds/parse/address-line.ts";
import { formatAddress, fromV4 } from "../../../src/model/ip.ts";

const parser = new AddressLine();

/** "first-last", or why there is none. */
function read(text: string): string {
  const bytes = new TextEncoder().encode(`before${text}after`);
  const kind: LineKind = parser.read(bytes, 6, bytes.length - 5);
  if (kind === "v4") return `${formatAddress(fromV4(parser.lo))}-${formatAddress(fromV4(parser.hi))}`;
  if (kind === "v6") return `${formatAddress(parser.lo6)}-${formatAddress(parser.hi6)}`;
  return kind;
}

describe("lines with a range", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1-192.0.2.1"],
    ["0.0.0.0", "0.0.0.0-0.0.0.0"],
    ["255.255.255.255", "255.255.255.255-255.255.255.255"],
    ["192.0.2.1\r", "192.0.2.1-192.0.2.1"],
    ["  \t192.0.2.1 \t", "192.0.2.1-192.0.2.1"],
    ["192.0.2.1#x", "192.0.2.1-192.0.2.1"],
    ["192.0.2.1 ; SBL1 # x", "192.0.2.1-192.0.2.1"],
    ["192.0.2.77/28", "192.0.2.64-192.0.2.79"],
    ["192.0.2.77/32", "192.0.2.77-192.0.2.77"],
    ["192.0.2.77/1", "128.0.0.0-255.255.255.255"],
    ["127.0.2.77/1", "0.0.0.0-127.255.255.255"],
    ["192.0.2.77/28\r", "192.0.2.64-192.0.2.79"],
    ["192.0.2.77/28 # x", "192.0.2.64-192.0.2.79"],
    ["192.0.2.77/255.255.255.0", "192.0.2.0-192.0.2.255"],
    ["192.0.2.77/255.255.255.255", "192.0.2.77-192.0.2.77"],
    ["192.0.2.77/128.0.0.0", "128.0.0.0-255.255.255.255"],
    ["192.0.2.1-192.0.2.9", "192.0.2.1-192.0.2.9"],
    ["192.0.2.1 - 192.0.2.9 # x", "192.0.2.1-192.0.2.9"],
    ["192.0.2.1-192.0.2.1", "192.0.2.1-192.0.2.1"],
    ["192.0.2.0/30-192.0.2.16/29", "192.0.2.0-192.0.2.23"],
    ["192.0.2.9-192.0.2.0/24", "192.0.2.9-192.0.2.255"],
    ["0.0.0.0-255.255.255.254", "0.0.0.0-255.255.255.254"],
    ["2001:DB8::1", "2001:db8::1-2001:db8::1"],
    ["2001:db8::1/64", "2001:db8::-2001:db8::ffff:ffff:ffff:ffff"],
    ["2001:db8::/127-2001:db8::4/126", "2001:db8::-2001:db8::7"],
    ["::/1", "::-7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["::1", "::1-::1"],
    ["::ffff:192.0.2.1", "192.0.2.1-192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1-192.0.2.1"],
    ["::ffff:192.0.2.1/120", "192.0.2.0-192.0.2.255"],
    ["::ffff:192.0.2.1-192.0.2.3", "192.0.2.1-192.0.2.3"],
    ["::192.0.2.1", "::c000:201-::c000:201"],
  ])("%p", (text, range) => expect(read(text)).toBe(range));

  test("tells a range from an address or network", () => {
    read("192.0.2.1-192.0.2.1");
    expect(parser.isRange).toBe(true);
    read("192.0.2.0/24");
    expect(parser.isRange).toBe(false);
    read("2001:db8::1-2001:db8::2");
    expect(parser.isRange).toBe(true);
    read("2001:db8::/64 ");
    expect(parser.isRange).toBe(false);
  });
});

describe("lines without one", () => {
  test.each([
    ["", "blank"],
    [" \t\r", "blank"],
    ["# 192.0.2.1", "comment"],
    ["  ;192.0.2.1", "comment"],
    ["010.0.0.1", "octal"],
    ["10.0.0.08", "octal"],
    ["00.0.0.0", "octal"],
    ["010.0.0.1/24", "octal"],
    ["0x0a.0.0.1", "hex"],
    ["0X0a000001", "hex"],
    ["10.1", "short"],
    ["10", "short"],
    ["10.1/16", "short"],
    ["10.0.0.1/33", "prefix"],
    ["10.0.0.1/08", "prefix"],
    ["10.0.0.1/100", "prefix"],
    ["2001:db8::/129", "prefix"],
    ["::ffff:192.0.2.0/24", "prefix"],
    ["10.0.0.0/255.0.255.0", "netmask"],
    ["10.0.0.0/0.0.0.255", "netmask"],
    ["10.0.0.0/255.255.255.256", "netmask"],
    ["192.0.2.2-192.0.2.1", "reversed"],
    ["2001:db8::2-2001:db8::1", "reversed"],
    ["192.0.2.1-2001:db8::1", "mixed"],
    ["fe80::1%eth0", "zone"],
    ["fe80::1%1/64", "zone"],
    ["www.example.com", "host_name"],
    ["1-2.example.com.", "host_name"],
    ["192.0.2.1.example.com", "host_name"],
    ["0.0.0.0/0", "everything"],
    ["192.0.2.1/0", "everything"],
    ["0.0.0.0/0.0.0.0", "everything"],
    ["0.0.0.0-255.255.255.255", "everything"],
    ["::/0", "everything"],
    ["::ffff:0:0/96", "everything"],
    ["192.0.2.1 192.0.2.2", "text"],
    ["192.0.2.0/24 SBL1", "text"],
    ["2001:db8::1 x", "text"],
    ["192.0.2.1,192.0.2.2", "other"],
    ["192.0.2.1:80", "other"],
    ["256.0.0.1", "other"],
    ["1.2.3.4.5", "other"],
    ["1..2.3", "other"],
    [".1.2.3.4", "other"],
    ["1.2.3.4.", "other"],
    ["localhost", "other"],
    ["192.0.2.1-", "other"],
    ["-192.0.2.1", "other"],
    ["192.0.2.1/", "other"],
    ["192.0.2.1/24/8", "other"],
    ["192.0.2.1\u0000", "other"],
    ["\u0661.\u0662.\u0663.\u0664", "other"],
    ["\uff11.2.3.4", "other"],
    ["1.2.3.4\u00a0", "other"],
    ["2001:db8::1::", "other"],
    [`${"1".repeat(400)}.1.1.1`, "other"],
    [`${"a-".repeat(5000)}.example.com`, "other"],
    [`192.0.2.1${" ".repeat(5000)}x`, "other"],
  ])("%p", (text, reason) => {
    expect(read(text)).toBe(reason);
    expect(["blank", "comment", ...Object.keys(SKIP_REASONS)]).toContain(reason);
  });
});

test("the fast way and the slow way agree", () => {
  const numbers = ["0", "1", "9", "10", "99", "100", "255", "256", "00", "01", "", "999"];
  const lengths = ["", "/0", "/1", "/8", "/9", "/24", "/32", "/33", "/08", "/100", "/"];
  for (const a of numbers)
    for (const b of numbers)
      for (const length of lengths) {
        const text = `${a}.0.${b}.7${length}`;
        // A blank before it, and the line is never read the fast way.
        expect([text, read(text)]).toEqual([text, read(` ${text}`)]);
      }
});
