/**
 * X.509 certificates (RFC 5280) as the object of spec ivre §6.3. Read by a walk of our own: node:crypto refuses
 * the whole certificate for one bad byte in a name, knows no version, and throws for keys on less common curves.
 */
import type { Json } from "../model/json.ts";
import { readAlternativeNames, readName } from "./certificate-names.ts";
import {
  BIT_STRING,
  bitsOf,
  childrenOf,
  DerError,
  type Element,
  elementAt,
  expect,
  INTEGER,
  integerOf,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  oidOf,
  SEQUENCE,
  timeOf,
  unsignedOf,
} from "./der.ts";
import { md5, sha1, sha256 } from "./hashes.ts";
import { CURVES, KEYS, SIGNATURES, SUBJECT_ALTERNATIVE_NAME } from "./object-identifiers.ts";

/** A public key; type, bits, exponent and modulus where they can be read. */
export type PublicKey = {
  type?: string;
  bits?: number;
  exponent?: number | string;
  /** Decimal. */
  modulus?: string;
  md5: string;
  sha1: string;
  sha256: string;
  /** Base64 of the SubjectPublicKeyInfo. */
  raw: string;
};

/** What a certificate says, whatever its signature is worth. */
export type CertificateFacts = {
  subject: { [key: string]: string };
  subject_text: string;
  issuer: { [key: string]: string };
  issuer_text: string;
  /** Subject and issuer are the same text. */
  self_signed: boolean;
  /** ISO 8601, UTC. */
  not_before: string;
  not_after: string;
  /** Seconds. */
  lifetime: number;
  /** Decimal. */
  serial_number: string;
  /** From 0 on: 2 is X.509v3. */
  version: number;
  signature_algorithm: string;
  san?: string[];
  pubkey: PublicKey;
};

/** A certificate; only the hashes (of its DER) when it cannot be read. */
export type Certificate = { md5: string; sha1: string; sha256: string } & Partial<CertificateFacts>;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;

/**
 * The certificate in a base64 text of its DER; null when the text is not base64, or cut off: hashes of a part are
 * those of no certificate. Never throws.
 */
export function readCertificate(base64: string): Certificate | null {
  if (!BASE64.test(base64)) return null;
  const der = Buffer.from(base64, "base64");
  if (!isWhole(der)) return null;
  const hashes = { md5: md5(der), sha1: sha1(der), sha256: sha256(der) };
  try {
    return { ...hashes, ...facts(der) };
  } catch (error) {
    if (error instanceof DerError) return hashes;
    throw error;
  }
}

