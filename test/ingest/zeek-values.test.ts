import { expect, test } from "bun:test";
import { readName } from "../../src/ingest/zeek-names.ts";
import { parseTime, unescapeAscii, unescapeText } from "../../src/ingest/zeek-values.ts";

test.each([
  ["plain", "plain", "plain"],
  ["a\\x2cb", "a,b", "a,b"],
  ["\\\\x41", "\\x41", "\\x41"],
  ["\\\\\\x41", "\\A", "\\A"],
  ["\\x09", "\\x09", "\\x09"],
  ["caf\\xc3\\xa9 \\xF0\\x9f\\xa6\\x86", "café 🦆", "caf\\xc3\\xa9 \\xF0\\x9f\\xa6\\x86"],
  ["\\xe9\\xff\\xc3", "\\xe9\\xff\\xc3", "\\xe9\\xff\\xc3"],
  ["\\xc3\\x28", "\\xc3(", "\\xc3("],
  ["\\xe9\\x41\\xc3\\xa9", "\\xe9Aé", "\\xe9A\\xc3\\xa9"],
  ["\\x4", "\\x4", "\\x4"],
  ["\\n", "\\n", "\\n"],
])("%p unescaped", (written, text, ascii) => {
  expect(unescapeText(written)).toBe(text);
  expect(unescapeAscii(written)).toBe(ascii);
});

test.each([
  ["1700000000.123456", 1_700_000_000.123456],
  ["0", 0],
  ["1700000000123", 1_700_000_000.123],
  ["2023-11-14T22:13:20Z", 1_700_000_000],
  ["2023-11-14T22:13:20.5Z", 1_700_000_000.5],
  ["2023-11-14T23:13:20.25+01:00", 1_700_000_000.25],
  ["2023-11-14T17:43:20-0430", 1_700_000_000],
  ["2023-11-14 22:13:20", 1_700_000_000],
  ["", null],
  ["-", null],
  ["-1", null],
  ["NaN", null],
  ["1e40", null],
  ["2023-11-14", null],
  ["yesterday", null],
  ["2016-12-31T23:59:60Z", 1_483_228_800],
  ["2024-02-29T00:00:00Z", 1_709_164_800],
  ["2023-02-29T00:00:00Z", null],
  ["2026-13-01T00:00:00Z", null],
  ["2026-01-01T24:00:00Z", null],
  ["2026-01-01T00:00:61Z", null],
])("the time %p is %p", (text, seconds) => expect(parseTime(text)).toBe(seconds));

test.each([
  [
    "CN=www.example.com,O=Example\\, Org,C=FR",
    "countryName=FR/organizationName=Example, Org/commonName=www.example.com",
  ],
  [
    "emailAddress=a@example.com,CN=x+OU=y",
    "organizationalUnitName=y/commonName=x/emailAddress=a@example.com",
  ],
  ["CN=", "commonName="],
  ["", ""],
  ["no name", ""],
])("the name %p is %p", (text, expected) => expect(readName(text).text).toBe(expected));
