/** The one file of a ZIP archive (PKWARE's APPNOTE.TXT, sections 4.3.7 to 4.3.16). */
import { crc32 } from "node:zlib";
import { DamagedInput } from "../../ingest/limits.ts";
import type { FeedLimits } from "./limits.ts";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const ZIP64 = 0xffff_ffff;

interface Member {
  method: number;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

/**
 * The content of the only file of an archive. The sizes that the archive states are checked and not trusted.
 * @throws DamagedInput when the archive is broken, encrypted, too large, or has not exactly one file.
 */
export async function* unzip(archive: Uint8Array, limits: FeedLimits): AsyncGenerator<Uint8Array> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const member = onlyMember(view);
  const data = memberData(archive, view, member);
  let size = 0;
  let crc = 0;
  for await (const piece of inflated(member.method, data)) {
    size += piece.length;
    if (size > limits.maxSize || (size > limits.maxDocument && size > data.length * limits.maxRatio)) {
      throw new DamagedInput("the ZIP archive unpacks to more than a list may have");
    }
    crc = crc32(piece, crc);
    yield piece;
  }
  if (size !== member.size || crc !== member.crc) throw new DamagedInput("the ZIP archive is damaged");
}

function onlyMember(view: DataView): Member {
  const end = findEnd(view);
  const entries = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const members: Member[] = [];
  for (let i = 0; i < entries; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== CENTRAL) {
      throw new DamagedInput("the directory of the ZIP archive is damaged");
    }
    const nameLength = view.getUint16(at + 28, true);
    const folder =
      nameLength > 0 &&
      at + 45 + nameLength < view.byteLength &&
      view.getUint8(at + 45 + nameLength) === 0x2f;
    if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0)
      throw new DamagedInput("the ZIP archive is encrypted");
    const member: Member = {
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    if (!folder) members.push(member);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const [member] = members;
  if (member === undefined || members.length > 1) {
    throw new DamagedInput(`the ZIP archive holds ${members.length} files, and one was expected`);
  }
  if (member.packed === ZIP64 || member.size === ZIP64 || member.offset === ZIP64) {
    throw new DamagedInput("the ZIP archive is of the kind for files over 4 GiB, which is not read");
  }
  return member;
}

/** The last record stands at the end, before a comment of at most 64 KiB. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= 0 && at >= last - 0xffff; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new DamagedInput("this is no ZIP archive, or its end is missing");
}

function memberData(archive: Uint8Array, view: DataView, { offset, packed }: Member): Uint8Array {
  if (offset + 30 > archive.length || view.getUint32(offset, true) !== LOCAL) {
    throw new DamagedInput("the ZIP archive is damaged");
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > archive.length) throw new DamagedInput("the ZIP archive ends early");
  return archive.subarray(start, start + packed);
}

async function* inflated(method: number, data: Uint8Array): AsyncGenerator<Uint8Array> {
  if (method === STORED) {
    yield data;
    return;
  }
  if (method !== DEFLATED)
    throw new DamagedInput(`the ZIP archive is packed in a way that is not read (${method})`);
  const stream = new Blob([data as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  try {
    for await (const piece of stream) yield piece;
  } catch {
    throw new DamagedInput("the ZIP archive is damaged");
  }
}
