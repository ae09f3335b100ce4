/**
 * Lists for other programs: CIDRs, ranges, addresses, ipset and nftables scripts, JSON. Written piece by piece, however
 * long they are.
 */
import { createHash } from "node:crypto";
import { UserError } from "../model/errors.ts";
import type { ExportFormat } from "../model/export-format.ts";
import { formatAddress } from "../model/ip.ts";
import { totalOf } from "../model/ip-amount.ts";
import { cidrs4, cidrs6, dotted } from "./networks.ts";
import { type AddressSet, amountOf } from "./stored.ts";

/** As many single addresses as an IPv4 /8 has, as FireHOL's own tools. */
export const MOST_ADDRESSES = 2 ** 24;

/** The kernel's limit for names of sets: 32 bytes, one of them the end. */
const SET_NAME = 31;
/** Elements on one line for nft, which parses a command as a whole. */
const NFT_ELEMENTS = 500;
/** Texts that are put together before they are handed over. */
const PIECE = 1000;

/**
 * The list in pieces of text, each of whole lines.
 * @param name of the feed, or of what was composed: names the sets of ipset and nft.
 * @throws UserError when single addresses are asked for and there are too many.
 */
export function exportList(ranges: AddressSet, format: ExportFormat, name: string): Iterable<string> {
  return inPieces(lines(ranges, format, name));
}

function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  for (const text of texts) {
    piece.push(text);
    if (piece.length < PIECE) continue;
    yield piece.join("");
    piece = [];
  }
  if (piece.length > 0) yield piece.join("");
}

function lines(ranges: AddressSet, format: ExportFormat, name: string): Iterable<string> {
  switch (format) {
    case "cidr":
      return ended(cidrsOf(ranges));
    case "range":
      return ended(rangesOf(ranges));
    case "ip":
      return ended(addressesOf(ranges));
    case "ipset":
      return ipset(ranges, name);
    case "nft":
      return nft(ranges, name);
    case "json":
      return json(ranges, name);
  }
}

function* ended(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield `${text}\n`;
}

/** The fewest networks that hold exactly these addresses, in order, IPv4 first; single addresses without a length. */
export function* cidrsOf({ v4, v6 }: AddressSet): Generator<string> {
  for (let i = 0; i < v4.lo.length; i++) yield* cidrs4(v4.lo[i]!, v4.hi[i]!, true);
  for (let i = 0; i < v6.lo.length; i++) yield* cidrs6(v6.lo[i]!, v6.hi[i]!, true);
}

/** Merged ranges, `first-last`; a single address stands alone. */
export function* rangesOf({ v4, v6 }: AddressSet): Generator<string> {
  for (let i = 0; i < v4.lo.length; i++) {
    const [lo, hi] = [v4.lo[i]!, v4.hi[i]!];
    yield lo === hi ? dotted(lo) : `${dotted(lo)}-${dotted(hi)}`;
  }
  for (let i = 0; i < v6.lo.length; i++) {
    const [lo, hi] = [v6.lo[i]!, v6.hi[i]!];
    yield lo === hi ? formatAddress(lo) : `${formatAddress(lo)}-${formatAddress(hi)}`;
  }
}

function addressesOf(ranges: AddressSet): Iterable<string> {
  const total = totalOf(amountOf(ranges));
  if (total > MOST_ADDRESSES)
    throw new UserError(
      `that would be ${total} single addresses, more than the ${MOST_ADDRESSES} that are written out: use --format cidr or range`,
    );
  return each(ranges);
}

function* each({ v4, v6 }: AddressSet): Generator<string> {
  for (let i = 0; i < v4.lo.length; i++) {
    for (let address = v4.lo[i]!; address <= v4.hi[i]!; address++) yield dotted(address);
  }
  for (let i = 0; i < v6.lo.length; i++) {
    for (let address = v6.lo[i]!; address <= v6.hi[i]!; address++) yield formatAddress(address);
  }
}

/**
 * A name that the kernel takes for a set: a letter, then letters, digits and underscores, 31 at most with the suffix. A
 * name that had to be changed ends in a part of its hash, so that two feeds never share a set.
 */
export function setName(name: string, suffix = ""): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?![A-Za-z])/, "s");
  const room = SET_NAME - suffix.length;
  if (plain === name && plain.length <= room) return plain + suffix;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${plain.slice(0, room - hash.length - 1)}_${hash}${suffix}`;
}

/** For `ipset restore`: made if it is not there, then emptied and filled. hash:net takes no /0, which is two halves. */
function* ipset({ v4, v6 }: AddressSet, name: string): Generator<string> {
  const families = [
    { family: "inet", set: setName(name), all: "0.0.0.0/0", halves: ["0.0.0.0/1", "128.0.0.0/1"] },
    { family: "inet6", set: setName(name, "_6"), all: "::/0", halves: ["::/1", "8000::/1"] },
  ];
  for (const { family, set, all, halves } of families) {
    const networks = (): Iterable<string> =>
      cidrsOf(family === "inet" ? { v4, v6: { lo: [], hi: [] } } : { v4: EMPTY_4, v6 });
    let count = 0;
    for (const network of networks()) count += network === all ? 2 : 1;
    // A list of one family needs no set of the other.
    if (count === 0 && (family === "inet6" || v6.lo.length > 0)) continue;
    const size = Math.max(1024, 2 ** Math.ceil(Math.log2(count + 1)));
    yield `create ${set} hash:net family ${family} hashsize ${Math.max(1024, size / 4)} maxelem ${Math.max(65_536, size)} -exist\n`;
    yield `flush ${set}\n`;
    for (const network of networks()) {
      if (network === all) for (const half of halves) yield `add ${set} ${half}\n`;
      else yield `add ${set} ${network}\n`;
    }
  }
}

const EMPTY_4 = { lo: new Uint32Array(), hi: new Uint32Array() };

/** For `nft -f`: sets of intervals in the table inet gadwall, emptied and filled in one transaction. */
function* nft({ v4, v6 }: AddressSet, name: string): Generator<string> {
  const sets = [
    { type: "ipv4_addr", set: setName(name), ranges: { v4, v6: { lo: [], hi: [] } }, count: v4.lo.length },
    { type: "ipv6_addr", set: setName(name, "_6"), ranges: { v4: EMPTY_4, v6 }, count: v6.lo.length },
  ].filter(({ count, type }) => count > 0 || (type === "ipv4_addr" && v6.lo.length === 0));
  for (const { type, set, ranges } of sets) {
    yield `table inet gadwall {\n\tset ${set} {\n\t\ttype ${type}\n\t\tflags interval\n\t}\n}\n`;
    yield `flush set inet gadwall ${set}\n`;
    let elements: string[] = [];
    const add = (): string => `add element inet gadwall ${set} { ${elements.join(", ")} }\n`;
    for (const range of rangesOf(ranges)) {
      elements.push(range);
      if (elements.length < NFT_ELEMENTS) continue;
      yield add();
      elements = [];
    }
    if (elements.length > 0) yield add();
  }
}

function* json(ranges: AddressSet, name: string): Generator<string> {
  const { ipv4, ipv6 } = amountOf(ranges);
  // Beyond 2^53 a number would not be exact.
  const wide = ipv6 > BigInt(Number.MAX_SAFE_INTEGER) ? `"${ipv6}"` : String(ipv6);
  yield `{"name":${JSON.stringify(name)},"ipv4":${ipv4},"ipv6":${wide},"cidrs":[`;
  let first = true;
  for (const network of cidrsOf(ranges)) {
    yield `${first ? "" : ","}\n"${network}"`;
    first = false;
  }
  yield "]}\n";
}
