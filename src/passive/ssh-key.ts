/**
 * SSH host keys (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709): the blob that a server sends, base64.
 */
import type { Json } from "../model/json.ts";
import { md5, sha1, sha256 } from "./hashes.ts";

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const MAX_KEY = 32_768;
const ALGORITHM = /^[a-z0-9][a-z0-9@.-]{2,63}$/;
/** Bits by algorithm, where the algorithm fixes them. */
const FIXED_BITS: { [algorithm: string]: number } = {
  "ssh-ed25519": 256,
  "ssh-ed448": 456,
  "sk-ssh-ed25519@openssh.com": 256,
  "sk-ecdsa-sha2-nistp256@openssh.com": 256,
  "ecdsa-sha2-nistp256": 256,
  "ecdsa-sha2-nistp384": 384,
  "ecdsa-sha2-nistp521": 521,
};

/**
 * What a host key tells: algo, bits, md5, sha1, sha256 and, of an RSA key, exponent and modulus (decimal). Of a
 * blob that cannot be read the hashes only; undefined when the value is not base64.
 */
export function sshKeyInfos(value: string): { [key: string]: Json } | undefined {
  if (value.length > MAX_KEY || !BASE64.test(value)) return undefined;
  const blob = Buffer.from(value, "base64");
  const hashes = { md5: md5(blob), sha1: sha1(blob), sha256: sha256(blob) };
  const strings = readStrings(blob);
  const algo = strings[0]?.toString("latin1") ?? "";
  if (!ALGORITHM.test(algo)) return hashes;
  const infos: { [key: string]: Json } = { algo, ...hashes };
  const bits = FIXED_BITS[algo] ?? (algo === "ssh-rsa" ? bitsOf(strings[2]) : bitsOf(strings[1]));
  if (bits !== undefined) infos.bits = bits;
  if (algo === "ssh-rsa" && strings[1] && strings[2]) {
    infos.exponent = decimal(strings[1]);
    infos.modulus = decimal(strings[2]);
  }
  return infos;
}

/** The length-prefixed strings of a blob, as far as they go. */
function readStrings(blob: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  let at = 0;
  while (at + 4 <= blob.length && strings.length < 8) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) break;
    strings.push(blob.subarray(at + 4, end));
    at = end;
  }
  return strings;
}

function bitsOf(integer: Buffer | undefined): number | undefined {
  const first = integer?.findIndex((byte) => byte !== 0) ?? -1;
  if (!integer || first < 0) return undefined;
  return (integer.length - first) * 8 - Math.clz32(integer[first]!) + 24;
}

function decimal(integer: Buffer): string {
  return integer.length === 0 ? "0" : BigInt(`0x${integer.toString("hex")}`).toString();
}
