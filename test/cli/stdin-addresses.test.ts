import { expect, test } from "bun:test";
import { distinctAddresses, wordsOf } from "../../src/cli/stdin-addresses.ts";

/** In pieces of a few bytes, so that lines and characters are cut anywhere. */
async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

const SIZES = [1, 3, 7, 1000];

test.each(SIZES)("words of lines, without comments, in pieces of %p", async (size) => {
  const text = "# é comment 1.1.1.1\n192.0.2.1, 192.0.2.2;2001:db8::/32\r\n\n\tx # 1.1.1.1\n198.51.100.0/24";
  expect(await Array.fromAsync(wordsOf(pieces(text, size)))).toEqual([
    "192.0.2.1",
    "192.0.2.2",
    "2001:db8::/32",
    "x",
    "198.51.100.0/24",
  ]);
  expect(await Array.fromAsync(wordsOf(pieces("", size)))).toEqual([]);
});

test.each(SIZES)("each address of a log once, in pieces of %p", async (size) => {
  const text = 'é 192.0.2.10 - - "GET /" 200\n[2001:db8::1]:443 via 192.0.2.10:80\nv1.2.3.4.5 192.0.2.1';
  expect(await distinctAddresses(pieces(text, size))).toEqual(["192.0.2.10", "2001:db8::1", "192.0.2.1"]);
});

test("an address written in several ways counts once", async () => {
  const text = "::ffff:8.8.8.8 8.8.8.8 2001:DB8::1 2001:db8:0::1 10.0.0.0/8";
  expect(await distinctAddresses(pieces(text, 1000))).toEqual(["8.8.8.8", "2001:db8::1", "10.0.0.0"]);
});

test("a line without an end is taken in parts", async () => {
  expect(await distinctAddresses(pieces(`${"x ".repeat(2_000_000)}192.0.2.1`, 65_536))).toEqual([
    "192.0.2.1",
  ]);
});
