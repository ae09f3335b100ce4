import { describe, expect, test } from "bun:test";
import { steadyBanner } from "../../src/passive/banner.ts";

/** Two times the same server, and what is stored of both. */
const PAIRS: readonly (readonly [first: string, second: string, stored: string])[] = [
  [
    "220 mx.example.org ESMTP Sendmail 8.15.2/8.15.2; Mon, 15 Jan 2024 10:00:00 +0100\\x0d\\x0a",
    "220 mx.example.org ESMTP Sendmail 8.15.2/8.15.2; Tue, 2 Jul 2024 09:12:59 +0200 (CEST)\\x0d\\x0a",
    "220 mx.example.org ESMTP Sendmail 8.15.2/8.15.2; Thu, 1 Jan 1970 00:00:00 +0000\\x0d\\x0a",
  ],
  [
    "220 host FTP server ready at Mon Jan  1 10:00:00 2024.\\x0d\\x0a",
    "220 host FTP server ready at Tue Jan 22 23:00:01 CET 2024.\\x0d\\x0a",
    "220 host FTP server ready at Thu Jan  1 00:00:00 1970.\\x0d\\x0a",
  ],
  [
    "220 box 2024-01-31 10:00:00\\x0d\\x0a",
    "220 box 2025-02-01T11:22:33\\x0d\\x0a",
    "220 box 1970-01-01 00:00:00\\x0d\\x0a",
  ],
  [
    "220-You are user number 3 of 50 allowed.\\x0d\\x0a220-Local time is now 14:32. Server port: 21.\\x0d\\x0a",
    "220-You are user number 41 of 50 allowed.\\x0d\\x0a220-Local time is now 04:02. Server port: 21.\\x0d\\x0a",
    "220-You are user number 1 of 50 allowed.\\x0d\\x0a220-Local time is now 00:00. Server port: 21.\\x0d\\x0a",
  ],
  [
    "220 mx.google.com ESMTP a1b2c3si1234567wma.123 - gsmtp\\x0d\\x0a",
    "220 mx.google.com ESMTP 5b1f17b1804b1-4300aa0f0c1si12.35 - gsmtp\\x0d\\x0a",
    "220 mx.google.com ESMTP 000000000000000.0 - gsmtp\\x0d\\x0a",
  ],
  [
    "220 AM5EUR03FT012.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at Mon, 15 Jan 2024 10:00:00 +0000 [08DC0C6E6A6D4A1B]\\x0d\\x0a",
    "220 DB1EUR05FT040.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at Tue, 16 Jan 2024 10:00:00 +0000 [08DC0C6E6A6D4A1C]\\x0d\\x0a",
    "220 000000000000000.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at Thu, 1 Jan 1970 00:00:00 +0000 [0000000000000000]\\x0d\\x0a",
  ],
  ["220 mx12.ovh.net ESMTP\\x0d\\x0a", "220 mx3.ovh.net ESMTP\\x0d\\x0a", "220 mx0.ovh.net ESMTP\\x0d\\x0a"],
  [
    "220 mta4012.mail.bf1.yahoo.com ESMTP ready\\x0d\\x0a",
    "220 mta7.mail.bf1.yahoo.com ESMTP ready\\x0d\\x0a",
    "220 mta0.mail.bf0.yahoo.com ESMTP ready\\x0d\\x0a",
  ],
  [
    "+OK POP3 ready <1896.697170952@dbc.example.org>\\x0d\\x0a",
    "+OK POP3 ready <5.1710003690@dbc.example.org>\\x0d\\x0a",
    "+OK POP3 ready <000000.0000000000@dbc.example.org>\\x0d\\x0a",
  ],
];

describe("a banner", () => {
  for (const [first, second, stored] of PAIRS) {
    test(`is the same twice: ${stored.slice(0, 60)}`, () => {
      expect([steadyBanner(first), steadyBanner(second)]).toEqual([stored, stored]);
    });
  }

  test("is left alone where nothing changes", () => {
    for (const banner of ["220 (vsFTPd 3.0.3)\\x0d\\x0a", "+OK ready\\x0d\\x0a", "RFB 003.008\\x0a", ""])
      expect(steadyBanner(banner)).toBe(banner);
  });

  test("is stored in printable ASCII, the same from bytes and from their escapes", () => {
    expect(steadyBanner("Grüße\r\n\0")).toBe("Gr\\xc3\\xbc\\xc3\\x9fe\\x0d\\x0a\\x00");
    expect(steadyBanner("Gr\\xc3\\xbc\\xc3\\x9fe\\x0d\\x0a\\x00")).toBe(
      "Gr\\xc3\\xbc\\xc3\\x9fe\\x0d\\x0a\\x00",
    );
  });

  test("of MySQL that is cut off is left alone", () => {
    expect(steadyBanner("J\\x00\\x00\\x00\\x0a5.7.33\\x00\\x07")).toBe(
      "J\\x00\\x00\\x00\\x0a5.7.33\\x00\\x07",
    );
  });
});
