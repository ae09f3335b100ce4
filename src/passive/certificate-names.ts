/** Names in certificates (RFC 5280 §4.1.2.4 and §4.2.1.6). */
import { formatAddress, fromV4 } from "../model/ip.ts";
import {
  childrenOf,
  contentOf,
  DerError,
  type Element,
  elementAt,
  expect,
  oidOf,
  SEQUENCE,
  textOf,
} from "./der.ts";
import { ATTRIBUTES, OTHER_NAMES } from "./object-identifiers.ts";

/** One part of a name. */
interface Attribute {
  oid: string;
  value: string;
}

function attributes(bytes: Buffer, name: Element): Attribute[][] {
  return childrenOf(bytes, expect(name, SEQUENCE)).map((set) =>
    childrenOf(bytes, set).map((pair) => {
      const [type, value] = childrenOf(bytes, pair);
      if (!type || !value) throw new DerError("bad name");
      return { oid: oidOf(bytes, type), value: textOf(bytes, value) };
    }),
  );
}

/** The key as OpenSSL spells it, the identifier when it has no name. */
function keyOf(oid: string): string {
  return ATTRIBUTES.get(oid)?.[0] ?? oid;
}

/** The same as a member of an object: a dot would be a step of a path, and becomes `_` (spec ivre §7.2). */
function memberOf(oid: string): string {
  return keyOf(oid).replaceAll(".", "_");
}

/** A name as object (of a repeated key the last one counts) and as `key=value/key=value`. @throws DerError */
export function readName(bytes: Buffer, name: Element): { parts: { [key: string]: string }; text: string } {
  const flat = attributes(bytes, name).flat();
  return {
    parts: Object.fromEntries(flat.map(({ oid, value }) => [memberOf(oid), value])),
    text: flat.map(({ oid, value }) => `${keyOf(oid)}=${value}`).join("/"),
  };
}

/** A name in the form of RFC 4514: `CN=x,O=y`, last part first. */
function rfc4514(bytes: Buffer, name: Element): string {
  return attributes(bytes, name)
    .reverse()
    .map((set) =>
      set.map(({ oid, value }) => `${ATTRIBUTES.get(oid)?.[1] ?? oid}=${escaped(value)}`).join("+"),
    )
    .join(",");
}

function escaped(value: string): string {
  return value.replace(/[\\",+<>;]|^[ #]| $/g, "\\$&").replaceAll("\0", "\\00");
}

/** The subject alternative names of an extension: `DNS:x`, `IP Address:x` … Unknown kinds are left out. @throws DerError */
export function readAlternativeNames(bytes: Buffer, names: Element): string[] {
  return childrenOf(bytes, expect(names, SEQUENCE)).flatMap((name) => alternativeName(bytes, name) ?? []);
}

function alternativeName(bytes: Buffer, name: Element): string | undefined {
  switch (name.tag & 0x1f) {
    case 0:
      return otherName(bytes, name);
    case 1:
      return `email:${textOf(bytes, name)}`;
    case 2:
      return `DNS:${textOf(bytes, name)}`;
    case 4:
      return `DirName:${rfc4514(bytes, elementAt(bytes, name.start, name.end))}`;
    case 6:
      return `URI:${textOf(bytes, name)}`;
    case 7:
      return `IP Address:${addressText(contentOf(bytes, name))}`;
    case 8:
      return `Registered ID:${oidOf(bytes, name)}`;
    default:
      return undefined;
  }
}

function otherName(bytes: Buffer, name: Element): string {
  const [type, wrapped] = childrenOf(bytes, name);
  if (!type) throw new DerError("bad name");
  const oid = oidOf(bytes, type);
  const label = OTHER_NAMES.get(oid);
  if (!label || !wrapped) return `othername:${oid}`;
  return `othername:${label}:${textOf(bytes, elementAt(bytes, wrapped.start, wrapped.end))}`;
}

function addressText(content: Buffer): string {
  if (content.length === 4) return formatAddress(fromV4(content.readUInt32BE(0)));
  if (content.length === 16) return formatAddress(BigInt(`0x${content.toString("hex")}`));
  return content.toString("hex");
}
