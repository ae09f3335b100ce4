import { describe, expect, test } from "bun:test";
import { type Observation, RECONTYPES } from "../../src/model/passive.ts";
import { readCertificate } from "../../src/passive/certificate.ts";
import { infosOf, recognised } from "../../src/passive/infos.ts";
import { normalise } from "../../src/passive/normalise.ts";
import { readNtlm } from "../../src/passive/ntlm.ts";

/** Random numbers that are the same every time (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SOURCES = [
  undefined,
  "",
  "ja3",
  "ja4",
  "ja3-",
  "ja3-x",
  "cert",
  "cacert",
  "SERVER",
  "USER-AGENT",
  "AUTHORIZATION",
  "WWW-AUTHENTICATE",
  "A-192.0.2.53-53",
  "SSHv2",
  "tcp-SMB",
];
const STARTS = [
  "",
  "NTLM ",
  "NTLM TlRMTVNTUAAB",
  "Negotiate TlRMTVNTUAACAAAA",
  "Basic ",
  "Basic ====",
  "Digest ",
  'Digest realm="',
  "220 ",
  "+OK <",
  "J\\x00\\x00\\x00\\x0a",
  "SSH-2.0-",
  "t13d1516h2_",
  "MIIB",
  "AAAAB3NzaC1yc2E",
  "Target_Name:",
  "ntlm-fingerprint:",
  "SEP/1, MID/{",
  "\ud800",
  "\\x",
  "__proto__:x,constructor:eA==",
];
const PARTS = [
  "A",
  "=",
  ",",
  " ",
  "a=",
  'x="\\',
  "\\x00",
  "\0",
  "\u202e",
  "é",
  "1.",
  "\r\n",
  "<1.2@",
  "-",
  "_",
  "Ak8=",
];

function observe(recontype: string, source: string | undefined, value: string): void {
  const o: Observation = {
    addr: 1n,
    recontype,
    value,
    firstseen: 0,
    lastseen: 0,
    count: 1,
    ...(source === undefined ? {} : { source }),
  };
  for (const record of normalise(o)) {
    expect(record.value).toBeString();
    const infos = infosOf(record, "builtin");
    if (infos) expect(JSON.parse(JSON.stringify(infos))).toEqual(infos);
    recognised(record, "builtin");
  }
}

describe("nothing that a log holds makes trouble:", () => {
  test("every recontype and source with odd starts and many repetitions", () => {
    const random = randomOf(1);
    for (const recontype of [...RECONTYPES, "NEW_TYPE"]) {
      for (const source of SOURCES) {
        for (const start of STARTS) {
          const part = PARTS[Math.floor(random() * PARTS.length)]!;
          observe(recontype, source, start + part.repeat(Math.floor(random() * 200)));
        }
      }
    }
  });

  test("random characters", () => {
    const random = randomOf(2);
    for (const recontype of RECONTYPES) {
      for (let round = 0; round < 40; round++) {
        const source = SOURCES[Math.floor(random() * SOURCES.length)];
        const codes = Array.from({ length: Math.floor(random() * 300) }, () =>
          Math.floor(random() * (round % 2 ? 0x10000 : 256)),
        );
        observe(recontype, source, String.fromCharCode(...codes));
      }
    }
  });

  test("long values", () => {
    for (const part of ["A", "a=", " ", 'realm="', "220 1:11:11 ", "\\x00", "<1.", "Mon, 1 Jan ", "é"]) {
      const value = part.repeat(Math.ceil((1 << 18) / part.length));
      for (const recontype of RECONTYPES) observe(recontype, "AUTHORIZATION", `Digest ${value}`);
      observe("TCP_SERVER_BANNER", undefined, `220 ${value}`);
      observe("TCP_SERVER_BANNER", undefined, `+OK ${value}`);
      observe("HTTP_CLIENT_HEADER", "USER-AGENT", `SEP/${value} MID/`);
      observe("SSL_SERVER", "cert", value);
      observe("SSL_CLIENT", "ja3", value);
      observe("SSH_SERVER_HOSTKEY", "SSHv2", value);
    }
  });

  test("NTLM messages cut off anywhere or with lengths that lie", () => {
    const random = randomOf(3);
    for (let round = 0; round < 500; round++) {
      const bytes = Buffer.from(
        Array.from({ length: Math.floor(random() * 120) }, () => Math.floor(random() * 256)),
      );
      const message = Buffer.concat([
        Buffer.from("NTLMSSP\0", "latin1"),
        Buffer.from([1 + (round % 3), 0, 0, 0]),
        bytes,
      ]);
      for (const [, text] of readNtlm(message)?.facts ?? []) expect(text.isWellFormed()).toBe(true);
    }
  });

  test("certificates out of random elements", () => {
    const random = randomOf(4);
    for (let round = 0; round < 2000; round++) {
      const bytes = Buffer.from(
        Array.from(
          { length: 4 + Math.floor(random() * 60) },
          () => [0x30, 0x02, 0x06, 0xa0, 0x03, 0x80, 1, 2, 5, 9][Math.floor(random() * 10)]!,
        ),
      );
      bytes[0] = 0x30;
      bytes[1] = bytes.length - 2;
      expect(readCertificate(bytes.toString("base64"))?.md5).toHaveLength(32);
    }
  });
});
