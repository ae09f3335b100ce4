import { describe, expect, test } from "bun:test";
import { fingerprint, isMd5 } from "../../src/passive/fingerprints.ts";
import { readJa4 } from "../../src/passive/ja4.ts";

test.each([
  ["JA3S", "771,49199,65281-0-11-35-16", "47decf033ac4c8fc9b952ff41e549679"],
  [
    "HASSH",
    "diffie-hellman-group1-sha1;aes128-cbc,3des-cbc;hmac-md5,hmac-sha1;none",
    "19a5d08d20a78d246ef3375b8ba6d27a",
  ],
])("%s is the MD5 of its raw text", (_kind, raw, md5) => {
  expect(fingerprint(raw)).toMatchObject({ md5, raw });
  expect(isMd5(md5)).toBe(true);
  expect(isMd5(raw)).toBe(false);
});

describe("JA4", () => {
  // The example of the JA4 documentation.
  const CIPHERS = "002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9";
  const EXTENSIONS = "0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01";
  const ALGORITHMS = "0403,0804,0401,0503,0805,0501,0806,0601";

  test("is hashed from its raw form", () => {
    expect(readJa4(`t13d1516h2_${CIPHERS}_${EXTENSIONS}_${ALGORITHMS}`)).toEqual({
      ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1",
      ja4_a: "t13d1516h2",
      ja4_b: "8daaf6152771",
      ja4_c: "e5627efa2ab1",
      ja4_b_raw: CIPHERS,
      ja4_c1_raw: EXTENSIONS,
      ja4_c2_raw: ALGORITHMS,
    });
    expect(readJa4("t13d000000__")?.ja4_b).toBe("000000000000");
  });

  test("is read hashed, and refused otherwise", () => {
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
