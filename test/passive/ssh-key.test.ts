import { expect, test } from "bun:test";
import { sshKeyInfos } from "../../src/passive/ssh-key.ts";

/** Made with ssh-keygen, which also told bits and hashes. */
const RSA =
  "AAAAB3NzaC1yc2EAAAADAQABAAABAQCslaAunSWtypDSzM0WNrAd7zTQ5Th++Rm5dzHuLsLFvCeQOY9bCapY7NOzyO1ukAnRmuOWVtC4sMhSYg962EQbur1pTEEVgXefbQqAfiM81PpTfjkpB/QIzK/M5FWyZy03TS9lPL4vw5kqxNeDakxJ4xCCsmlTjqY3GQnhraJJpUo/FYwXgfIOPokhgxw+5ev+mX7jtgKBu1cnTy1hFYdg4RQzndm7kPHpV4/aSu0BtgUOoRuKdR2BSQqg+Akk/pZM40EWB7/kWCbp28Kn2Ur5Y9ksAjzYPWbNw28WDgadPFgzahBRkFpYfFVCAfQxedjGFz8moZJJ9YrgidOrVhl5";
const ECDSA =
  "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBIzgmPxRbuJv/EKHO1EqlxLEZyZeactl0SQDn+/6+gVHDuDu9oiZVa7D+gNOBl+bfHvbUvsIG50EqfvReD/G36nLHM9rXbU1vVXn33BcFLXyA1WAPTrkUSp8R8puezVp/g==";

test("an RSA key has its numbers", () => {
  const { algo, bits, md5, exponent, modulus } = sshKeyInfos(RSA) ?? {};
  expect({ algo, bits, md5, exponent }).toEqual({
    algo: "ssh-rsa",
    bits: 2048,
    md5: "9eb62a1c73128fbd5decac1888e0f355",
    exponent: "65537",
  });
  expect(BigInt(modulus as string).toString(16)).toStartWith("ac95a02e9d25adca90d2cccd1636b01d");
});

test("an elliptic key has the bits of its curve", () => {
  expect(sshKeyInfos(ECDSA)).toMatchObject({
    algo: "ecdsa-sha2-nistp384",
    bits: 384,
    md5: "f702156ebb1e8ddfd11352f56590257e",
    sha256: Buffer.from("TyZcXhZnGhUz/kOc/XS/Hlyp1Zz9urMpDnSbSMmTN9g", "base64").toString("hex"),
  });
});

test("what cannot be read has hashes at most", () => {
  expect(Object.keys(sshKeyInfos("AAAA") ?? {})).toEqual(["md5", "sha1", "sha256"]);
  expect(sshKeyInfos(RSA.slice(0, 40))).toMatchObject({ algo: "ssh-rsa" });
  expect(sshKeyInfos("not base64")).toBeUndefined();
  expect(sshKeyInfos("")).toBeUndefined();
});
