/**
 * The lines of a configuration file: `key: value`, and below a key without a value either `- value` or `key: value`. That
 * is a part of YAML so small that every reader takes it for the same. All else of YAML is refused (tags, anchors, flow
 * style, values of several lines, keys that stand twice): access filters are read here, and a word that YAML takes for
 * itself, or a key that it drops, would lift one without a word.
 */
import { UserError } from "../model/errors.ts";

export interface Line {
  /** From 1. */
  number: number;
  indent: number;
  /** Null for `- value`. */
  key: string | null;
  value: string | null;
}

/** A key at the margin. */
export interface Entry extends Line {
  /** What stands below it, where it has no value: all with keys, which are all different, or all without. */
  members: Line[];
}

/** Control characters, and what some readers take for the end of a line. */
const ODD = /[\p{Cc}\u2028\u2029\ufeff]/u;
/** Nothing, or a comment. */
const END = /^(?: +#.*| *)$/;
/** Between documents. */
const MARGIN = /^(?:---|\.\.\.)(?: |$)/;
const FORM = 'write one "key: value" a line, or below "key:" one "- value" or "key: value" a line, indented';

/** @throws UserError with the line of what is not understood. */
export function configEntries(text: string, path: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  let last: Entry | null = null;
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  for (const [i, full] of lines.entries()) {
    const wrong = (why: string): UserError => new UserError(`${path}:${i + 1}: ${why}.`);
    if (ODD.test(full)) throw wrong("there is a tab or another control character; indent with spaces");
    if (END.test(` ${full}`)) continue;
    if (MARGIN.test(full)) {
      if (full === "---" && lines.slice(0, i).every((line) => END.test(` ${line}`))) continue;
      throw wrong(FORM);
    }
    const line = { number: i + 1, ...readLine(full, wrong) };
    const isTop = line.indent === 0 && line.key !== null;
    if (!isTop && (last === null || !fits(line, last))) throw wrong(FORM);
    const first = isTop ? entries.get(line.key!) : last?.members.find(({ key }) => key === line.key);
    if (first !== undefined && line.key !== null)
      throw wrong(`${line.key} stands in line ${first.number} already; write it once`);
    if (isTop) {
      last = { ...line, members: [] };
      entries.set(line.key!, last);
    } else last!.members.push(line);
  }
  return entries;
}

/** Whether a line says something of a key above it. */
function fits(line: Line, { value, members: [first] }: Entry): boolean {
  return (
    value === null &&
    line.value !== null &&
    (first === undefined || (line.indent === first.indent && (line.key === null) === (first.key === null)))
  );
}

type Wrong = (why: string) => UserError;

function readLine(full: string, wrong: Wrong): Omit<Line, "number"> {
  const text = full.replace(/^ +/, "");
  const indent = full.length - text.length;
  if (/^-(?= |$)/.test(text)) return { indent, key: null, value: restOf(text.slice(1), wrong) };
  const { scalar, rest } = scalarOf(text, wrong);
  const colon = /^ *:(?= |$)/.exec(rest);
  if (colon === null) throw wrong(FORM);
  return { indent, key: scalar, value: restOf(rest.slice(colon[0].length), wrong) };
}

/** A value up to the end of its line; null when there is none. */
function restOf(text: string, wrong: Wrong): string | null {
  if (END.test(text)) return null;
  const { scalar, rest } = scalarOf(text.replace(/^ +/, ""), wrong);
  if (!END.test(rest)) throw wrong(`this value ${QUOTED}`);
  return scalar;
}

const QUOTED = `must stand in quotes, "…" or '…', in one line`;
/**
 * In double quotes, with no escapes but of these two; in single quotes; or plain: begins with no mark of YAML, ends before
 * `: ` and ` #`.
 */
const SCALAR =
  /^(?:"(?<double>(?:[^"\\]|\\["\\])*)"|'(?<single>(?:[^']|'')*)'|(?<plain>(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-?:](?=\S))(?:[^\s:#]|:(?=\S)|(?<=\S)#| +(?=[^\s#:]|:\S))*))/;

function scalarOf(text: string, wrong: Wrong): { scalar: string; rest: string } {
  const found = SCALAR.exec(text);
  if (found === null)
    throw wrong(`${/^["']/.test(text) ? "this value" : `a value that begins with ${text[0]}`} ${QUOTED}`);
  const { double, single, plain } = found.groups!;
  const scalar = double?.replaceAll(/\\(.)/g, "$1") ?? single?.replaceAll("''", "'") ?? plain!;
  return { scalar, rest: text.slice(found[0].length) };
}
