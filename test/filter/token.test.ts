import { describe, expect, test } from "bun:test";
import { crc32, deflateRawSync } from "node:zlib";
import type { Filter } from "../../src/filter/ast.ts";
import * as build from "../../src/filter/build.ts";
import { and, canonical } from "../../src/filter/combine.ts";
import { decodeToken, encodeToken } from "../../src/filter/token.ts";
import { UserError } from "../../src/model/errors.ts";
import { randomFilter, seeded } from "./random.ts";

/** A token made by somebody else: the checksum is right, the content is theirs. */
function forge(content: unknown): string {
  const packed = deflateRawSync(Buffer.from(typeof content === "string" ? content : JSON.stringify(content)));
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(packed));
  return `g${Buffer.concat([packed, checksum]).toString("base64url")}`;
}

function message(token: string): string {
  try {
    decodeToken(token);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "accepted";
}

test("round trip of random filters", () => {
  const random = seeded(4);
  for (let i = 0; i < 1000; i++) {
    const filter = canonical(randomFilter(random, 4));
    expect(decodeToken(encodeToken(filter))).toEqual(filter);
  }
});

test("equal filters give equal tokens", () => {
  const a = build.searchport({ port: 443 });
  const b = build.searchcountry({ country: "fr,de" });
  expect(encodeToken(and(a, b))).toBe(encodeToken(and(b, a)));
  expect(encodeToken({ k: "and", of: [{ k: "all" }, a, { k: "and", of: [a] }] })).toBe(encodeToken(a));
  expect(encodeToken({ state: "open", protocol: "tcp", port: [443], k: "port" })).toBe(encodeToken(a));
});

test("short, and without anything a shell, a URL or JSON would change", () => {
  const token = encodeToken(build.searchport({ port: 443 }));
  expect(token.length).toBeLessThanOrEqual(25);
  expect(token).toMatch(/^g[A-Za-z0-9_-]+$/);
});

test("format: this version goes on reading what it has written", () => {
  expect(decodeToken("gI1sjAE2Dafw")).toEqual(build.searchport({ port: 443 }));
});

describe("what is no token, or a damaged one, is told apart", () => {
  const token = encodeToken(build.searchscript({ name: "ssl-cert", values: { self_signed: true } }));

  test("every single wrong character", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let at = 1; at < token.length; at++)
      for (const letter of alphabet)
        if (letter !== token[at])
          expect(message(token.slice(0, at) + letter + token.slice(at + 1))).toContain("damaged");
  });

  test("cut, doubled, swapped", () => {
    for (let length = 1; length < token.length; length++)
      expect(message(token.slice(0, length))).toContain("damaged");
    expect(message(token + token)).toContain("damaged");
    expect(message(`${token}A`)).toContain("damaged");
    expect(message(`g${token.slice(2)}${token[1]}`)).toContain("damaged");
  });

  test("something else altogether", () => {
    for (const text of ["", "port:443", "{}", "eJyrVkrLTFGyMtRRSlSyUjIxMlaqBQAqggQs", "*", "filter!", "gé"])
      expect(message(text)).toContain("not a filter token");
  });
});

describe("possession is no authorisation: contents are validated", () => {
  test("no filter", () => {
    const contents: unknown[] = [
      null,
      7,
      "x",
      [],
      {},
      { k: "nothing" },
      { k: "port", port: ["80"] },
      { k: "port", port: [70000] },
      { k: "port", port: [] },
      { k: "port", extra: 1 },
      { k: "net", net: "x" },
      { k: "host", addrs: ["x"] },
      { k: "host", addrs: ["::FFFF:1"] },
      { k: "hostname", name: { re: "(?=a)" } },
      { k: "hostname", name: { re: "a".repeat(1001) } },
      { k: "hostname", name: { re: "a", flags: "x" } },
      { k: "hostname", name: { $regex: "a" } },
      { k: "hostname" },
      { k: "country", codes: ["de"] },
      { k: "asnum", nums: [1.5] },
      { k: "and", of: {} },
      { k: "not" },
      { k: "not", of: [] },
      { k: "script", values: { a: { $where: "1" } } },
      { k: "script", values: { "": 1 } },
      { k: "script", values: { a: { $regex: "(" } } },
      { k: "and", of: [{ k: "all" }, { k: "or", of: [{ k: "evil" }] }] },
    ];
    for (const content of contents) expect(message(forge(content))).toMatch(/holds no (valid )?filter/);
    expect(message(forge("{"))).toContain("holds no filter");
    expect(message(forge('{"k":"all","__proto__":{"k":"all"}}'))).not.toBe("accepted");
  });

  test("bombs are bounded before they are looked at", () => {
    expect(message(`g${"A".repeat(20_000)}`)).toContain("too long");
    expect(message(forge(" ".repeat(10_000_000)))).toContain("holds no filter");
    expect(message(forge("[".repeat(200_000)))).toContain("holds no filter");
    const deep = (levels: number): string =>
      `${'{"k":"not","of":'.repeat(levels)}{"k":"all"}${"}".repeat(levels)}`;
    expect(message(forge(deep(20)))).toBe("accepted");
    expect(message(forge(deep(100)))).toContain("deep");
    expect(message(forge(deep(10_000)))).toContain("deep");
    expect(message(forge({ k: "or", of: Array(300).fill({ k: "all" }) }))).toContain(
      "more than 250 conditions",
    );
    expect(
      message(forge({ k: "script", values: { a: JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`) } })),
    ).toContain("deep");
  });

  test("a filter too large is refused when its token is made", () => {
    const leaves = Array.from({ length: 300 }, (_, i) => build.searchport({ port: i }));
    expect(() => encodeToken({ k: "or", of: leaves })).toThrow(/more than 250 conditions/);
    const random = seeded(5);
    const addrs = Array.from({ length: 9000 }, () =>
      [1, 2, 3, 4].map(() => Math.floor(random() * 256)).join("."),
    );
    const long: Filter = { k: "host", addrs };
    expect(() => encodeToken(long)).toThrow(/too large/);
  });
});
