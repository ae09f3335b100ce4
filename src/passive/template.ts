/** The fields of a signature, `p/…/ v/…/ cpe:/…/`, and their filling in from what the pattern caught. */
import type { Service } from "../model/scan.ts";

/** A service as recognised from what was seen. */
export interface Recognised {
  service: Service;
  /** As in the signature file, with `cpe:/` before them. */
  cpes: string[];
}

/** Templates of a signature. */
export interface Fields {
  product?: string;
  version?: string;
  extrainfo?: string;
  hostname?: string;
  ostype?: string;
  devicetype?: string;
  cpes: string[];
}

const LETTERS = {
  p: "product",
  v: "version",
  i: "extrainfo",
  h: "hostname",
  o: "ostype",
  d: "devicetype",
} as const;
const NAMES = Object.values(LETTERS);
const SUBSTITUTION = /\$(?:([1-9])|P\(([1-9])\)|SUBST\(([1-9]),"([^"]*)","([^"]*)"\)|I\(([1-9]),"([<>])"\))/g;
const MAX_TEXT = 512;

/** The templates of the end of a match line. */
export function readFields(text: string): Fields {
  const fields: Fields = { cpes: [] };
  let at = 0;
  while (at < text.length) {
    const head = /^\s*(cpe:|[a-z])(\S)/.exec(text.slice(at, at + 32));
    if (!head) break;
    const [opening, name = "", delimiter = ""] = head;
    const start = at + opening.length;
    const end = text.indexOf(delimiter, start);
    if (end < 0) break;
    const template = text.slice(start, end);
    if (name === "cpe:") fields.cpes.push(template);
    else if (name in LETTERS) fields[LETTERS[name as keyof typeof LETTERS]] = template;
    const space = text.indexOf(" ", end + 1);
    at = space < 0 ? text.length : space;
  }
  return fields;
}

/** The service of a signature whose pattern matched. `ssl/x` means x inside TLS. */
export function fill(name: string, fields: Fields, groups: readonly (string | undefined)[]): Recognised {
  const service: Service = name.startsWith("ssl/") ? { name: name.slice(4), tunnel: "ssl" } : { name };
  for (const field of NAMES) {
    const text = fields[field] === undefined ? undefined : fillOne(fields[field], groups);
    if (text) service[field] = text;
  }
  const cpes = fields.cpes.flatMap((template) => {
    const text = fillOne(template, groups);
    return text ? [`cpe:/${text}`] : [];
  });
  return { service, cpes };
}

/** A template filled in; undefined when it needs a group that took no part in the match. */
function fillOne(template: string, groups: readonly (string | undefined)[]): string | undefined {
  if (!template.includes("$")) return template;
  let missing = false;
  const group = (digit: string) => {
    const bytes = groups[Number(digit)];
    if (bytes === undefined) missing = true;
    return bytes ?? "";
  };
  const text = template.replace(
    SUBSTITUTION,
    (
      _,
      plain?: string,
      printable?: string,
      subst?: string,
      from = "",
      to = "",
      number?: string,
      order?: string,
    ) => {
      if (plain !== undefined) return textOf(group(plain));
      if (printable !== undefined) return group(printable).replace(/[^ -~]/g, "");
      if (subst !== undefined) return textOf(group(subst)).replaceAll(from, to);
      return integer(group(number ?? ""), order === ">");
    },
  );
  return missing ? undefined : text.slice(0, MAX_TEXT).toWellFormed();
}

/** Bytes as text: UTF-8 where they are that. */
function textOf(bytes: string): string {
  const text = Buffer.from(bytes, "latin1").toString("utf8");
  return text.includes("\ufffd") ? bytes : text;
}

function integer(bytes: string, bigEndian: boolean): string {
  const hex = Buffer.from(bytes, "latin1").subarray(0, 8);
  if (hex.length === 0) return "0";
  return BigInt(`0x${(bigEndian ? hex : hex.reverse()).toString("hex")}`).toString();
}
