/**
 * JA4 of a TLS client (https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md): three parts joined
 * by `_`, the second and third being the first 12 digits of SHA-256 of sorted lists.
 */
import { isGrease } from "./fingerprints.ts";
import { sha256 } from "./hashes.ts";

/** A fingerprint and its parts; the raw ones are known only where the sensor wrote them. */
export interface Ja4 {
  ja4: string;
  ja4_a: string;
  ja4_b: string;
  ja4_c: string;
  /** Ciphers, sorted. */
  ja4_b_raw?: string;
  /** Extensions without server name and ALPN, sorted. */
  ja4_c1_raw?: string;
  /** Signature algorithms in the order sent. */
  ja4_c2_raw?: string;
}

/** Fields of a client hello. */
export interface Ja4Fields {
  transport: "t" | "q" | "?";
  /** The highest of supported_versions without GREASE, else the version of the hello (0x0304 …). */
  version: number;
  /** Whether there is a server name. */
  sni: boolean;
  ciphers: readonly number[];
  extensions: readonly number[];
  signatureAlgorithms: readonly number[];
  /** The first protocol of ALPN. */
  alpn?: string;
}

const SHAPE = /^[tqd?][0-9a-zA-Z?]{9}$/;
const HASHED = /^([tqd?][0-9a-zA-Z?]{9})_([0-9a-f]{12})_([0-9a-f]{12})$/;
const VERSIONS = new Map([
  [0x0304, "13"],
  [0x0303, "12"],
  [0x0302, "11"],
  [0x0301, "10"],
  [0x0300, "s3"],
  [0x0200, "s2"],
  [0x0002, "s2"],
  [0xfeff, "d1"],
  [0xfefd, "d2"],
  [0xfefc, "d3"],
]);

function digest(raw: string): string {
  return raw === "" ? "000000000000" : sha256(raw).slice(0, 12);
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, "0");
}

/** First and last character of the protocol name; of its hexadecimal form when one is not a letter or digit. */
function alpnMark(alpn: string | undefined): string {
  if (!alpn) return "00";
  const ends = alpn[0]! + alpn.at(-1)!;
  if (/^[0-9A-Za-z]{2}$/.test(ends)) return ends;
  const digits = Buffer.from(alpn, "latin1").toString("hex");
  return digits[0]! + digits.at(-1)!;
}

function fromParts(a: string, ciphers: string, extensions: string, algorithms: string): Ja4 {
  const b = digest(ciphers);
  const c = digest(algorithms === "" ? extensions : `${extensions}_${algorithms}`);
  return {
    ja4: `${a}_${b}_${c}`,
    ja4_a: a,
    ja4_b: b,
    ja4_c: c,
    ja4_b_raw: ciphers,
    ja4_c1_raw: extensions,
    ja4_c2_raw: algorithms,
  };
}

/** The fingerprint of a client hello. */
export function ja4(fields: Ja4Fields): Ja4 {
  const ciphers = fields.ciphers.filter((value) => !isGrease(value));
  const extensions = fields.extensions.filter((value) => !isGrease(value));
  const algorithms = fields.signatureAlgorithms.filter((value) => !isGrease(value));
  const a = [
    fields.transport,
    VERSIONS.get(fields.version) ?? "??",
    fields.sni ? "d" : "i",
    twoDigits(ciphers.length),
    twoDigits(extensions.length),
    alpnMark(fields.alpn),
  ].join("");
  const hashedExtensions = extensions.filter((value) => value !== 0x0000 && value !== 0x0010);
  return fromParts(
    a,
    ciphers.map(hex4).sort().join(","),
    hashedExtensions.map(hex4).sort().join(","),
    algorithms.map(hex4).join(","),
  );
}

/**
 * What a sensor wrote: raw (`a_ciphers_extensions_algorithms`, the last part may be missing) or hashed already
 * (`t13d1516h2_8daaf6152771_e5627efa2ab1`). Null when it is neither.
 */
export function readJa4(text: string): Ja4 | null {
  const hashed = HASHED.exec(text);
  if (hashed) {
    const [, a = "", b = "", c = ""] = hashed;
    return { ja4: text, ja4_a: a, ja4_b: b, ja4_c: c };
  }
  const parts = text.split("_");
  const [a = "", ciphers = "", extensions = "", algorithms = ""] = parts;
  if (parts.length < 3 || parts.length > 4 || !SHAPE.test(a)) return null;
  return fromParts(a, ciphers, extensions, algorithms);
}
