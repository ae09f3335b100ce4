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

const MD5 = /^[0-9a-fA-F]{32}$/;

/** Whether a value is a hash already, so that its raw text is not known. */
export function isMd5(value: string): boolean {
  return value.length === 32 && MD5.test(value);
}

/** The hashes of a raw text. */
export function fingerprint(raw: string): Fingerprint {
  return { md5: md5(raw), sha1: sha1(raw), sha256: sha256(raw), raw };
}
