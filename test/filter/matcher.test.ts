import { beforeAll, describe, expect, test } from "bun:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { parseQuery } from "../../src/filter/language.ts";
import { parseMatcher } from "../../src/filter/matcher.ts";
import { patternProblem, toRe2 } from "../../src/filter/pattern.ts";
import { UserError } from "../../src/model/errors.ts";

let db: DuckDBConnection;
beforeAll(async () => {
  db = await (await DuckDBInstance.create(":memory:")).connect();
});

async function finds(text: string, pattern: string): Promise<boolean> {
  const matcher = parseMatcher(pattern);
  if (!("re" in matcher)) throw new Error("no regular expression");
  const reader = await db.runAndReadAll("SELECT regexp_matches(?, ?)", [
    text,
    toRe2(matcher.re, matcher.flags ?? ""),
  ]);
  return reader.getRows()[0]![0] === true;
}

test("literals and regular expressions (spec §2.1)", () => {
  expect(parseMatcher("nginx")).toEqual({ is: "nginx" });
  expect(parseMatcher("a/b/")).toEqual({ is: "a/b/" });
  expect(parseMatcher("\\/etc")).toEqual({ is: "/etc" });
  expect(parseMatcher("\\n")).toEqual({ is: "\\n" });
  expect(parseMatcher("")).toEqual({ is: "" });
  expect(parseMatcher("/a/")).toEqual({ re: "a" });
  expect(parseMatcher("/a")).toEqual({ re: "a" });
  expect(parseMatcher("/")).toEqual({ re: "" });
  expect(parseMatcher("/a/b/i")).toEqual({ re: "a/b", flags: "i" });
  expect(parseMatcher("/a\\/b")).toEqual({ re: "a\\/b" });
  expect(parseMatcher("/a\\\\/i")).toEqual({ re: "a\\\\", flags: "i" });
  expect(parseMatcher("/a/SMIalu")).toEqual({ re: "a", flags: "ims" });
});

test("errors say what to write", () => {
  expect(() => parseMatcher("/a/x")).toThrow(/free spacing/);
  expect(() => parseMatcher("/etc/passwd")).toThrow(/flag .*begins with a slash is written \\\/…/);
  expect(() => parseMatcher(`/${"a".repeat(1001)}/`)).toThrow(/longer than 1000 characters \(1001\)/);
  expect(() => parseMatcher(`/${"a".repeat(1_000_000)}/`)).toThrow(UserError);
  expect(parseMatcher(`/${"a".repeat(1000)}/`)).toHaveProperty("re");
});

const LACKING: readonly (readonly [string, RegExp])[] = [
  ["(?=a)", /lookahead/],
  ["a(?!b)", /lookahead/],
  ["(?<=a)b", /lookbehind/],
  ["(?<!a)b", /lookbehind/],
  ["(a)\\1", /backreference/],
  ["(?P<n>a)(?P=n)", /backreference/],
  ["a++", /possessive/],
  ["a{2}+", /possessive/],
  ["(?>a)", /atomic/],
  ["(a)(?(1)b|c)", /conditional/],
  ["(?R)", /recursion/],
  ["(?x) a", /free spacing/],
  ["(", /not closed/],
  [")", /no opening/],
  ["[a", /not closed/],
  ["[", /not closed/],
  ["[]", /not closed/],
  ["*a", /nothing that “\*” could repeat/],
  ["a**", /cannot follow/],
  ["(|+)", /nothing/],
  ["a{2,1}", /backwards/],
  ["a{1001}", /above 1000/],
  ["\\x{110000}", /does not exist/],
  ["\\xg1", /hexadecimal/],
  ["\\c", /escape/],
  ["[\\b-\\B]", /escape/],
];

test("a text that no filter holds is refused where it is read, not where its token is used", () => {
  const longest = "x".repeat(10_000);
  expect(parseMatcher(longest)).toEqual({ is: longest });
  for (const text of [`${longest}x`, `\\/${longest}`])
    expect(() => parseMatcher(text)).toThrow("at most 10000");
  for (const query of [`product:${longest}x`, `product:"${longest}x"`])
    expect(() => parseQuery(query)).toThrow("at most 10000");
});

