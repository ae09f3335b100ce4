/** Scanners, recognised by what they send. */
import { installedSignatures } from "./nmap-signatures.ts";
import type { SignatureSet } from "./signatures.ts";

/** A scanner and, where it has a name, the probe it sent (`TCP GetRequest`). */
export interface Scanner {
  name: string;
  probe?: string;
}

/** What tools put into the User-Agent header unless told otherwise; the patterns are also RE2's. */
export const AGENTS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^Mozilla\/5\.0 \(compatible; Nmap Scripting Engine;/, "Nmap"],
  [/^Mozilla\/5\.0 zgrab\//, "Zgrab"],
  [/^masscan\/[\d.]+/, "Masscan"],
  [/\bipip\.net\b/, "ipip.net"],
  [/\bCensys(?:Inspect)?\//, "Censys"],
];

/** Probes of nmap that nothing else is likely to send, and the two most often seen, for where nmap is not installed. */
const PROBES: readonly (readonly [payload: string, probe: string])[] = [
  ["GET / HTTP/1.0\r\n\r\n", "TCP GetRequest"],
  ["OPTIONS / HTTP/1.0\r\n\r\n", "TCP HTTPOptions"],
  ["OPTIONS / RTSP/1.0\r\n\r\n", "TCP RTSPRequest"],
  ["GET /nice%20ports%2C/Tri%6Eity.txt%2ebak HTTP/1.0\r\n\r\n", "TCP FourOhFourRequest"],
  ["\x03\0\0*%\xe0\0\0\0\0\0Cookie: mstshash=nmap\r\n\x01\0\x08\0\x03\0\0\0", "TCP TerminalServerCookie"],
  ["\0\x1e\0\x06\x01\0\0\x01\0\0\0\0\0\0\x07version\x04bind\0\0\x10\0\x03", "TCP DNSVersionBindReqTCP"],
  ["\0\x06\x01\0\0\x01\0\0\0\0\0\0\x07version\x04bind\0\0\x10\0\x03", "UDP DNSVersionBindReq"],
  ["\0\x0c\0\0\x10\0\0\0\0\0\0\0\0\0", "TCP DNSStatusRequestTCP"],
  ["\0\0\x10\0\0\0\0\0\0\0\0\0", "UDP DNSStatusRequest"],
];
const BUILTIN = new Map(PROBES.map(([payload, probe]) => [`${probe.slice(0, 3)} ${payload}`, probe]));
const MAX_PAYLOAD = 4096;
const AGENT_LINE = /\r\nUser-Agent: ([^\r\n]{1,200})/i;

let installed: ReadonlyMap<string, string> | undefined;

function installedProbes(): ReadonlyMap<string, string> {
  installed ??= new Map(
    (installedSignatures()?.probes ?? [])
      .filter(({ payload }) => payload !== "")
      .map(({ protocol, name, payload }) => [`${protocol} ${payload}`, `${protocol} ${name}`]),
  );
  return installed;
}

/** The scanner that a User-Agent names, null when it names none. */
export function scannerOfUserAgent(agent: string): string | null {
  return AGENTS.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
}

/** The scanner that sends these bytes first, null when it is not known. */
export function scannerOfPayload(
  protocol: "TCP" | "UDP",
  bytes: string,
  set: SignatureSet = "installed",
): Scanner | null {
  if (bytes === "" || bytes.length > MAX_PAYLOAD) return null;
  const key = `${protocol} ${bytes}`;
  const probe = (set === "installed" ? installedProbes().get(key) : undefined) ?? BUILTIN.get(key);
  if (probe) return { name: "Nmap", probe };
  const name = scannerOfUserAgent(AGENT_LINE.exec(bytes)?.[1] ?? "");
  return name === null ? null : { name };
}