/** Whether the bytes are a sequence that ends within them. */
function isWhole(der: Buffer): boolean {
  try {
    return elementAt(der, 0, der.length).tag === SEQUENCE;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}

/** The certificate as plain data for `infos`. */
export function certificateInfos(base64: string): { [key: string]: Json } | undefined {
  const certificate = readCertificate(base64);
  return certificate ? Object.fromEntries(Object.entries(certificate)) : undefined;
}

function facts(der: Buffer): CertificateFacts {
  const whole = expect(elementAt(der, 0, der.length), SEQUENCE);
  const fields = childrenOf(der, expect(childrenOf(der, whole)[0], SEQUENCE));
  // Optional elements shift the others.
  const versioned = fields[0]?.tag === VERSION_TAG ? 1 : 0;
  const [serial, algorithm, issuerName, validity, subjectName, key] = fields.slice(versioned);
  const subject = readName(der, expect(subjectName, SEQUENCE));
  const issuer = readName(der, expect(issuerName, SEQUENCE));
  const [from, to] = childrenOf(der, expect(validity, SEQUENCE));
  if (!from || !to) throw new DerError("no validity");
  const notBefore = timeOf(der, from);
  const notAfter = timeOf(der, to);
  const san = alternativeNames(der, fields);
  return {
    subject: subject.parts,
    subject_text: subject.text,
    issuer: issuer.parts,
    issuer_text: issuer.text,
    self_signed: subject.text === issuer.text,
    not_before: isoOf(notBefore),
    not_after: isoOf(notAfter),
    lifetime: notAfter - notBefore,
    serial_number: integerOf(der, expect(serial, INTEGER)).toString(),
    version: versioned ? versionOf(der, fields[0]!) : 0,
    signature_algorithm: algorithmName(der, expect(algorithm, SEQUENCE)),
    ...(san ? { san } : {}),
    pubkey: publicKey(der, expect(key, SEQUENCE)),
  };
}

function versionOf(der: Buffer, wrapper: Element): number {
  const version = integerOf(der, expect(childrenOf(der, wrapper)[0], INTEGER));
  if (version < 0n || version > 255n) throw new DerError("bad version");
  return Number(version);
}

/** `2021-12-27T00:00:00Z`. */
function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

function algorithmName(der: Buffer, algorithm: Element): string {
  const oid = oidOf(der, expect(childrenOf(der, algorithm)[0], OBJECT_IDENTIFIER));
  return SIGNATURES.get(oid) ?? oid;
}

function alternativeNames(der: Buffer, fields: Element[]): string[] | undefined {
  const wrapper = fields.find(({ tag }) => tag === EXTENSIONS_TAG);
  if (!wrapper) return undefined;
  try {
    for (const extension of childrenOf(der, elementAt(der, wrapper.start, wrapper.end))) {
      const [oid, ...rest] = childrenOf(der, extension);
      if (!oid || oidOf(der, oid) !== SUBJECT_ALTERNATIVE_NAME) continue;
      const value = expect(rest.at(-1), OCTET_STRING);
      return readAlternativeNames(der, elementAt(der, value.start, value.end));
    }
  } catch (error) {
    // A broken extension does not make the rest of the certificate worthless.
    if (!(error instanceof DerError)) throw error;
  }
  return undefined;
}

function publicKey(der: Buffer, info: Element): PublicKey {
  const raw = der.subarray(info.from, info.end);
  const hashes = { md5: md5(raw), sha1: sha1(raw), sha256: sha256(raw), raw: raw.toString("base64") };
  try {
    return { ...keyFacts(der, info), ...hashes };
  } catch (error) {
    if (error instanceof DerError) return hashes;
    throw error;
  }
}

type KeyFacts = Omit<PublicKey, "md5" | "sha1" | "sha256" | "raw">;

function keyFacts(der: Buffer, info: Element): KeyFacts {
  const [algorithm, bitString] = childrenOf(der, info);
  const [identifier, parameters] = childrenOf(der, expect(algorithm, SEQUENCE));
  const oid = oidOf(der, expect(identifier, OBJECT_IDENTIFIER));
  const kind = KEYS.get(oid);
  if (!kind) return { type: oid };
  switch (kind.type) {
    case "rsa":
      return { type: "rsa", ...rsa(der, expect(bitString, BIT_STRING)) };
    case "ec":
      return { type: "ec", ...bitsIf(curveBits(der, parameters)) };
    case "dsa":
    case "dh":
      return { type: kind.type, ...bitsIf(primeBits(der, parameters)) };
    default:
      return { ...kind };
  }
}

function bitsIf(bits: number | undefined): { bits?: number } {
  return bits === undefined ? {} : { bits };
}

function rsa(der: Buffer, bitString: Element): KeyFacts {
  // The first octet of a bit string counts unused bits.
  const key = expect(elementAt(der, bitString.start + 1, bitString.end), SEQUENCE);
  const [modulus, exponent] = childrenOf(der, key);
  const n = expect(modulus, INTEGER);
  const e = integerOf(der, expect(exponent, INTEGER));
  return {
    bits: bitsOf(der, n),
    exponent: e <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(e) : e.toString(),
    modulus: unsignedOf(der, n).toString(),
  };
}

function curveBits(der: Buffer, parameters: Element | undefined): number | undefined {
  if (!parameters) return undefined;
  if (parameters.tag === OBJECT_IDENTIFIER) return CURVES.get(oidOf(der, parameters));
  // Explicit parameters: version, field (type, prime) …
  const field = childrenOf(der, expect(parameters, SEQUENCE))[1];
  const prime = childrenOf(der, expect(field, SEQUENCE))[1];
  return prime?.tag === INTEGER ? bitsOf(der, prime) : undefined;
}

function primeBits(der: Buffer, parameters: Element | undefined): number | undefined {
  if (parameters?.tag !== SEQUENCE) return undefined;
  return bitsOf(der, expect(childrenOf(der, parameters)[0], INTEGER));
}
