/** A document of IVRE's purpose `passive` to an observation (spec ivre §6.2). */

import type { Json } from "../model/json.ts";
import type { Observation } from "../model/passive.ts";
import { isObject, type Members, type Values } from "./ivre-json-values.ts";

const MAX_PORT = 65_535;

/** Counts are added up in 64 bits: no record of a file may come near their end. */
const MAX_COUNT = 100_000_000_000;

const KNOWN: ReadonlySet<string> = new Set(
  "_id schema_version addr targetval recontype source value sensor port firstseen lastseen count infos".split(
    " ",
  ),
);

/** Members of infos that are made anew where DNS says names: their parents. Elsewhere `domain` is a value of its own. */
const DERIVED: ReadonlySet<string> = new Set(["domain", "domaintarget"]);

/** Kinds whose value is Base64 in itself (certificates, host keys). */
const BASE64: ReadonlySet<string> = new Set(["SSL_CLIENT", "SSL_SERVER", "SSH_SERVER_HOSTKEY"]);

/**
 * The observation as it was stored, so nothing of it is normalised again; a text says what is missing.
 */
export function readPassive(document: Members, values: Values): Observation | string {
  const recontype = values.text(document.recontype, "recontype");
  if (recontype === undefined || recontype === "") return "it has no recontype";
  const value = toValue(document.value, recontype, values);
  if (value === undefined) return "it has no value";
  const addr = values.address(document.addr, "addr");
  const targetval = values.text(document.targetval, "targetval");
  if (addr === undefined && targetval === undefined) return "it has neither addr nor targetval";
  const first = values.seconds(document.firstseen, "firstseen");
  const last = values.seconds(document.lastseen, "lastseen");
  const seen = first ?? last;
  // Logs without times leave records without them.
  if (seen === undefined && (document.firstseen ?? document.lastseen ?? null) !== null)
    return "it has neither firstseen nor lastseen";
  const observation: Observation = {
    recontype,
    value,
    ...(seen !== undefined && {
      firstseen: Math.min(seen, last ?? seen),
      lastseen: Math.max(seen, last ?? seen),
    }),
    count: values.integer(document.count, "count", 1, MAX_COUNT) ?? 1,
  };
  if (addr !== undefined) observation.addr = addr;
  if (targetval !== undefined) observation.targetval = targetval;
  const source = values.text(document.source, "source");
  if (source !== undefined && source !== "") observation.source = source;
  const sensor = values.text(document.sensor, "sensor");
  if (sensor !== undefined && sensor !== "") observation.sensor = sensor;
  const port = values.integer(document.port, "port", 0, MAX_PORT);
  if (port !== undefined) observation.port = port;
  const infos = values.data(values.object(document.infos, "infos"), "infos");
  if (isObject(infos)) {
    const kept = Object.entries(infos).filter(
      ([name]) => !(recontype.startsWith("DNS_") && DERIVED.has(name)),
    );
    if (kept.length > 0) observation.infos = Object.fromEntries(kept);
  }
  values.rest(document, KNOWN, "");
  return observation;
}

function toValue(member: Json | undefined, recontype: string, values: Values): string | undefined {
  const base64 = values.bytes(member);
  if (base64 === undefined) return values.text(member, "value");
  return BASE64.has(recontype) ? base64 : escaped(base64);
}

const ESCAPES: Readonly<Record<number, string>> = {
  9: "\\t",
  10: "\\n",
  13: "\\r",
  92: "\\\\",
};

/** Bytes as printable text, in the way of Nmap: what is not ASCII is written \xHH. */
function escaped(base64: string): string {
  let text = "";
  for (const byte of Buffer.from(base64, "base64")) {
    text +=
      ESCAPES[byte] ??
      (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`);
  }
  return text;
}
