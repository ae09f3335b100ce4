/**
 * JA4 of a TLS client (https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md): three parts joined
 * by `_`, the second and third being the first 12 digits of SHA-256 of sorted lists.
 */
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

const SHAPE = /^[tqd?][0-9a-zA-Z?]{9}$/;
const HASHED = /^([tqd?][0-9a-zA-Z?]{9})_([0-9a-f]{12})_([0-9a-f]{12})$/;
function digest(raw: string): string {
  return raw === "" ? "000000000000" : sha256(raw).slice(0, 12);
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
