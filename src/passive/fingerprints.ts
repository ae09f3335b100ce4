/**
 * Fingerprints of handshakes: JA3 and JA3S (https://github.com/salesforce/ja3), JA4
 * (https://github.com/FoxIO-LLC/ja4) and HASSH (https://github.com/salesforce/hassh). What a sensor writes
 * before hashing ("raw") becomes the hash that is looked for, with the raw text beside it.
 */
import { md5, sha1, sha256 } from "./hashes.ts";

/** A fingerprint of which the raw text is known. */
export interface Fingerprint {
  md5: string;
  sha1: string;
  sha256: string;
  raw: string;
}

/** Fields of a TLS hello or of an SSH key exchange, as numbers or names, in the order sent. */
export interface Ja3Fields {
  version: number;
  ciphers: readonly number[];
  extensions: readonly number[];
  curves: readonly number[];
  formats: readonly number[];
}
export interface Ja3sFields {
  version: number;
  cipher: number;
  extensions: readonly number[];
}
export interface HasshFields {
  kex: readonly string[];
  encryption: readonly string[];
  mac: readonly string[];
  compression: readonly string[];
}

const MD5 = /^[0-9a-fA-F]{32}$/;

/** Values that clients send only to keep servers tolerant (RFC 8701). */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

function dashed(values: readonly number[]): string {
  return values.filter((value) => !isGrease(value)).join("-");
}

/** The raw text of JA3: decimal numbers, GREASE left out. */
export function ja3Raw(fields: Ja3Fields): string {
  const lists = [fields.ciphers, fields.extensions, fields.curves, fields.formats];
  return [fields.version, ...lists.map(dashed)].join(",");
}

/** The raw text of JA3S. */
export function ja3sRaw(fields: Ja3sFields): string {
  return [fields.version, fields.cipher, dashed(fields.extensions)].join(",");
}

/** The raw text of HASSH; for a client its client-to-server lists, for a server its server-to-client lists. */
export function hasshRaw(fields: HasshFields): string {
  const lists = [fields.kex, fields.encryption, fields.mac, fields.compression];
  return lists.map((list) => list.join(",")).join(";");
}

/** Whether a value is a hash already, so that its raw text is not known. */
export function isMd5(value: string): boolean {
  return value.length === 32 && MD5.test(value);
}

/** The hashes of a raw text. */
export function fingerprint(raw: string): Fingerprint {
  return { md5: md5(raw), sha1: sha1(raw), sha256: sha256(raw), raw };
}

export function ja3(fields: Ja3Fields): Fingerprint {
  return fingerprint(ja3Raw(fields));
}

export function ja3s(fields: Ja3sFields): Fingerprint {
  return fingerprint(ja3sRaw(fields));
}

export function hassh(fields: HasshFields): Fingerprint {
  return fingerprint(hasshRaw(fields));
}
