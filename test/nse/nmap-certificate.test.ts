import { expect, test } from "bun:test";
import { nmapCertificate } from "../../src/nse/nmap-certificate.ts";

test("numbers become numbers, times UTC, names of nmap those of the certificate object", () => {
  expect(
    nmapCertificate({
      subject: { commonName: "a.example", organizationName: "x" },
      issuer: { organizationName: "x", commonName: "a.example" },
      pubkey: { type: "rsa", bits: "2048.0", exponent: "65537", modulus: "FF00" },
      extensions: [
        { name: "X509v3 Basic Constraints", value: "CA:TRUE" },
        { name: "X509v3 Subject Alternative Name", value: "DNS:a.example, IP Address:192.0.2.1" },
      ],
      sig_algo: "sha256WithRSAEncryption",
      validity: { notBefore: "2026-01-01T00:00:00", notAfter: "2026-01-02T01:00:00+01:00" },
      md5: "0123",
    }),
  ).toMatchObject({
    pubkey: { type: "rsa", bits: 2048, exponent: 65537, modulus: "65280" },
    san: ["DNS:a.example", "IP Address:192.0.2.1"],
    signature_algorithm: "sha256WithRSAEncryption",
    self_signed: true,
    not_before: "2026-01-01T00:00:00Z",
    not_after: "2026-01-02T00:00:00Z",
    lifetime: 86400,
    md5: "0123",
  });
});

test.each(["BIGNUM: 0x55b32f362628", "userdata: 0x55b32f362628"])("%s is no number", (exponent) => {
  expect(nmapCertificate({ pubkey: { type: "rsa", bits: "1024", exponent, modulus: exponent } })).toEqual({
    pubkey: { type: "rsa", bits: 1024 },
  });
});

test.each([
  ["a name is a text", { subject: "x", issuer: "x" }],
  ["a time is none", { validity: { notBefore: 'Can\'t parse; string is "x"' } }],
  ["a day is none", { validity: { notBefore: "2026-02-31T99:00:00" } }],
  ["a key is a text", { pubkey: "x" }],
  ["a modulus is too long to be one", { pubkey: { modulus: "F".repeat(8193) } }],
  ["extensions are none", { extensions: { name: "x" } }],
])("%s: stays as it is", (_, table) => {
  expect(nmapCertificate(table)).toEqual(table);
});

test("issuers with another name have not signed themselves", () => {
  const table = { subject: { commonName: "a" }, issuer: { commonName: "b" } };
  expect(nmapCertificate(table).self_signed).toBe(false);
});
