/**
 * The steps that turn the body of a source into lines of one address, network or range: a closed set, so that a
 * feeds.yaml can name what is done and can never bring code or regular expressions along. Columns count from 1.
 */
import { DamagedInput } from "../../ingest/limits.ts";
import { UserError } from "../../model/errors.ts";
import type { Json } from "../../model/json.ts";
import { didYouMean } from "../../model/nearest.ts";
import { cap, clean } from "../../model/text.ts";
import type { SkipReason } from "./address-line.ts";
import { addressesIn } from "./extract.ts";
import { csvFields, plainField, words } from "./fields.ts";
import { apacheDenied, pixDenied, snortSources } from "./firewall-lines.ts";
import { findValues, type JsonPath, parseJsonPath } from "./json-path.ts";
import { rssTitleAddresses } from "./rss.ts";

/** A text with a reason is no address: it is passed on to be counted. */
export type Give = (text: string, reason?: SkipReason) => void;

/** Gives what becomes of one line: nothing, one line or several. */
export type LineStep = (line: string, give: Give) => void;

/** Gives the lines that are in a whole document. */
export type DocumentStep = (text: string, give: Give) => void;

export type Step =
  | { kind: "unpack"; format: "gzip" | "zip" }
  | { kind: "document"; run: DocumentStep }
  /** `implied`: what reading a list does anyway. */
  | { kind: "line"; run: LineStep; implied?: true }
  /** The source cannot be read at all. */
  | { kind: "refused"; reason: string };

/** The form of what stands after the name of a step. */
type ArgumentForm = "N" | "A B" | "NAME" | "PATH";

interface StepKind {
  argument?: ArgumentForm;
  /** For the documentation. */
  about: string;
  /** Null when the argument does not have its form. */
  make(argument: string): Step | null;
}

const line = (run: LineStep): Step => ({ kind: "line", run });
const without = (about: string, step: Step): StepKind => ({ about, make: () => step });

/** A step that keeps one field of a line; a line that lacks it is passed on, to be counted as skipped. */
function numbered(about: string, field: (text: string, number: number) => string | undefined): StepKind {
  return {
    argument: "N",
    about,
    make(argument) {
      if (!/^[1-9]\d?$/.test(argument)) return null;
      const number = Number(argument);
      return line((text, give) => give(field(text, number) ?? text));
    },
  };
}

const extracting = (about: string, options: Parameters<typeof addressesIn>[1]): StepKind =>
  without(
    about,
    line((text, give) => {
      for (const found of addressesIn(text, options)) give(found.text);
    }),
  );

export const STEPS = {
  gunzip: without("the body is one gzip stream", { kind: "unpack", format: "gzip" }),
  unzip: without("the body is a ZIP archive with one file", { kind: "unpack", format: "zip" }),
  comments: without("drop from # to the end of the line, then blank lines", {
    kind: "line",
    run: (text, give) => keep(before(text, "#"), give),
    implied: true,
  }),
  comments_semicolon: without("drop from ; or # to the end of the line, then blank lines", {
    kind: "line",
    run: (text, give) => keep(before(before(text, "#"), ";"), give),
    implied: true,
  }),
  split_comma: without(
    "a comma ends a line",
    line((text, give) => {
      for (const part of text.split(",")) keep(part, give);
    }),
  ),
  first_column: without(
    "keep the first word of the line",
    line((text, give) => give(words(text)[0] ?? text)),
  ),
  column: numbered("keep the Nth word of the line", (text, number) => words(text)[number - 1]),
  csv_column: numbered(
    "keep the Nth comma separated field, quotes taken off",
    (text, number) => csvFields(text, ",", number)[number - 1],
  ),
  csv_range: {
    argument: "A B",
    about: "the Ath and Bth comma separated field are the first and last address of a range",
    make(argument) {
      const match = /^([1-9]) ([1-9])$/.exec(argument);
      if (match === null) return null;
      const [first, last] = [Number(match[1]) - 1, Number(match[2]) - 1];
      return line((text, give) => {
        const fields = csvFields(text, ",", 9);
        const [a, b] = [fields[first], fields[last]];
        give(a === undefined || b === undefined ? text : `${a}-${b}`);
      });
    },
  },
  semicolon_column: numbered("keep the Nth field between semicolons, trimmed", (text, number) =>
    plainField(text, ";", number),
  ),
  pipe_column: numbered("keep the Nth field between vertical bars, trimmed", (text, number) =>
    plainField(text, "|", number),
  ),
  colon_column: numbered("keep the Nth field between colons, trimmed (IPv4 only)", (text, number) =>
    plainField(text, ":", number),
  ),
  extract_ipv4: extracting("every dotted quad in the text, whatever surrounds it", { v4Only: true }),
  extract_ipv4_cidr: extracting("every dotted quad with its prefix length if one follows", {
    v4Only: true,
    prefix: true,
  }),
  extract_cidr: extracting("every IPv4 or IPv6 address with its prefix length if one follows", {
    prefix: true,
  }),
  strip_port: without(
    "drop :port, and the brackets of [IPv6]:port",
    line((text, give) => give(withoutPort(text.trim()))),
  ),
  json_path: {
    argument: "PATH",
    about:
      "texts in the JSON body; a path is names joined by dots, [*] for every element, [key=value] or [key^=beginning] for elements that match; several paths are joined by ' | ', and at least one must lead somewhere",
    make(argument) {
      const paths = parseJsonPath(argument);
      if (paths === null) return null;
      const run: DocumentStep = (text, give) => {
        const root = parseJson(text);
        // A source of another shape is not a list that was emptied.
        if (!findValues(root, paths, (value) => giveValue(value, give)))
          throw new UserError(nothingAt(argument, root));
      };
      return { kind: "document", run };
    },
  },
  json_lines: {
    argument: "NAME",
    about: "that member of each line; lines without it are dropped",
    make(argument) {
      const paths = /^\w+$/.test(argument) ? parseJsonPath(argument) : null;
      return paths && jsonLines(paths);
    },
  },
  dshield: without(
    "the columns are first address, last address, prefix length; gives first/length",
    line((text, give) => {
      const [first, , length] = words(text);
      give(length === undefined ? text : `${first}/${length}`);
    }),
  ),
  p2p: without(
    "name:first-last; the name, which may hold colons, is dropped",
    line((text, give) => give(text.slice(text.lastIndexOf(":") + 1))),
  ),
  tor_exits: without(
    "the address of each ExitAddress line",
    line((text, give) => {
      const [key, address] = words(text);
      if (key === "ExitAddress" && address !== undefined) give(address);
    }),
  ),
  rss_title: without("the first address in the title of each RSS item", {
    kind: "document",
    run: rssTitleAddresses,
  }),
  snort: without("the source addresses of each alert rule", line(snortSources)),
  pix_deny: without(
    "source address and inverse or plain mask of each access-list deny line",
    line(pixDenied),
  ),
  apache_deny: without('what follows "deny from" on each such line', line(apacheDenied)),
  hostnames: without(
    "the source holds host names; none is ever resolved, so the feed can be imported as published but not downloaded",
    { kind: "refused", reason: "its source holds host names, and gadwall resolves none" },
  ),
} as const satisfies Record<string, StepKind>;

