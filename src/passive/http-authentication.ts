/**
 * The authentication headers of HTTP (RFC 9110 §11, RFC 7617 Basic, RFC 7616 Digest, MS-NTHT): what identifies
 * is kept, what changes with every request is not.
 */
import type { Json } from "../model/json.ts";
import { type NtlmMessage, readNtlm } from "./ntlm.ts";
import { readPairs, writePairs } from "./pairs.ts";

/** Directives of Digest that stay the same from request to request. */
const DIGEST_KEYS: ReadonlySet<string> = new Set(["username", "realm", "algorithm", "qop", "domain"]);
/** Schemes of which only the name is kept: what follows is a ticket or a token of one session. */
const TICKETS: ReadonlySet<string> = new Set(["negotiate", "kerberos", "oauth"]);
/** `key=value` or `key="quoted"`, as written; it starts only after a separator, which keeps matching linear. */
const DIRECTIVE = /(?:^|[\s,])([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^\s",]*)/g;
const NTLM_FACTS = /^[A-Za-z_]+:/;
const MAX_HEADER = 16_384;

/** The scheme as written and what follows it. */
function split(value: string): [scheme: string, rest: string] {
  const text = value.trim();
  const end = text.search(/[ \t]/);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1).trim()];
}

/** A header reduced to what identifies; `ntlm` when an NTLM message was in it. */
export function reduceAuthentication(value: string): { value: string; ntlm?: NtlmMessage } {
  const [scheme, rest] = split(value.slice(0, MAX_HEADER));
  const name = scheme.toLowerCase();
  if (name === "digest") return { value: reduceDigest(scheme, rest) };
  if (name === "ntlm" || name === "negotiate") {
    // NTLM also travels inside Negotiate (RFC 4559 §4).
    const ntlm = rest === "" ? null : readNtlm(Buffer.from(rest, "base64"));
    if (ntlm) return { value: writePairs(ntlm.facts), ntlm };
    if (name === "ntlm") return { value: scheme };
  }
  return { value: TICKETS.has(name) ? scheme : value };
}

function reduceDigest(scheme: string, rest: string): string {
  const kept: string[] = [];
  for (const [, key = "", text = ""] of rest.matchAll(DIRECTIVE)) {
    if (DIGEST_KEYS.has(key.toLowerCase())) kept.push(`${key}=${text}`);
  }
  return kept.length > 0 ? `${scheme} ${kept.join(",")}` : scheme;
}

/** What a reduced header tells: user name and password of Basic, the keys of Digest, the facts of NTLM. */
export function authenticationInfos(value: string): { [key: string]: Json } | undefined {
  const [scheme, rest] = split(value);
  switch (scheme.toLowerCase()) {
    case "basic":
      return basic(rest);
    case "digest":
      return digest(rest);
    default:
      return NTLM_FACTS.test(value) && !/\s/.test(value) ? readPairs(value) : undefined;
  }
}

function basic(rest: string): { [key: string]: Json } | undefined {
  // A server's header has `realm="…"` here.
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(rest)) return undefined;
  const credentials = Buffer.from(rest, "base64").toString("utf8");
  const colon = credentials.indexOf(":");
  return colon < 0
    ? undefined
    : { username: credentials.slice(0, colon), password: credentials.slice(colon + 1) };
}

function digest(rest: string): { [key: string]: Json } | undefined {
  const infos: { [key: string]: Json } = {};
  for (const [, key = "", text = ""] of rest.matchAll(DIRECTIVE)) {
    const name = key.toLowerCase();
    if (DIGEST_KEYS.has(name)) infos[name] = unquote(text);
  }
  return Object.keys(infos).length > 0 ? infos : undefined;
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}
