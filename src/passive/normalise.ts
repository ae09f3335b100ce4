/**
 * What a sensor says, put into the form that is stored (spec ivre §6.2, "Normalisation before storage").
 */

import type { Json } from "../model/json.ts";
import type { Observation } from "../model/passive.ts";
import { steadyBanner } from "./banner.ts";
import { blacklistAnswer } from "./dns-blacklist.ts";
import { plain } from "./escape.ts";
import { type Fingerprint, fingerprint, isMd5 } from "./fingerprints.ts";
import { reduceAuthentication } from "./http-authentication.ts";
import { readJa4 } from "./ja4.ts";
import { splitPairs } from "./pairs.ts";
import { steadyUserAgent } from "./user-agent.ts";

/**
 * The records that one observation of a log becomes: usually itself, sometimes with one split off. Where a hash
 * is stored instead of what was seen (JA3, JA4, HASSH), `infos` keeps what was seen. Never throws; the
 * observation given is not changed.
 */
export function normalise(o: Observation): Observation[] {
  switch (o.recontype) {
    case "DNS_ANSWER":
      return [blacklistAnswer(o) ?? o];
    case "HTTP_CLIENT_HEADER":
      return o.source === "USER-AGENT" ? [withValue(o, steadyUserAgent(o.value))] : header(o);
    case "HTTP_CLIENT_HEADER_SERVER":
    case "HTTP_SERVER_HEADER":
      return header(o);
    case "SSL_CLIENT":
    case "SSL_SERVER":
      return [tls(o)];
    case "SSH_CLIENT_HASSH":
    case "SSH_SERVER_HASSH":
      return [isMd5(o.value) ? withValue(o, o.value.toLowerCase()) : hashed(o, fingerprint(o.value))];
    case "SSH_CLIENT_ALGOS":
    case "SSH_SERVER_ALGOS":
      return [withValue(o, o.value.includes(" ") ? o.value : o.value.replaceAll(",", " "))];
    case "SSH_SERVER_HOSTKEY":
      return [withValue(o, withoutSpace(o.value))];
    case "TCP_SERVER_BANNER":
      return [withValue(o, steadyBanner(o.value))];
    case "TCP_CLIENT_BANNER":
    case "TCP_HONEYPOT_HIT":
    case "UDP_HONEYPOT_HIT":
    case "STUN_HONEYPOT_REQUEST":
      return [withValue(o, plain(o.value))];
    case "NTLM_NEGOTIATE":
    case "NTLM_AUTHENTICATE":
      return ntlm(o, "NTLM_CLIENT_FLAGS");
    case "NTLM_CHALLENGE":
      return ntlm(o, "NTLM_SERVER_FLAGS");
    default:
      return [o];
  }
}

function withValue(o: Observation, value: string): Observation {
  return value === o.value ? o : { ...o, value };
}

function withoutSpace(value: string): string {
  return /\s/.test(value) ? value.replace(/\s+/g, "") : value;
}

function hashed(o: Observation, { md5: value, ...infos }: Fingerprint): Observation {
  return { ...o, value, infos };
}

function header(o: Observation): Observation[] {
  switch (o.source) {
    case "AUTHORIZATION":
    case "PROXY-AUTHORIZATION":
    case "WWW-AUTHENTICATE":
    case "PROXY-AUTHENTICATE": {
      const { value, ntlm: message } = reduceAuthentication(o.value);
      const record = withValue(o, value);
      if (message?.flags === undefined) return [record];
      const recontype = message.kind === "challenge" ? "NTLM_SERVER_FLAGS" : "NTLM_CLIENT_FLAGS";
      return [record, { ...o, recontype, value: `ntlm-fingerprint:${message.flags}` }];
    }
    default:
      return [o];
  }
}

function ntlm(o: Observation, recontype: string): Observation[] {
  if (!o.value.includes("ntlm-fingerprint:")) return [o];
  const flags = splitPairs(o.value).find(([key]) => key === "ntlm-fingerprint");
  if (!flags) return [o];
  const value = o.value
    .split(",")
    .filter((item) => !item.startsWith("ntlm-fingerprint:"))
    .join(",");
  return [
    { ...o, value },
    { ...o, recontype, value: flags.join(":") },
  ];
}

function tls(o: Observation): Observation {
  const { source } = o;
  switch (source) {
    case "ja3":
      return isMd5(o.value) ? o : hashed(o, fingerprint(o.value));
    case "ja4":
      return ja4Record(o);
    case "cert":
    case "cacert":
      return withValue(o, derOf(o.value));
    default:
      return source?.startsWith("ja3-") ? ja3Server(o, source.slice("ja3-".length)) : o;
  }
}

function ja4Record(o: Observation): Observation {
  const read = readJa4(o.value);
  if (!read) return o;
  const { ja4: value, ...parts } = read;
  return { ...o, value, infos: { ...parts } };
}

function ja3Server(o: Observation, client: string): Observation {
  const infos: { [key: string]: Json } = {};
  let { value, source } = o;
  if (!isMd5(value)) {
    const { md5, ...rest } = fingerprint(value);
    value = md5;
    Object.assign(infos, rest);
  }
  if (!isMd5(client)) {
    const { md5, ...rest } = fingerprint(client);
    source = `ja3-${md5}`;
    infos.client = rest;
  }
  return Object.keys(infos).length > 0 ? { ...o, value, ...(source ? { source } : {}), infos } : o;
}

/** The base64 of a certificate without line breaks and PEM lines. */
function derOf(value: string): string {
  if (!/[\s-]/.test(value)) return value;
  return withoutSpace(value.replace(/-----(?:BEGIN|END) [A-Z0-9 ]{1,40}-----/g, ""));
}
