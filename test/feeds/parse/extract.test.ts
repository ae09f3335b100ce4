import { expect, test } from "bun:test";
import { addressesIn, type ExtractOptions } from "../../../src/feeds/parse/extract.ts";

function found(text: string, options?: ExtractOptions): string[] {
  return [...addressesIn(text, options)].map((address) => {
    expect(text.slice(address.start, address.end)).toBe(address.text);
    return address.text;
  });
}

test.each([
  ["from 192.0.2.1:80 to [2001:db8::1]:443.", ["192.0.2.1", "2001:db8::1"]],
  ["host192.0.2.1up, 192.0.2.2.", ["192.0.2.1", "192.0.2.2"]],
  ["192.0.2.1-192.0.2.9", ["192.0.2.1", "192.0.2.9"]],
  ['{"ip":"2001:db8::2","n":1}', ["2001:db8::2"]],
  ["client=2001:DB8::3, x", ["2001:DB8::3"]],
  ["<b>192.0.2.3</b>", ["192.0.2.3"]],
  ["2001:db8::4: up", ["2001:db8::4"]],
  ["net 2001:db8::", ["2001:db8::"]],
  ["-2001:db8::5-", ["2001:db8::5"]],
  ["fe80::1%eth0", ["fe80::1"]],
  ["::ffff:192.0.2.4", ["::ffff:192.0.2.4"]],
  ["1.2.3.4.5 256.1.1.1 01.2.3.4 1.2.3", []],
  ["12:30:45 std::vector a::b::c :: 00:11:22:33:44:55", []],
  ["2001:db8::1::2", []],
  ["", []],
])("%p", (text, addresses) => expect(found(text)).toEqual(addresses));

test("prefix lengths, when they are wanted", () => {
  const text = "192.0.2.0/24, 192.0.2.1/33 192.0.2.2/241 2001:db8::/32. 192.0.2.3/8/9 192.0.2.4/24.5";
  expect(found(text, { prefix: true })).toEqual([
    "192.0.2.0/24",
    "192.0.2.1",
    "192.0.2.2",
    "2001:db8::/32",
    "192.0.2.3/8",
    "192.0.2.4",
  ]);
  expect(found("192.0.2.0/24")).toEqual(["192.0.2.0"]);
});

test("only IPv4, when that is wanted", () => {
  expect(found("2001:db8::1 ::ffff:192.0.2.1 192.0.2.2", { v4Only: true })).toEqual([
    "192.0.2.1",
    "192.0.2.2",
  ]);
});

test.each([".", ":", "1.", "::", "a:", "%", "-", "1.2.3.4-", "/24", "12:"])(
  "a lot of %p takes no time",
  (part) => {
    expect(found(part.repeat(200_000 / part.length), { prefix: true }).length).toBeLessThan(50_000);
  },
);
