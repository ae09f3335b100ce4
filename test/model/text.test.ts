import { describe, expect, test } from "bun:test";

import { cap, clean } from "../../src/model/text.ts";

describe("clean", () => {
  test("leaves ordinary text of any script alone, newline and tab too", () => {
    const text = "Ü \t日本語\nالعربية 😀 é";
    expect(clean(text)).toBe(text);
  });

  for (const [what, text] of [
    ["escape sequences", "\u001b[31mred\u001b[0m"],
    ["an OSC 52 clipboard write", "\u001b]52;c;cm0gLXJm\u0007"],
    ["C1 controls", "\u009b31m"],
    ["NUL and DEL", "a\u0000b\u007f"],
    ["a lone carriage return, which overwrites the line", "safe\rEVIL"],
    ["bidirectional overrides and isolates", "\u202egnp.exe\u2066x\u2069"],
    ["zero-width characters", "pay\u200bpal\u200d\ufeff"],
    ["tag characters, which carry invisible text", "hi\u{e0041}\u{e0042}"],
    ["line and paragraph separators", "a\u2028b\u2029"],
    ["lone surrogates", "a\ud800b"],
    ["soft hyphens", "a\u00adb"],
  ] as const)
    test(`shows that there were ${what}`, () => {
      const cleaned = clean(text);
      expect(cleaned).toContain("\ufffd");
      expect(cleaned).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    });

  test("CR LF becomes LF", () => expect(clean("a\r\nb")).toBe("a\nb"));
  test("is idempotent", () => expect(clean(clean("\u001b[1m"))).toBe(clean("\u001b[1m")));
});

describe("cap", () => {
  test("short text stays", () => expect(cap("abc", 3)).toBe("abc"));
  test("long text says how much is missing", () => expect(cap("abcdef", 2)).toBe("ab… [4 more characters]"));
  test("never half a character", () => expect(cap("a😀b", 2)).toBe("a… [3 more characters]"));
});
