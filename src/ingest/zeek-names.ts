/** Distinguished names as Zeek writes them (RFC 2253: the last part first) in the form of certificate infos. */
import type { Json } from "../model/json.ts";

const LONG_NAMES: { readonly [short: string]: string } = {
  CN: "commonName",
  C: "countryName",
  L: "localityName",
  O: "organizationName",
  OU: "organizationalUnitName",
  ST: "stateOrProvinceName",
  DC: "domainComponent",
  SN: "surname",
};

/** The attributes in the order of the certificate, and the same as `key=value/key=value` (spec ivre §6.3). */
export function readName(text: string): { parts: { [key: string]: Json }; text: string } {
  const found: [string, string][] = [];
  // An escaped character belongs to the value: `O=Amazon.com\, Inc.`.
  for (const [, key = "", value = ""] of text.matchAll(/(?:^|[,+])\s*([^=,+]{1,100})=((?:[^\\,+]|\\.)*)/g)) {
    found.unshift([LONG_NAMES[key] ?? key, value.replace(/\\(.)/g, "$1")]);
  }
  return {
    parts: Object.fromEntries(found),
    text: found.map(([key, value]) => `${key}=${value}`).join("/"),
  };
}

/** Subject and issuer as members of a certificate's infos. */
export function nameInfos(subject: string | undefined, issuer: string | undefined): { [key: string]: Json } {
  const infos: { [key: string]: Json } = {};
  for (const [key, text] of [
    ["subject", subject],
    ["issuer", issuer],
  ] as const) {
    if (text === undefined || text === "") continue;
    const name = readName(text);
    infos[key] = name.parts;
    infos[`${key}_text`] = name.text;
  }
  if (infos.subject_text !== undefined && infos.issuer_text !== undefined)
    infos.self_signed = infos.subject_text === infos.issuer_text;
  return infos;
}
