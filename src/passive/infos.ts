/**
 * What can be told from the value of one observation (spec ivre §6.2, last column). Names and their domains are
 * not here: SQL derives them for all records at once.
 */

import type { Json } from "../model/json.ts";
import type { Observation } from "../model/passive.ts";
import { certificateInfos } from "./certificate.ts";
import { bytesOf } from "./escape.ts";
import { authenticationInfos } from "./http-authentication.ts";
import { readJa4 } from "./ja4.ts";
import { readPairs } from "./pairs.ts";
import { scannerOfPayload } from "./scanners.ts";
import type { Seen } from "./signature-row.ts";
import { recognise, type SignatureSet } from "./signatures.ts";
import { sshKeyInfos } from "./ssh-key.ts";
import type { Recognised } from "./template.ts";

/** Extras of a record. */
export type Infos = { [key: string]: Json };

/** Values longer than this are kept but not looked into. */
const MAX_VALUE = 1 << 20;

/**
 * The extras of a record, undefined when there are none; those that the observation brings come first. Never
 * throws.
 */
export function infosOf(o: Observation, set: SignatureSet = "installed"): Infos | undefined {
  if (o.infos) return o.infos;
  if (o.value.length > MAX_VALUE) return undefined;
  switch (o.recontype) {
    case "HTTP_CLIENT_HEADER":
    case "HTTP_CLIENT_HEADER_SERVER":
    case "HTTP_SERVER_HEADER":
      return isAuthentication(o.source) ? authenticationInfos(o.value) : serviceInfos(recognised(o, set));
    case "SSH_CLIENT":
    case "SSH_SERVER":
    case "TCP_SERVER_BANNER":
      return serviceInfos(recognised(o, set));
    case "TCP_CLIENT_BANNER":
    case "TCP_HONEYPOT_HIT":
      return scannerInfos("TCP", o.value, set);
    case "UDP_HONEYPOT_HIT":
    case "STUN_HONEYPOT_REQUEST":
      return scannerInfos("UDP", o.value, set);
    case "SSH_SERVER_HOSTKEY":
      return o.source === "fingerprint" ? undefined : sshKeyInfos(o.value);
    case "SSL_CLIENT":
    case "SSL_SERVER":
      return tlsInfos(o);
    case "NTLM_NEGOTIATE":
    case "NTLM_CHALLENGE":
    case "NTLM_AUTHENTICATE":
    case "NTLM_CLIENT_FLAGS":
    case "NTLM_SERVER_FLAGS":
    case "SMB":
      return readPairs(o.value);
    default:
      return undefined;
  }
}

/** What an observation of a server's or client's greeting is recognised as, with its CPEs; null for others. */
export function recognised(o: Observation, set: SignatureSet = "installed"): Recognised | null {
  const seen = seenIn(o);
  return seen ? recognise(seen, bytesOf(o.value), set) : null;
}

function seenIn(o: Observation): Seen | null {
  switch (o.recontype) {
    case "HTTP_SERVER_HEADER":
      return o.source === "SERVER" ? "http-server" : null;
    case "SSH_CLIENT":
    case "SSH_SERVER":
      return "ssh";
    case "TCP_SERVER_BANNER":
      return "banner";
    default:
      return null;
  }
}

function isAuthentication(source: string | undefined): boolean {
  return source?.endsWith("AUTHORIZATION") || source?.endsWith("-AUTHENTICATE") || false;
}

function serviceInfos(found: Recognised | null): Infos | undefined {
  if (!found) return undefined;
  return Object.fromEntries(
    Object.entries(found.service).map(([field, text]): [string, Json] => [`service_${field}`, text]),
  );
}

function scannerInfos(protocol: "TCP" | "UDP", value: string, set: SignatureSet): Infos | undefined {
  const scanner = scannerOfPayload(protocol, bytesOf(value), set);
  if (!scanner) return undefined;
  return {
    service_name: "scanner",
    service_product: scanner.name,
    ...(scanner.probe ? { service_extrainfo: `probe ${scanner.probe}` } : {}),
  };
}

function tlsInfos(o: Observation): Infos | undefined {
  switch (o.source) {
    case "ja4":
      return ja4Infos(o.value);
    case "cert":
    case "cacert":
      return certificateInfos(o.value);
    default:
      return undefined;
  }
}

function ja4Infos(value: string): Infos | undefined {
  const read = readJa4(value);
  if (!read) return undefined;
  const { ja4: _, ...parts } = read;
  return { ...parts };
}