export type StepName = keyof typeof STEPS;

function isStepName(name: string): name is StepName {
  return Object.hasOwn(STEPS, name);
}

/** Reads one step, such as `csv_column 2`. @throws UserError that says what is wrong with it. */
export function parseStep(text: string): Step {
  const space = text.indexOf(" ");
  const name = space < 0 ? text : text.slice(0, space);
  const argument = space < 0 ? "" : text.slice(space + 1).trim();
  if (!isStepName(name)) {
    throw new UserError(`there is no step ${JSON.stringify(name)}.${didYouMean(name, Object.keys(STEPS))}`);
  }
  const { argument: form, make }: StepKind = STEPS[name];
  if (form === undefined && argument !== "") throw new UserError(`the step ${name} takes nothing after it.`);
  const step = form !== undefined && argument === "" ? null : make(argument);
  if (step === null) {
    throw new UserError(
      `the step ${name} needs ${FORMS[form ?? "NAME"]} after it, not ${JSON.stringify(argument)}.`,
    );
  }
  return step;
}

const FORMS = {
  N: "a column number from 1 to 99",
  "A B": "two column numbers from 1 to 9",
  NAME: "the name of a member",
  PATH: "a path such as prefixes[*].ip",
} as const satisfies Record<ArgumentForm, string>;

/** Reads steps that follow each other: unpacking, then what needs a whole document, then lines. */
export function parseSteps(texts: readonly string[]): Step[] {
  const steps = texts.map(parseStep);
  const order = { unpack: 0, document: 1, line: 2, refused: 0 } as const;
  steps.forEach((step, i) => {
    const before = steps[i - 1];
    const twice = step.kind !== "line" && before?.kind === step.kind;
    if (before !== undefined && (order[before.kind] > order[step.kind] || twice)) {
      throw new UserError(`the step ${texts[i]} cannot come after ${texts[i - 1]}.`);
    }
  });
  return steps;
}

/** Members at the ends of paths in each line, which is a JSON value of its own. */
export function jsonLines(paths: JsonPath): Step {
  return line((text, give) => {
    if (text.trim() === "") return;
    let value: Json;
    try {
      value = JSON.parse(text) as Json;
    } catch {
      give(text);
      return;
    }
    findValues(value, paths, (found) => giveValue(found, give));
  });
}

/** What stands where an address should: nothing is as little of one as any other text. */
export function giveCell(text: string, give: Give): void {
  if (NOTHING.test(text)) give(text, "other");
  else give(text);
}

/** Blank, or a comment to who reads lines. */
const NOTHING = /^\s*(?:[#;]|$)/;

function giveValue(value: Json, give: Give): void {
  if (typeof value === "string") giveCell(value, give);
  else give(shapeOf(value), "not_text");
}

/** A value as an example shows it: what is in lists and objects may be large. */
function shapeOf(value: Json): string {
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[…]";
  const names = Object.keys(value).slice(0, SHOWN_MEMBERS);
  return `{${names.map((name) => cap(name, 40)).join(", ")}}`;
}

/** Names of members that a message shows. */
const SHOWN_MEMBERS = 10;

function nothingAt(path: string, root: Json): string {
  const isObject = root !== null && typeof root === "object" && !Array.isArray(root);
  const names = isObject ? Object.keys(root) : [];
  const shown = names.slice(0, SHOWN_MEMBERS).map((name) => cap(clean(name), 40));
  const more = names.length > shown.length ? ", …" : "";
  const top = Array.isArray(root)
    ? "is a list"
    : names.length > 0
      ? `has ${shown.join(", ")}${more}`
      : "is empty";
  return `there is nothing at ${cap(clean(path), 100)} in this JSON, the top of which ${top}`;
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new DamagedInput("this is not JSON, or it ends early, or it is nested too deep");
  }
}

function keep(text: string, give: Give): void {
  const trimmed = text.trim();
  if (trimmed !== "") give(trimmed);
}

function before(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}

function withoutPort(text: string): string {
  if (text.startsWith("[")) {
    const close = text.indexOf("]");
    return close < 0 ? text : text.slice(1, close);
  }
  const colon = text.indexOf(":");
  // More than one colon is an IPv6 address without a port.
  return colon >= 0 && colon === text.lastIndexOf(":") ? text.slice(0, colon) : text;
}
