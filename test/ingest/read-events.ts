/** Parsing for tests: text or bytes in, one list of events out. */
import { DEFAULT_LIMITS, type ParseLimits } from "../../src/ingest/limits.ts";
import { parseNmapXml } from "../../src/ingest/nmap-xml.ts";
import type { Host, ScanEvent } from "../../src/model/scan.ts";

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Bytes in pieces of one size. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function events(
  input: string | Uint8Array,
  options: { piece?: number; limits?: Partial<ParseLimits> } = {},
): Promise<ScanEvent[]> {
  const bytes = typeof input === "string" ? bytesOf(input) : input;
  const chunks = inPieces(bytes, options.piece ?? 65536);
  const all: ScanEvent[] = [];
  for await (const batch of parseNmapXml(chunks, { ...DEFAULT_LIMITS, ...options.limits }))
    all.push(...batch);
  return all;
}

export function hostsOf(all: readonly ScanEvent[]): Host[] {
  return all.flatMap((event) => (event.kind === "host" ? [event.host] : []));
}

/** The kinds of the events, each with how often it came. */
export function kinds(all: readonly ScanEvent[]): Partial<Record<ScanEvent["kind"], number>> {
  const counts: Partial<Record<ScanEvent["kind"], number>> = {};
  for (const event of all) counts[event.kind] = (counts[event.kind] ?? 0) + 1;
  return counts;
}

/** A run round the inside of an nmaprun element. */
export function nmaprun(inside: string): string {
  return `<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" args="nmap x" start="1700000000" version="7.93">\n${inside}\n<runstats><finished time="1700000001" elapsed="1.00" exit="success"/><hosts up="1" down="0" total="1"/></runstats>\n</nmaprun>\n`;
}

/** A host that is up, round its inside. */
export function host(inside: string, addr = "192.0.2.1"): string {
  return `<host><status state="up" reason="syn-ack"/><address addr="${addr}" addrtype="ipv4"/>${inside}</host>`;
}

/** JSON with integers of 128 bits as text. */
export function toJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member) => (typeof member === "bigint" ? String(member) : member)),
  );
}
