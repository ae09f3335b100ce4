import { describe, expect, test } from "bun:test";
import { fingerprint, hassh, ja3, ja3s, ja3sRaw } from "../../src/passive/fingerprints.ts";
import { ja4, readJa4 } from "../../src/passive/ja4.ts";

const CIPHERS = [
  0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
  0x002f, 0x0035,
];
const EXTENSIONS = [
  0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01,
  0x000b, 0x000a, 0x0015,
];
const ALGORITHMS = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];

describe("JA3", () => {
  test("leaves GREASE out", () => {
    const fields = {
      version: 771,
      ciphers: [0x1a1a, 47, 53],
      extensions: [0xfafa, 10],
      curves: [0x0a0a, 29],
      formats: [0],
    };
    expect(ja3(fields)).toEqual(fingerprint("771,47-53,10,29,0"));
  });

  test("of the server has a single cipher", () => {
    expect(ja3sRaw({ version: 771, cipher: 49199, extensions: [65281, 0, 11, 35, 16] })).toBe(
      "771,49199,65281-0-11-35-16",
    );
    expect(ja3s({ version: 771, cipher: 49199, extensions: [65281, 0, 11, 35, 16] }).md5).toBe(
      "47decf033ac4c8fc9b952ff41e549679",
    );
  });
});

test("HASSH joins lists with commas and semicolons", () => {
  expect(
    hassh({
      kex: ["diffie-hellman-group1-sha1"],
      encryption: ["aes128-cbc", "3des-cbc"],
      mac: ["hmac-md5", "hmac-sha1"],
      compression: ["none"],
    }).md5,
  ).toBe("19a5d08d20a78d246ef3375b8ba6d27a");
});

describe("JA4", () => {
  // The example of the JA4 documentation.
  test("of a hello", () => {
    const hello = {
      transport: "t" as const,
      version: 0x0304,
      sni: true,
      ciphers: [0x3a3a, ...CIPHERS],
      extensions: [0x6a6a, ...EXTENSIONS],
      signatureAlgorithms: ALGORITHMS,
      alpn: "h2",
    };
    expect(ja4(hello)).toMatchObject({
      ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1",
      ja4_c2_raw: "0403,0804,0401,0503,0805,0501,0806,0601",
    });
    expect(ja4({ ...hello, transport: "q", version: 0x9999, sni: false, alpn: undefined }).ja4_a).toBe(
      "q??i151600",
    );
    expect(ja4({ ...hello, alpn: "\xab" }).ja4_a).toBe("t13d1516ab");
    expect(ja4({ ...hello, ciphers: [] }).ja4_b).toBe("000000000000");
  });

  test("is read raw and hashed, and refused otherwise", () => {
    expect(readJa4("t13d1516h2_8daaf6152771_e5627efa2ab1")).toEqual({
      ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1",
      ja4_a: "t13d1516h2",
      ja4_b: "8daaf6152771",
      ja4_c: "e5627efa2ab1",
    });
    for (const text of ["", "_", "__", "t13d1516h2", "x_y_z", "t13d1516h2_a_b_c_d"])
      expect(readJa4(text)).toBeNull();
  });
});