describe("what RE2 lacks or cannot read is told in words", () => {
  for (const [pattern, problem] of LACKING)
    test(pattern, () => {
      expect(patternProblem(pattern)).toMatch(problem);
      expect(() => parseMatcher(`/${pattern}/`)).toThrow(/cannot be used: /);
    });
});

const MEANING: readonly (readonly [string, string, boolean])[] = [
  ["abc", "/b/", true],
  ["ABC", "/b/", false],
  ["ABC", "/b/i", true],
  ["ÄRGER", "/ärger/i", true],
  ["a\nb", "/a.b/", false],
  ["a\nb", "/a.b/s", true],
  ["a\nb", "/^b/", false],
  ["a\nb", "/^b/m", true],
  ["a\nb", "/a$/", false],
  ["a\nb", "/a$/m", true],
  ["a|b", "/^a\\|b$/", true],
  ["xb", "/^a|b/i", true],
  ["b", "/a\\Z|b\\Z/", true],
  ["é", "/\\u00e9/", true],
  ["é", "/^\\xe9$/", true],
  ["é", "/^\\351$/", true],
  ["A", "/^[\\x40-\\x42]$/", true],
  ["ab", "/(?<name>a)b/", true],
  ["ab", "/a(?#not this)b/", true],
  ["aaa", "/^a{,3}$/", true],
  ["a{,}", "/a{,}/", true],
  ["a{x}", "/a{x}/", true],
  ["a{x", "/a{/", true],
  ["aa", "/^a{2}?$/", true],
  ["]", "/^[]]$/", true],
  ["]", "/[^]]/", false],
  ["[", "/^[[]$/", true],
  ["7", "/^[[:digit:]]$/", true],
  ["a.b", "/a\\.b/", true],
  ["axb", "/a\\.b/", false],
  ["a_ b", "/a\\_\\ b/", true],
  ["a/b", "/a\\/b/", true],
  ["a.b", "/^\\Qa.b\\E$/", true],
  ["a", "/(?i)A/", true],
  ["a", "/(?iu:A)/", true],
  ["a", "/(?u)a/", true],
  ["a\\", "/a\\\\$/", true],
  ["a", "/a\\", true],
  ["α", "/\\p{Greek}/", true],
  ["a\u0000b", "/a\\0b/", true],
  ["a\u0000b", "/a\u0000b/", true],
  ["anything", "/", true],
  ["é", "/\\é/", true],
];

describe("patterns mean in DuckDB what the user wrote", () => {
  for (const [text, pattern, expected] of MEANING)
    test(`${JSON.stringify(text)} ${pattern}`, async () => {
      expect(await finds(text, pattern)).toBe(expected);
    });
});

test("whatever passes the check, DuckDB takes or refuses for its size alone", async () => {
  const pieces = [
    "a",
    ".",
    "\\d",
    "[a-z]",
    "[^]x]",
    "(",
    ")",
    "(?:",
    "|",
    "*",
    "+?",
    "{2,3}",
    "{,2}",
    "^",
    "$",
    "\\b",
    "\\/",
    "\\Q.",
    "\\E",
    "é",
    "]",
    "}",
    "{",
    "-",
    "[\\]]",
    "(?i)",
    "\\x41",
    "\\pL",
  ];
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  let accepted = 0;
  for (let i = 0; i < 3000; i++) {
    const pattern = Array.from(
      { length: 1 + Math.floor(random() * 6) },
      () => pieces[Math.floor(random() * pieces.length)],
    ).join("");
    if (patternProblem(pattern) !== null) continue;
    accepted++;
    const run = db.run("SELECT regexp_matches('ab', ?)", [toRe2(pattern, "")]).then(
      () => "ok",
      (error: Error) => (/repetition size/.test(error.message) ? "ok" : error.message),
    );
    expect({ pattern, result: await run }).toEqual({ pattern, result: "ok" });
  }
  expect(accepted).toBeGreaterThan(500);
});
