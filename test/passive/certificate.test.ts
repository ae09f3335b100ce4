import { describe, expect, test } from "bun:test";
import { createHash, X509Certificate } from "node:crypto";
import { readCertificate } from "../../src/passive/certificate.ts";
import { certificateText, pemOf } from "../../src/passive/certificate-text.ts";
import { BRAINPOOL, DSA, ED25519, EXPLICIT, PSS, SAN } from "./certificates.ts";

function read(base64: string) {
  const certificate = readCertificate(base64);
  if (!certificate) throw new Error("not base64");
  return certificate;
}

describe("a certificate", () => {
  test("agrees with node:crypto", () => {
    const node = new X509Certificate(Buffer.from(SAN, "base64"));
    const own = read(SAN);
    expect(own.sha1).toBe(node.fingerprint.replaceAll(":", "").toLowerCase());
    expect(own.sha256).toBe(node.fingerprint256.replaceAll(":", "").toLowerCase());
    expect(own.serial_number).toBe(BigInt(`0x${node.serialNumber}`).toString());
    expect(own.not_before).toBe(node.validFromDate.toISOString().replace(".000Z", "Z"));
    expect(own.not_after).toBe(node.validToDate.toISOString().replace(".000Z", "Z"));
    const { modulusLength, publicExponent } = node.publicKey.asymmetricKeyDetails ?? {};
    expect(own.pubkey?.bits).toBe(modulusLength);
    expect(own.pubkey?.exponent).toBe(Number(publicExponent));
    expect(own.pubkey?.raw).toBe(node.publicKey.export({ type: "spki", format: "der" }).toString("base64"));
    const { n = "" } = node.publicKey.export({ format: "jwk" });
    expect(own.pubkey?.modulus).toBe(BigInt(`0x${Buffer.from(n, "base64url").toString("hex")}`).toString());
  });

  test("has names as object, last one counting, and as text", () => {
    const { subject, subject_text, issuer_text, self_signed, version, signature_algorithm, lifetime } =
      read(SAN);
    expect(subject).toEqual({
      countryName: "FR",
      organizationName: "Example, Inc",
      organizationalUnitName: "Größe",
      commonName: "www.example.com",
      emailAddress: "admin@example.com",
    });
    expect(subject_text).toBe(
      "countryName=FR/organizationName=Example, Inc/organizationalUnitName=first/organizationalUnitName=Größe/commonName=www.example.com/emailAddress=admin@example.com",
    );
    expect(issuer_text).toBe(subject_text);
    expect({ self_signed, version, signature_algorithm, lifetime }).toEqual({
      self_signed: true,
      version: 2,
      signature_algorithm: "sha256WithRSAEncryption",
      lifetime: 36500 * 86400,
    });
  });

  test("has alternative names of every kind", () => {
    expect(read(SAN).san).toEqual([
      "DNS:www.example.com",
      "DNS:*.example.org",
      "IP Address:192.0.2.10",
      "IP Address:2001:db8::10",
      "email:admin@example.com",
      "URI:https://id.example.com/x",
      "DirName:CN=dir.example.com,O=A\\+B,C=DE",
      "Registered ID:1.2.3.4",
      "othername:UPN:host$@corp.example.com",
      "othername:1.2.3.5",
    ]);
  });

  test("has type and bits of the less common keys", () => {
    const keys = [BRAINPOOL, EXPLICIT, ED25519, DSA, PSS].map((base64) => {
      const { type, bits } = read(base64).pubkey ?? {};
      return [type, bits];
    });
    expect(keys).toEqual([
      ["ec", 256],
      ["ec", 256],
      ["ed25519", 256],
      ["dsa", 1024],
      ["rsa", 1024],
    ]);
  });

  test("is read although a name is not valid UTF-8, which node:crypto refuses", () => {
    const der = Buffer.from(SAN, "base64");
    der[der.lastIndexOf("first")] = 0xff;
    expect(() => new X509Certificate(der).subject).toThrow();
    const { subject_text } = read(der.toString("base64"));
    expect(subject_text).toContain("organizationalUnitName=\ufffdirst/");
  });

  test("has only hashes when it cannot be read", () => {
    const bytes = Buffer.from("30020500", "hex");
    const hash = (kind: string) => createHash(kind).update(bytes).digest("hex");
    expect(readCertificate(bytes.toString("base64"))).toEqual({
      md5: hash("md5"),
      sha1: hash("sha1"),
      sha256: hash("sha256"),
    });
  });

  test("is none when it is cut off, and no sequence is none", () => {
    expect(readCertificate("not base64")).toBeNull();
    expect(readCertificate("")).toBeNull();
    expect(readCertificate("AAAA")).toBeNull();
    const der = Buffer.from(SAN, "base64");
    for (let length = 0; length < der.length; length++)
      expect(readCertificate(der.subarray(0, length).toString("base64"))).toBeNull();
  });

  test("gives hashes, whatever inside is changed", () => {
    const der = Buffer.from(SAN, "base64");
    for (let at = 4; at < der.length; at++)
      for (const byte of [0x00, 0x30, 0x80, 0x84, 0xff]) {
        const broken = Buffer.from(der);
        broken[at] = byte;
        expect(readCertificate(broken.toString("base64"))?.md5).toHaveLength(32);
      }
  });

  test("has no dots in the members of names, which would be steps of paths", () => {
    const der = Buffer.from(SAN, "base64");
    // commonName (2.5.4.3) of issuer and subject becomes 2.5.4.123.
    const id = Buffer.from("0603550403", "hex");
    for (let at = der.indexOf(id); at >= 0; at = der.indexOf(id, at + 1)) der[at + 4] = 123;
    const { subject, subject_text } = read(der.toString("base64"));
    expect(subject).toMatchObject({ "2_5_4_123": "www.example.com" });
    expect(subject_text).toContain("2.5.4.123=www.example.com");
  });
});

describe("certificateText", () => {
  test("is in the lines that IVRE shows", () => {
    const { not_before = "", not_after = "", md5, sha1, sha256 } = read(ED25519);
    const grouped = (hex: string) => hex.replace(/(....)(?=.)/g, "$1 ");
    expect(certificateText(read(ED25519))).toBe(
      [
        "Subject: commonName=key.example.com",
        "Issuer: commonName=key.example.com",
        "Public Key type: ed25519",
        "Public Key bits: 256",
        `Not valid before: ${not_before.replace("T", " ").replace("Z", "+00:00")}`,
        `Not valid after:  ${not_after.replace("T", " ").replace("Z", "+00:00")}`,
        `MD5:   ${grouped(md5)}`,
        `SHA-1: ${grouped(sha1)}`,
        `SHA-256:${grouped(sha256)}`,
      ].join("\n"),
    );
  });

  test("ends in the PEM when it is given", () => {
    const text = certificateText(read(SAN), SAN);
    expect(text).toContain("Subject Alternative Name: DNS:*.example.org\n");
    expect(text).toEndWith(pemOf(SAN));
    expect(new X509Certificate(pemOf(SAN)).raw.toString("base64")).toBe(SAN);
  });

  test("of one that cannot be read has the hashes", () => {
    expect(certificateText(read("MAIFAA=="))).toMatch(/^MD5: {3}[0-9a-f]{4} /);
  });
});
