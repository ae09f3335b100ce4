import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ignore, readIgnore } from "../../src/load/ignore.ts";
import { parseAddress } from "../../src/model/ip.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-ignore-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string): Ignore {
  const path = join(folder, "ignore.yaml");
  writeFileSync(path, text);
  return readIgnore(path);
}

const observation = (addr: string | undefined, recontype: string, source?: string) => ({
  addr: addr === undefined ? undefined : (parseAddress(addr) ?? undefined),
  recontype,
  source,
  value: "",
  firstseen: 0,
  lastseen: 0,
  count: 1,
});

test("networks by recontype and for all, but for sources never ignored", () => {
  const ignore = read(`
ignore:
  HTTP_CLIENT_HEADER: [10.0.0.0/8, "2001:db8::/32"]
  "*": [127.0.0.0/8]
never-ignore:
  HTTP_CLIENT_HEADER: [USER-AGENT]
`);
  expect(ignore(observation("10.1.2.3", "HTTP_CLIENT_HEADER", "VIA"))).toBe(true);
  expect(ignore(observation("10.1.2.3", "HTTP_CLIENT_HEADER", "USER-AGENT"))).toBe(false);
  expect(ignore(observation("10.1.2.3", "DNS_ANSWER"))).toBe(false);
  expect(ignore(observation("2001:db8::1", "HTTP_CLIENT_HEADER"))).toBe(true);
  expect(ignore(observation("127.0.0.1", "DNS_ANSWER", "A-x"))).toBe(true);
  expect(ignore(observation(undefined, "DNS_ANSWER"))).toBe(false);
});

test("an empty file ignores nothing, JSON is fine too", () => {
  expect(read("")(observation("10.0.0.1", "DNS_ANSWER"))).toBe(false);
  expect(read('{"ignore": {"DNS_ANSWER": ["10.0.0.1"]}}')(observation("10.0.0.1", "DNS_ANSWER"))).toBe(true);
});

test.each([
  ["ignore: {DNS: [10.0.0.0/8]}", "no recontype"],
  ["ignore: {DNS_ANSWER: [10.0.0.0/99]}", "no address or network"],
  ["ignore: {DNS_ANSWER: 10.0.0.0/8}", "ignore.DNS_ANSWER"],
  ["drop: {}", "wrong"],
  ["[1, 2", "cannot read"],
  ["never-ignore: {'*': [x]}", "no recontype"],
])("a wrong file is told: %s", (text, message) => {
  expect(() => read(text)).toThrow(message);
});
