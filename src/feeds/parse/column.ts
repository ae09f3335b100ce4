/**
 * `--column` for files whose addresses stand beside other things: a number or a name in CSV (any usual separator),
 * a member or path in JSON, whether one document or one value a line.
 */
import { UserError } from "../../model/errors.ts";
import { didYouMean } from "../../model/nearest.ts";
import { cap, clean } from "../../model/text.ts";
import { csvFields } from "./fields.ts";
import { parseJsonPath } from "./json-path.ts";
import { DEFAULT_FEED_LIMITS, type FeedLimits } from "./limits.ts";
import { decodeText, type ListFile } from "./list-builder.ts";
import { readSource } from "./read-source.ts";
import { giveCell, jsonLines, type LineStep, parseStep, type Step } from "./steps.ts";

/** Bytes at the beginning that tell CSV from JSON from lines of JSON. */
const HEAD_SIZE = 64 * 1024;
/** Columns that are looked at. */
const MOST_COLUMNS = 1000;
const SEPARATORS = [",", ";", "\t", "|"] as const;

/**
 * Reads the addresses of one column.
 * @param column a number from 1 or a name of the first line, of CSV; of JSON a member or a path (`items[*].ip`).
 * @param path for messages.
 * @throws UserError when there is no such column, or readSource() throws one.
 */
export async function readColumn(
  chunks: AsyncIterable<Uint8Array>,
  column: string,
  path: string,
  limits: FeedLimits = DEFAULT_FEED_LIMITS,
): Promise<ListFile> {
  const source = chunks[Symbol.asyncIterator]();
  const ahead: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_SIZE) {
    const next = await source.next();
    if (next.done) break;
    ahead.push(next.value);
    size += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* ahead;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  }
  const head = decodeText(Buffer.concat(ahead).subarray(0, HEAD_SIZE));
  const list = await readSource(all(), [columnStep(head, column, path)], path, limits);
  const found = list.v4.lo.length + list.v6.lo.length + list.skipped.size;
  if (found === 0 && isJson(head) && list.lines > 0)
    throw new UserError(`${path}: no line has anything at ${JSON.stringify(cap(clean(column), 60))}.`);
  return list;
}

/** The step for a column, told by the beginning of the file. */
export function columnStep(head: string, column: string, path: string): Step {
  const text = head.replace(/^\ufeff/, "").trimStart();
  if (!isJson(head)) return { kind: "line", run: csvColumn(column, path) };
  const inLines = isJsonLines(text);
  // An array at the top is meant to be gone through.
  const full = text[0] === "[" && !inLines && !column.startsWith("[") ? `[*].${column}` : column;
  const paths = parseJsonPath(full);
  if (paths === null) {
    throw new UserError(
      `${path}: ${JSON.stringify(column)} is no path into JSON; write it as in prefixes[*].ip, without blanks.`,
    );
  }
  return inLines ? jsonLines(paths) : parseStep(`json_path ${full}`);
}

function isJson(head: string): boolean {
  return /^\ufeff?\s*[[{]/.test(head);
}

/** The first line is a value of its own, and another one follows. */
function isJsonLines(text: string): boolean {
  const end = text.indexOf("\n");
  if (end < 0 || !/^[[{]/.test(text.slice(end).trimStart())) return false;
  try {
    JSON.parse(text.slice(0, end));
    return true;
  } catch {
    return false;
  }
}

/** The separator is the one that stands most often in the first line; comments before it are passed over. */
function csvColumn(column: string, path: string): LineStep {
  const number = /^[1-9]\d{0,2}$/.test(column) ? Number(column) : null;
  let separator: string | null = null;
  let at: number | null = number === null ? null : number - 1;
  return (line, give) => {
    const comment = line.startsWith("#");
    if (at === null || separator === null) {
      if (line.trim() === "" || (comment && number !== null)) return;
      const first = comment ? line.replace(/^[#\s]+/, "") : line;
      const likely = SEPARATORS.toSorted((a, b) => count(first, b) - count(first, a))[0]!;
      if (number === null) {
        const names = csvFields(first, likely, MOST_COLUMNS);
        const found = names.findIndex((name) => name.toLowerCase() === column.toLowerCase());
        // Some lists write the names of their columns into a comment.
        if (found < 0 && comment) return;
        if (found < 0) throw noColumn(column, names, path);
        at = found;
        separator = likely;
        return;
      }
      separator = likely;
    }
    if (comment) return;
    if (line.trim() === "") return give(line);
    const field = csvFields(line, separator, at! + 1)[at!];
    if (field === undefined) give(line, "no_column");
    else giveCell(field, give);
  };
}

function count(text: string, separator: string): number {
  return text.split(separator).length - 1;
}

function noColumn(column: string, names: readonly string[], path: string): UserError {
  const shown = names.slice(0, 20).map((name) => cap(clean(name), 40));
  const more = names.length > shown.length ? ", …" : "";
  return new UserError(
    `${path}: no column ${JSON.stringify(column)} in the first line; there are ${shown.join(", ")}${more}.${didYouMean(column, shown)}`,
  );
}
