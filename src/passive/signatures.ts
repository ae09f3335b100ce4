/** Which service says what was seen: by the signatures of an installed nmap, else by our own. */
import { installedSignatures, matchAnswer, type NmapSignatures } from "./nmap-signatures.ts";
import type { Seen } from "./signature-row.ts";
import { SIGNATURES } from "./signature-table.ts";
import { fill, type Recognised } from "./template.ts";

/** `builtin` looks at our own signatures only, whatever is installed. */
export type SignatureSet = "installed" | "builtin";

const MAX_SUBJECT = 4096;
/** Servers say the same things: most questions are asked again and again. */
const MAX_KNOWN = 5000;
const known = new Map<string, Recognised | null>();

/**
 * The service that says something (bytes as characters 0–255), null when nobody is known to say it. What comes
 * after the first 4 KiB is not looked at.
 */
export function recognise(seen: Seen, bytes: string, set: SignatureSet = "installed"): Recognised | null {
  const subject = bytes.slice(0, MAX_SUBJECT);
  const key = `${set} ${seen} ${subject}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const nmap = set === "installed" ? installedSignatures() : null;
  const recognised = nmap ? byNmap(nmap, seen, subject) : byTable(seen, subject);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, recognised);
  return recognised;
}

function byNmap(signatures: NmapSignatures, seen: Seen, text: string): Recognised | null {
  switch (seen) {
    case "http-server":
      // The signatures are about whole answers.
      return matchAnswer(signatures, "GetRequest", `HTTP/1.1 200 OK\r\nServer: ${text}\r\n\r\n`);
    case "ssh":
      return matchAnswer(signatures, "NULL", text.endsWith("\n") ? text : `${text}\r\n`);
    case "banner":
      return matchAnswer(signatures, "NULL", text);
  }
}

function byTable(seen: Seen, text: string): Recognised | null {
  for (const { service, pattern, cpes = [], ...fields } of SIGNATURES[seen]) {
    const groups = pattern.exec(text);
    if (groups) return fill(service, { ...fields, cpes }, groups);
  }
  return null;
}
