/** The formats that can be read, and what to say of those that cannot. A new format is a row here. */
import type { ScanEvent } from "../model/scan.ts";
import { parseIvreJson, sniffIvreJson } from "./ivre-json.ts";
import type { ParseLimits } from "./limits.ts";
import { parseNmapXml, sniffNmapXml } from "./nmap-xml.ts";
import { headText } from "./text.ts";
import { xmlRoot } from "./xml-root.ts";
import { parseZeekLog, sniffZeekLog } from "./zeek-log.ts";

export interface Format {
  /** As it stands in the import log. */
  name: string;
  /** Told by the beginning of a file, as text and as it is. */
  sniff(head: string, bytes: Uint8Array): boolean;
  parse(chunks: AsyncIterable<Uint8Array>, limits: ParseLimits): AsyncIterable<ScanEvent[]>;
}

export const FORMATS: readonly Format[] = [
  { name: "nmap-xml", sniff: sniffNmapXml, parse: parseNmapXml },
  { name: "ivre-json", sniff: sniffIvreJson, parse: parseIvreJson },
  { name: "zeek-log", sniff: sniffZeekLog, parse: parseZeekLog },
];

const USE_XML = "run nmap with -oX (or -oA) and import the .xml file";

/** Files that people try, by their beginning, and what to do instead. */
const KNOWN_STRANGERS: readonly (readonly [RegExp, string])[] = [
  [/^# Nmap [\s\S]{0,2000}\n(?:# Ports scanned:|Host: )/, `this is nmap's grepable output (-oG): ${USE_XML}`],
  [
    /^(?:# Nmap \S+ scan|Starting Nmap |Nmap scan report )/,
    `this looks like nmap's normal output (-oN): ${USE_XML}`,
  ],
  [
    /<nmaprun\s[^>]{0,500}scanner="masscan"/,
    "this is masscan's XML, which is not read yet: scan with nmap -oX",
  ],
  [/^#masscan/, `this is masscan's list output (-oL), which is not read: ${USE_XML}`],
];

const CAPTURE = "this is a packet capture: run zeek -r FILE and import the logs that it writes";

/** The same for files that are not text, by their first bytes. */
const BINARY_STRANGERS: readonly (readonly [readonly number[], string])[] = [
  [[0x50, 0x4b, 3, 4], "this is a ZIP archive: unpack it and import the files in it"],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "this is a 7-Zip archive: unpack it and import the files in it"],
  // libpcap's file format, both byte orders, times in microseconds and nanoseconds, and pcapng.
  [[0xd4, 0xc3, 0xb2, 0xa1], CAPTURE],
  [[0xa1, 0xb2, 0xc3, 0xd4], CAPTURE],
  [[0x4d, 0x3c, 0xb2, 0xa1], CAPTURE],
  [[0xa1, 0xb2, 0x3c, 0x4d], CAPTURE],
  [[0x0a, 0x0d, 0x0d, 0x0a], CAPTURE],
];

/** What to do with a file that people try and that is not read. */
function strangerOf(head: Uint8Array, text: string): string | null {
  for (const [magic, advice] of BINARY_STRANGERS) {
    if (magic.every((byte, i) => head[i] === byte)) return advice;
  }
  return KNOWN_STRANGERS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/**
 * The format of a file, by its beginning, or what to tell the user of a file that cannot be read.
 * @param more formats of plugins: they have what ours do not, strangers included.
 */
export function detect(head: Uint8Array, more: readonly Format[] = []): Format | { unknown: string } {
  if (head.length === 0) return { unknown: "the file is empty" };
  const text = headText(head);
  const stranger = strangerOf(head, text);
  for (const format of stranger === null ? [...FORMATS, ...more] : more)
    if (format.sniff(text, head)) return format;
  if (stranger !== null) return { unknown: stranger };
  if (/^[\s\ufeff]*[[{]/.test(text)) {
    return { unknown: `this looks like JSON that gadwall does not read: ${USE_XML}` };
  }
  const root = xmlRoot(text);
  if (root !== null)
    return { unknown: `this is a ${clean(root, 60)} document, not nmap's nmaprun: ${USE_XML}` };
  if (text.trim() === "") return { unknown: "the file holds nothing but blanks" };
  return {
    unknown: `this is no format that can be read; it begins with "${clean(text.trim(), 40)}": ${USE_XML}`,
  };
}

/** A piece of an unknown file for a message: one line, printable, short. */
function clean(text: string, length: number): string {
  const line = text
    .slice(0, length * 4)
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, " ")
    .trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
