/**
 * NTLM messages (MS-NLMP §2.2.1), as they travel in HTTP headers, SMB and DCE-RPC.
 */
import type { Pair } from "./pairs.ts";

/** What one message tells. */
export interface NtlmMessage {
  kind: "negotiate" | "challenge" | "authenticate";
  /** Named facts in the order in which they are written down; empty ones are left out. */
  facts: Pair[];
  /** The negotiate flags, which tell implementations apart: `0xe2898215`. */
  flags?: string;
}

const SIGNATURE = "NTLMSSP\0";
const UNICODE = 0x1;
const VERSION = 0x02000000;
/** AV_PAIR ids of the target information, in the order in which they are written down. */
const TARGET_INFO: readonly (readonly [id: number, key: string])[] = [
  [2, "NetBIOS_Domain_Name"],
  [1, "NetBIOS_Computer_Name"],
  [4, "DNS_Domain_Name"],
  [3, "DNS_Computer_Name"],
  [5, "DNS_Tree_Name"],
];
const MAX_NAME_BYTES = 1024;
const MAX_TARGET_INFO = 64;

/** The message in some bytes, null when it is none. Truncated messages give what is there; never throws. */
export function readNtlm(bytes: Buffer): NtlmMessage | null {
  if (bytes.length < 12 || bytes.toString("latin1", 0, 8) !== SIGNATURE) return null;
  switch (bytes.readUInt32LE(8)) {
    case 1:
      return negotiate(bytes);
    case 2:
      return challenge(bytes);
    case 3:
      return authenticate(bytes);
    default:
      return null;
  }
}

function negotiate(bytes: Buffer): NtlmMessage {
  return {
    kind: "negotiate",
    // Both are in the client's own code page whatever the flags say. The version is left out, as IVRE does.
    facts: present([
      ["NetBIOS_Domain_Name", nameAt(bytes, 16, false)],
      ["Workstation", nameAt(bytes, 24, false)],
    ]),
    ...flagsAt(bytes, 12),
  };
}

function challenge(bytes: Buffer): NtlmMessage {
  const flags = numberAt(bytes, 20) ?? 0;
  const info = targetInfo(field(bytes, 40));
  return {
    kind: "challenge",
    facts: present([
      ["Target_Name", nameAt(bytes, 12, (flags & UNICODE) !== 0)],
      ...TARGET_INFO.map(([id, key]): Pair => [key, info.get(id) ?? ""]),
      ...version(bytes, 48, flags),
    ]),
    ...flagsAt(bytes, 20),
  };
}

function authenticate(bytes: Buffer): NtlmMessage {
  const flags = numberAt(bytes, 60) ?? UNICODE;
  const unicode = (flags & UNICODE) !== 0;
  return {
    kind: "authenticate",
    facts: present([
      ["NetBIOS_Domain_Name", nameAt(bytes, 28, unicode)],
      ["User_Name", nameAt(bytes, 36, unicode)],
      ["Workstation", nameAt(bytes, 44, unicode)],
      ...version(bytes, 64, flags),
    ]),
    ...flagsAt(bytes, 60),
  };
}

function present(facts: Pair[]): Pair[] {
  return facts.filter(([, text]) => text !== "");
}

function numberAt(bytes: Buffer, at: number): number | undefined {
  return at + 4 <= bytes.length ? bytes.readUInt32LE(at) : undefined;
}

function flagsAt(bytes: Buffer, at: number): { flags?: string } {
  const flags = numberAt(bytes, at);
  return flags === undefined ? {} : { flags: `0x${flags.toString(16).padStart(8, "0")}` };
}

/** The bytes that a length, maximum, offset triple points to; none when it points outside. */
function field(bytes: Buffer, at: number): Buffer {
  if (at + 8 > bytes.length) return bytes.subarray(0, 0);
  const length = bytes.readUInt16LE(at);
  const offset = bytes.readUInt32LE(at + 4);
  return offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : bytes.subarray(0, 0);
}

function nameAt(bytes: Buffer, at: number, unicode: boolean): string {
  return text(field(bytes, at), unicode);
}

function text(bytes: Buffer, unicode: boolean): string {
  return bytes
    .toString(unicode ? "utf16le" : "latin1", 0, Math.min(bytes.length, MAX_NAME_BYTES))
    .toWellFormed();
}

function targetInfo(bytes: Buffer): Map<number, string> {
  const names = new Map<number, string>();
  let at = 0;
  for (let n = 0; n < MAX_TARGET_INFO && at + 4 <= bytes.length; n++) {
    const id = bytes.readUInt16LE(at);
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (id === 0 || end > bytes.length) break;
    if (id <= 5) names.set(id, text(bytes.subarray(at + 4, end), true));
    at = end;
  }
  return names;
}

/** Of Windows: `10.0.17763`, and the revision of NTLM. */
function version(bytes: Buffer, at: number, flags: number): Pair[] {
  if ((flags & VERSION) === 0 || at + 8 > bytes.length) return [];
  const product = `${bytes[at]}.${bytes[at + 1]}.${bytes.readUInt16LE(at + 2)}`;
  return [
    ["Product_Version", product],
    ["NTLM_Version", String(bytes[at + 7])],
  ];
}
