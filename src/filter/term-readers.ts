/**
 * How the values of terms are read: from the parts of a word to a filter. Each reader throws UsageError with
 * the word and what to write instead.
 */
import { UsageError } from "../model/errors.ts";
import { formatAddress, parseAddress } from "../model/ip.ts";
import type { Filter, Matcher } from "./ast.ts";
import { searchasname } from "./build.ts";
import { or } from "./combine.ts";
import { type Part, partMatcher, quote, type Word } from "./lexer.ts";
import { type PortLeaf, portsInState, readPorts } from "./ports.ts";

/** What a term reads from its word, and what it says of one port inside `[ ]`. */
type Parse = (word: Word) => Filter;
type Bind = (word: Word) => Partial<PortLeaf>[];

export function wrong(word: Word, why: string): UsageError {
  return new UsageError(`“${word.text.slice(0, 80)}”: ${why}`);
}

/** The text of a part that must not be a regular expression. */
export function plainText(word: Word, part: Part): string {
  if (part.kind === "regex") throw wrong(word, "a regular expression cannot stand here.");
  return part.text;
}

/** The one part of each alternative. */
export function single(word: Word): Part[] {
  return word.alternatives.map((parts) => {
    const [part] = parts;
    if (part === undefined || parts.length > 1) {
      const whole = parts.map((piece) => piece.text).join(":");
      throw wrong(word, `a colon inside a value is quoted: ${word.name}:${quote(whole)}.`);
    }
    if (part.text === "" && part.kind === "plain") throw wrong(word, "a value is missing.");
    return part;
  });
}

/** Any of the alternatives, each a text or regular expression for one leaf. */
export function text(leaf: (matcher: Matcher) => Filter): Parse {
  return (word) => or(...single(word).map((part) => leaf(partMatcher(part))));
}

/** Any of the comma-separated items of the value as written (addresses hold colons). */
export function items(read: (item: string, word: Word) => Filter): Parse {
  return (word) => or(...word.raw.split(",").map((item) => read(item.trim(), word)));
}

/** A comparison for a text that is contained, unless it is a regular expression. */
function containing(part: Part): Matcher {
  const matcher = partMatcher(part);
  return "is" in matcher ? { has: matcher.is } : matcher;
}

function optional(part: Part | undefined): Matcher | undefined {
  return part === undefined || (part.kind === "plain" && (part.text === "" || part.text === "-"))
    ? undefined
    : partMatcher(part);
}

/** A port as the last part: exactly one, with its protocol. */
function onePort(word: Word, part: Part): { protocol: string; port: PortLeaf["port"] } {
  const ports = part.kind === "plain" ? readPorts(part.text) : null;
  if (ports?.length !== 1)
    throw wrong(word, `“${part.text}” is not a port: write for instance 22 or udp/53.`);
  return ports[0]!;
}

function isPort(part: Part | undefined): boolean {
  return part?.kind === "plain" && readPorts(part.text) !== null;
}

/** Leaves out what is not given, so that equal filters are equal data. */
function portLeaf(fields: Partial<PortLeaf>): PortLeaf {
  return {
    k: "port",
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  };
}

function tooMany(word: Word, syntax: string): UsageError {
  return wrong(word, `too many parts, it is written ${syntax}; a colon inside a value is quoted.`);
}

export function service(word: Word, parts: readonly Part[]): Filter {
  const [name, port, ...more] = parts;
  if (more.length > 0) throw tooMany(word, "service:NAME[:PORT]");
  const leaf = { service: optional(name), ...(port === undefined ? {} : onePort(word, port)) };
  if (leaf.service === undefined) throw wrong(word, "a value is missing.");
  return portLeaf(leaf);
}

export function product(word: Word, given: readonly Part[]): Filter {
  const parts = [...given];
  const port = parts.length > 1 && isPort(parts.at(-1)) ? onePort(word, parts.pop()!) : {};
  const name = parts.pop();
  const service = parts.pop();
  if (parts.length > 0) throw tooMany(word, "product:[SERVICE:]NAME[:PORT]");
  const leaf = { service: optional(service), product: optional(name), ...port };
  if (leaf.product === undefined) throw wrong(word, "a value is missing.");
  return portLeaf(leaf);
}

