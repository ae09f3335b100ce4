/**
 * Filters as short opaque texts that agents hand from tool to tool (design.md "Filters"): stateless, valid
 * after a restart, and no authorisation: whatever is decoded is bounded and validated like any input.
 *
 *     token = VERSION base64url( deflateRaw(canonical JSON, DICTIONARY) crc32 )
 *
 * The dictionary makes the usual filters a dozen bytes. It belongs to the version: a changed dictionary needs
 * another VERSION character.
 */
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

import { UserError } from "../model/errors.ts";
import { checkSize, type Filter, readFilter } from "./ast.ts";
import { canonical, canonicalJson } from "./combine.ts";

const VERSION = "g";
const MAX_TOKEN = 16_384;
const MAX_JSON = 262_144;
const CHECKSUM_BYTES = 4;

/** Texts that filters are made of, the most frequent last (deflate reaches near ones cheapest). Never edited. */
const DICTIONARY = Buffer.from(
  [
    '"k":"recontype","name":{"is":"DNS_ANSWER"SSH_SERVER"SSL_SERVER"HTTP_SERVER_HEADER"',
    '{"k":"sensor","name":{"is":"{"addr":{"is":"},"k":"mac"}{"k":"range","last":"{"first":"',
    '{"count":{"max":"min":},"k":"countports"}{"k":"family","version":4}6}{"addr":"","k":"hop","ttl":',
    '{"k":"cpe","product":{"is":"},"type":{"is":"a"},"vendor":{"is":"apache"o"h"',
    '{"k":"script","name":{"is":"ssl-cert"},"output":{"re":"},"values":{"self_signed":true"subject.commonName":"pubkey.bits":{"$gte":"$lt":"$regex":"$options":"i"',
    'ssh-hostkey"},"values":{"bits":"http-title"},"output":"ftp-anon"vulners"smb-os-discovery"banner"ssl-enum-ciphers"',
    '{"k":"tag","value":{"is":"Vulnerable"}}{"info":{"has":"},"k":"tag","value":{"is":"CDN"Scanner"Honeypot"Default password"Reserved address"',
    '{"k":"city","name":{"is":"{"k":"asname","name":{"flags":"i","re":"{"k":"source","name":{"is":"{"k":"category","name":{"is":"LAN"',
    '{"devicetype":{"is":"router"firewall"webcam"printer"},"k":"port"}{"k":"os","name":{"is":"Windows"Linux"macOS"{"flags":"i","re":"linux"windows"',
    '{"k":"hostname","name":{"is":"www.{"k":"domain","name":{"is":"example.com"}}',
    '{"k":"port","product":{"is":"nginx"},"protocol":"tcp"}Apache httpd"OpenSSH"Microsoft IIS httpd"{"flags":"i","re":"apache"},"protocol":"tcp","service":{"is":"http"},"version":{"re":"^',
    '{"addrs":["192.168.1.1"],"k":"host"}{"k":"asnum","nums":[13335]}15169]}{"info":{"has":"CVE-2021-44228"},"k":"cve"}',
    '{"codes":["AT","BE","BG","CY","CZ","DE","DK","EE","ES","EU","FI","FR","GR","HR","HU","IE","IT","LT","LU","LV","MT","NL","PL","PT","RO","SE","SI","SK"],"k":"country"}',
    '{"codes":["CN"FR"GB"US"],"k":"country"}{"codes":["DE"],"k":"country"}{"k":"net","net":"2001:db8::/32"}{"k":"net","net":"10.0.0.0/8"}{"k":"net","net":"192.168.0.0/16"}/24"}',
    '{"k":"port","port":[443],"protocol":"tcp","service":{"is":"http"}}{"k":"port","service":{"is":"https"}}{"k":"port","service":{"is":"http"}}{"k":"port","service":{"is":"ssh"}}',
    '{"k":"all"}{"k":"not","of":{"k":"or","of":[{"k":"and","of":[{"k":"port","port":[53],"protocol":"udp","state":"open"}]}',
    '{"k":"port","port":[80],"protocol":"tcp","state":"open"},{"k":"port","port":[443],"protocol":"tcp","state":"open"}',
  ].join(""),
);

/** Equal filters give equal tokens. Throws UserError when the filter is too large to be one. */
export function encodeToken(filter: Filter): string {
  const form = canonical(filter);
  checkSize(form);
  const text = Buffer.from(canonicalJson(form));
  const packed = deflateRawSync(text, { dictionary: DICTIONARY, level: 9, memLevel: 9 });
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(crc32(packed));
  const token = VERSION + Buffer.concat([packed, checksum]).toString("base64url");
  if (text.length > MAX_JSON || token.length > MAX_TOKEN)
    throw new UserError(
      "The filter is too large for a token: use networks, ranges or /regex/ in place of long lists.",
    );
  return token;
}

const DAMAGED = "The filter token is damaged: its checksum does not match. Build it again and copy it whole.";
const FOREIGN =
  "This is not a filter token: tokens come from the filter tools (searchport, flt_and …) and start with “g”; a filter in words belongs in q.";

/** The filter of a token. Throws UserError for what is no token, damaged, too large, or no valid filter. */
export function decodeToken(token: string): Filter {
  const text = token.trim();
  if (text.length > MAX_TOKEN)
    throw new UserError(
      `The filter token is too long: ${text.length} characters, at most ${MAX_TOKEN} are read.`,
    );
  if (!text.startsWith(VERSION) || !/^[A-Za-z0-9_-]+$/.test(text)) throw new UserError(FOREIGN);
  const bytes = Buffer.from(text.slice(1), "base64url");
  const packed = bytes.subarray(0, -CHECKSUM_BYTES);
  // Comparing the text too catches a change in the bits that base64 does not use.
  const intact =
    bytes.length > CHECKSUM_BYTES &&
    bytes.readUInt32BE(packed.length) === crc32(packed) &&
    bytes.toString("base64url") === text.slice(1);
  if (!intact) throw new UserError(DAMAGED);
  let value: unknown;
  try {
    value = JSON.parse(
      inflateRawSync(packed, { dictionary: DICTIONARY, maxOutputLength: MAX_JSON }).toString(),
    );
  } catch {
    throw new UserError("The filter token holds no filter: it was not made by this program. Build it again.");
  }
  const filter = readFilter(value);
  if (filter === null)
    throw new UserError(
      "The filter token holds no valid filter: it was not made by this version. Build it again.",
    );
  return filter;
}
