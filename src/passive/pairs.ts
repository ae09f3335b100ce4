/**
 * The `key:value,key:value` form in which the sensor writes NTLM and SMB facts: most values are base64 of the
 * text, a few (versions, truth values, flags) are written as they are.
 */
import type { Json } from "../model/json.ts";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const MAX_PAIRS = 64;
/** Written as they are. */
const LITERAL: ReadonlySet<string> = new Set(["NTLM_Version", "ntlm-fingerprint"]);

/** One fact as written: key and text. */
export type Pair = readonly [key: string, text: string];

/** A value out of facts, in the order given; empty texts are left out. */
export function writePairs(pairs: readonly Pair[]): string {
  return pairs
    .filter(([, text]) => text !== "")
    .map(([key, text]) => `${key}:${LITERAL.has(key) ? text : Buffer.from(text, "utf8").toString("base64")}`)
    .join(",");
}

/** The facts of a value, as written; what is not `key:…` is left out. */
export function splitPairs(value: string): Pair[] {
  const pairs: Pair[] = [];
  for (const item of value.split(",", MAX_PAIRS)) {
    const colon = item.indexOf(":");
    const key = item.slice(0, colon);
    if (colon > 0 && KEY.test(key)) pairs.push([key, item.slice(colon + 1)]);
  }
  return pairs;
}

/** The facts of a value by key, decoded; undefined when there are none. */
export function readPairs(value: string): { [key: string]: Json } | undefined {
  const entries = splitPairs(value).map(([key, text]): [string, Json] => [key, decode(key, text)]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function decode(key: string, text: string): Json {
  if (key.startsWith("is_")) return text === "true" || text === "T";
  if (LITERAL.has(key) || text.length % 4 !== 0 || !BASE64.test(text)) return text;
  return Buffer.from(text, "base64").toString("utf8");
}