export function version(word: Word, given: readonly Part[]): Filter {
  const parts = [...given];
  const port = parts.length === 4 ? onePort(word, parts.pop()!) : {};
  const number = parts.pop();
  const name = parts.pop();
  const service = parts.pop();
  if (parts.length > 0) throw tooMany(word, "version:[[SERVICE:]PRODUCT:]VERSION[:PORT]");
  const leaf = { service: optional(service), product: optional(name), version: optional(number), ...port };
  if (leaf.version === undefined) throw wrong(word, "a value is missing.");
  return portLeaf(leaf);
}

export function script(word: Word, parts: readonly Part[]): Filter {
  const [name, output, ...more] = parts;
  if (more.length > 0) throw tooMany(word, "script:ID[:OUTPUT]");
  const id = optional(name);
  const shown = optional(output);
  if (id === undefined && shown === undefined) throw wrong(word, "a value is missing.");
  return {
    k: "script",
    ...(id === undefined ? {} : { name: id }),
    ...(shown === undefined ? {} : { output: shown }),
  };
}

export function tag(word: Word, parts: readonly Part[]): Filter {
  const [value, info, ...more] = parts;
  if (more.length > 0) throw tooMany(word, "tag:VALUE[:INFO]");
  const matcher = optional(value);
  const inside =
    info === undefined || (info.kind === "plain" && info.text === "") ? undefined : containing(info);
  if (matcher === undefined && inside === undefined) throw wrong(word, "a value is missing.");
  return {
    k: "tag",
    ...(matcher === undefined ? {} : { value: matcher }),
    ...(inside === undefined ? {} : { info: inside }),
  };
}

export function cpe(word: Word, parts: readonly Part[]): Filter {
  if (parts.length > 4) throw tooMany(word, "cpe:[TYPE[:VENDOR[:PRODUCT[:VERSION]]]]");
  const fields = ["type", "vendor", "product", "version"] as const;
  const given = parts.flatMap((part, i) => {
    const matcher = optional(part);
    return matcher === undefined ? [] : [[fields[i]!, matcher] as const];
  });
  return { k: "cpe", ...Object.fromEntries(given) };
}

export function hop(item: string, word: Word): Filter {
  const [address, ttl, ...more] = item.split("@");
  const value = parseAddress(address!);
  if (value === null || more.length > 0 || (ttl !== undefined && !/^\d{1,3}$/.test(ttl)))
    throw wrong(word, "a hop is an address, with or without its distance: hop:192.0.2.1 or hop:192.0.2.1@3.");
  const addr = formatAddress(value);
  return ttl === undefined ? { k: "hop", addr } : { k: "hop", addr, ttl: Number(ttl) };
}

/** CVE ids are upper case in the data; people type them as they come. */
export function cve(part: Part): Filter {
  if (part.kind === "plain" && /^cve-[\d-]*$/i.test(part.text))
    return { k: "cve", info: { has: part.text.toUpperCase() } };
  return { k: "cve", info: containing(part) };
}

function ports(word: Word): { protocol: string; port: NonNullable<PortLeaf["port"]> }[] {
  const found = readPorts(word.raw);
  if (found === null)
    throw wrong(
      word,
      "a port is a number, a range or a list, with or without its protocol: 443, 8000-8100, udp/53,161.",
    );
  return found;
}

export function inState(state: string): { parse: Parse; bind: Bind } {
  return {
    parse: (word) => portsInState(ports(word), state),
    bind: (word) => ports(word).map((group) => ({ ...group, state })),
  };
}

/** A text of one port: a leaf of its own outside brackets, one of its conditions inside. */
export function ofPort(
  field: "service" | "product" | "version" | "extrainfo" | "ostype" | "tunnel" | "devicetype",
) {
  const bind = (word: Word): Partial<PortLeaf>[] =>
    single(word).map((part) => ({ [field]: partMatcher(part) }));
  return { bind, parse: (word: Word): Filter => or(...bind(word).map(portLeaf)) };
}

export function eachAlternative(read: (word: Word, parts: readonly Part[]) => Filter): Parse {
  return (word) => or(...word.alternatives.map((parts) => read(word, parts)));
}

export function asName(word: Word): Filter {
  return or(
    ...single(word).map((part) =>
      part.kind === "regex"
        ? { k: "asname" as const, name: partMatcher(part) }
        : searchasname({ asname: part.text.startsWith("/") ? `\\${part.text}` : part.text }),
    ),
  );
}
