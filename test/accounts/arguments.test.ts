import { describe, expect, test } from "bun:test";
import { emailOf, endOf, groupsOf, keyNameOf, passwordOf } from "../../src/accounts/arguments.ts";

describe("e-mail addresses", () => {
  test.each([
    ["ann@example.org", "ann@example.org"],
    ["Ann.B+scan@Sub.Example.ORG", "ann.b+scan@sub.example.org"],
    ["o'neill@example.org", "o'neill@example.org"],
  ])("%s", (text, email) => expect(emailOf(text)).toBe(email));

  test.each([
    "",
    "ann",
    "@example.org",
    "ann@",
    "ann@example",
    "ann@evil.org@example.org",
    '"ann@evil.org"@example.org',
    "ann @example.org",
    " ann@example.org",
    "ann@example.org\n",
    "ann@example.org\0",
    "ann@exam\u0440le.org",
    "\u0430nn@example.org",
    "ann@[127.0.0.1]",
    "ann@example.org,bob@example.org",
    "<ann@example.org>",
    ".ann@example.org",
    "ann..b@example.org",
    "group:soc",
    "\u212ann@example.org",
    `${"a".repeat(250)}@example.org`,
    `a@${"b.".repeat(100_000)}org`,
  ])("%j is refused", (text) => expect(() => emailOf(text)).toThrow("is no e-mail address"));

  test("what is refused is shown without what commands a terminal, and cut", () => {
    expect(() => emailOf(`\u001b[2J${"x".repeat(500)}`)).toThrow(
      /^“\ufffd\[2Jx+… \[\d+ more characters\]” is no/,
    );
  });
});

describe("groups", () => {
  test("keep their order, each once", () => expect(groupsOf(["b", "a", "b"])).toEqual(["b", "a"]));
  test.each(["", "a b", "a:b", "a,b", "@a", "-a", "ä", "a\n", "a".repeat(65), "group:a"])(
    "%j is refused",
    (name) => expect(() => groupsOf([name])).toThrow("is no name of a group"),
  );
  test("not more than 64", () => {
    const names = Array.from({ length: 65 }, (_, i) => `g${i}`);
    expect(groupsOf(names.slice(1))).toHaveLength(64);
    expect(() => groupsOf(names)).toThrow("64 groups at most");
  });
});

describe("names of keys", () => {
  test("are trimmed", () => expect(keyNameOf(" Ann's laptop ")).toBe("Ann's laptop"));
  test.each(["", "  ", "a\nb", "a\tb", "a\u001b[31m", "a\u202eb", "x".repeat(65)])("%j is refused", (name) =>
    expect(() => keyNameOf(name)).toThrow("is no name for a key"),
  );
});

describe("passwords", () => {
  test.each(["correct horse", "🔑".repeat(12), "x".repeat(256)])("%j", (text) =>
    expect(passwordOf(text)).toBe(text),
  );
  test.each([
    "",
    "short",
    "x".repeat(11),
    "🔑".repeat(11),
    "x".repeat(257),
    "two lines\nof text",
    "nul\0nul nul nul",
  ])("%j is refused without being repeated", (text) => {
    expect(() => passwordOf(text)).toThrow("the password must");
    try {
      passwordOf(text);
    } catch (error) {
      if (text !== "") expect(String(error)).not.toContain(text);
    }
  });
});

describe("periods", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  test.each([
    ["12h", "2026-01-01T12:00:00.000Z"],
    ["90d", "2026-04-01T00:00:00.000Z"],
    ["4w", "2026-01-29T00:00:00.000Z"],
    ["1y", "2027-01-01T00:00:00.000Z"],
  ])("%s", (period, end) => expect(endOf(period, now).toISOString()).toBe(end));
  test.each([
    "",
    "0d",
    "-1d",
    "90",
    "d",
    "1.5d",
    "90D",
    "90 days",
    "11y",
    "999999d",
    "1e3d",
    "9999999h",
    "٣d",
  ])("%j is refused", (period) => expect(() => endOf(period, now)).toThrow("is no period"));
});
