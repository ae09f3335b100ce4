/**
 * What nmap's own table says of a certificate, brought near to the certificate object of spec ivre §6.3: for
 * results whose PEM is missing or cannot be read.
 */
import type { Json } from "../model/json.ts";
import { integerOf, type Table, tableOf, textOf } from "./table.ts";

/** What nmap versions print for a number that they forgot to convert. */
const BIGNUM = /^(?:BIGNUM|userdata): 0x/;

/** Twice the digits of the longest keys in use; keeps the conversion to decimal, which is quadratic, short. */
const MODULUS = /^[0-9A-Fa-f]{1,8192}$/;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?$/;

const ALTERNATIVE_NAMES = "X509v3 Subject Alternative Name";

/** Nmap's table with numbers as numbers, and what it has under other names also under those of §6.3. */
export function nmapCertificate(table: Table): Table {
  const { subject, issuer, validity, sig_algo, pubkey, extensions } = table;
  const certificate: Table = { ...table };
  const key = tableOf(pubkey);
  if (key !== undefined) certificate.pubkey = publicKey(key);
  const notBefore = secondsOf(tableOf(validity)?.notBefore);
  const notAfter = secondsOf(tableOf(validity)?.notAfter);
  if (notBefore !== undefined) certificate.not_before = isoOf(notBefore);
  if (notAfter !== undefined) certificate.not_after = isoOf(notAfter);
  if (notBefore !== undefined && notAfter !== undefined) certificate.lifetime = notAfter - notBefore;
  if (sig_algo !== undefined) certificate.signature_algorithm = sig_algo;
  if (tableOf(subject) !== undefined && tableOf(issuer) !== undefined)
    certificate.self_signed = sorted(tableOf(subject)!) === sorted(tableOf(issuer)!);
  const san = alternativeNames(extensions);
  if (san !== undefined) certificate.san = san;
  return certificate;
}

function publicKey(key: Table): Table {
  const entries = Object.entries(key).filter(([, value]) => !BIGNUM.test(textOf(value) ?? ""));
  return Object.fromEntries(entries.map(([name, value]) => [name, keyFact(name, value)]));
}

function keyFact(name: string, value: Json): Json {
  if (name === "modulus") return decimalOf(value);
  return name === "bits" || name === "exponent" ? integerOf(value) : value;
}

function decimalOf(value: Json): Json {
  return typeof value === "string" && MODULUS.test(value) ? BigInt(`0x${value}`).toString() : value;
}

/** Nmap's times are UTC, whether they say so or not. */
function secondsOf(value: Json | undefined): number | undefined {
  const time = textOf(value);
  if (time === undefined || !TIME.test(time)) return undefined;
  const milliseconds = Date.parse(time.length === 19 ? `${time}Z` : time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** The same text for the same name: nmap writes its parts in no order. */
function sorted(name: Table): string {
  return JSON.stringify(Object.entries(name).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function alternativeNames(extensions: Json | undefined): string[] | undefined {
  if (!Array.isArray(extensions)) return undefined;
  const extension = extensions.map(tableOf).find((entry) => entry?.name === ALTERNATIVE_NAMES);
  return textOf(extension?.value)?.split(", ");
}
